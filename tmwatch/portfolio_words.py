"""What is said of the rows of portfolio and clients files that cannot be taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tmwatch.errors import PortfolioError
from tmwatch.portfolio import Watch
from tmwatch.text import Text, say


def wrong_header(
    name: str, header: Sequence[str], needed: str | Text, known: Mapping[str, tuple[str, ...]]
) -> PortfolioError:
    """Say what was found where the header should be, and what is needed."""
    seen = ", ".join(repr(title.strip()[:40]) for title in header[:12] if title.strip()) or say("nothing")
    names = ", ".join(column for column in known if column != "number")
    return PortfolioError(
        say(
            "{file}: the first row must be a header with {needed}; found {seen}",
            file=name,
            needed=needed,
            seen=seen,
        ),
        (say("columns tmwatch knows: {names}", names=names),),
    )


def twice(watch: Watch, row: int) -> Text:
    """Say that another row watches the same mark for the same client and brand."""
    return say(
        "the same as row {row}: number {number}, client {client}, brand {brand}",
        row=row,
        number=watch.number,
        client=repr(watch.client),
        brand=repr(watch.brand),
    )


def placed(place: str | Text, line: str | Text) -> Text:
    """Put the place before what is said of it: a file, a row or a column."""
    return say("{place}: {line}", place=place, line=line)


def without_place(problem: Text) -> str | Text:
    """Return a problem without the row or file that stands before it."""
    values = dict(problem.values)
    return values["line"] if values.keys() == {"place", "line"} else problem

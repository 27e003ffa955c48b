"""TSDR's maintenance answer (maintenance/.../info.json) to the Office's own dates. Bytes in, values out.

The call is documented and was not seen live: names are those of the documentation, found on whatever level they stand.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tmwatch.deadlines import OfficeDates
from tmwatch.errors import FormatError
from tmwatch.sources.strict_json import Node, load_object
from tmwatch.text import say

_WHAT = say("the maintenance answer")
_DATES = ("earliestDate", "latestDateWithoutFee", "latestDateWithFee")


def parse_maintenance(body: bytes) -> OfficeDates | None:
    """Parse the answer; None when it names no date and no form: nothing is to be filed.

    FormatError when it is no such answer.
    """
    found = [one for one in _objects(load_object(body, _WHAT)) if any(name in one for name in _DATES)]
    if len(found) != 1:
        raise FormatError(
            say(
                "the maintenance answer has {count} objects with maintenance dates where one was expected",
                count=len(found),
            )
        )
    node = Node(found[0], "maintenance", set())
    form = node.whole("nextFormToFile")
    dates = OfficeDates(
        opens=node.day("earliestDate"),
        due=node.day("latestDateWithoutFee"),
        grace_ends=node.day("latestDateWithFee"),
        form=None if form is None else str(form),
    )
    return None if dates == OfficeDates() else dates


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    """Yield every object, however it is nested."""
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from _objects(one)

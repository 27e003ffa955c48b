"""The proof that nothing was missed silently: how many marks were checked, how fresh each source is, what failed."""

from __future__ import annotations

from dataclasses import dataclass

from tmwatch.digest.model import Coverage, SourceState, Unchecked
from tmwatch.digest.wording import Words, clean


@dataclass(frozen=True, slots=True)
class CoverageLines:
    """Coverage in words. `complete` is False when a mark was not checked, a source failed or something warns."""

    complete: bool
    summary: str
    sources: tuple[str, ...]
    unchecked: tuple[str, ...]
    warnings: tuple[str, ...]


def lines(coverage: Coverage, words: Words, unwatched: tuple[str, ...] = ()) -> CoverageLines:
    """Return the coverage of a digest in words. `unwatched` are marketplaces whose own offices nobody watches here."""
    warnings = [words.text(warning) for warning in coverage.warnings]
    if coverage.missing_days:
        days = words.join(words.day(day) for day in coverage.missing_days[:31])
        warnings.append(words.say("Daily files missing: {days}", days=days))
    unchecked = tuple(_unchecked(one, words) for one in coverage.unchecked)
    nameless = coverage.watched - coverage.checked - len(unchecked)
    if coverage.tsdr_used and nameless > 0:
        warnings.append(words.ngettext("{n} mark was not checked", "{n} marks were not checked", nameless))
    failed = any(source.failed for source in coverage.sources)
    return CoverageLines(
        complete=coverage.checked >= coverage.watched and not (unchecked or warnings or failed),
        summary=short(coverage, words) if coverage.tsdr_used else _daily_files(coverage, words),
        sources=(
            *(_source(one, words) for one in coverage.sources),
            _orders(coverage, words),
            *_offices(unwatched, words),
        ),
        unchecked=unchecked,
        warnings=tuple(warnings),
    )


def short(coverage: Coverage, words: Words) -> str:
    """Return "12 of 12 marks checked"; without a TSDR key it claims no more than the daily files show."""
    numbers = {"checked": words.number(coverage.checked), "watched": words.number(coverage.watched)}
    if coverage.tsdr_used:
        return words.say("{checked} of {watched} marks checked", **numbers)
    return words.say("{checked} of {watched} marks seen in the daily files", **numbers)


def _daily_files(coverage: Coverage, words: Words) -> str:
    """What can be said without a TSDR key (the marks were not looked up one by one)."""
    if coverage.daily_files_until is None:
        return words.gettext("No TSDR key and no daily file yet: the marks were not checked")
    numbers = {"checked": words.number(coverage.checked), "watched": words.number(coverage.watched)}
    return words.say(
        "Daily files complete to {day}; {checked} of {watched} marks seen in them. Without a TSDR key the marks were "
        "not looked up one by one",
        day=coverage.daily_files_until,
        **numbers,
    )


def _source(source: SourceState, words: Words) -> str:
    """Return "TSDR as of ..., 0 failed"."""
    name, failed = words.source(source.name), words.number(source.failed)
    if source.data_as_of is None:
        text = words.say("{source}: no data yet, {failed} failed", source=name, failed=failed)
    else:
        text = words.say(
            "{source} as of {moment}, {failed} failed", source=name, moment=source.data_as_of, failed=failed
        )
    return f"{text} · {words.text(source.note)}" if source.note else text


def _orders(coverage: Coverage, words: Words) -> str:
    """Return "Order list of DATE, newest order DATE, N orders held"."""
    if coverage.orders is not None:
        return words.text(coverage.orders)
    if not coverage.registry_version:
        return words.gettext("No list of orders is held")
    return words.say(
        "Order list of {version}, newest order {newest}, {count} orders held",
        version=words.written_day(coverage.registry_version),
        newest=words.written_day(coverage.newest_order),
        count=words.number(coverage.orders_held),
    )


def _offices(places: tuple[str, ...], words: Words) -> tuple[str, ...]:
    """Say that only US marks are watched, where the owner sells elsewhere too."""
    if not places:
        return ()
    shown = words.join(clean(place, 20) for place in places[:25])
    return (words.say("Only US marks are watched; trademark offices for {places} are not", places=shown),)


def _unchecked(one: Unchecked, words: Words) -> str:
    """Name a mark that was not checked, with the reason."""
    name = f"{clean(one.mark)} ({clean(one.number, 40)})" if one.mark else clean(one.number, 40)
    return words.say("{mark}: {reason}", mark=name, reason=words.reason(one.reason))

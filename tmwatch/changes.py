"""Old record, new record -> what changed, field by field, after normalising; and how two records of one case merge.

`merge` lives in merging.py, `to_json`, `from_json` and `record_hash` in record_json.py, the normal forms in
comparing.py; they are named here because a change of a record is what they are all about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from tmwatch import codes, comparing, joined_lists
from tmwatch.comparing import normalise
from tmwatch.merging import is_outdated, merge
from tmwatch.record_json import from_json, record_hash, to_json
from tmwatch.records import CaseFile, GoodsClass, Owner, ProsecutionEvent

__all__ = [
    "INCIDENT_DAYS",
    "Change",
    "diff",
    "event_key",
    "from_json",
    "merge",
    "normalise",
    "record_hash",
    "to_json",
]

INCIDENT_DAYS = 30  # how long a change of attorney, correspondence or owner stays an open finding
_NEW_YORK = ZoneInfo("America/New_York")
_SAME_OWNER_STEPS = (20, 30)  # "owner at publication", "original registrant": the mark moved on, not the owner


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one case. `kind`: field (name = field), event (name = code/type, new = the entry) or finding
    (name = rule|key, old and new = Finding.level or None). `old` and `new` are JSON-able values, None when absent."""

    serial_number: str
    kind: str
    name: str
    old: object
    new: object
    as_of: date
    id: int | None = None
    client: str = ""
    recorded_at: datetime | None = None


Pair = tuple[object, object]


def diff(old: CaseFile | None, new: CaseFile) -> tuple[Change, ...]:
    """Return what changed from `old` to `new`: fields in a fixed order, then new events by date.

    Only groups that both records tell are compared, so a first sight, and a group told for the first time, is no
    change; nor is a record older than the one on hand. Names of field changes: status, abandonment_date,
    cancellation_date, registration_number, registration_date, renewal_date, mark_text, register, basis, classes,
    class_status, owners, owner_address, owner_emails, attorney, attorney_emails, correspondent, correspondent_emails,
    domestic_representative, assignments, proceedings. Values: int for status, ISO text for dates, text, a sorted list
    of text, or an object an entry for the last two (joined_lists), whose entries are told by their own moments: a new
    one is a change although the group was never told before.
    """
    if old is None:
        return ()
    merged = merge(old, new)
    entries = tuple(_new_entries(old, merged))
    if is_outdated(old, new):
        return entries
    day = new.provenance.as_of.astimezone(_NEW_YORK).date()
    found = []
    for group, name, compare in _COMPARED:
        if group in old.told:
            pair = compare(old, merged)
            if pair is not None:
                found.append(Change(old.serial_number, "field", name, *pair, day))
    if "events" in old.told:
        found.extend(_new_events(old, merged, day))
    return (*found, *entries)


def event_key(event: ProsecutionEvent) -> tuple[str, str, date]:
    """Return what makes an entry the same one: code, type (a joined code is cut) and date."""
    code, type_ = event.code.strip(), event.type.strip()
    if not type_ and len(code) == 5:
        code, type_ = codes.split_event(code)
    return (code, type_, event.date)


def _new_events(old: CaseFile, new: CaseFile, day: date) -> Iterator[Change]:
    """Yield each entry of the prosecution history that was not there, once per code, type and day."""
    known = {event_key(event) for event in old.events}
    fresh = {event_key(event): event for event in reversed(new.events) if event_key(event) not in known}
    for (code, type_, entered), event in sorted(fresh.items(), key=lambda item: (item[0][2], item[0])):
        entry: dict[str, object] = {
            "code": code,
            "type": type_,
            "date": entered.isoformat(),
            "description": " ".join(event.description.split()) or codes.event_text(code, type_) or "",
        }
        if event.proceeding_number:
            entry["proceeding_number"] = event.proceeding_number
        yield Change(old.serial_number, "event", f"{code}/{type_}", None, entry, day)


def _new_entries(old: CaseFile, merged: CaseFile) -> Iterator[Change]:
    """Yield what came or moved in the lists that are joined entry by entry."""
    moved = (
        *joined_lists.news(old.assignments, merged.assignments),
        *joined_lists.news(old.proceedings, merged.proceedings),
    )
    for one in moved:
        yield Change(old.serial_number, "field", one.name, one.old, one.new, one.day)


def _status(old: CaseFile, new: CaseFile) -> Pair | None:
    """Compare the status code; its date and its words alone are no change."""
    return None if old.status_code == new.status_code else (old.status_code, new.status_code)


def _day(name: str) -> Callable[[CaseFile, CaseFile], Pair | None]:
    """Make the comparison of one date."""

    def compare(old: CaseFile, new: CaseFile) -> Pair | None:
        one, other = getattr(old, name), getattr(new, name)
        return None if one == other else (one and one.isoformat(), other and other.isoformat())

    return compare


def _late_day(name: str) -> Callable[[CaseFile, CaseFile], Pair | None]:
    """Make the comparison of a date that one source leaves out: another source supplying it is no news by itself."""
    compare = _day(name)

    def quieter(old: CaseFile, new: CaseFile) -> Pair | None:
        supplied = getattr(old, name) is None and old.provenance.source != new.provenance.source
        return None if supplied and old.status_code == new.status_code else compare(old, new)

    return quieter


def _text(name: str, normal: Callable[[str | None], str]) -> Callable[[CaseFile, CaseFile], Pair | None]:
    """Make the comparison of one text by its normal form."""

    def compare(old: CaseFile, new: CaseFile) -> Pair | None:
        one, other = getattr(old, name), getattr(new, name)
        return None if normal(one) == normal(other) else (one, other)

    return compare


def _emails(name: str) -> Callable[[CaseFile, CaseFile], Pair | None]:
    """Make the comparison of one set of e-mail addresses."""

    def compare(old: CaseFile, new: CaseFile) -> Pair | None:
        one, other = comparing.emails(getattr(old, name)), comparing.emails(getattr(new, name))
        return None if one == other else (list(one), list(other))

    return compare


def _registration_number(old: CaseFile, new: CaseFile) -> Pair | None:
    """Compare the registration number without its padding."""
    one, other = comparing.registration(old.registration_number), comparing.registration(new.registration_number)
    return None if one == other else (one, other)


def _register(old: CaseFile, new: CaseFile) -> Pair | None:
    """Compare the register where both name it."""
    same = old.register is None or normalise(old.register) == normalise(new.register)
    return None if same else (old.register, new.register)


def _basis(old: CaseFile, new: CaseFile) -> Pair | None:
    """Compare the filing bases that count now."""
    one, other = sorted(set(old.basis_current)), sorted(set(new.basis_current))
    return None if one == other else (one, other)


def _classes(old: CaseFile, new: CaseFile) -> Pair | None:
    """Compare which classes there are."""
    one, other = sorted(_class_status(old.classes)), sorted(_class_status(new.classes))
    return None if one == other else (one, other)


def _class_statuses(old: CaseFile, new: CaseFile) -> Pair | None:
    """Compare the status of the classes that both records have and tell; values are lists such as ["025: 6"]."""
    one, other = _class_status(old.classes), _class_status(new.classes)
    moved = sorted(c for c in one.keys() & other.keys() if one[c] and other[c] and one[c] != other[c])
    return ([f"{c}: {one[c]}" for c in moved], [f"{c}: {other[c]}" for c in moved]) if moved else None


def _class_status(classes: tuple[GoodsClass, ...]) -> dict[str, str]:
    """Return class code -> its status, "" when not told (several entries of one class are joined)."""
    found: dict[str, set[str]] = {}
    for one in classes:
        found.setdefault(comparing.class_code(one.code), set()).add(comparing.class_status(one.status_code) or "")
    return {code: ", ".join(sorted(status - {""})) for code, status in found.items()}


def _owners(old: CaseFile, new: CaseFile) -> Pair | None:
    """Compare the current owners by name, and by party type where both tell it.

    The steps to "owner at publication" and "original registrant" come with the procedure: no change of owner. Where
    one record tells no party types it lists former owners too, so the other's owners need only be among them.
    """
    one, other = _names(old.current_owners), _names(new.current_owners)
    was, now = _party_type(old), _party_type(new)
    if one.keys() == other.keys():
        moved = was is not None and now is not None and was != now and now not in _SAME_OWNER_STEPS
        return (_numbered(one, was), _numbered(other, now)) if moved else None
    if (was is None) != (now is None) and (one.keys() <= other.keys() or other.keys() <= one.keys()):
        return None
    return sorted(one.values()), sorted(other.values())


def _numbered(names: dict[str, str], party_type: int | None) -> list[str]:
    """Return the names with the party type behind, for owners whose name stayed."""
    return sorted(f"{name} ({party_type})" for name in names.values())


def _names(owners: tuple[Owner, ...]) -> dict[str, str]:
    """Return normal form -> name as written, of each owner once."""
    return {normalise(owner.name): " ".join(owner.name.split()) for owner in owners}


def _party_type(record: CaseFile) -> int | None:
    """Return the highest party type."""
    return max((owner.party_type for owner in record.owners if owner.party_type is not None), default=None)


def _owner_address(old: CaseFile, new: CaseFile) -> Pair | None:
    """Compare the addresses of owners who are current in both records."""
    before = {normalise(owner.name): owner.address for owner in old.current_owners}
    after = {normalise(owner.name): owner.address for owner in new.current_owners}
    moved = sorted(
        name
        for name in before.keys() & after.keys()
        if comparing.address_words(before[name])
        and comparing.address_words(after[name])
        and not comparing.same_address(before[name], after[name])
    )
    return ([before[n].one_line() for n in moved], [after[n].one_line() for n in moved]) if moved else None


def _attorney(old: CaseFile, new: CaseFile) -> Pair | None:
    """Compare the attorney of record by name."""
    one, other = old.attorney and old.attorney.name, new.attorney and new.attorney.name
    return None if normalise(one) == normalise(other) else (one, other)


def _correspondent(old: CaseFile, new: CaseFile) -> Pair | None:
    """Compare the correspondent's name, firm and address, or its lines (comparing.same_correspondent)."""
    if comparing.same_correspondent(old.correspondent, new.correspondent):
        return None
    return _correspondent_text(old), _correspondent_text(new)


def _correspondent_text(record: CaseFile) -> str | None:
    """Return the correspondent in one line."""
    one = record.correspondent
    if one is None:
        return None
    if not comparing.has_fields(one):
        return ", ".join(" ".join(line.split()) for line in one.lines if line.strip())
    return ", ".join(part for part in (one.name, one.firm, one.address.one_line()) if part)


# (group that both must tell, name of the change, comparison), in the order of the answer.
_COMPARED: tuple[tuple[str, str, Callable[[CaseFile, CaseFile], Pair | None]], ...] = (
    ("status", "status", _status),
    ("status", "abandonment_date", _day("abandonment_date")),
    ("status", "cancellation_date", _late_day("cancellation_date")),
    ("registration", "registration_number", _registration_number),
    ("registration", "registration_date", _day("registration_date")),
    ("renewal", "renewal_date", _late_day("renewal_date")),
    ("mark", "mark_text", _text("mark_text", comparing.plain)),
    ("mark", "register", _register),
    ("basis", "basis", _basis),
    ("classes", "classes", _classes),
    ("classes", "class_status", _class_statuses),
    ("owners", "owners", _owners),
    ("owners", "owner_address", _owner_address),
    ("owner_emails", "owner_emails", _emails("owner_emails")),
    ("attorney", "attorney", _attorney),
    ("attorney_emails", "attorney_emails", _emails("attorney_emails")),
    ("correspondent", "correspondent", _correspondent),
    ("correspondent_emails", "correspondent_emails", _emails("correspondent_emails")),
    ("domestic_representative", "domestic_representative", _text("domestic_representative", normalise)),
)

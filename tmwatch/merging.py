"""How a newly told record joins the one on hand: newer wins, group by group, and silence erases nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tmwatch import comparing, joined_lists
from tmwatch.records import CaseFile, Correspondent

# Field group -> the record's fields it covers (records.FIELD_GROUPS).
GROUP_FIELDS: dict[str, tuple[str, ...]] = {
    "status": (
        "status_code",
        "status_date",
        "status_text",
        "abandonment_date",
        "cancellation_date",
        "cancellation_code",
    ),
    "registration": ("registration_number", "registration_date"),
    "mark": ("mark_text", "drawing_code", "standard_characters", "kinds"),
    "basis": ("basis_filed", "basis_current"),
    "classes": ("classes",),
    "owners": ("owners",),
    "owner_emails": ("owner_emails",),
    "attorney": ("attorney",),
    "attorney_emails": ("attorney_emails",),
    "correspondent": ("correspondent",),
    "correspondent_emails": ("correspondent_emails",),
    "domestic_representative": ("domestic_representative",),
    "events": ("events",),
    "statements": ("statements",),
    "madrid": ("international_registration",),
    "publication": ("publication_date", "notice_of_allowance_date"),
    "renewal": ("renewal_date",),
    "assignments": ("assignments",),
    "proceedings": ("proceedings",),
    "flags": ("flags",),
}
# Never untold: no case loses its filing date or its register; sources merely leave them out.
_KEPT_WHEN_ABSENT = ("filing_date", "register")
# Left out by one source or another while the status that they belong to stands (facts: old dead marks lack a
# cancellation date; bulk records carry no status text and no date of allowance).
_KEPT_WITH_STATUS = ("status_text", "cancellation_date", "cancellation_code", "renewal_date")
_BULK = ("odp", "register")


def told_groups(record: CaseFile) -> frozenset[str]:
    """Return the groups a record speaks about. A bulk record without an attorney does not say that there is none."""
    if record.provenance.source in _BULK and record.attorney is None:
        return record.told - {"attorney"}
    return record.told


def is_addition(record: CaseFile) -> bool:
    """Whether a record tells of assignments or proceedings alone (the Board's and the assignment files, details).

    It says nothing of the case's status, so it never moves the moment of the case, and is itself never too old.
    """
    return bool(record.told) and record.told <= joined_lists.GROUPS


def is_outdated(old: CaseFile, new: CaseFile) -> bool:
    """Whether `new` is a look at the whole case that is older than the one on hand."""
    return new.provenance.as_of < old.provenance.as_of and not (is_addition(old) or is_addition(new))


def merge(old: CaseFile | None, new: CaseFile) -> CaseFile:
    """Return the record to keep. Only the groups `new` tells replace those of `old`.

    A record whose `as_of` is older never wins; it may fill groups that were never told. Assignments and proceedings
    are joined entry by entry (joined_lists). Applying the same record twice changes nothing.
    """
    if old is None:
        return new
    return replace(_merged(old, new), **_joined(old, new))


def _merged(old: CaseFile, new: CaseFile) -> CaseFile:
    """Merge everything but the entries of the joined lists."""
    if is_addition(new):
        newest = is_addition(old) and new.provenance.as_of >= old.provenance.as_of
        return replace(old, told=old.told | new.told, provenance=new.provenance if newest else old.provenance)
    if is_addition(old):
        return replace(new, told=old.told | told_groups(new))
    if is_outdated(old, new):
        return _fill(old, new)
    told = told_groups(new) - joined_lists.GROUPS
    fields = {name: getattr(new, name) for group in told for name in GROUP_FIELDS[group]}
    for name in _KEPT_WHEN_ABSENT:
        fields[name] = _or(getattr(new, name), getattr(old, name))
    _keep(old, new, fields)
    if "correspondent" in told:
        fields["correspondent"] = _correspondent(old.correspondent, new.correspondent)
    return replace(old, provenance=new.provenance, told=old.told | told_groups(new), **fields)


def _joined(old: CaseFile, new: CaseFile) -> dict[str, Any]:
    """Return the joined lists of both records, as far as each tells them."""
    was, now = old.provenance.as_of, new.provenance.as_of
    assignments = [record.assignments if "assignments" in record.told else () for record in (old, new)]
    proceedings = [record.proceedings if "proceedings" in record.told else () for record in (old, new)]
    return {
        "assignments": joined_lists.joined(assignments[0], assignments[1], was, now),
        "proceedings": joined_lists.joined(proceedings[0], proceedings[1], was, now),
    }


def _fill(old: CaseFile, older: CaseFile) -> CaseFile:
    """Return `old` with the groups it never told taken from an older record."""
    missing = told_groups(older) - old.told
    fields = {name: getattr(older, name) for group in missing for name in GROUP_FIELDS[group]}
    for name in _KEPT_WHEN_ABSENT:
        fields[name] = _or(getattr(old, name), getattr(older, name))
    return replace(old, told=old.told | missing, **fields)


def _keep(old: CaseFile, new: CaseFile, fields: dict[str, Any]) -> None:
    """Put back into `fields` what a source leaves out although it still holds."""
    if "status" not in new.told or new.status_code == old.status_code:
        for name in _KEPT_WITH_STATUS:
            if name in fields:
                fields[name] = _or(fields[name], getattr(old, name))
    if new.provenance.source in _BULK and "notice_of_allowance_date" in fields:
        fields["notice_of_allowance_date"] = _or(new.notice_of_allowance_date, old.notice_of_allowance_date)


def _or(value: Any, other: Any) -> Any:
    """Return the first that is not None."""
    return other if value is None else value


def _correspondent(old: Correspondent | None, new: Correspondent | None) -> Correspondent | None:
    """Join the two views of a correspondent: the fields of TSDR and the lines of bulk records.

    A new view that differs from the old one of the same form makes the other form stale, which is then dropped; else
    both are kept side by side. An empty element never replaces a filled one.
    """
    if new is None or not (comparing.has_fields(new) or comparing.has_lines(new)):
        return old
    if old is None or (comparing.has_fields(new) and comparing.has_lines(new)):
        return new
    if not comparing.same_correspondent(old, new):
        return new
    if comparing.has_lines(new):
        return replace(old, lines=new.lines)
    return replace(new, lines=old.lines)

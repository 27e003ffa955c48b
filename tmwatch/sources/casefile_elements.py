"""Every element of the daily applications DTD (2005-04-01, 158 elements): read, or ignored and why.

`READ` and `IGNORED` go by parent, because one name has several meanings (`registration-number` of the case and of a
foreign application). What stands in neither is reported: then the format has moved.
"""

from __future__ import annotations

_HEADER_READ = """
    filing-date registration-date status-code status-date mark-identification mark-drawing-code
    published-for-opposition-date abandonment-date cancellation-code cancellation-date domestic-representative-name
    attorney-docket-number attorney-name trademark-in collective-trademark-in service-mark-in
    collective-service-mark-in collective-membership-mark-in certification-mark-in cancellation-pending-in
    published-concurrent-in concurrent-use-in concurrent-use-proceeding-in interference-pending-in
    opposition-pending-in section-2f-in section-2f-in-part-in supplemental-register-in intent-to-use-in
    intent-to-use-current-in filed-as-use-application-in use-application-currently-in
    filing-basis-filed-as-44d-in filing-basis-current-44d-in filing-basis-filed-as-44e-in
    filing-basis-current-44e-in without-basis-currently-in filing-current-no-basis-in
    standard-characters-claimed-in filing-basis-filed-as-66a-in filing-basis-current-66a-in renewal-date
"""

# parent -> children whose content the parser takes.
READ: dict[str, frozenset[str]] = {
    parent: frozenset(children.split())
    for parent, children in {
        "trademark-applications-daily": "version creation-datetime application-information",
        "application-information": "data-available-code file-segments",
        "file-segments": "file-segment action-keys",
        "action-keys": "action-key case-file",
        "case-file": """serial-number registration-number transaction-date case-file-header case-file-statements
            case-file-event-statements classifications correspondent case-file-owners international-registration""",
        "case-file-header": _HEADER_READ,
        "case-file-statements": "case-file-statement",
        "case-file-statement": "type-code text",
        "case-file-event-statements": "case-file-event-statement",
        "case-file-event-statement": "code type description-text date number",
        "classifications": "classification",
        "classification": """international-code us-code status-code status-date first-use-anywhere-date
            first-use-in-commerce-date primary-code""",
        "correspondent": "address-1 address-2 address-3 address-4 address-5",
        "case-file-owners": "case-file-owner",
        "case-file-owner": """entry-number party-type nationality legal-entity-type-code entity-statement party-name
            address-1 address-2 city state country other postcode dba-aka-text""",
        "nationality": "state country other",
        "international-registration": """international-registration-number international-registration-date
            international-publication-date international-renewal-date auto-protection-date international-death-date
            international-status-code international-status-date""",
    }.items()
}

_OFFICE = "Office side; noise to an owner"
_EVENTS_TELL = "flag without a date and unreliable; the events tell it"
_AMENDED = "how it came about; the current state is read"
_DRAWING = "how the drawing looks; no right hangs on it"
_RELATED = "other applications, no fact of this case"
_COUNT = "a count of elements that are read"

# (parent, children) -> why they are left alone, with everything below them.
_IGNORED: tuple[tuple[str, str, str], ...] = (
    ("version", "version-no version-date", "unchanged since 2005; the elements themselves are checked"),
    (
        "case-file-header",
        "law-office-assigned-location-code current-location location-date employee-name",
        _OFFICE,
    ),
    (
        "case-file-header",
        """renewal-filed-in section-8-filed-in section-8-partial-accept-in section-8-accepted-in
        section-15-acknowledged-in section-15-filed-in change-registration-in""",
        _EVENTS_TELL,
    ),
    (
        "case-file-header",
        """amend-to-register-date principal-register-amended-in supplemental-register-amended-in
        amended-to-use-application-in amended-to-itu-application-in amended-to-44d-application-in
        amended-to-44e-application-in""",
        _AMENDED,
    ),
    (
        "case-file-header",
        "color-drawing-filed-in color-drawing-current-in drawing-3d-filed-in drawing-3d-current-in",
        _DRAWING,
    ),
    ("case-file-header", "republished-12c-date section-12c-in", "old registrations only; starts no term"),
    ("case-file-header", "foreign-priority-in", _RELATED),
    ("case-file", "prior-registration-applications foreign-applications", _RELATED),
    ("case-file", "design-searches", _DRAWING),
    ("case-file", "madrid-international-filing-requests", "outbound Madrid filings: rights abroad, not this mark"),
    ("prior-registration-applications", "other-related-in prior-registration-application", _RELATED),
    ("prior-registration-application", "relationship-type number", _RELATED),
    ("foreign-applications", "foreign-application", _RELATED),
    (
        "foreign-application",
        """filing-date registration-date registration-expiration-date registration-renewal-date
        registration-renewal-expiration-date entry-number application-number country other registration-number
        renewal-number foreign-priority-claim-in""",
        _RELATED,
    ),
    ("classification", "international-code-total-no us-code-total-no", _COUNT),
    (
        "case-file-owner",
        "composed-of-statement name-change-explanation",
        "free text about the owner; the name itself is read",
    ),
    ("design-searches", "design-search", _DRAWING),
    ("design-search", "code", _DRAWING),
    (
        "international-registration",
        "priority-claimed-in priority-claimed-date first-refusal-in",
        "priority and refusal show in dates and events",
    ),
    ("madrid-international-filing-requests", "madrid-international-filing-record", "outbound"),
    (
        "madrid-international-filing-record",
        """entry-number reference-number original-filing-date-uspto international-registration-number
        international-registration-date international-status-code international-status-date
        irregularity-reply-by-date international-renewal-date madrid-history-events""",
        "outbound",
    ),
    ("madrid-history-events", "madrid-history-event", "outbound"),
    ("madrid-history-event", "code date description-text entry-number", "outbound"),
)

IGNORED: dict[str, dict[str, str]] = {}
for _parent, _children, _reason in _IGNORED:
    IGNORED.setdefault(_parent, {}).update(dict.fromkeys(_children.split(), _reason))

KNOWN: dict[str, frozenset[str]] = {
    parent: READ.get(parent, frozenset()) | IGNORED.get(parent, {}).keys() for parent in READ.keys() | IGNORED.keys()
}

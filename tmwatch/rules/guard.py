"""C07, the correspondence guard: what the record names against what the owner said to expect."""

from __future__ import annotations

from collections.abc import Iterator

from tmwatch import comparing
from tmwatch.comparing import normalise
from tmwatch.findings import Severity
from tmwatch.portfolio import Watch
from tmwatch.records import CaseFile
from tmwatch.rules.base import Facts, Hit, rule
from tmwatch.rules.evidence import both
from tmwatch.rules.incidents import change_words, field_changes
from tmwatch.text import N_, Text, say

_WORDS = {
    "owner": N_("The owner on record is {found}, expected is {wanted}"),
    "attorney": N_("The attorney of record is {found}, expected is {wanted}"),
    "e-mail": N_("The e-mail address {found} is on the record, expected is {wanted}"),
}
_FIELDS = {"owner": "owners", "attorney": "attorney", "e-mail": "correspondent_emails"}


@rule(
    "C07",
    Severity.CRITICAL,
    action=N_(
        "To be treated as a takeover until explained: the documents in TSDR show who filed the change; the USPTO takes "
        "reports at TMScams@uspto.gov; own counsel can file a correction; Amazon can be warned before a verification "
        "code is sent to the address"
    ),
    citation="37 CFR 2.18, 2.23; USPTO page on unauthorized changes to your file",
    letter="S",
)
def outside_expected(facts: Facts) -> Iterator[Hit]:
    """Correspondence, attorney or owner outside the expected list.

    Speaks only where the portfolio row gives expected values; an address beside an expected one counts too.
    """
    seen: set[tuple[str, str]] = set()
    for watch in facts.watches:
        for key, words in _strangers(facts.mark, watch):
            if (watch.client, key) not in seen:
                seen.add((watch.client, key))
                yield Hit(_with_change(facts, key, words), key=key, client=watch.client)


def _strangers(mark: CaseFile, watch: Watch) -> Iterator[tuple[str, Text]]:
    """Yield key and statement of each value on the record that this row does not expect."""
    if watch.owner_expected:
        for owner in mark.current_owners:
            if not _is_among(owner.name, watch.owner_expected):
                yield _stranger("owner", owner.name, watch.owner_expected)
    if watch.attorney_expected and mark.attorney is not None:
        name = mark.attorney.name
        if not _is_among(name, watch.attorney_expected):
            yield _stranger("attorney", name, watch.attorney_expected)
    if watch.correspondents_expected:
        for address in comparing.emails(mark.correspondent_emails + mark.attorney_emails):
            if not any(is_expected(address, one) for one in watch.correspondents_expected):
                yield _stranger("e-mail", address, ";".join(watch.correspondents_expected))


def _is_among(name: str, expected: str) -> bool:
    """Whether a name is one of a `;` list of names."""
    return normalise(name) in {normalise(part) for part in expected.split(";")}


def _stranger(kind: str, name: str, expected: str) -> tuple[str, Text]:
    """Return the key (which value it is) and the statement about it."""
    wanted = ", ".join(part.strip() for part in expected.split(";") if part.strip())
    return f"{kind} {normalise(name)}", say(_WORDS[kind], found=" ".join(name.split()), wanted=wanted)


def is_expected(address: str, expected: str) -> bool:
    """Whether an e-mail address is the expected one, or lies in the expected domain ("example.com", "@example.com")."""
    address, expected = comparing.email(address), comparing.email(expected)
    if "@" in expected.lstrip("@"):
        return address == expected
    domain, wanted = address.rpartition("@")[2], expected.lstrip("@")
    return bool(wanted) and (domain == wanted or domain.endswith(f".{wanted}"))


def _with_change(facts: Facts, key: str, words: Text) -> Text:
    """Add when and from what the value changed, where the ledger knows it."""
    change = next(field_changes(facts, _FIELDS[key.split(" ", 1)[0]]), None)
    return both(words, change_words(change) if change else None)

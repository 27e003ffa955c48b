"""What Brand Registry has been seen to ask of the mark behind a brand, checked against record and portfolio row.

Sources: facts on Brand Registry's guide and practitioners' reports; nothing here says what anybody will do. Rules
B04, B05 and B07 speak of the checks that fail; reports show all of them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from tmwatch.codes import is_lost, standing
from tmwatch.comparing import normalise
from tmwatch.exposure import offices
from tmwatch.portfolio import Watch
from tmwatch.records import CaseFile
from tmwatch.text import COMMAS, N_, Text, chain, say

NAMES = {
    "live": N_("A mark that lives, pending or registered"),
    "text": N_("The brand name is the text of the mark, character by character"),
    "register": N_("Principal Register"),
    "letters": N_("Letters or numbers in the mark"),
    "owner": N_("The owner on the record is the seller"),
    "basis": N_("Filing basis"),
    "office": N_("A mark at the office of each marketplace"),
}
_NO_LETTERS = "2"  # drawing code: design without words, letters or numbers
_MADRID = "66a"
# how two texts that differ in one way only differ; what differs otherwise is another text
_DIFFERENCES = {
    "case": N_("The brand is {brand}, the mark is {mark}: they differ in letter case"),
    "blanks": N_("The brand is {brand}, the mark is {mark}: they differ in spaces"),
    "punctuation": N_("The brand is {brand}, the mark is {mark}: they differ in punctuation or symbols"),
    "text": N_("The brand is {brand}, the mark is {mark}"),
}


@dataclass(frozen=True, slots=True)
class Check:
    """One requirement. `name` is one of NAMES. `ok` None: the record or the owner does not say. `words` tell what was
    found; None where there is nothing to tell."""

    name: str
    ok: bool | None
    words: Text | None = None


def meant_for_registry(watch: Watch) -> bool:
    """Whether a row speaks of Brand Registry with this mark: enrolled, asked for, refused or removed."""
    return bool(watch.brand_registry_status) and watch.enrolled_with_this_mark is not False


def difference(brand: str, mark: str) -> str | None:
    """Return how a brand name differs from the text of its mark, character by character: case | blanks | punctuation |
    text; None when they are the same."""
    if brand == mark:
        return None
    for name, fold in (("case", str.casefold), ("blanks", _closed), ("punctuation", _letters)):
        if fold(brand) == fold(mark) or (name != "case" and fold(brand).casefold() == fold(mark).casefold()):
            return name
    return "text"


def checks(watch: Watch, mark: CaseFile) -> tuple[Check, ...]:
    """Return all requirements as far as record and portfolio row tell, in a fixed order."""
    return tuple(_checks(watch, mark))


def live(mark: CaseFile) -> Check:
    """A pending or registered mark will do, a dead one will not."""
    if is_lost(mark.status_code, mark.registration_number):
        return Check("live", False, say("The record shows the mark as dead"))
    now = standing(mark.status_code, mark.registration_number)
    return Check("live", True if now.is_live else None)


def text(watch: Watch, mark: CaseFile) -> Check:
    """Compare the brand name with the text of the mark: letter case, spaces and punctuation count."""
    if not watch.brand or not mark.mark_text:
        return Check("text", None)
    how = difference(watch.brand, mark.mark_text)
    return Check("text", True) if how is None else Check("text", False, told(how, watch.brand, mark.mark_text))


def told(how: str, brand: str, mark: str) -> Text:
    """Say how brand and mark differ."""
    return say(_DIFFERENCES[how], brand=brand, mark=mark)


def register(mark: CaseFile) -> Check:
    """The Principal Register is asked for; the Supplemental one is seen to be refused."""
    if mark.register is None:
        return Check("register", None)
    if mark.register == "supplemental":
        return Check("register", False, say("The mark stands on the Supplemental Register"))
    return Check("register", True)


def letters(mark: CaseFile) -> Check:
    """A design must hold letters or numbers."""
    if mark.drawing_code is None:
        return Check("letters", None)
    if mark.drawing_code == _NO_LETTERS:
        words = say("The mark is a design without words, letters or numbers (drawing code 2)")
        return Check("letters", False, words)
    return Check("letters", True)


def owner(watch: Watch, mark: CaseFile) -> Check:
    """The owner on the record is one the seller expects (several between `;`)."""
    expected = {normalise(name) for name in (watch.owner_expected or "").split(";")} - {""}
    owners = mark.current_owners
    if not expected or not owners:
        return Check("owner", None)
    if any(normalise(one.name) in expected for one in owners):
        return Check("owner", True)
    words = say(
        "Owner on the record: {owner}; expected: {expected}", owner=owners[0].name, expected=watch.owner_expected
    )
    return Check("owner", False, words)


def basis(mark: CaseFile) -> Check:
    """Any basis will do; a mark that came through WIPO is enrolled with its US number, not the international one."""
    if not mark.basis_current:
        return Check("basis", None)
    if _MADRID in mark.basis_current:
        words = say(
            "Filed through WIPO (basis 66(a)): Brand Registry asks for the US number, not the international one"
        )
        return Check("basis", True, words)
    return Check("basis", True)


def office(watch: Watch) -> Check:
    """Each marketplace looks at a mark of its own office; what stands at another office than the US is not known."""
    others = [place for one in offices(watch.marketplaces, ()) if not one.watched for place in one.marketplaces]
    if others:
        words = say(
            "Only the US mark is watched here; not known is what stands behind {places}", places=chain(others, COMMAS)
        )
        return Check("office", None, words)
    return Check("office", True if watch.marketplaces else None)


def _checks(watch: Watch, mark: CaseFile) -> Iterator[Check]:
    yield live(mark)
    yield text(watch, mark)
    yield register(mark)
    yield letters(mark)
    yield owner(watch, mark)
    yield basis(mark)
    yield office(watch)


def _closed(written: str) -> str:
    """A text without its blanks."""
    return "".join(written.split())


def _letters(written: str) -> str:
    """A text of its letters and numbers alone."""
    return "".join(one for one in written if unicodedata.category(one)[0] in "LN")

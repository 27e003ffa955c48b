"""Codes that English prints as they are stored, and the words another language has for them.

Scripts read the English of the command line, so its codes stay codes; a reader of Chinese gets words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tmwatch.text import N_


@dataclass(frozen=True, slots=True)
class Code:
    """A code and the sentence it stands for in a language that is not English; `str()` is the code."""

    code: str
    msgid: str

    def __str__(self) -> str:
        """The code."""
        return self.code


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a rule is written; a remark behind it ("seen by sellers") is ours and is translated."""

    text: str

    def __str__(self) -> str:
        """The citation in English."""
        return self.text


def coded(words: Mapping[str, str], code: str, english: str | None = None) -> Code | str:
    """Return a code that `words` knows with its sentence, another as it is; `english` where English writes it apart."""
    shown = code if english is None else english
    return Code(shown, words[code]) if code in words else shown


SEVERITIES = {
    "critical": N_("Critical"),
    "high": N_("High"),
    "medium": N_("Medium"),
    "low": N_("Low"),
    "info": N_("For information"),
    "none": N_("none"),
    "unknown": N_("not known"),
}
GOOD_NEWS = Code("GOOD NEWS", N_("Good news"))
SOURCES = {
    "tsdr": N_("TSDR"),
    "daily files": N_("Daily files"),
    "TTAB daily files": N_("TTAB daily files"),
    "assignment daily files": N_("Assignment daily files"),
    "case details": N_("Case details"),
    "order list": N_("Order list"),
    "page of orders": N_("Page of orders"),
}
CONFIDENCES = {"H": N_("sure"), "M": N_("fairly sure"), "L": N_("doubtful")}
STANDINGS = {
    "live_pending": N_("live, pending application"),
    "live_registered": N_("live, registered"),
    "dead": N_("Dead"),
    "indifferent": N_("neither live nor dead by the USPTO's table"),
    "unknown": N_("not known"),
}
RUN_KINDS = {
    "run": N_("daily pass"),
    "files": N_("Daily files"),
    "order watch": N_("Page of orders"),
    "orders import": N_("import of an order"),
    "housekeeping": N_("housekeeping"),
}
RUN_STATES = {
    "running": N_("running"),
    "done": N_("done"),
    "incomplete": N_("incomplete"),
    "dead": N_("broken off"),
}
DELIVERY_STATES = {
    "queued": N_("waits to be sent"),
    "sending": N_("being sent"),
    "sent": N_("sent"),
    "deferred": N_("put off, tried again"),
    "failed": N_("failed"),
    "ambiguous": N_("sent, perhaps not arrived"),
    "held": N_("held"),
    "superseded": N_("replaced by a later one"),
    "no recipient": N_("no recipient"),
}
MESSAGE_KINDS = {
    "baseline": N_("First report"),
    "digest": N_("Digest"),
    "alert": N_("Alert"),
    "all_clear": N_("All clear"),
    "notice": N_("Notice"),
    "overview": N_("Overview of all clients"),
    "copy": N_("Copy in another language"),
}
ORDER_TYPES = {
    "show_cause": N_("order to show cause"),
    "supplemental_show_cause": N_("supplemental order to show cause"),
    "supplemental_show_cause_and_notice_of_reconsideration": N_(
        "supplemental order to show cause and notice of proposed reconsideration"
    ),
    "consolidated_show_cause_and_notice_of_reconsideration": N_(
        "consolidated order to show cause and notice of proposed reconsideration"
    ),
    "order_reconsidering_registration_decisions": N_("order reconsidering registration decisions"),
    "final_sanctions": N_("final order for sanctions"),
    "oed_complaint": N_("complaint against a practitioner"),
    "oed_discipline": N_("discipline of a practitioner"),
    "oed_exclusion_default": N_("exclusion of a practitioner by default"),
    "oed_reprimand": N_("reprimand of a practitioner"),
    "oed_settlement": N_("settlement with a practitioner"),
    "oed_suspension": N_("suspension of a practitioner"),
}
DEADLINE_KINDS = {
    "section_8": N_("Section 8 declaration of use"),
    "section_8_9": N_("Sections 8 and 9: declaration of use and renewal"),
    "section_15": N_("Section 15 declaration of incontestability (optional)"),
    "section_71": N_("Section 71 declaration of use"),
    "section_71_9": N_("Section 71 declaration of use (ten-year period)"),
    "international_renewal": N_("Renewal of the international registration at WIPO"),
    "office_action": N_("Answer to the Office action"),
    "post_registration_action": N_("Answer to the post-registration action"),
    "statement_of_use": N_("Statement of use or extension request"),
    "opposition_window": N_("End of the period in which others may oppose"),
    "revival": N_("Petition to revive the application"),
    "director_petition": N_("Petition to the Director"),
    "reconsideration": N_("Request for reconsideration"),
    "expungement_answer": N_("Answer in the expungement proceeding"),
    "reexamination_answer": N_("Answer in the reexamination proceeding"),
    "ttab_answer": N_("Answer before the Trademark Trial and Appeal Board"),
    "order_response": N_("Response to the order"),
    "transformation": N_("Transformation into a national application"),
}
DEADLINE_STATES = {
    "open": N_("open"),
    "filed": N_("filed, not yet accepted"),
    "refused": N_("refused, an answer is needed"),
    "overdue": N_("overdue"),
}
PERIODS = {"notice not received": N_("when the notice was not received")}
METHODS = {
    "pdf-text": N_("text of the PDF"),
    "csv": N_("CSV table"),
    "xlsx": N_("Excel table"),
    "text": N_("text file"),
    "ocr": N_("pictures read by machine"),
}
MATCHES = {
    "number": N_("number"),
    "e-mail": N_("e-mail"),
    "domain": N_("domain"),
    "firm": N_("firm"),
    "brand": N_("brand"),
    "person": N_("person"),
    "address": N_("address"),
}
ENROLMENTS = {
    "enrolled": N_("Enrolled"),
    "pending": N_("enrolment pending"),
    "not_enrolled": N_("not enrolled"),
    "removed": N_("enrolment removed"),
}
ANSWERS = {"yes": N_("yes"), "no": N_("no")}
# What the system says when it refuses a file, in its own words.
REFUSALS = frozenset(
    (
        N_("No such file or directory"),
        N_("Permission denied"),
        N_("Operation not permitted"),
        N_("Is a directory"),
        N_("Not a directory"),
        N_("File exists"),
        N_("File name too long"),
        N_("No space left on device"),
        N_("Disk quota exceeded"),
        N_("Read-only file system"),
        N_("Input/output error"),
    )
)
ERASED = {
    "portfolio rows": N_("portfolio rows"),
    "messages": N_("messages"),
    "deliveries": N_("deliveries"),
    "marks": N_("marks"),
    "parties": N_("parties"),
    "changes": N_("changes"),
    "findings": N_("findings"),
    "raw answers": N_("raw answers"),
    "files in the outbox folder": N_("files in the outbox folder"),
}

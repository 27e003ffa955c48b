"""Digest -> Message: words, subject, HTML, its plain-text twin and the frozen bytes. Same digest, same bytes."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime

from tmwatch.digest import mime
from tmwatch.digest.brief import brief
from tmwatch.digest.model import Digest, Message
from tmwatch.digest.rendering import inlined, rendered
from tmwatch.digest.subject import subject
from tmwatch.digest.unsubscribe import addresses
from tmwatch.digest.view import View, shorten, view
from tmwatch.digest.wording import Words, words

HTML_LIMIT = 90_000  # bytes; Gmail cuts a message at about 102 kB
MANY = 120  # entries above which only the first are shown
FIRST = 50  # that many of them
FULL_ROWS = 12  # findings of a list that get a card each in HTML; the others say the same in one table
_CUTS = (100, 80, 65, FIRST, 35, 20, 10, 5, 1)


def compose(
    digest: Digest,
    *,
    sender: str,
    date: datetime,
    recipients: tuple[str, ...] = (),
    sender_name: str | None = None,
    reply_to: str | None = None,
    unsubscribe: str | None = None,
) -> Message:
    """Return the message of a digest, its bytes frozen; they are the same for every one of `recipients`.

    `sender` is "address" or "Name <address>"; `date` (aware) becomes the Date header; `unsubscribe` is the setting of
    that name: mailto: and https: addresses.
    """
    voice = words(digest.language, digest.timezone)
    digest_id = message_key(digest.client, digest.local_date.isoformat(), digest.sequence)
    full = view(digest, voice, digest_id)
    text = _render("digest.txt.j2", full, voice)
    shown, html = _fitting(full, voice)
    envelope = mime.Envelope(
        digest_id=digest_id, client=digest.client, date=date, subject=subject(digest, full, voice),
        sender=sender, recipients=recipients, sender_name=sender_name, reply_to=reply_to,
        unsubscribe=addresses(unsubscribe, digest.client), replies_to=digest.replies_to,
    )  # fmt: skip
    twin = _render("digest.txt.j2", shown, voice) if shown.hidden else text
    raw = mime.freeze(envelope, twin, html, attachment=text if shown.hidden else None)
    return Message(
        id=digest_id, client=digest.client, kind=digest.kind, local_date=digest.local_date, sequence=digest.sequence,
        subject=envelope.subject, message_id=envelope.message_id, raw=raw, html=html, text=text,
        short=brief(full, words(digest.language, digest.timezone), bool(recipients)), corrects=digest.corrects,
    )  # fmt: skip


def message_key(client: str, local_date: str, sequence: int) -> str:
    """Return the id of a message: readable, safe in headers and file names, the same whenever it is made again."""
    digits = hashlib.sha256(f"{client}\n{local_date}\n{sequence}".encode("utf-8", "surrogatepass")).hexdigest()[:12]
    name = re.sub(r"[^a-z0-9]+", "-", client.lower())[:24].strip("-") or "client"
    return f"{name}-{local_date}-{sequence}-{digits}"


def _fitting(full: View, voice: Words) -> tuple[View, str]:
    """Return the longest view whose HTML is small enough: whole, or its first entries."""
    limits = [limit for limit in _CUTS if limit < full.entries and (full.entries <= MANY or limit <= FIRST)]
    for limit in ([None] if full.entries <= MANY else []) + limits:  # None: everything
        shown = shorten(full, limit) if limit else full
        html = inlined(_render("digest.html.j2", shown, voice))
        if len(html.encode()) <= HTML_LIMIT:
            break
    return shown, html


def _render(template: str, shown: View, voice: Words) -> str:
    """Render a template with the view and the sentences both forms share."""
    return rendered(
        template,
        voice,
        shown.hidden,
        v=shown,
        full_rows=FULL_ROWS,
        stake_note=voice.gettext(
            "What has been seen to go when an enrolment goes: A+ content, the brand Store, Sponsored Brands, Brand "
            "Analytics, protection of the listing. Listings often stay sellable. No term is published."
        ),
        confirm_note=voice.gettext("Dates are computed from the record: confirm each with counsel."),
    )

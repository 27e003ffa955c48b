"""Headers and frozen bytes of a message (RFC 5322): nothing random, nothing of the clock, one form for everybody."""

from __future__ import annotations

import hashlib
from binascii import b2a_qp
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import EmailPolicy, Policy
from email.utils import format_datetime, parseaddr
from functools import cache, lru_cache
from typing import Any

from tmwatch.digest.unsubscribe import takes_one_click
from tmwatch.digest.wording import clean

_REPLIES = 3  # alerts named in References beside the root: the header stays on one line below 998 characters
_PLAIN = ("date", "message-id", "references", "in-reply-to", "list-id", "list-unsubscribe", "list-unsubscribe-post",
          "auto-submitted", "x-tmwatch-digest-id")  # fmt: skip
_TO_LIMIT = 20  # addresses named in To; more would only be clutter


class OneLineHeader(UnstructuredHeader):
    """A header of ASCII that is never folded or encoded: Python would break a long address into RFC 2047 words."""

    name: str

    @classmethod
    def parse(cls, value: str, kwds: dict[str, Any]) -> None:
        """Take the value as it is: nothing in it is looked for."""
        kwds["parse_tree"], kwds["decoded"] = None, value

    def fold(self, *, policy: Policy[Any]) -> str:
        """Return the header on one line."""
        return f"{self.name}: {self}{policy.linesep}"


@dataclass(frozen=True, slots=True)
class Envelope:
    """What the headers say. `sender` is "address" or "Name <address>"; `sender_name` replaces the name."""

    digest_id: str
    client: str
    date: datetime
    subject: str
    sender: str
    recipients: tuple[str, ...] = ()
    sender_name: str | None = None
    reply_to: str | None = None
    unsubscribe: tuple[str, ...] = ()  # addresses of List-Unsubscribe; an https: one takes the POST of RFC 8058
    replies_to: tuple[str, ...] = ()  # Message-IDs of the alerts this message corrects, oldest first

    @property
    def address(self) -> str:
        """The bare address of the sender."""
        return _parsed(self.sender)[1]

    @property
    def domain(self) -> str:
        """The domain of the installation: that of the sender's address, in ASCII."""
        return _ascii_domain(self.address.rpartition("@")[2]) or "localhost"

    @property
    def message_id(self) -> str:
        """The same for the same client, local date, sequence and installation."""
        return f"<tmwatch.{self.digest_id}@{self.domain}>"

    @property
    def thread_id(self) -> str:
        """The fixed root to which every message of a client refers, so that they form one thread."""
        return f"<tmwatch.thread.{_hash(self.client)}@{self.domain}>"


def freeze(envelope: Envelope, text: str, html: str, attachment: str | None = None) -> bytes:
    """Return the complete message: text and HTML as alternatives, and the whole text attached when both are cut."""
    message = EmailMessage(policy=_policy())
    for name, value in _headers(envelope):
        message[name] = value
    message["MIME-Version"] = "1.0"
    message.make_alternative()
    message.attach(_part(text, "plain"))
    message.attach(_part(html, "html"))
    message.set_boundary(f"=_tmwatch_{_hash(envelope.digest_id)}_a")
    if attachment is not None:
        name = f"{envelope.digest_id}.txt"
        message.add_attachment(attachment, charset="utf-8", cte="base64", filename=name)
        message.set_boundary(f"=_tmwatch_{_hash(envelope.digest_id)}_m")
    return message.as_bytes()


def _part(body: str, subtype: str) -> EmailMessage:
    """Return one of the alternatives: readable as it is, or base64 where most of it would be escapes (Chinese: nine
    bytes a character). The library's own way of writing escapes takes four times as long."""
    part, data = EmailMessage(policy=_policy()), body.encode()
    if len(data) - len(body) > len(body) // 8:
        part.set_content(body, subtype=subtype, charset="utf-8", cte="base64")
    else:
        part["Content-Type"] = f'text/{subtype}; charset="utf-8"'
        part["Content-Transfer-Encoding"] = "quoted-printable"
        part.set_payload(b2a_qp(data, istext=True).decode("ascii"))
    del part["MIME-Version"]
    return part


def _headers(envelope: Envelope) -> list[tuple[str, str | Address | tuple[Address, ...]]]:
    """Return the headers in order; foreign text has lost its line breaks and control characters."""
    name = clean(envelope.sender_name or _parsed(envelope.sender)[0] or "tmwatch", 60)
    local, _, domain = envelope.address.rpartition("@")
    headers: list[tuple[str, str | Address | tuple[Address, ...]]] = [
        ("Date", format_datetime(envelope.date)),
        ("Message-ID", envelope.message_id),
        ("From", Address(name, local, _ascii_domain(domain))),
        ("To", _to(envelope.recipients)),
        ("Subject", clean(envelope.subject)),
    ]
    if envelope.reply_to and (back := _address(envelope.reply_to)):
        headers.append(("Reply-To", back))
    if envelope.replies_to:
        headers.append(("In-Reply-To", envelope.replies_to[-1]))
    headers += [
        ("References", " ".join((envelope.thread_id, *envelope.replies_to[-_REPLIES:]))),
        ("List-ID", f"<{_hash(envelope.client)}.tmwatch.{envelope.domain}>"),
        ("Auto-Submitted", "auto-generated"),
        ("X-Tmwatch-Digest-Id", envelope.digest_id),
    ]
    if envelope.unsubscribe:
        told = ", ".join(f"<{_one_word(address)}>" for address in envelope.unsubscribe)
        headers.append(("List-Unsubscribe", told))
        if takes_one_click(envelope.unsubscribe):
            headers.append(("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
    return headers


def _to(recipients: tuple[str, ...]) -> str | tuple[Address, ...]:
    """Name the client's recipients (the bytes are one form for all of them), or none where ASCII cannot write them."""
    known = tuple(address for address in map(_address, recipients[:_TO_LIMIT]) if address)
    return known or "undisclosed-recipients:;"


def _address(text: str) -> Address | None:
    """Read one address, None when it cannot stand in an ASCII header."""
    local, at, domain = parseaddr(text)[1].rpartition("@")
    plain = _ascii_domain(domain)
    if not (at and local and plain and local.isascii() and local.isprintable()):
        return None
    return Address("", local, plain)


@lru_cache(maxsize=64)
def _parsed(sender: str) -> tuple[str, str]:
    """Return name and address of a sender."""
    return parseaddr(sender)


@lru_cache(maxsize=1024)
def _ascii_domain(domain: str) -> str:
    """Return the domain in ASCII (IDNA), "" when it has no such form."""
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return ""


def _one_word(address: str) -> str:
    """Return an address without anything that could end its header or its brackets."""
    return "".join(c for c in address if c.isascii() and c.isprintable() and c not in " <>,")


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


class _Registry(HeaderRegistry):
    """The registry of the library, which makes a new class at every look-up; one a header is enough."""

    def __init__(self) -> None:
        super().__init__()
        self._made: dict[str, type[BaseHeader]] = {}

    def __getitem__(self, name: str) -> type[BaseHeader]:
        """Return the class of a header."""
        key = name.lower()
        if key not in self._made:
            self._made[key] = super().__getitem__(name)
        return self._made[key]


@cache
def _policy() -> EmailPolicy[EmailMessage]:
    """Return the policy: CRLF, ASCII headers, and the headers that must stay on one line."""
    registry = _Registry()
    for name in _PLAIN:
        registry.map_to_type(name, OneLineHeader)  # type: ignore[arg-type]  # the registry mixes the base in itself
    return EmailPolicy(linesep="\r\n", header_factory=registry, utf8=False)

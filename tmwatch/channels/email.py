"""Mail over SMTP, phase by phase: every failure says where it happened and whether the message may have arrived.

Transient: no connection, TLS or certificate trouble, 4xx, a lost connection before the final dot, and everything a
server says before it has heard of the message. Permanent: 5xx to sender, recipient or message. Ambiguous: lost after
the final dot. CredentialsRefused: user and password, or that none are given.
"""

from __future__ import annotations

import base64
import contextlib
import re
import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.utils import parseaddr
from typing import ClassVar, TypeVar
from urllib.parse import unquote, urlsplit

from tmwatch.channels.base import CredentialsRefused
from tmwatch.errors import AmbiguousDelivery, PermanentDelivery, SettingsError, TransientDelivery
from tmwatch.text import Text, say

R = TypeVar("R")
_ADDRESS = re.compile(r"[^\s<>()\[\],;:\\\"@\x00-\x1f\x7f]+@[^\s<>()\[\],;:\\\"@\x00-\x1f\x7f]+")
_LINE_END = re.compile(rb"\r\n|\r|\n")
# where a conversation stands
_CONNECTING, _GREETING, _TLS = say("connecting"), say("greeting"), say("starting TLS")
_LOGIN, _SENDER, _RECIPIENT = say("logging in"), say("naming the sender"), say("naming the recipient")
_ANNOUNCING, _SENDING = say("announcing the message"), say("sending the message")
_WAITING, _HANDING = say("waiting for the answer to the whole message"), say("handing the message over")
_NO_CREDENTIALS = (530, 534, 535, 538)  # RFC 4954: authentication required, too weak, refused, needs encryption


@dataclass(frozen=True, slots=True)
class EmailChannel:
    """One SMTP server. `tls`: "implicit" (smtps), "starttls" (with credentials) or "none" (without)."""

    host: str
    port: int
    sender: str
    tls: str = "none"
    user: str = ""
    password: str = field(default="", repr=False)
    ca_file: str | None = None
    timeout: float = 60.0
    schemes: ClassVar[tuple[str, ...]] = ("smtp", "smtps")
    name: ClassVar[str] = "email"

    @classmethod
    def from_url(cls, url: str, *, sender: str | None, ca_file: str | None, timeout: float) -> EmailChannel:
        """Read smtp://user:password@host:587 or smtps://user:password@host:465 (parts percent-encoded)."""
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port
        except ValueError:
            raise SettingsError(say("mail.url is no valid address: check the host and the port")) from None
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        if not host:
            raise SettingsError(say("mail.url names no host; write smtp://user:password@host:587"))
        if bool(user) != bool(password) or not (user + password).isascii():
            raise SettingsError(say("mail.url must hold user and password both, in ASCII, or neither"))
        address = parseaddr(sender or "")[1]
        if not _ADDRESS.fullmatch(address) or not address.isascii():
            raise SettingsError(
                say("mail.sender is missing or not ASCII: SMTP needs the address that messages come from")
            )
        if parts.scheme.lower() == "smtps":
            return cls(host, port or 465, address, "implicit", user, password, ca_file, timeout)
        tls = "starttls" if user else "none"
        return cls(host, port or (587 if user else 25), address, tls, user, password, ca_file, timeout)

    def deliver(self, raw: bytes, recipient: str) -> str:
        """Send `raw` to one recipient in one SMTP transaction and return the server's last answer."""
        if not _ADDRESS.fullmatch(recipient):
            raise PermanentDelivery(
                say("{address} is no e-mail address: correct it in the portfolio", address=_shown(recipient))
            )
        with self._session() as smtp:
            self._login(smtp)
            target, options = self._addressed(smtp, recipient)
            self._expect(_SENDER, *self._say(_SENDER, smtp.mail, self.sender, options))
            self._expect(_RECIPIENT, *self._say(_RECIPIENT, smtp.rcpt, target))
            return self._hand_over(smtp, raw)

    @contextlib.contextmanager
    def _session(self) -> Iterator[smtplib.SMTP]:
        """Connect, greet, and close whatever happens; saying goodbye may fail without harm."""
        smtp = self._connect()
        try:
            yield smtp
            with contextlib.suppress(smtplib.SMTPException, OSError):
                smtp.quit()
        finally:
            smtp.close()

    def _connect(self) -> smtplib.SMTP:
        """Open the connection, say EHLO and put TLS around it as `tls` says; nothing here is the message's fault."""
        context = self._context()
        phase = _CONNECTING
        try:
            smtp: smtplib.SMTP
            if self.tls == "implicit":
                smtp = smtplib.SMTP_SSL(self.host, self.port, self._me, timeout=self.timeout, context=context)
            else:
                smtp = smtplib.SMTP(self.host, self.port, self._me, timeout=self.timeout)
            phase = _GREETING
            smtp.ehlo_or_helo_if_needed()
            if self.tls == "starttls":
                phase = _TLS
                self._start_tls(smtp, context)
        except smtplib.SMTPResponseException as error:
            raise TransientDelivery(self._line(phase, self._answer(error.smtp_code, error.smtp_error))) from error
        except ssl.SSLCertVerificationError as error:
            reason = say(
                "its certificate is not trusted ({why}); a private authority goes to http.ca_file",
                why=error.verify_message,
            )
            raise TransientDelivery(self._line(phase, reason)) from error
        except (smtplib.SMTPException, OSError) as error:
            raise TransientDelivery(self._line(phase, _why(error))) from error
        return smtp

    def _start_tls(self, smtp: smtplib.SMTP, context: ssl.SSLContext) -> None:
        """Never go on in the clear when there are credentials."""
        if not smtp.has_extn("starttls"):
            smtp.close()
            raise TransientDelivery(
                self._line(_TLS, say("it offers no STARTTLS and a password is never sent in the clear; try smtps://"))
            )
        smtp.starttls(context=context)
        smtp.ehlo()

    def _context(self) -> ssl.SSLContext:
        """Trust what the system trusts, and the operator's own authority where one is set."""
        context = ssl.create_default_context()
        if self.ca_file:
            try:
                context.load_verify_locations(self.ca_file)
            except OSError as error:
                raise SettingsError(
                    say("http.ca_file {path} cannot be read as certificates", path=self.ca_file)
                ) from error
        return context

    def _login(self, smtp: smtplib.SMTP) -> None:
        if not self.user:
            return
        phase = _LOGIN
        try:
            smtp.login(self.user, self.password)
        except smtplib.SMTPAuthenticationError as error:
            line = self._line(phase, self._answer(error.smtp_code, error.smtp_error))
            if 400 <= error.smtp_code < 500:
                raise TransientDelivery(line) from error
            raise CredentialsRefused(_check_password(line)) from error
        except smtplib.SMTPNotSupportedError as error:
            raise CredentialsRefused(
                self._line(phase, say("it takes no login here; remove user and password from mail.url"))
            ) from error
        except (smtplib.SMTPException, OSError) as error:
            raise TransientDelivery(self._line(phase, _why(error))) from error

    def _addressed(self, smtp: smtplib.SMTP, recipient: str) -> tuple[str, tuple[str, ...]]:
        """Return the recipient as SMTP writes it and the MAIL options it needs (SMTPUTF8 for a non-ASCII name)."""
        local, _, domain = recipient.rpartition("@")
        try:
            plain = domain.encode("idna").decode("ascii")
        except UnicodeError:
            raise PermanentDelivery(
                say("{address} has no valid domain: correct it in the portfolio", address=_shown(recipient))
            ) from None
        if local.isascii():
            return f"{local}@{plain}", ()
        if not smtp.has_extn("smtputf8"):
            raise PermanentDelivery(
                say(
                    "{address} has letters that {host} cannot carry (no SMTPUTF8): use an address in ASCII",
                    address=_shown(recipient),
                    host=self.host,
                )
            )
        return f"{local}@{plain}", ("SMTPUTF8",)

    def _hand_over(self, smtp: smtplib.SMTP, raw: bytes) -> str:
        """Send the message. Before the final dot a loss is transient (the server must not take what has no end)."""
        code, answer = self._say(_ANNOUNCING, smtp.docmd, "DATA")
        self._expect(_ANNOUNCING, code, answer, (354,))
        self._say(_SENDING, smtp.send, _quoted(raw))
        try:
            smtp.send(b".\r\n")
            code, answer = smtp.getreply()
        except (smtplib.SMTPException, OSError) as error:
            line = self._line(_WAITING, _why(error))
            raise AmbiguousDelivery(say("{line}; it may have arrived", line=line)) from error
        self._expect(_HANDING, code, answer)
        return self._answer(code, answer)

    def _say(self, phase: Text, command: Callable[..., R], *args: object) -> R:
        """Run one command; a lost connection is transient and names its phase."""
        try:
            return command(*args)
        except (smtplib.SMTPException, OSError) as error:
            raise TransientDelivery(self._line(phase, _why(error))) from error

    def _expect(self, phase: Text, code: int, answer: bytes, good: tuple[int, ...] = (250, 251)) -> None:
        """Raise what the answer means, unless it is one of `good`."""
        if code in good:
            return
        line = self._line(phase, self._answer(code, answer))
        if code in _NO_CREDENTIALS:
            raise CredentialsRefused(_check_password(line))
        if 500 <= code < 600:
            raise PermanentDelivery(line)
        raise TransientDelivery(line)

    def _line(self, phase: Text, what: str | Text) -> Text:
        server = f"{self.host}:{self.port}"
        return say("Mail server {server}, {phase}: {what}", server=server, phase=phase, what=what)

    def _answer(self, code: int, answer: bytes | str) -> str:
        """Return the server's words on one line, without the password should it repeat it."""
        text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else str(answer)
        if self.password:
            for secret in (self.password, *_encoded(self.user, self.password)):
                text = text.replace(secret, "***")
        return f"{code} {_shown(text, 200)}"

    @property
    def _me(self) -> str:
        """The name given in EHLO: the sender's domain, which is public and needs no look-up."""
        return self.sender.rpartition("@")[2]


def _encoded(user: str, password: str) -> tuple[str, ...]:
    """Return the forms in which AUTH LOGIN and AUTH PLAIN carry the password."""
    plain = f"\0{user}\0{password}"
    return tuple(base64.b64encode(text.encode()).decode() for text in (password, plain))


def _quoted(raw: bytes) -> bytes:
    """Return the message as DATA carries it: CRLF line ends, leading dots doubled (RFC 5321, 4.5.2)."""
    body = re.sub(rb"(?m)^\.", b"..", _LINE_END.sub(b"\r\n", raw))
    return body if body.endswith(b"\r\n") else body + b"\r\n"


def _check_password(line: Text) -> Text:
    return say("{line}; check user and password in mail.url", line=line)


def _why(error: Exception) -> str | Text:
    """Say in plain words what became of the connection."""
    if isinstance(error, socket.gaierror):
        return say("no such host was found; check mail.url and the network")
    if isinstance(error, ConnectionRefusedError):
        return say("the connection was refused; check host and port in mail.url")
    if isinstance(error, TimeoutError) or "timed out" in str(error):
        return say("no answer in time")
    if isinstance(error, ssl.SSLError):
        return say("the TLS handshake failed; smtps:// is for implicit TLS (465), smtp:// for STARTTLS (587)")
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return say("the connection was lost")
    return _shown(str(error), 200) or type(error).__name__


def _shown(text: str, limit: int = 100) -> str:
    """Return foreign text on one line without control characters."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"

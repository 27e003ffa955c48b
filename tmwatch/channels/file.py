"""The outbox folder: each message as .eml, .html and .txt, for reading and for those who send in their own way.

Files are written beside their name and renamed, so that none is ever half there. Names come from the digest's id: a
repeat replaces a file by identical bytes.
"""

from __future__ import annotations

import email.policy
import errno
import hashlib
import os
import re
from dataclasses import dataclass
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import ClassVar
from urllib.parse import urlsplit
from urllib.request import url2pathname

from tmwatch.errors import SettingsError, TransientDelivery
from tmwatch.text import say

_SAFE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,150}")
_REASONS = {
    errno.ENOSPC: say("the disk is full; free some space"),
    errno.EDQUOT: say("the disk quota is used up; free some space"),
    errno.EROFS: say("the disk is read-only; make it writable or set mail.url to another folder"),
    errno.EACCES: say("writing there is not allowed; give this user the right or set mail.url to another folder"),
    errno.EPERM: say("writing there is not allowed; give this user the right or set mail.url to another folder"),
    errno.ENOTDIR: say("a part of the path is a file; set mail.url to another folder"),
    errno.EEXIST: say("a file of that name is in the way; set mail.url to another folder"),
}


@dataclass(frozen=True, slots=True)
class FileChannel:
    """Writes into `folder` (made when missing, mode 0700; files 0600)."""

    folder: Path
    schemes: ClassVar[tuple[str, ...]] = ("file",)
    name: ClassVar[str] = "file"

    @classmethod
    def from_url(cls, url: str, *, sender: str | None, ca_file: str | None, timeout: float) -> FileChannel:
        """Read `file:PATH` or `file:///PATH`; the other arguments are those of every channel and have no use here."""
        parts = urlsplit(url)
        path = url2pathname(parts.path) if url.startswith("file://") else url.partition(":")[2]
        if not path.strip("/") or parts.netloc not in ("", "localhost"):
            raise SettingsError(say("mail.url names no folder of this machine; write file:PATH or file:///PATH"))
        return cls(Path(path))

    def deliver(self, raw: bytes, recipient: str) -> str:
        """Write the three files and return the path of the .eml; the same for whatever recipient."""
        message = BytesParser(EmailMessage, policy=email.policy.default).parsebytes(raw)
        stem = str(message["X-Tmwatch-Digest-Id"] or "")
        if not _SAFE_NAME.fullmatch(stem):
            stem = f"message-{hashlib.sha256(raw).hexdigest()[:24]}"
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._write(f"{stem}.txt", _text(message).encode())
            self._write(f"{stem}.html", _part(message, "html").encode())
            self._write(f"{stem}.eml", raw)
            self._sync()
        except OSError as error:
            reason = _REASONS.get(error.errno or 0) or error.strerror or type(error).__name__
            raise TransientDelivery(
                say(
                    "The outbox folder {path} cannot be written: {reason}. The message waits in the outbox",
                    path=str(self.folder),
                    reason=reason,
                )
            ) from error
        return str(self.folder / f"{stem}.eml")

    def _write(self, name: str, body: bytes) -> None:
        """Write one file whole or not at all."""
        draft = self.folder / f".{name}.tmp"
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
        try:
            with os.fdopen(os.open(draft, flags, 0o600), "wb") as stream:
                draft.chmod(0o600)  # a draft left by a killed process keeps its old mode
                stream.write(body)
                stream.flush()
                os.fsync(stream.fileno())
            draft.replace(self.folder / name)
        except OSError:
            draft.unlink(missing_ok=True)
            raise

    def _sync(self) -> None:
        """Make the new names durable; Windows does not open folders and does not need it."""
        if os.name == "nt":
            return
        folder = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _part(message: EmailMessage, kind: str) -> str:
    """Return the text or HTML form of the message, "" when it has none; line ends as on this machine's disk: LF."""
    body = message.get_body(preferencelist=(kind,))
    return str(body.get_content()).replace("\r\n", "\n") if body is not None else ""


def _text(message: EmailMessage) -> str:
    """Return the whole text: the attachment where the message had to be cut, else its text form."""
    for attachment in message.iter_attachments():
        if attachment.get_content_type() == "text/plain":
            return str(attachment.get_content()).replace("\r\n", "\n")
    return _part(message, "plain")

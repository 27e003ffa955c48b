"""A scripted SMTP server on loopback that counts what really arrived, phase by phase, in raw bytes."""

from __future__ import annotations

import contextlib
import socket
import socketserver
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default


class HangUp(Exception):
    """Close the connection without a word."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """A message whose final dot was read: from here on the server may have delivered it, whatever it answers."""

    recipient: str
    raw: bytes
    message_id: str

    @property
    def mail(self) -> EmailMessage:
        """The message parsed."""
        return BytesParser(EmailMessage, policy=default).parsebytes(self.raw)

    @property
    def text(self) -> str:
        """Its plain text; the whole of it, attached when the message itself shows a part."""
        mail = self.mail
        whole = [part.get_content() for part in mail.iter_attachments() if part.get_content_type() == "text/plain"]
        body = mail.get_body(("plain",))
        return str(whole[0] if whole else body.get_content() if body else "")


# Called with a phase (connect, EHLO, MAIL, RCPT, DATA, half, dot, answered) and the recipient ("" before RCPT); it
# gives a line to answer with, None to go on, or raises HangUp.
Script = Callable[[str, str], str | None]


def polite(phase: str, recipient: str) -> str | None:
    """Take everything."""
    return None


@dataclass
class PostOffice:
    """What arrived. `script` decides what is answered; `refused` are the messages answered with an error."""

    script: Script = polite
    arrived: list[Arrived] = field(default_factory=list)
    accepted: list[Arrived] = field(default_factory=list)
    phases: Counter[str] = field(default_factory=Counter)
    port: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def say(self, phase: str, recipient: str) -> str | None:
        """Count the phase and ask the script."""
        with self.lock:
            self.phases[phase] += 1
        return self.script(phase, recipient)


class _Conversation(socketserver.StreamRequestHandler):
    """Speaks SMTP with one client."""

    office: PostOffice

    def handle(self) -> None:
        """Answer commands until QUIT or until the client or the script hangs up."""
        self.recipient = ""
        with contextlib.suppress(HangUp, OSError):
            self.reply(self.office.say("connect", "") or "220 post office")
            while line := self.rfile.readline():
                verb = line[:4].upper().strip().decode("ascii", "replace")
                if verb == "QUIT":
                    self.reply("221 bye")
                    return
                self.command(verb, line)

    def command(self, verb: str, line: bytes) -> None:
        """Answer one command."""
        if verb == "RCPT":
            self.recipient = line.decode().partition("<")[2].partition(">")[0]
        told = self.office.say(verb, self.recipient)
        if verb in ("EHLO", "HELO"):
            self.reply(told or "250-post office\r\n250 SIZE 50000000")
        elif verb == "DATA":
            if told:
                self.reply(told)
            else:
                self.message()
        else:
            self.reply(told or "250 ok")

    def message(self) -> None:
        """Read one message to its final dot."""
        self.reply("354 go on")
        lines: list[bytes] = []
        while line := self.rfile.readline():
            if line == b".\r\n":
                break
            lines.append(line[1:] if line.startswith(b".") else line)
            if len(lines) == 20:
                self.office.say("half", self.recipient)
        else:
            raise HangUp
        raw = b"".join(lines)
        mail_id = (
            next(one for one in lines if one.lower().startswith(b"message-id:")).decode().partition(":")[2].strip()
        )
        one = Arrived(self.recipient, raw, mail_id)
        told = self.office.say("dot", self.recipient)
        if told and told[0] in "45":
            self.reply(told)
            return
        with self.office.lock:
            self.office.arrived.append(one)
        self.office.say("arrived", self.recipient)  # it has the message and has not said so yet
        self.reply(told or "250 2.0.0 queued")
        with self.office.lock:
            self.office.accepted.append(one)
        self.office.say("answered", self.recipient)

    def reply(self, line: str) -> None:
        """Send one answer."""
        self.wfile.write(line.encode() + b"\r\n")


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that died is what these tests are about."""


@contextlib.contextmanager
def open_post(post: PostOffice) -> Iterator[PostOffice]:
    """Serve until the block ends."""
    handler = type("Conversation", (_Conversation,), {"office": post})
    with _Server(("127.0.0.1", 0), handler) as server:
        post.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield post
        finally:
            server.shutdown()
            thread.join()


def closed_port() -> int:
    """Return a port where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])

"""What surrounds the records of a daily or annual applications file: prolog, groups, the end of the document.

The frame is small and read strictly, tag by tag; the records between are cut elsewhere (watchpass).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from tmwatch.errors import FormatError
from tmwatch.sources.casefile_elements import KNOWN
from tmwatch.sources.xml import parse_xml
from tmwatch.text import say

ROOT = "trademark-applications-daily"
MAX_PROLOG = 1 << 20  # bytes; the real one has 15 kB

_ROOT_TAG = re.compile(rb"<" + ROOT.encode() + rb"\s*>")
_ENCODING = re.compile(rb"""^\s*<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_UTF8 = (b"utf-8", b"utf8", b"us-ascii", b"ascii")
_WRONG_ROOTS = (
    (re.compile(rb"<ttab-proceedings[\s>]"), say("the daily file is a TTAB file, not an applications file")),
    (
        re.compile(rb"<trademark-assignments[\s>]"),
        say("the daily file is an assignments file, not an applications file"),
    ),
    (
        re.compile(rb"<(?:!doctype\s+)?html[\s>]", re.IGNORECASE),
        say("the daily file is a web page, not data: sign-in or a moved address"),
    ),
)
_TOKEN = re.compile(
    rb"\s+|<!--.*?-->|<\?.*?\?>|<(?P<close>/?)(?P<name>[A-Za-z_][\w.-]*)\s*(?P<empty>/?)>|(?P<text>[^<]+)", re.DOTALL
)


def check_prolog(head: bytes, complete: bool) -> int | None:
    """Return where the root's content begins in `head`; None when more bytes are needed (`complete`: there are none).

    FormatError for a web page, another USPTO product, an encoding that is not UTF-8, or declared entities.
    """
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise FormatError(say("the daily file is UTF-16; bulk files of the USPTO are UTF-8"))
    start = 3 if head.startswith(b"\xef\xbb\xbf") else 0
    encoding = _ENCODING.match(head[start : start + 200])
    if encoding and encoding[1].lower() not in _UTF8:
        raise FormatError(
            say(
                "the daily file declares the encoding {encoding}; bulk files of the USPTO are UTF-8",
                encoding=encoding[1].decode(),
            )
        )
    root = _ROOT_TAG.search(head)
    if root is None:
        _refuse_other_roots(head)
        if complete or len(head) > MAX_PROLOG:
            raise FormatError(
                say("the daily file has no <{root}> element: it is cut short or no applications file", root=ROOT)
            )
        return None
    # The strict parser judges declaration, comments and DTD, and refuses entities.
    parse_xml(head[start : root.end()] + b"</" + ROOT.encode() + b">", say("the beginning of the daily file"))
    return root.end()


def _refuse_other_roots(head: bytes) -> None:
    """Say what the file is when it is a known other thing."""
    for pattern, sentence in _WRONG_ROOTS:
        if pattern.search(head):
            raise FormatError(sentence)


@dataclass(slots=True)
class Frame:
    """Where we are between records. `leaves` holds the texts of the frame ("creation-datetime", ...)."""

    stack: list[str] = field(default_factory=lambda: [ROOT])
    group: str = ""
    leaves: dict[str, str] = field(default_factory=dict)
    unread: dict[str, None] = field(default_factory=dict)
    segments: bool = False

    @property
    def done(self) -> bool:
        """Whether the root is closed."""
        return not self.stack

    @property
    def in_group(self) -> bool:
        """Whether a <case-file> may begin here."""
        return bool(self.stack) and self.stack[-1] == "action-keys"

    def take(self, token: re.Match[bytes]) -> None:
        """Take one token of the frame; FormatError when it cannot stand here."""
        name = (token["name"] or b"").decode()
        if token["text"] is not None:
            self._text(token["text"])
        elif name and token["close"]:
            self._close(name)
        elif name:
            self._open(name)
            if token["empty"]:
                self._close(name)

    def _open(self, name: str) -> None:
        """Enter an element."""
        if self.done:
            raise FormatError(say("the daily file goes on after its end with <{name}>", name=name[:40]))
        parent = self.stack[-1]
        if name == "case-file":
            raise FormatError(
                say("the daily file is broken: a record stands in {place}, outside of a group", place=parent)
            )
        if name not in KNOWN.get(parent, frozenset()):
            self.unread[f"unknown element {parent}/{name[:60]}"] = None
        if name == "action-keys":
            self.group = ""
        self.segments = self.segments or name == "file-segments"
        self.stack.append(name)

    def _close(self, name: str) -> None:
        """Leave an element."""
        if self.done:
            raise FormatError(say("the daily file is broken: </{name}> closes nothing", name=name[:40]))
        if self.stack[-1] != name:
            raise FormatError(
                say("the daily file is broken: </{name}> closes {place}", name=name[:40], place=self.stack[-1])
            )
        self.stack.pop()

    def _text(self, text: bytes) -> None:
        """Take the text of a leaf."""
        if self.done:
            raise FormatError(say("the daily file goes on after its end with text"))
        if not text.strip():
            return
        value = text.strip().decode("ascii", "replace")[:100]
        self.leaves[self.stack[-1]] = value
        if self.stack[-1] == "action-key":
            self.group = value


def next_token(data: bytes, position: int) -> re.Match[bytes] | None:
    """Return the token of the frame at `position`, None when it is incomplete."""
    return _TOKEN.match(data, position)

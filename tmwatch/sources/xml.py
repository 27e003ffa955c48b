"""The one place where XML is parsed: no entities, no outside files, no network, never repaired.

An internal DTD subset is allowed (every daily file carries one); a single ENTITY declaration refuses the document.
libxml2's own limits hold: 256 levels, 10 MB a text node.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from lxml import etree

from tmwatch.errors import FormatError
from tmwatch.sources.fields import Unreadable, clean_text
from tmwatch.text import Text, say

MOST_TAGS = 1_200_000  # in one whole document: a tree takes about 125 bytes a tag, and real records have far fewer

Element = etree._Element  # lxml gives its element type no public name


def parse_xml(body: bytes, what: str | Text) -> Element:
    """Return the root of a whole document; FormatError in one line that begins with `what`.

    Comments and processing instructions are left out.
    """
    if body.count(b"<") > MOST_TAGS:
        raise FormatError(say("{what} has more than {most} tags; it is refused", what=what, most=f"{MOST_TAGS:,}"))
    parser = etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        recover=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise _refusal(what, error) from error
    _refuse_entities(root, what)
    return root


def iter_elements(stream: BinaryIO, tag: str, what: str | Text) -> Iterator[Element]:
    """Yield each finished `tag` element of a stream; it and what came before are freed at the next step.

    FormatError when the document is not well formed or ends early: what was yielded before is then part of a
    document that cannot be trusted as complete.
    """
    events = etree.iterparse(
        stream,
        events=("start", "end"),
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        recover=False,
        remove_comments=True,
        remove_pis=True,
    )
    first = True
    try:
        for event, element in events:
            if first:
                _refuse_entities(element, what)
                first = False
            if event == "end" and element.tag == tag:
                yield element
                _free(element)
    except etree.XMLSyntaxError as error:
        raise _refusal(what, error) from error


def local_name(element: Element) -> str:
    """Return the element's name without its namespace (prefixes and some namespaces differ between years)."""
    return element.tag.rpartition("}")[2]


def children(element: Element | None, *path: str) -> tuple[Element, ...]:
    """Return all elements at `path` below `element`, step by step by local name; none below None."""
    found: tuple[Element, ...] = () if element is None else (element,)
    for name in path:
        found = tuple(child for parent in found for child in parent if local_name(child) == name)
    return found


def child(element: Element | None, *path: str) -> Element | None:
    """Return the first element at `path`, None when there is none."""
    return next(iter(children(element, *path)), None)


def text_at(element: Element | None, *path: str) -> str | None:
    """Return the first cleaned text that is not blank at `path`, None when there is none."""
    return next(iter(texts_at(element, *path)), None)


def texts_at(element: Element | None, *path: str) -> tuple[str, ...]:
    """Return all cleaned texts at `path` that are not blank."""
    cleaned = (clean_text("".join(map(str, found.itertext()))) for found in children(element, *path))
    return tuple(text for text in cleaned if text)


def _refuse_entities(element: Element, what: str | Text) -> None:
    """Refuse a document whose DTD declares an entity, used or not."""
    info = element.getroottree().docinfo
    for dtd in (info.internalDTD, info.externalDTD):
        if dtd is not None and dtd.entities():  # type: ignore[attr-defined]  # not in the stubs
            raise FormatError(say("{what} declares XML entities; such a file is refused unread", what=what))


def _refusal(what: str | Text, error: etree.XMLSyntaxError) -> FormatError:
    """Turn lxml's complaint into one line."""
    reason = (clean_text(error.msg or "") or "").removesuffix(".")
    if "entity" in reason.lower() and "amplification" in reason.lower():
        return FormatError(say("{what} expands XML entities without end; such a file is refused", what=what))
    return Unreadable(
        say(
            "{what} is not well-formed XML, it may be cut short ({reason})",
            what=what,
            reason=reason[:160] or say("no reason given"),
        )
    )


def _free(element: Element) -> None:
    """Drop a finished element and its older siblings, or a file of 500 MB would stay in memory."""
    element.clear()
    parent = element.getparent()
    if parent is not None:
        while (older := element.getprevious()) is not None:
            parent.remove(older)

"""The list of documents in a case file (casedocs/.../info, XML) to CaseDocument. Bytes in, values out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tmwatch.errors import FormatError
from tmwatch.sources import fields
from tmwatch.sources.xml import Element, children, local_name, parse_xml, text_at
from tmwatch.text import say


@dataclass(frozen=True, slots=True)
class CaseDocument:
    """One document. `category`: I incoming, O outgoing, A application, D drawing, S specimen. The list has no ids."""

    serial_number: str
    code: str  # NOA, OOA, CAR ...
    description: str
    category: str | None
    mail_room_date: date | None
    pages: int | None


def parse_documents(body: bytes) -> tuple[CaseDocument, ...]:
    """Parse a DocumentList, newest first as the Office gives it; FormatError when it is none."""
    root = parse_xml(body, say("the document list"))
    if local_name(root) != "DocumentList":
        raise FormatError(say("the document list is no DocumentList"))
    return tuple(_document(element) for element in children(root, "Document"))


def _document(element: Element) -> CaseDocument:
    """Parse one Document."""
    code, mailed = text_at(element, "DocumentTypeCode"), text_at(element, "MailRoomDate")
    if code is None:
        raise FormatError(say("the document list has a document without type code"))
    pages = text_at(element, "TotalPageQuantity") or ""
    named = text_at(element, "DocumentTypeCodeDescriptionText") or text_at(element, "DocumentTypeDescriptionText")
    return CaseDocument(
        serial_number=fields.serial_number(text_at(element, "SerialNumber") or "", "SerialNumber"),
        code=code,
        description=named or code,
        category=text_at(element, "CategoryTypeCode"),
        mail_room_date=fields.iso_day(mailed, "MailRoomDate") if mailed else None,
        pages=int(pages) if pages.isascii() and pages.isdigit() and len(pages) < 10 else None,
    )

"""A minimal PDF writer for the tests of the order importer: text at places, turned pages, images, protection, bombs."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_PAD = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")
WIDTH, HEIGHT = 612, 792


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page: `content` operators, rotation of the page, resources beside the font."""

    content: bytes
    rotate: int = 0
    resources: bytes = b""


def escaped(text: str) -> bytes:
    """Write a string as a PDF literal."""
    return text.encode("latin-1").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")


def put(x: float, y: float, text: str, size: float = 8, matrix: str = "1 0 0 1") -> bytes:
    """Return the operators that show one string at a place."""
    return f"BT /F1 {size} Tf {matrix} {x} {y} Tm (".encode() + escaped(text) + b") Tj ET\n"


def lines(texts: Iterable[str], x: float = 60, top: float = 740, step: float = 12, size: float = 9) -> bytes:
    """Return the operators of lines below each other."""
    return b"".join(put(x, top - at * step, text, size) for at, text in enumerate(texts))


def columns(texts: Sequence[str], count: int, rows: int = 20, top: float = 720, step: float = 30) -> bytes:
    """Return the operators of a page that fills `count` columns from the top."""
    width = (WIDTH - 80) / count
    return b"".join(
        put(40 + (at // rows) * width, top - (at % rows) * step, text) for at, text in enumerate(texts[: count * rows])
    )


def image_only() -> Sheet:
    """Return a page that is a picture, as a scan without text layer is."""
    pixels = zlib.compress(bytes(64))
    image = b"q 500 0 0 700 50 40 cm BI /W 8 /H 8 /BPC 8 /CS /G /F /Fl ID " + pixels + b"\nEI Q\n"
    return Sheet(image)


def pdf(sheets: Sequence[Sheet], password: str | None = None) -> bytes:
    """Return a whole PDF file. With `password` it is protected (RC4, 40 bit) and needs it to open."""
    objects: dict[int, bytes] = {}
    page_ids = [4 + 2 * at for at in range(len(sheets))]
    kids = b" ".join(b"%d 0 R" % one for one in page_ids)
    objects[1] = b"<< /Type /Catalog /Pages 2 0 R >>"
    objects[2] = b"<< /Type /Pages /Kids [" + kids + b"] /Count %d >>" % len(sheets)
    objects[3] = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
    key, encrypt = _protection(password) if password else (b"", b"")
    for number, sheet in zip(page_ids, sheets, strict=True):
        objects[number] = (
            (
                b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d] /Rotate %d /Contents %d 0 R "
                b"/Resources << /Font << /F1 3 0 R >> " % (WIDTH, HEIGHT, sheet.rotate, number + 1)
            )
            + sheet.resources
            + b" >> >>"
        )
        objects[number + 1] = stream(sheet.content, key and _object_key(key, number + 1))
    return assemble(objects, encrypt)


def stream(content: bytes, key: bytes = b"", extra: bytes = b"") -> bytes:
    """Return a stream object, deflated, encrypted when there is a key."""
    packed = zlib.compress(content)
    if key:
        packed = rc4(key, packed)
    return b"<< /Length %d /Filter /FlateDecode %s >>\nstream\n" % (len(packed), extra) + packed + b"\nendstream"


def assemble(objects: dict[int, bytes], encrypt: bytes = b"") -> bytes:
    """Write the objects, the cross-reference table and the trailer."""
    out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    offsets = {}
    for number, body in sorted(objects.items()):
        offsets[number] = len(out)
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    start, size = len(out), max(objects) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n" % size
    for number in range(1, size):
        out += b"%010d 00000 n \n" % offsets[number] if number in offsets else b"0000000000 65535 f \n"
    out += b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (size, encrypt, start)
    return bytes(out)


def rc4(key: bytes, data: bytes) -> bytes:
    """Encrypt with RC4, which is all that a protected file of the oldest kind needs."""
    state, j = list(range(256)), 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    out, i, j = bytearray(), 0, 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        out.append(byte ^ state[(state[i] + state[j]) % 256])
    return bytes(out)


def _object_key(key: bytes, number: int) -> bytes:
    """Return the key of one object (PDF 1.4, algorithm 3.1)."""
    return hashlib.md5(key + number.to_bytes(3, "little") + b"\0\0").digest()[: len(key) + 5]


def _protection(password: str) -> tuple[bytes, bytes]:
    """Return the file key and the trailer entries of the standard handler, revision 2."""
    padded = (password.encode() + _PAD)[:32]
    owner = rc4(hashlib.md5(padded).digest()[:5], padded)
    file_id = b"0123456789abcdef"
    permissions = (-44).to_bytes(4, "little", signed=True)
    key = hashlib.md5(padded + owner + permissions + file_id).digest()[:5]
    user = rc4(key, _PAD)
    entry = b"/Encrypt << /Filter /Standard /V 1 /R 2 /O <%s> /U <%s> /P -44 >> /ID [<%s> <%s>]" % (
        owner.hex().encode(), user.hex().encode(), file_id.hex().encode(), file_id.hex().encode()
    )  # fmt: skip
    return key, entry


def laughing_forms(depth: int = 9, width: int = 10) -> bytes:
    """Return a small file whose page draws a form that draws forms: width ** depth strings of text."""
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Kids [4 0 R] /Count 1 >>",
        3: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        4: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 5 0 R "
        b"/Resources << /XObject << /X 6 0 R >> /Font << /F1 3 0 R >> >> >>",
        5: stream(b"/X Do\n" * width),
    }
    for level in range(depth):
        last = level == depth - 1
        content = put(10, 10, "97123456 " * 40) * 20 if last else b"/X Do\n" * width
        inner = b"" if last else b"/XObject << /X %d 0 R >>" % (7 + level)
        extra = b"/Type /XObject /Subtype /Form /BBox [0 0 612 792] /Resources << %s /Font << /F1 3 0 R >> >>" % inner
        objects[6 + level] = stream(content, extra=extra)
    return assemble(objects)


def inflating_page(megabytes: int) -> bytes:
    """Return a small file whose one page's content inflates to `megabytes` of text operators, deflated twice."""
    chunk = put(10, 10, "9" * 100) * 8000
    packer = zlib.compressobj(1)
    once = b"".join(packer.compress(chunk) for _ in range(max(1, megabytes * 1_000_000 // len(chunk)))) + packer.flush()
    twice = zlib.compress(once)
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Kids [4 0 R] /Count 1 >>",
        3: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        4: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 5 0 R "
        b"/Resources << /Font << /F1 3 0 R >> >> >>",
        5: b"<< /Length %d /Filter [/FlateDecode /FlateDecode] >>\nstream\n" % len(twice) + twice + b"\nendstream",
    }
    return assemble(objects)

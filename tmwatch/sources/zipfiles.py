"""Zip files from outside, read as streams: nothing is extracted, every limit is checked on real bytes, CRC to the end.

Limits (old annual parts are compressed 137:1, so a ratio says nothing): a member unpacks to at most 20 GB, an archive
has at most 1,000 entries; overlapping entries, zips inside zips, `..` names and encrypted members are refused.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from copy import copy
from importlib import import_module
from types import ModuleType
from typing import IO, BinaryIO, Protocol

from tmwatch.errors import FormatError
from tmwatch.text import Text, say

deflate: ModuleType = zlib
with suppress(ImportError):  # no wheel for this machine; where there is one, it takes less than half the time
    deflate = import_module("isal.isal_zlib")

MAX_MEMBER_BYTES = 20 * 10**9
MAX_ENTRIES = 1_000
CHUNK = 1 << 16  # bytes a read; buffers above 128 kB cost a third more: the allocator returns them to the system

_MAX_DIRECTORY_BYTES = 4 << 20  # 1,000 entries with the longest sensible names and extras
_ZIP = b"PK\x03\x04"
_TAIL = 22 + 0xFFFF  # the end record and the longest comment
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


class Readable(Protocol):
    """What a stream must be able to do here."""

    def read(self, size: int, /) -> bytes:
        """Return at most `size` bytes, none at the end."""


class Member:
    """One member as a stream. Its end is reached only when length and CRC were right."""

    def __init__(self, file: Readable, what: str | Text, size: int, max_bytes: int) -> None:
        """Wrap an open member of `size` bytes; `what` names it in messages."""
        self._file = file
        self._what = what
        self._size = size
        self._max = max_bytes
        self._count = 0

    def read(self, size: int, /) -> bytes:
        """Return the next bytes; FormatError when the member is damaged, too large or a zip itself."""
        try:
            data = self._file.read(size)
        except (zipfile.BadZipFile, zlib.error, deflate.error, EOFError, struct.error) as error:
            if "CRC" in str(error):
                raise FormatError(say("{what}: its CRC is wrong; fetch the file again", what=self._what)) from error
            raise self._cut_short() from error
        if not self._count and data.startswith(_ZIP):
            raise FormatError(say("{what} is a zip inside a zip; refused", what=self._what))
        self._count += len(data)
        if self._count > self._max:
            raise FormatError(say("{what} unpacks to more than the limit; refused", what=self._what))
        if not data and size and self._count != self._size:
            raise self._cut_short()
        return data

    def _cut_short(self) -> FormatError:
        """Say that the member does not end as it should."""
        return FormatError(say("{what}: it is cut short or damaged; fetch the file again", what=self._what))


class _Deflated:
    """The bytes of a deflated member, from its packed ones; length and CRC are compared at its end."""

    def __init__(self, packed: IO[bytes], info: zipfile.ZipInfo) -> None:
        """`packed` gives what the archive holds of the member `info`."""
        self._packed, self._info = packed, info
        self._unpacker = deflate.decompressobj(-zlib.MAX_WBITS)
        self._count = self._crc = 0

    def read(self, size: int, /) -> bytes:
        """Return at most `size` bytes; BadZipFile for a wrong length or CRC."""
        data = b""
        while size and not data and not self._unpacker.eof:
            packed = self._unpacker.unconsumed_tail or self._packed.read(CHUNK)
            data = self._unpacker.decompress(packed, size)
            if not packed and not data:
                break  # no end of the packed bytes: length and CRC say whether that is all
        self._count += len(data)
        self._crc = deflate.crc32(data, self._crc)
        wanted = self._info.file_size
        if self._count > wanted or (size and not data and self._count < wanted):
            raise zipfile.BadZipFile("length")
        if self._count == wanted and self._crc != self._info.CRC:
            raise zipfile.BadZipFile("CRC")
        return data


@contextmanager
def open_zip(file: BinaryIO, what: str | Text) -> Iterator[zipfile.ZipFile]:
    """Open an archive after checking its directory; FormatError in one line that begins with `what`."""
    _check_directory_size(file, what)
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, struct.error, ValueError, NotImplementedError) as error:
        raise FormatError(say("{what} is no complete zip file; fetch it again", what=what)) from error
    with archive:
        _check_entries(archive, file, what)
        yield archive


def members(archive: zipfile.ZipFile) -> tuple[zipfile.ZipInfo, ...]:
    """Return the archive's files without its folders."""
    return tuple(info for info in archive.infolist() if not info.is_dir())


@contextmanager
def open_member(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, what: str | Text, max_bytes: int = MAX_MEMBER_BYTES
) -> Iterator[Member]:
    """Open one member as a stream."""
    packed = copy(info)
    if info.compress_type == zipfile.ZIP_DEFLATED and info.compress_size:  # have the packed bytes: unpacked here
        packed.compress_type, packed.file_size = zipfile.ZIP_STORED, info.compress_size
        del packed.CRC
    try:
        file = archive.open(packed)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError) as error:
        raise FormatError(
            say("{what}: its member {name} cannot be opened; fetch it again", what=what, name=ascii(info.filename))
        ) from error
    with file:
        stream = _Deflated(file, info) if packed.compress_type != info.compress_type else file
        yield Member(stream, what, info.file_size, max_bytes)


def open_bulk(file: BinaryIO, what: str | Text) -> Iterator[Readable]:
    """Yield the XML streams of a bulk file: those of a zip one after the other, or the file itself when it is XML.

    `file` is seekable and stands at its beginning; only one stream is open at a time. FormatError when there is none.
    """
    first = file.read(4)
    file.seek(0)
    if first[:2] != b"PK":
        yield file
        return
    with open_zip(file, what) as archive:
        wanted = [info for info in members(archive) if info.filename.lower().endswith(".xml")]
        if not wanted:
            raise FormatError(say("{what} holds no .xml file; it is no data file of the USPTO", what=what))
        for info in wanted:
            with open_member(archive, info, what) as member:
                yield member


def verify_zip(file: BinaryIO, what: str | Text) -> int:
    """Read every member to its end, so that length and CRC are known to be right; return the unpacked bytes."""
    total = 0
    with open_zip(file, what) as archive:
        for info in members(archive):
            with open_member(archive, info, what) as member:
                while data := member.read(CHUNK):
                    total += len(data)
    return total


def _check_directory_size(file: BinaryIO, what: str | Text) -> None:
    """Refuse a directory of too many entries before a single one is read into memory."""
    length = file.seek(0, 2)
    file.seek(max(0, length - _TAIL))
    tail = file.read(_TAIL)
    end = tail.rfind(b"PK\x05\x06")
    if end < 0 or len(tail) - end < 22:
        raise FormatError(say("{what} is no complete zip file (its directory is missing); fetch it again", what=what))
    count, size = struct.unpack("<HL", tail[end + 10 : end + 16])
    locator = tail[end - 20 : end] if end >= 20 else b""
    if locator.startswith(b"PK\x06\x07"):
        file.seek(struct.unpack("<4sLQL", locator)[2])
        record = file.read(56)
        if len(record) == 56 and record.startswith(b"PK\x06\x06"):
            *_, count, size, _ = struct.unpack("<4sQ2H2L4Q", record)
    file.seek(0)
    if count > MAX_ENTRIES or size > _MAX_DIRECTORY_BYTES:
        raise FormatError(
            say(
                "{what} has {count} entries, at most {most} are read; refused",
                what=what,
                count=f"{count:,}",
                most=f"{MAX_ENTRIES:,}",
            )
        )


def _check_entries(archive: zipfile.ZipFile, file: BinaryIO, what: str | Text) -> None:
    """Refuse names that leave the folder, encryption, unknown methods, oversize and overlapping entries."""
    if len(archive.infolist()) > MAX_ENTRIES:
        raise FormatError(say("{what} has more than {most} entries; refused", what=what, most=f"{MAX_ENTRIES:,}"))
    for info in archive.infolist():
        name = info.orig_filename
        if name.startswith("/") or "\\" in name or "\0" in name or ":" in name[:2] or ".." in name.split("/"):
            raise FormatError(
                say("{what} holds an entry with an unsafe name {name}; refused", what=what, name=ascii(name[:60]))
            )
        if info.flag_bits & 1:
            raise FormatError(say("{what} holds an encrypted entry; refused", what=what))
        if info.compress_type not in _METHODS:
            raise FormatError(
                say("{what} is packed with an unknown method ({method}); refused", what=what, method=info.compress_type)
            )
        if info.file_size > MAX_MEMBER_BYTES:
            raise FormatError(
                say("{what} holds an entry of more than {most} GB; refused", what=what, most=MAX_MEMBER_BYTES // 10**9)
            )
        if name.lower().endswith(".zip"):
            raise FormatError(say("{what} is a zip inside a zip; refused", what=what))
    _check_overlaps(archive, file, what)


def _check_overlaps(archive: zipfile.ZipFile, file: BinaryIO, what: str | Text) -> None:
    """Refuse entries that share bytes: Python 3.11 reads them, and 42 kB may then unpack to terabytes."""
    before = 0
    for info in sorted(archive.infolist(), key=lambda one: one.header_offset):
        header = b""
        if info.header_offset >= 0:  # a damaged directory may point before the file
            file.seek(info.header_offset)
            header = file.read(30)
        if len(header) < 30 or not header.startswith(_ZIP):
            raise FormatError(
                say("{what} is damaged (an entry is not where the directory says); fetch it again", what=what)
            )
        name_length, extra_length = struct.unpack("<2H", header[26:30])
        if info.header_offset < before:
            raise FormatError(say("{what} holds overlapping entries; refused", what=what))
        before = info.header_offset + 30 + name_length + extra_length + info.compress_size
    if before > archive.start_dir:
        raise FormatError(say("{what} holds overlapping entries; refused", what=what))

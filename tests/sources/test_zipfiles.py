"""Archives from outside: what is refused, what is damaged, and that an end means length and CRC were right."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.bulk_maker import zipped
from tmwatch.errors import FormatError
from tmwatch.sources import zipfiles
from tmwatch.sources.zipfiles import MAX_ENTRIES, members, open_bulk, open_member, open_zip, verify_zip

BODY = b"<root>" + b"some words " * 20_000 + b"</root>"


@pytest.fixture(autouse=True, params=["isal", "zlib"])
def unpacker(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything here holds with the fast library and, where a machine has none, with Python's own."""
    module = pytest.importorskip("isal.isal_zlib") if request.param == "isal" else zlib
    monkeypatch.setattr(zipfiles, "deflate", module)


def archive(*entries: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as made:
        for name, data in entries:
            made.writestr(name, data)
    return target.getvalue()


def unpacked(data: bytes) -> list[bytes]:
    found = []
    for stream in open_bulk(io.BytesIO(data), "x.zip"):
        parts = []
        while part := stream.read(1000):
            parts.append(part)
        found.append(b"".join(parts))
    return found


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_the_xml_of_an_archive_comes_as_it_went_in(method: int) -> None:
    data = archive(
        ("apc260105.xml", BODY), ("readme.txt", b"words"), ("sub/", b""), ("sub/b.XML", b"<b/>"), method=method
    )
    assert unpacked(data) == [BODY, b"<b/>"]
    assert verify_zip(io.BytesIO(data), "x.zip") == len(BODY) + len(b"words") + len(b"<b/>")


def test_a_file_that_is_no_zip_is_taken_as_xml() -> None:
    assert unpacked(BODY) == [BODY]


def test_bytes_before_the_archive_do_not_matter() -> None:
    data = b"#!/bin/sh\n" + zipped(BODY)
    with open_zip(io.BytesIO(data), "x.zip") as opened:
        assert [info.filename for info in members(opened)] == ["apc260105.xml"]


def test_an_archive_without_xml_is_no_data_file() -> None:
    with pytest.raises(FormatError, match=r"holds no \.xml file"):
        unpacked(archive(("a.txt", b"words")))


@pytest.mark.parametrize("name", ["../a.xml", "a/../../b.xml", "/etc/a.xml", "..", "a\\b.xml", "C:a.xml"])
def test_a_name_that_leaves_the_folder_is_refused(name: str) -> None:
    with pytest.raises(FormatError, match="unsafe name"):
        unpacked(archive((name, BODY)))


@pytest.mark.parametrize("name", ["a..xml", "a/b.xml", "...xml", "data.2026.xml"])
def test_harmless_names_are_fine(name: str) -> None:
    assert unpacked(archive((name, BODY))) == [BODY]


@pytest.mark.parametrize("entries", [(("inner.zip", b"x"),), (("inner.xml", zipped(BODY)),)])
def test_a_zip_inside_a_zip_is_refused(entries: tuple[tuple[str, bytes], ...]) -> None:
    with pytest.raises(FormatError, match="zip inside a zip"):
        unpacked(archive(*entries))


def test_a_thousand_entries_are_read_and_one_more_is_refused() -> None:
    many = [(f"{n}.txt", b"") for n in range(MAX_ENTRIES - 1)]
    assert unpacked(archive(("a.xml", BODY), *many)) == [BODY]
    with pytest.raises(FormatError, match="1,001 entries"):
        unpacked(archive(("a.xml", BODY), *many, ("last.txt", b"")))


def test_a_directory_that_lies_about_its_entries_is_refused() -> None:
    data = archive(*((f"{n}.xml", b"") for n in range(MAX_ENTRIES + 5)))
    end = data.rindex(b"PK\x05\x06")
    lie = data[: end + 8] + struct.pack("<HH", 1, 1) + data[end + 12 :]
    with pytest.raises(FormatError, match="more than 1,000 entries"):
        unpacked(lie)


def test_a_directory_of_the_large_format_is_counted_too() -> None:
    data = archive(("a.xml", BODY))
    end = data.rindex(b"PK\x05\x06")
    size, offset = struct.unpack("<LL", data[end + 12 : end + 20])
    record = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 5_000_000, 5_000_000, size, offset)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, end, 1)
    with pytest.raises(FormatError, match="5,000,000 entries"):
        unpacked(data[:end] + record + locator + data[end:])


def overlapping() -> bytes:
    """Two directory entries for the same bytes: Python 3.11 reads such a file."""
    data = archive(("a.xml", BODY), ("b.xml", b"<b/>"))
    second = data.rindex(b"PK\x01\x02")
    return data[: second + 42] + struct.pack("<L", 0) + data[second + 46 :]


def into_the_directory() -> bytes:
    """An entry whose packed bytes reach into the directory."""
    data = archive(("a.xml", BODY))
    first = data.index(b"PK\x01\x02")
    return data[: first + 20] + struct.pack("<L", first + 10) + data[first + 24 :]


def wrong_crc() -> bytes:
    data = archive(("a.xml", BODY))
    first = data.index(b"PK\x01\x02")
    return data[: first + 16] + b"\1\2\3\4" + data[first + 20 :]


def damaged() -> bytes:
    data = bytearray(archive(("a.xml", BODY)))
    data[60:70] = b"\xff" * 10
    return bytes(data)


def encrypted() -> bytes:
    data = archive(("a.xml", BODY))
    first = data.index(b"PK\x01\x02")
    return data[: first + 8] + b"\1\0" + data[first + 10 :]


def longer_than_it_says() -> bytes:
    """The directory promises 10 bytes; more of them come."""
    data = archive(("a.xml", BODY))
    first = data.index(b"PK\x01\x02")
    return data[: first + 24] + struct.pack("<L", 10) + data[first + 28 :]


def shorter_than_it_says() -> bytes:
    data = archive(("a.xml", BODY))
    first = data.index(b"PK\x01\x02")
    return data[: first + 24] + struct.pack("<L", len(BODY) + 10) + data[first + 28 :]


def unreadable_name() -> bytes:
    """An entry whose name in front of its bytes is no UTF-8, although the directory says so."""
    data = bytearray(archive(("a.xml", BODY)))
    data[data.index(b"PK\x01\x02") + 9] |= 8
    data[30] = 0xE1
    return bytes(data)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (overlapping, "overlapping"),
        (unreadable_name, "cannot be opened"),
        (into_the_directory, "overlapping"),
        (wrong_crc, "CRC is wrong"),
        (damaged, "cut short or damaged"),
        (encrypted, "encrypted"),
        (longer_than_it_says, "cut short or damaged"),
        (shorter_than_it_says, "CRC is wrong|damaged"),
        (lambda: archive(("a.xml", BODY), method=zipfile.ZIP_BZIP2), "unknown method"),
        (lambda: archive(("a.xml", BODY))[:-30], "no complete zip"),
        (lambda: archive(("a.xml", BODY))[:100], "no complete zip"),
        (lambda: b"PK\x03\x04" + b"x" * 500, "no complete zip"),
        (lambda: b"PK", "no complete zip"),
    ],
)
def test_a_damaged_or_dishonest_archive_is_one_clear_line(make: Callable[[], bytes], message: str) -> None:
    with pytest.raises(FormatError, match=message) as caught:
        unpacked(make())
    assert str(caught.value).startswith("x.zip")
    assert "\n" not in str(caught.value)


def test_a_member_is_counted_in_real_bytes() -> None:
    with open_zip(io.BytesIO(archive(("a.xml", BODY))), "x.zip") as opened:
        (info,) = members(opened)
        with open_member(opened, info, "x.zip", max_bytes=1000) as member:
            assert len(member.read(1000)) == 1000
            with pytest.raises(FormatError, match="more than the limit"):
                member.read(1)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(flips=st.lists(st.tuples(st.integers(0, 900), st.integers(1, 255)), min_size=1, max_size=6))
def test_bytes_that_were_changed_under_way_are_never_taken_for_the_file(flips: list[tuple[int, int]]) -> None:
    whole = archive(("a.xml", BODY))
    data = bytearray(whole)
    for at, by in flips:
        data[at % len(data)] ^= by
    found = [BODY]
    with suppress(FormatError):
        found = unpacked(bytes(data))
    assert found in ([BODY], [bytes(data)])  # refused, a header that does not matter, or no zip any more


def test_a_member_read_in_one_go_is_known_to_be_right() -> None:
    with open_zip(io.BytesIO(wrong_crc()), "x.zip") as opened:
        (info,) = members(opened)
        with open_member(opened, info, "x.zip") as member, pytest.raises(FormatError, match="CRC is wrong"):
            member.read(len(BODY))


def by_hand(body: bytes, packed: bytes) -> bytes:
    """An archive of one deflated entry with these packed bytes; its sizes stand behind it and in the directory."""
    sizes = struct.pack("<3L", zlib.crc32(body), len(packed), len(body))
    entry = struct.pack("<4s5H3L2H", b"PK\3\4", 20, 8, 8, 0, 33, 0, 0, 0, 5, 0) + b"a.xml" + packed + b"PK\7\10" + sizes
    listed = (
        struct.pack("<4s6H", b"PK\1\2", 20, 20, 8, 8, 0, 33) + sizes + struct.pack("<5H2L", 5, *(0,) * 6) + b"a.xml"
    )
    return entry + listed + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 1, 1, len(listed), len(entry), 0)


def unended(body: bytes) -> bytes:
    """All of the body, but no last block."""
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(body) + packer.flush(zlib.Z_FULL_FLUSH)


def ended(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(body) + packer.flush()


@pytest.mark.parametrize(
    ("body", "packed"),
    [(b"", b""), (b"", ended(b"")), (BODY, ended(BODY)), (BODY, unended(BODY)), (BODY, ended(BODY) + b"more")],
)
def test_what_has_the_right_length_and_crc_is_taken_however_its_packed_bytes_end(body: bytes, packed: bytes) -> None:
    assert unpacked(by_hand(body, packed)) == [body]


@pytest.mark.parametrize("packed", [b"", ended(b""), ended(BODY)[:-40], unended(BODY[:-1])])
def test_packed_bytes_that_are_not_all_are_never_taken_for_the_file(packed: bytes) -> None:
    with pytest.raises(FormatError, match=r"cut short or damaged|CRC is wrong"):
        unpacked(by_hand(BODY, packed))

"""The watch pass: the same records whatever the buffers, hidden ends, broken containers, what counts as read."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bulk_maker import Case, case_xml, crowd, daily, opening, prolog, quiet_day
from tmwatch.errors import FormatError
from tmwatch.sources.casefile_xml import Origin, Reading, read_bulk
from tmwatch.sources.watchpass import MAX_RECORD, CutRecord, SetAside, Totals, Wanted, cut_records
from tmwatch.sources.xml import parse_xml

BASE = Case()
SERIALS = [f"9800000{n}" for n in range(1, 9)]
EIGHT = [replace(BASE, serial=serial) for serial in SERIALS]


class Dribble:
    """A stream that gives `size` bytes a read, whatever is asked."""

    def __init__(self, data: bytes, size: int) -> None:
        self._file = io.BytesIO(data)
        self._size = size

    def read(self, size: int, /) -> bytes:
        return self._file.read(self._size)


def run(xml: bytes, wanted: Wanted | None = None, size: int = 1 << 16) -> list[CutRecord | SetAside | Totals]:
    return list(cut_records(Dribble(xml, size), wanted))


def totals(found: list[CutRecord | SetAside | Totals]) -> Totals:
    assert isinstance(found[-1], Totals)
    return found[-1]


def cuts(found: list[CutRecord | SetAside | Totals]) -> list[str]:
    return [item.serial_number for item in found if isinstance(item, CutRecord)]


def aside(found: list[CutRecord | SetAside | Totals]) -> list[SetAside]:
    return [item for item in found if isinstance(item, SetAside)]


def edited(change: Callable[[str], str], serial: str = "98000003") -> bytes:
    """A file of eight records, one of them changed as text."""
    return daily(("TX", [change(case_xml(case)) if case.serial == serial else case for case in EIGHT]))


# --- the good way ----------------------------------------------------------------------------------------------------


def test_the_wanted_records_come_with_numbers_bytes_and_group() -> None:
    cases = [replace(BASE, serial="98000001"), replace(BASE, serial="98000002", registration="7123456")]
    found = run(daily(("IB", cases[:1]), ("NA", []), ("TX", cases[1:])), Wanted.of(["98000002"]))
    record = found[0]
    assert isinstance(record, CutRecord)
    assert (record.serial_number, record.registration_number, record.group) == ("98000002", "7123456", "TX")
    assert record.body.startswith(b"<case-file>\r\n")
    assert record.body.endswith(b"</case-file>")
    assert record.body.decode().strip() == case_xml(cases[1]).strip()
    assert found[1:] == [Totals(2, 1, 0, (("IB", 1), ("TX", 1)), "202601060052", ())]


def test_a_group_key_that_comes_twice_is_counted_together() -> None:
    found = run(daily(("TX", EIGHT[:2]), ("NA", EIGHT[2:3]), ("TX", EIGHT[3:])), Wanted.of([]))
    assert totals(found).groups == (("TX", 7), ("NA", 1))


def test_a_case_that_comes_in_two_groups_comes_twice() -> None:
    assert cuts(run(daily(("IB", EIGHT[:1]), ("TX", EIGHT[:2])), Wanted.of(["98000001"]))) == ["98000001"] * 2


def test_a_registration_number_is_enough_and_zeros_are_none() -> None:
    cases = [replace(BASE, serial="98000001"), replace(BASE, serial="98000002", registration="0218184")]
    xml = daily(("TX", cases * 3))
    assert cuts(run(xml, Wanted.of([], ["218184"]))) == ["98000002"] * 3
    assert cuts(run(xml, Wanted.of([], ["0000000", "7777777"]))) == []


def test_without_a_wish_all_records_come() -> None:
    assert cuts(run(daily(("TX", EIGHT)))) == SERIALS


@given(size=st.integers(1, 4000), wanted=st.sets(st.sampled_from(SERIALS)), crlf=st.booleans())
def test_the_size_of_the_buffers_makes_no_difference(size: int, wanted: set[str], crlf: bool) -> None:
    small = [replace(case, all_flags=False) for case in EIGHT]
    xml = daily(("NA", small[:3]), ("TX", small[3:]), newline="\r\n" if crlf else "\n")
    found = run(xml, Wanted.of(wanted), max(size, 40))
    assert cuts(found) == sorted(wanted)
    assert totals(found).records == 8


@given(st.integers(15_000, 90_000))
def test_real_shaped_records_come_whole_from_any_buffer(size: int) -> None:
    cases = list(crowd(12, 90_000_000))
    xml = daily(("TX", cases))
    wanted = {cases[n].serial for n in (0, 5, 6, 11)}
    found = run(xml, Wanted.of(wanted), size)
    assert [item.body.decode().strip() for item in found if isinstance(item, CutRecord)] == [
        case_xml(case).strip() for case in cases if case.serial in wanted
    ]
    assert totals(found).records == 12


def test_a_record_of_eleven_megabytes_is_a_record_like_others() -> None:
    event = ("MADR", "I", "TRANSACTION WITH THE IB", "20240101")
    large = replace(EIGHT[1], events=tuple((*event, str(n)) for n in range(50_000)))
    assert len(case_xml(large)) > 11_000_000
    xml = daily(("TX", [EIGHT[0], large, *EIGHT[2:]]))
    found = run(xml, Wanted.of(["98000002", "98000003"]))
    assert cuts(found) == ["98000002", "98000003"]
    assert totals(found).records == 8
    readings = [i for i in read_bulk(io.BytesIO(xml), "x", Wanted.of(["98000002"]), Origin()) if isinstance(i, Reading)]
    assert len(readings[0].record.events) == 50_000


# --- what may hide the end of a record -------------------------------------------------------------------------------

FAKE_END = "</case-file></action-keys></file-segments></application-information></trademark-applications-daily>"
FAKE_NEXT = "</case-file>\r\n        <case-file>\r\n          <serial-number>98000009</serial-number>"
HIDDEN = [
    f"<!-- {FAKE_END} -->",
    f"<!--{FAKE_NEXT}-->",
    f"<text><![CDATA[{FAKE_NEXT}]]></text>",
    f"<?note {FAKE_NEXT}?>",
    "<!-- no end here -->",
    "<![CDATA[]]>",
]


@pytest.mark.parametrize("hidden", HIDDEN)
@pytest.mark.parametrize("size", [50, 333, 1 << 16])
@pytest.mark.parametrize("wanted", [["98000003"], ["98000002", "98000004"], []])
def test_an_end_in_a_comment_cdata_or_instruction_is_no_end(hidden: str, size: int, wanted: list[str]) -> None:
    xml = edited(lambda text: text.replace("<case-file-statements>", hidden + "<case-file-statements>", 1))
    found = run(xml, Wanted.of(wanted), size)
    assert (cuts(found), aside(found), totals(found).records) == (wanted, [], 8)


@pytest.mark.parametrize("mark", ["YAHAA! SHOP", "WHO? ME!", "A<B? !C&D", "</case-file>"])
def test_odd_signs_in_a_text_are_only_text(mark: str) -> None:
    cases = [replace(case, header={**case.header, "mark-identification": mark}) for case in EIGHT]
    xml = daily(("TX", cases))
    readings = [i for i in read_bulk(io.BytesIO(xml), "x", None, Origin()) if isinstance(i, Reading)]
    assert [reading.record.mark_text for reading in readings] == [mark] * 8
    assert escape(mark).encode() in xml


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("</case-file>", "</case-file >"),
        lambda text: text.replace("<case-file>", "<case-file >", 1),
        lambda text: text.replace("<case-file>", "<case-file\r\n>", 1).replace("</case-file>", "</case-file\t>"),
        lambda text: text.replace("<serial-number>98000003<", "<serial-number> 98000003 <"),
        lambda text: text.replace("<serial-number>", "<!-- 98000009 --><serial-number>"),
        lambda text: text.replace(
            "<serial-number>98000003</serial-number>", "<serial-number\n>98000003</serial-number >"
        ),
        lambda text: text.replace("<registration-number>0000000</registration-number>", "<registration-number/>"),
        lambda text: text.replace("<registration-number>0000000</registration-number>", ""),
        lambda text: "\r\n\r\n\t <!-- between --> " + text + "\r\n<?between?>",
        lambda text: "".join(line.strip() for line in text.splitlines()),
    ],
)
@pytest.mark.parametrize("wanted", [["98000003"], ["98000002", "98000004"], SERIALS])
def test_odd_white_space_and_empty_tags_change_nothing(change: Callable[[str], str], wanted: list[str]) -> None:
    for size in (97, 1 << 16):
        found = run(edited(change), Wanted.of(wanted), size)
        assert (cuts(found), aside(found), totals(found).records) == (wanted, [], 8)


@pytest.mark.parametrize("last", ["98000008"])
def test_an_odd_end_of_the_last_record_is_an_end(last: str) -> None:
    found = run(edited(lambda text: text.replace("</case-file>", "</case-file >"), last), Wanted.of([last]), 500)
    assert (cuts(found), totals(found).records) == ([last], 8)


# --- one bad record --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("bad", ["ABC", "1234567", "", "123456789", "9800 003"])
def test_a_record_with_a_bad_serial_number_is_set_aside_with_its_bytes(bad: str) -> None:
    found = run(edited(lambda text: text.replace(">98000003<", f">{bad}<")), Wanted.of(["98000004"]))
    assert cuts(found) == ["98000004"]
    (one,) = aside(found)
    assert (one.serial_number, one.group) == (None, "TX")
    assert one.body.startswith(b"<case-file>")
    assert one.body.endswith(b"</case-file>")
    assert "serial-number" in str(one.reason)
    assert (totals(found).records, totals(found).set_aside) == (8, 1)


def test_a_wanted_record_that_is_not_well_formed_is_set_aside_and_the_day_goes_on() -> None:
    xml = edited(lambda text: text.replace("</text>", "</txt>", 1))
    *items, sums = read_bulk(io.BytesIO(xml), "apc260105.zip", Wanted.of(SERIALS), Origin())
    broken = [item for item in items if isinstance(item, SetAside)]
    assert [item.serial_number for item in broken] == ["98000003"]
    assert "not well-formed" in str(broken[0].reason)
    assert isinstance(sums, Totals)
    assert (sums.records, sums.selected, sums.set_aside) == (8, 7, 1)


def test_a_bad_record_that_nobody_wants_is_nobodys_trouble() -> None:
    found = run(edited(lambda text: text.replace("</text>", "</txt><!-- odd -->", 1)), Wanted.of(["98000001"]))
    assert (cuts(found), aside(found), totals(found).records) == (["98000001"], [], 8)


def test_a_bad_record_of_a_wanted_number_is_set_aside_from_the_careful_way_too() -> None:
    found = run(edited(lambda text: text.replace("</text>", "</txt><!-- odd -->", 1)), Wanted.of(["98000003"]))
    assert [item.serial_number for item in aside(found)] == ["98000003"]


@pytest.mark.parametrize("wanted", [None, Wanted.of(["98000002"]), Wanted.of(["98000003"])])
def test_an_empty_record_is_set_aside(wanted: Wanted | None) -> None:
    xml = daily(("TX", [EIGHT[0], "        <case-file/>", *EIGHT[1:]]))
    found = run(xml, wanted)
    assert [item.body for item in aside(found)] == [b"<case-file/>"]
    assert totals(found).records == 9


# --- a broken container counts for nothing ---------------------------------------------------------------------------


def never_totals(xml: bytes, message: str, wanted: Wanted | None = None) -> None:
    for size in (60, 1 << 16):
        found: list[object] = []
        with pytest.raises(FormatError, match=message):
            found.extend(cut_records(Dribble(xml, size), wanted))
        assert not any(isinstance(item, Totals) for item in found)


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.97, 0.999])
def test_a_file_that_is_cut_short_is_never_taken_as_read(share: float) -> None:
    xml = daily(("TX", EIGHT))
    never_totals(xml[: int(len(xml) * share)], "cut short", Wanted.of(["98000001"]))


def test_a_missing_end_of_the_root_is_an_error_even_after_the_last_record() -> None:
    xml = daily(("TX", EIGHT))
    never_totals(xml[: xml.rindex(b"</trademark-applications-daily>")], "cut short")
    never_totals(xml[: xml.rindex(b"</action-keys>")], "cut short", Wanted.of([]))


@pytest.mark.parametrize("wanted", [None, Wanted.of(["98000004"]), Wanted.of(["98000003"]), Wanted.of([])])
def test_a_record_that_is_never_closed_breaks_the_file(wanted: Wanted | None) -> None:
    never_totals(edited(lambda text: text.replace("</case-file>", "")), "never closed", wanted)


@pytest.mark.parametrize("wanted", [None, Wanted.of(["98000004"]), Wanted.of(["98000002"]), Wanted.of([])])
def test_a_record_that_is_never_opened_breaks_the_file(wanted: Wanted | None) -> None:
    never_totals(edited(lambda text: text.replace("<case-file>", "", 1)), "broken", wanted)


@pytest.mark.parametrize("rest", ["<trademark-applications-daily>", "text", "</case-file>"])
def test_nothing_may_follow_the_root(rest: str) -> None:
    never_totals(daily(("TX", EIGHT)) + rest.encode(), "goes on after its end|broken")


def test_blanks_and_comments_may_follow_the_root() -> None:
    assert totals(run(daily(("TX", EIGHT)) + b"\r\n<!-- end -->\r\n")).records == 8


def test_a_record_outside_of_a_group_breaks_the_file() -> None:
    xml = daily(("TX", EIGHT)).replace(b"<action-keys>", b"").replace(b"</action-keys>", b"")
    never_totals(xml, "outside of a group")


def test_a_record_without_end_is_given_up_in_bounded_memory() -> None:
    start = daily(("TX", EIGHT)).split(b"</case-file>")[0]

    class Endless:
        def __init__(self) -> None:
            self.given = 0

        def read(self, size: int, /) -> bytes:
            data = start if not self.given else b"x" * size
            self.given += len(data)
            return data

    stream = Endless()
    with pytest.raises(FormatError, match="does not end within 64 MB"):
        list(cut_records(stream, Wanted.of(["98000001"])))
    assert stream.given < 2 * MAX_RECORD + (1 << 20)


# --- days without records, other files -------------------------------------------------------------------------------


def test_a_quiet_day_says_so_itself_and_is_read() -> None:
    assert run(quiet_day()) == [Totals(0, 0, 0, (), "202601060052", ())]


@pytest.mark.parametrize("groups", [(), (("TX", ()),)])
def test_a_file_with_segments_and_no_record_is_an_error(groups: tuple[tuple[str, tuple[Case, ...]], ...]) -> None:
    never_totals(daily(*groups), "holds no records")


def test_a_file_that_says_nothing_is_an_error() -> None:
    xml = quiet_day().replace(b"<data-available-code>N</data-available-code>", b"")
    never_totals(xml, "holds no records")


def test_an_unknown_element_of_the_frame_is_reported() -> None:
    xml = daily(("TX", EIGHT)).replace(b"<file-segment>", b"<notice>new</notice><file-segment>")
    assert totals(run(xml)).unread == ("unknown element file-segments/notice",)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "no <trademark-applications-daily>"),
        (b"<html><body>Sign in</body></html>", "a web page, not data"),
        (b"\n<!DOCTYPE HTML><title>moved</title>", "a web page, not data"),
        (b"<?xml version='1.0'?><ttab-proceedings></ttab-proceedings>", "a TTAB file"),
        (b"<?xml version='1.0'?><trademark-assignments></trademark-assignments>", "an assignments file"),
        (b"just text", "no <trademark-applications-daily>"),
        ("<?xml version='1.0'?><trademark-applications-daily/>".encode("utf-16"), "UTF-16"),
        (b"<?xml version='1.0' encoding='iso-8859-1'?><trademark-applications-daily>", "encoding iso-8859-1"),
        (b"<!DOCTYPE x [<trademark-applications-daily>", "the beginning of the daily file is not well-formed"),
    ],
)
def test_what_is_no_daily_file_is_named(body: bytes, message: str) -> None:
    never_totals(body, message)


@pytest.mark.parametrize("head", ["<?xml version='1.0'?>", "<?xml version='1.0' encoding='UTF-8'?>", "\ufeff", ""])
def test_every_way_to_say_utf_8_is_fine(head: str) -> None:
    body = daily(("TX", EIGHT)).decode()
    assert totals(run((head + body[body.index("<!DOCTYPE") :]).encode())).records == 8


BOMB = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(10))


@pytest.mark.parametrize(
    "declared", [BOMB, '<!ENTITY who "me">', '<!ENTITY who SYSTEM "file:///etc/passwd">', '<!ENTITY % who "me">']
)
def test_declared_entities_refuse_the_file_unread(declared: str) -> None:
    xml = prolog()[:-2] + declared + "]>" + opening() + "<action-keys>" + case_xml(BASE) + "</action-keys>"
    never_totals(xml.encode(), "entities")


def test_an_undeclared_entity_spoils_its_own_record_only() -> None:
    xml = edited(lambda text: text.replace("LUMENVALE", "&l9;"))
    *items, _ = read_bulk(io.BytesIO(xml), "x", None, Origin())
    assert [item.serial_number for item in items if isinstance(item, SetAside)] == ["98000003"]


def test_the_made_file_is_valid_for_the_strict_parser() -> None:
    assert parse_xml(daily(("TX", EIGHT)), "the made file").tag == "trademark-applications-daily"

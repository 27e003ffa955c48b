"""No document may reach beyond itself: entities, outside files, depth and damage."""

import io

import pytest

from tmwatch.errors import FormatError
from tmwatch.sources.xml import child, iter_elements, local_name, parse_xml, text_at, texts_at

LOL = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
BOMB = f'<!DOCTYPE r [<!ENTITY l0 "lol">{LOL}]><r>&l9;</r>'.encode()
IN_ATTRIBUTE = f'<!DOCTYPE r [<!ENTITY l0 "lol">{LOL}]><r a="&l9;"/>'.encode()
UNUSED = b'<!DOCTYPE r [<!ELEMENT r ANY><!ENTITY x "y">]><r/>'
PARAMETER = b'<!DOCTYPE r [<!ENTITY % x "y">]><r/>'
OUTSIDE = b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r>&x;</r>'
WIDE = '<!DOCTYPE r [<!ENTITY x "y">]><r>&x;</r>'.encode("utf-16")


@pytest.mark.parametrize("body", [BOMB, IN_ATTRIBUTE, UNUSED, PARAMETER, OUTSIDE, WIDE])
def test_declared_entities_refuse_the_document(body):
    with pytest.raises(FormatError, match="entit") as caught:
        parse_xml(body, "the file")
    assert "\n" not in str(caught.value)
    with pytest.raises(FormatError, match="entit"):
        list(iter_elements(io.BytesIO(body), "r", "the file"))


def test_a_dtd_without_entities_is_allowed():
    body = b"<!DOCTYPE r [<!ELEMENT r (a*)><!ELEMENT a (#PCDATA)>]><r><a>1</a><a>2</a></r>"
    assert texts_at(parse_xml(body, "the file"), "a") == ("1", "2")
    assert [element.text for element in iter_elements(io.BytesIO(body), "a", "the file")] == ["1", "2"]


def test_an_outside_dtd_is_not_loaded():
    assert local_name(parse_xml(b'<!DOCTYPE r SYSTEM "http://127.0.0.1:9/x.dtd"><r/>', "the file")) == "r"


@pytest.mark.parametrize("body", [b"", b"<r>", b"<r></s>", b"text", b"\x00\x01", b"<a>" * 100_000, b"<r>&x;</r>"])
def test_what_is_not_well_formed_is_refused_and_not_repaired(body):
    with pytest.raises(FormatError):
        parse_xml(body, "the file")
    with pytest.raises(FormatError):
        list(iter_elements(io.BytesIO(body), "r", "the file"))


def test_a_cut_stream_says_so_after_its_whole_records():
    stream = io.BytesIO(b"<r><a>1</a><a>2</a><a>")
    records = iter_elements(stream, "a", "the file")
    assert [next(records).text, next(records).text] == ["1", "2"]
    with pytest.raises(FormatError, match="cut short"):
        next(records)


def test_texts_are_found_by_local_name_and_cleaned():
    root = parse_xml(b'<x:r xmlns:x="urn:x"><x:a> </x:a><x:a> A  B\n</x:a><b><a>no</a></b></x:r>', "the file")
    assert text_at(root, "a") == "A  B"
    assert text_at(root, "c") is None
    assert child(None, "a") is None


def test_comments_and_instructions_are_left_out():
    root = parse_xml(b"<r><!-- c --><?pi x?><a>1<!-- c -->2</a></r>", "the file")
    assert [local_name(element) for element in root] == ["a"]
    assert text_at(root, "a") == "12"

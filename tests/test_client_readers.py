"""Which of a client's addresses reads which language."""

from __future__ import annotations

import pytest

from tmwatch.portfolio import Client
from tmwatch.portfolio_cells import emails


def readers(*addresses: str, language: str | None = None) -> dict[str, tuple[str, ...]]:
    return Client("x", emails=addresses, language=language).readers("en")


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ("a@x.example; b@x.example (en)", ("a@x.example", "b@x.example (en)")),
        ("b@x.example(EN)；c@x.example（中文）", ("b@x.example (en)", "c@x.example (zh-CN)")),
        ("b@x.example (en);b@x.example ( en )", ("b@x.example (en)",)),
        ("b@x.example (en);b@x.example (zh)", ("b@x.example (en)", "b@x.example (zh-CN)")),
        ("", ()),
    ],
)
def test_an_address_may_say_its_language(cell: str, read: tuple[str, ...]) -> None:
    assert emails(cell) == read
    assert emails(";".join(read)) == read  # as an export writes it


@pytest.mark.parametrize(
    "cell", ["a@x.example (fr)", "a@x.example ()", "(en)", "a@x.example (en) b@x.example", "a (en)"]
)
def test_what_is_no_address_or_no_language_is_refused(cell: str) -> None:
    with pytest.raises(ValueError):
        emails(cell)


def test_her_own_language_comes_first_and_addresses_are_plain() -> None:
    found = readers("b@x.example (en)", "a@x.example", "c@x.example (zh-CN)", language="zh-CN")
    assert list(found.items()) == [("zh-CN", ("a@x.example", "c@x.example")), ("en", ("b@x.example",))]


def test_without_a_word_of_language_all_read_the_default() -> None:
    assert readers("a@x.example", "b@x.example") == {"en": ("a@x.example", "b@x.example")}
    assert readers() == {"en": ()}
    assert readers(language="zh-CN") == {"zh-CN": ()}


def test_a_language_that_nobody_reads_is_left_out() -> None:
    assert readers("b@x.example (zh-CN)") == {"zh-CN": ("b@x.example",)}

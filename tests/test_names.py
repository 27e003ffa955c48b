"""Normal forms of firms, persons and e-mail addresses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tmwatch.names import (
    domain_form,
    email_form,
    firm_forms,
    is_common_name,
    is_public_domain,
    person_form,
    web_name,
)


def core(name: str) -> tuple[str, str | None]:
    form = firm_forms(name)[0]
    return form.core, form.city


@pytest.mark.parametrize(
    "variant",
    [
        "SHENZHEN LARKWING TECHNOLOGY CO., LTD.",
        "Shenzhen Larkwing Tech. Co.,Ltd",
        "Lark Wing Technology (Shenzhen) Company Limited",
        "Shen Zhen Larkwing Technologies Ltd",
        "Ｓｈｅｎｚｈｅｎ Larkwing Technology",
    ],
)
def test_variants_of_one_firm_share_a_form(variant: str) -> None:
    assert core(variant) == ("larkwingtechnology", "shenzhen")


@pytest.mark.parametrize(
    "other",
    [
        "Guangzhou Larkwing Technology Co., Ltd.",
        "Shenzhen Larkwind Technology Co., Ltd.",
        "Shenzhen Larkwing Trading Co., Ltd.",
        "Shenzhen Larkwing Co., Ltd.",
        "Shenzhen Technology Co., Ltd.",
    ],
)
def test_other_firms_keep_another_form(other: str) -> None:
    assert core(other) != ("larkwingtechnology", "shenzhen")


def test_a_name_that_is_only_a_legal_form_is_not_emptied() -> None:
    assert core("Limited") == ("limited", None)


def test_a_chinese_name_loses_place_and_legal_form() -> None:
    assert (
        core("深圳市云帆知识产权有限公司") == core("雲帆知識產權（深圳）有限责任公司") == ("云帆知识产权", "shenzhen")
    )


def test_a_name_in_both_scripts_has_two_forms() -> None:
    assert [form.core for form in firm_forms("Yunfan IP 云帆知识产权")] == [
        "yunfanintellectualproperty",
        "云帆知识产权",
    ]


@pytest.mark.parametrize("name", ["", "***", "云"])
def test_nothing_to_compare_gives_no_form(name: str) -> None:
    assert firm_forms(name) == ()


@pytest.mark.parametrize(
    ("written", "form"),
    [
        (" <A.B@Example.TEST>; ", "a.b@example.test"),
        ("mailto:a@b.test", "a@b.test"),
        ("x.y+tag@gmail.com", "xy@gmail.com"),
        ("xy@googlemail.com", "xy@gmail.com"),
        ("x.y+tag@outlook.com", "x.y@outlook.com"),
        ("x+tag@firm.test", "x+tag@firm.test"),
        ("no address", None),
        ("a@host", None),
        ("@b.test", None),
    ],
)
def test_an_e_mail_address_has_one_form(written: str, form: str | None) -> None:
    assert email_form(written) == form


def test_free_and_shared_mail_hosts_are_public_and_a_firm_is_not() -> None:
    assert is_public_domain("qq.com")
    assert is_public_domain("comcast.net")
    assert not is_public_domain("larkwing.test")
    assert domain_form("@www.Larkwing.test.") == "larkwing.test"


@pytest.mark.parametrize("swapped", ["YUSHAN LIN", "Lin, Yushan", "Lin Yu Shan", "Yu-Shan Lin", "Ms. Yushan Lin, Esq."])
def test_a_swapped_or_broken_name_shares_an_order(swapped: str) -> None:
    form, listed = person_form(swapped), person_form("Yushan Lin")
    assert form is not None
    assert listed is not None
    assert set(form.orders) & set(listed.orders)


@pytest.mark.parametrize("name", ["Lin", "", "Mr.", "云帆"])
def test_one_word_is_no_persons_name(name: str) -> None:
    assert person_form(name) is None


def test_names_of_two_single_syllables_are_common() -> None:
    assert is_common_name("Jie Luo")
    assert is_common_name("Luo, Jie")
    assert not is_common_name("Yushan Lin")
    assert not is_common_name("Gregory Whitcombe")


@pytest.mark.parametrize(
    ("name", "short"), [("www.larkwing.com", "larkwing"), ("Larkwing.com Law", "Larkwing.com Law")]
)
def test_a_firm_written_as_its_web_address_is_read_as_its_name(name: str, short: str) -> None:
    assert web_name(name) == short


@given(st.text(max_size=60))
def test_no_text_breaks_a_form(text: str) -> None:
    firm_forms(text)
    person_form(text)
    email_form(text)


@given(st.lists(st.sampled_from(["Lark", "Wing", "Blue", "Technology"]), min_size=1, max_size=4), st.integers(1, 3))
def test_case_and_blanks_never_matter(words: list[str], blanks: int) -> None:
    name = " ".join(words)
    assert firm_forms(name) == firm_forms((" " * blanks).join(words).upper() + " Co., Ltd.")

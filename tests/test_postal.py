"""The normal form of postal addresses and when two are the same door."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tmwatch.postal import address_form, same_address

LISTED = "No. 77 Haitang Road, Willow Tower 8th Floor, Futian District, Shenzhen 518000"


def agreement(one: str, other: str) -> float:
    first, second = address_form(one), address_form(other)
    return same_address(first, second) if first and second else 0.0


@pytest.mark.parametrize(
    "written",
    [
        LISTED,
        "8F, Willow Tower, 77 Hai Tang Rd., Futian, Shenzhen, Guangdong 518000 CN",
        "Haitang Road No. 77, Futian, Shenzhen",
        "Rm. 0803, 77 Haitang Road, Shenzhen 518026",
        "#77 HAITANG ROAD; FUTIAN; SHENZHEN; 518000",
    ],
)
def test_spellings_of_one_door_agree(written: str) -> None:
    assert agreement(LISTED, written) > 0


@pytest.mark.parametrize(
    "written",
    [
        "No. 77 Haitang Road, Willow Tower 9th Floor, Futian District, Shenzhen 518000",
        "Rm. 1203, 77 Haitang Road, Shenzhen 518026",
        "No. 79 Haitang Road, Futian District, Shenzhen 518000",
        "No. 77 Haitang Road, Xiamen 361000",
        "No. 77 Haitang Street, Shenzhen 518000",
        "No. 77 Haitang Road",
        "Futian District, Shenzhen 518000",
        "No. 77 Haitang Road, Guangzhou 510000",
        "77 Rose Road, Shenzhen 518000",
    ],
)
def test_other_doors_do_not_agree(written: str) -> None:
    assert agreement(LISTED, written) == 0


def test_everything_equal_is_the_strongest_agreement() -> None:
    assert agreement(LISTED, LISTED) == 1.0
    assert agreement(LISTED, "77 Haitang Road, Shenzhen 518000") == 0.85
    assert agreement(LISTED, "77 Haitang Road, Shenzhen") == 0.7


def test_western_addresses_need_city_or_postcode() -> None:
    here = "120 Cedar Street, Suite 4, Dover, DE 19901"
    assert agreement(here, "120 Cedar St., Ste. 4, Dover, Delaware 19901-2200") == 1.0
    assert agreement(here, "120 Cedar Street, Suite 5, Dover, DE 19901") == 0
    assert agreement(here, "120 Cedar Street, Suite 4, Salem, OR 97301") == 0
    assert agreement(here, "120 N Cedar Street, Suite 4, Dover, DE 19901") == 0


def test_a_post_office_box_is_a_door() -> None:
    assert agreement("P.O. Box 12, Dover, DE 19901", "PO BOX 12, Dover DE 19901") > 0
    assert agreement("P.O. Box 12, Dover, DE 19901", "PO BOX 13, Dover DE 19901") == 0


def test_chinese_characters_are_read() -> None:
    assert agreement("深圳市福田区海棠路77号柳大厦8楼", "广东省深圳市福田區海棠路77號803室") > 0
    assert agreement("深圳市福田区海棠路77号", "厦门市海棠路77号") == 0


@given(st.text(max_size=80))
def test_no_text_breaks_the_form(text: str) -> None:
    address_form(text)

"""For every status code and every event of the tables: which A, R and C rules fire, and that the others stay quiet.

Written by hand from the rule table; whatever is not named here must be quiet.
"""

import pytest

from tests.rules.marks import mark, told
from tmwatch.codes import event_codes, status_codes

REGISTERED = {"registration_date": "2024-01-02"}  # no maintenance window is open
FIRES_BY_STATUS = {
    "A01 high": {600, 602, 606, 607},
    "A03 high": {614},
    "A04 high": {601, 605},
    "A05 medium": {641, 645, 649, 651, 656, 658, 660, 666, 807, 809, 813, 817, 821, 823, 825},
    "A07 medium": {688, 718, 719, 720, 721, 722, 724, 725, 730, 731, 732, 733, 734},
    "A08 info": {680, 686},
    "A09 high": {774, 779, 801},
    "A10 info": {653, 654},
    "A11 critical": {401},
    "A11 high": {400, 403, 410, 413},
    "A12 high": {402, 411, 412, 603, 604, 608, 609, 618, 632, 901, 968},
    "A12 medium": {405, 416},
    "A13 high": {612},
    "A14 info": {616, 672},
    "C06 medium": {673, 716},
    "R05 critical": {709, 710},
    "R07 critical": {900},
    "R12 high": {711, 712, 713, 714, 781, 782},
    "R13 high": {716},
    "R14 high": {790},
    "R18 critical": {404, 414, 415, 626},
    "R18 medium": {406, 417},
    "R19 high": {704, 705, 707, 708},
}
# The statuses under which these rules have nothing to say. 610, 715, 783 and 973 belong to the S rules.
QUIET_STATUSES = {
    *(0, 610, 620, 622, 624, 625, 630, 631, 638, 640, 642, 643, 644, 646, 647, 648, 650, 652, 655, 657, 659, 661, 663),
    *(664, 665, 667, 668, 681, 682, 689, 690, 692, 693, 694, 700, 701, 702, 703, 706, 715, 717, 739, 740, 744, 745),
    *(746, 748, 752, 753, 756, 757, 760, 762, 763, 764, 765, 766, 771, 772, 773, 775, 777, 778, 780, 783, 794, 800),
    *(802, 803, 804, 806, 808, 810, 811, 812, 814, 815, 816, 818, 819, 820, 822, 824, 969, 970, 973),
}
# Events of two weeks ago on an application that lives (630) and on a registration that lives (700).
ON_BOTH = {
    "A11 high": "CBNT/M DETH/P DENA/E DENA/O DENC/E DENC/O",
    "C01 high": "TWAR/I WOAG/I WDLA/P EWAG/I EWAF/I WOAR/I WOAM/I EWOR/I",
    "C02 high": "TCCA/I ECCA/I CHAN/I COAE/I NEDF/O UNDC/O UNDN/O UNDR/O",
    "C03 high": "ASGN/I AOUM/I CHLD/M DCPN/M",
    "R05 critical": "C8../O C8.T/O C71T/O CAEX/O NCS8/E NCS8/O NC71/E NC71/O",
    "R07 critical": "EXRG/O CAEX/O",
    "R12 high": "C7../O C18./O C24./O C37./O C6AF/O C6BF/O CANG/T TTCG/R",
    "R13 high": "IIRN/O CIIG/O",
    "R15 medium": "BPRE/I BPPR/I BPET/O",
    "R16 critical": ("BXPI/O BXOA/O BXO1/O BXFA/O BESF/O DIPX/E BRPI/O BRXO/O BRX1/O BRFA/O BSRF/O DIPR/E"),
    "R19 high": "C8P./O C71P/O C18P/O C24P/O C37P/O C7P./O C6AP/O C6BP/O 8.PR/O 8PRT/O 71.P/O C15P/O C75P/O",
}
ON_APPLICATIONS = ON_BOTH | {
    "A05 medium": (
        "CNRT/F CNRT/O CNRT/S CNRT/* GNRT/F GNRT/O GNRT/S GNRT/* CNFR/F CNFR/O CNFR/S GNFR/F GNFR/O GNFR/S CFRC/O "
        "CFRC/S GNSF/O GNSF/S CEAP/F CEAP/O GEAP/F GEAP/O CPEA/F CPEA/O GNPE/F GNPE/O GNPA/F GNPA/O CPRA/F CPRA/O "
        "GPRA/F GPRA/O CNRU/F CNRU/O GNRU/F GNRU/O SEAP/F SEAP/O GSEA/F GSEA/O SPEA/F SPEA/O SPRA/F SPRA/O GSPR/F "
        "GSPR/O SSFR/O SSFR/S SSRR/O GSSF/O GSSF/S CNSI/F CNSI/O CNSI/S GNSI/F GNSI/O GNSI/S RFCS/P INCS/O INCE/O "
        "INCD/O RRDX/O"
    ),
    "A07 medium": "NOAM/E NOAM/O",
    "A09 high": "OP.I/T OP.S/T OPPF/T",
}
ON_REGISTRATIONS = ON_BOTH | {
    "R08 high": (
        "PR15/O PR23/O PR71/O PR75/O PR89/O PRA8/O PRA9/O PRAM/O QR15/O QR23/O QR71/O QR75/O QRA8/O QRA9/O QRAM/O "
        "OQ89/O 806I/O 810I/O 815I/O 89IA/O 9INF/O 715I/O 71IA/O 15IA/O PUM1/O PUM2/O PUM3/O PUMI/O"
    ),
    "R12 high": ON_BOTH["R12 high"] + " ES7S/I C7RF/I C7PF/I",
    "R14 high": "PETC/T CCCN/T",
}
# Families none of whose events makes one of these rules speak by itself; `sanctions` belongs to the S rules.
QUIET_FAMILIES = {
    *("abandonment", "maintenance_filed", "other", "publication", "registration", "response", "revival", "sanctions"),
    "statement_of_use",
}


def loud(table: dict[str, str]) -> dict[str, list[str]]:
    """Turn rule -> events round."""
    found: dict[str, list[str]] = {}
    for rule, events in table.items():
        for event in events.split():
            found.setdefault(event, []).append(rule)
    return {event: sorted(rules) for event, rules in found.items()}


def registered(kind: str) -> bool:
    return any(word in kind for word in ("registered", "cancelled", "expired"))


@pytest.mark.parametrize("code", sorted(status_codes()))
def test_each_status_makes_exactly_the_rules_of_the_table_speak(code: int) -> None:
    expected = sorted(rule for rule, codes in FIRES_BY_STATUS.items() if code in codes)
    fields = REGISTERED if registered(status_codes()[code].kind) else {}
    assert told(mark(code, **fields)) == expected
    assert bool(expected) != (code in QUIET_STATUSES)


@pytest.mark.parametrize("family", sorted({event.family for event in event_codes().values()}))
@pytest.mark.parametrize(
    ("status", "fields", "table"), [(630, {}, ON_APPLICATIONS), (700, REGISTERED, ON_REGISTRATIONS)]
)
def test_each_event_makes_exactly_the_rules_of_the_table_speak(
    family: str, status: int, fields: dict[str, str], table: dict[str, str]
) -> None:
    expected = loud(table)
    keys = [f"{code}/{type_}" for (code, type_), event in event_codes().items() if event.family == family]
    fired = {key: told(mark(status, f"{key} 2026-11-10", **fields)) for key in keys}
    assert {key: rules for key, rules in fired.items() if rules} == {k: expected[k] for k in keys if k in expected}
    if family in QUIET_FAMILIES:
        assert not any(fired.values())


def test_every_event_the_tables_above_name_exists() -> None:
    known = {f"{code}/{type_}" for code, type_ in event_codes()}
    assert not [event for event in loud(ON_APPLICATIONS | ON_REGISTRATIONS) if event not in known]


@pytest.mark.parametrize("code", [999, 111])
def test_an_unlisted_status_is_told_as_unknown(code: int) -> None:
    assert told(mark(code)) == ["C06 medium"]


def test_an_ordinary_registration_with_a_long_history_is_quiet() -> None:
    case = mark(
        702,
        *("R.PR/A 2012-05-08", "REM1/E 2017-05-08", "E815/I 2017-09-01", "C15A/O 2017-10-01", "NA85/E 2017-10-01"),
        *("TCCA/I 2019-03-01", "REAP/I 2019-03-01", "ARAA/I 2019-03-02", "ASGN/I 2020-01-10", "REM2/E 2021-05-08"),
        *("E89R/I 2022-01-04", "89AG/O 2022-02-04", "RNL1/Q 2022-02-04", "NA89/E 2022-02-04"),
        registration_date="2012-05-08",
    )
    assert told(case) == []


def test_an_ordinary_application_on_its_way_is_quiet() -> None:
    case = mark(
        661,
        *("NWAP/I 2025-10-01", "DOCK/D 2026-04-01", "CNRT/R 2026-04-20", "GNRT/F 2026-04-21", "GNRN/O 2026-04-21"),
        *("TROA/I 2026-07-20", "CRFA/I 2026-07-20", "TEME/I 2026-07-21"),
    )
    assert told(case) == []

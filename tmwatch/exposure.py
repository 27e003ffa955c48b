"""Findings plus what the owner says is at stake -> the exposure of each brand.

What Amazon does is not published: a state says what the *record* means for the enrolment, never when anybody acts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from tmwatch.codes import Standing, standing
from tmwatch.findings import Finding, Severity
from tmwatch.mark_faces import MarkFace
from tmwatch.portfolio import Watch

STATES = ("lost", "in_danger", "unknown", "weakened", "sound")  # worst first
IN_DANGER = ("lost", "in_danger")
_LOST_BY_ORDER = ("S01", "S19")  # treated as lost even while the register still shows the mark live
_ENDANGERING_RULES = ("B01", "B02")
_US = "US"
# marketplace -> the office of its enrolments; the countries of the Union may use its office or their own
_OFFICES = {
    "US": _US,
    "GB": "UK",
    **dict.fromkeys(("DE", "FR", "IT", "ES", "NL", "SE", "PL", "BE", "IE"), "EU or national"),
}


@dataclass(frozen=True, slots=True)
class BrandMark:
    """One mark behind a brand. `number` is the serial number, or what the owner gave while it is not resolved."""

    client: str
    brand: str
    number: str
    standing: Standing
    carries: bool  # the owner says that the Brand Registry enrolment stands on it
    mark: str | None = None
    registration_number: str | None = None


@dataclass(frozen=True, slots=True)
class Office:
    """One trademark office behind a brand: the marketplaces that look at it and the marks that carry the enrolment
    there. Only US marks have data here; what stands at another office is not known (`watched` False)."""

    office: str
    marketplaces: tuple[str, ...]
    carrying: tuple[str, ...] = ()
    watched: bool = False


@dataclass(frozen=True, slots=True)
class BrandExposure:
    """One brand of one client. `state`: lost | in_danger | weakened | sound | unknown."""

    client: str
    brand: str
    state: str
    enrolled: bool
    reasons: tuple[Finding, ...] = ()
    carrying: tuple[str, ...] = ()  # serial numbers of the marks that carry the enrolment
    spare: tuple[str, ...] = ()  # other live marks of the brand that could take over
    marketplaces: tuple[str, ...] = ()
    asins: int | None = None
    revenue_30d: Decimal | None = None
    currency: str | None = None
    marks: tuple[BrandMark, ...] = ()  # every mark of the brand, those that carry the enrolment first
    live: int = 0  # live US marks of the brand

    @property
    def offices(self) -> tuple[Office, ...]:
        """The offices behind the brand: the US first, then the others the marketplaces point to."""
        return offices(self.marketplaces, self.carrying)

    @property
    def unwatched(self) -> tuple[str, ...]:
        """The marketplaces whose own trademark office is not watched here."""
        return tuple(
            place for office in offices(self.marketplaces, ()) if not office.watched for place in office.marketplaces
        )

    @property
    def single(self) -> bool:
        """Whether the enrolment rests on one live mark with nothing to take its place (rule B03)."""
        return self.enrolled and self.live == 1 and self.state not in IN_DANGER


@dataclass(frozen=True, slots=True)
class Stake:
    """What stands behind the brands that are lost or in danger. `asins_complete` is False when an owner left the
    field empty (an empty field counts as some, never as none). `money` is (currency or "", sum), biggest first."""

    brands: int = 0
    asins: int = 0
    asins_complete: bool = True
    money: tuple[tuple[str, Decimal], ...] = ()


def brand_key(brand: str) -> str:
    """Return what makes two spellings the same brand in a portfolio: letter case and blanks do not count."""
    return " ".join(brand.split()).casefold()


def endangers(finding: Finding) -> bool:
    """Whether this finding puts an enrolment that stands on its mark at risk (rule B01: CRITICAL S, A, R or C07)."""
    if finding.rule in _ENDANGERING_RULES:
        return True
    critical = finding.severity is Severity.CRITICAL and not finding.good_news
    return critical and (finding.rule[:1] in ("S", "A", "R") or finding.rule == "C07")


def brand_marks(watches: Iterable[Watch], records: Mapping[str, MarkFace]) -> tuple[BrandMark, ...]:
    """Return one BrandMark a portfolio row with a brand; a mark without a record has standing unknown."""
    return tuple(_brand_mark(watch, records.get(watch.serial_number or "")) for watch in watches if watch.brand.strip())


def peers(watches: Iterable[Watch], marks: Iterable[BrandMark]) -> dict[str, tuple[BrandMark, ...]]:
    """Return for each serial number watched the other marks that its clients watch under the same brands, in the order
    of `marks` (Facts.peers)."""
    of_brand: dict[tuple[str, str], list[tuple[int, BrandMark]]] = {}
    for place, one in enumerate(marks):
        of_brand.setdefault((one.client, brand_key(one.brand)), []).append((place, one))
    brands: dict[str, set[tuple[str, str]]] = {}
    for watch in watches:
        if watch.serial_number:
            brands.setdefault(watch.serial_number, set()).add((watch.client, brand_key(watch.brand)))
    found = {}
    for serial, keys in brands.items():
        beside = sorted(pair for key in keys for pair in of_brand.get(key, ()) if pair[1].number != serial)
        found[serial] = tuple(one for _place, one in beside)
    return found


def exposure(
    client: str, watches: Iterable[Watch], records: Mapping[str, MarkFace], findings: Iterable[Finding]
) -> tuple[BrandExposure, ...]:
    """Return the exposure of each brand of `client`, worst state first, then enrolled, biggest revenue, most ASINs.

    `records` are the last known ones by serial number; `findings` the open ones (of any mark, any client: those that
    are not this client's are left out). Rows without a brand have no exposure.
    """
    rows: dict[str, list[Watch]] = {}
    for watch in watches:
        if watch.client == client and watch.brand.strip():
            rows.setdefault(brand_key(watch.brand), []).append(watch)
    of_mark: dict[str, list[Finding]] = {}
    for one in findings:
        if one.client in ("", client):
            of_mark.setdefault(one.serial_number, []).append(one)
    found = []
    for group in rows.values():
        lone = len(group) == 1 and group[0].number not in of_mark
        found.append(_calm(group[0], records) if lone else _exposure(group, records, of_mark))
    return tuple(sorted(found, key=_worst_first))


def at_stake(exposures: Iterable[BrandExposure]) -> Stake:
    """Return the sum over the brands that are lost or in danger."""
    return _sum([e for e in exposures if e.state in IN_DANGER])


def _sum(brands: list[BrandExposure]) -> Stake:
    """Add up what stands behind some brands."""
    money: dict[str, Decimal] = {}
    for one in brands:
        if one.revenue_30d is not None:
            money[one.currency or ""] = money.get(one.currency or "", Decimal(0)) + one.revenue_30d
    return Stake(
        brands=len(brands),
        asins=sum(one.asins or 0 for one in brands),
        asins_complete=all(one.asins is not None for one in brands),
        money=tuple(sorted(money.items(), key=lambda pair: (-pair[1], pair[0]))),
    )


def concentration(exposures: Iterable[BrandExposure]) -> Stake:
    """Return what stands on brands that rest on one live mark each."""
    return _sum([one for one in exposures if one.single])


@lru_cache(maxsize=1024)
def offices(marketplaces: tuple[str, ...], carrying: tuple[str, ...]) -> tuple[Office, ...]:
    """Return the offices behind a brand, the US first. Where its enrolment for another market stands is not known: it
    may rest on the US mark or on a mark of that market's own office."""
    places: dict[str, list[str]] = {_US: []}
    for place in marketplaces:
        places.setdefault(_OFFICES.get(place, place), []).append(place)
    return tuple(
        Office(office, tuple(found), carrying if office == _US else (), watched=office == _US)
        for office, found in places.items()
    )


def _calm(row: Watch, records: Mapping[str, MarkFace]) -> BrandExposure:
    """Judge a brand with one mark on which nothing was found, as `_exposure` would: the usual case, made fast."""
    mark = _brand_mark(row, records.get(row.serial_number or ""))
    carrying = (mark.number,) if mark.carries else ()
    dead = mark.standing is Standing.dead
    live = mark.standing.is_live
    return BrandExposure(
        client=row.client,
        brand=row.brand,
        state="lost" if dead else "unknown" if _unclear(mark) else "sound",
        enrolled=mark.carries,
        carrying=carrying,
        spare=(mark.number,) if live and not carrying else (),
        marketplaces=tuple(dict.fromkeys(row.marketplaces)),
        asins=row.asins,
        revenue_30d=row.revenue_30d,
        currency=row.currency,
        marks=(mark,),
        live=int(live),
    )


def _exposure(
    rows: list[Watch], records: Mapping[str, MarkFace], of_mark: Mapping[str, Sequence[Finding]]
) -> BrandExposure:
    """Judge the rows of one brand."""
    rows = sorted(rows, key=lambda row: (not row.carries_enrolment, row.number))
    marks = brand_marks(rows, records)
    brand = rows[0].brand
    known = (finding for number in dict.fromkeys(m.number for m in marks) for finding in of_mark.get(number, ()))
    findings = tuple(f for f in known if not f.brand or brand_key(f.brand) == brand_key(brand))
    carrying = {m.number for m in marks if m.carries}
    base = carrying or {m.number for m in marks}
    gone = {m.number for m in marks if _gone(m, findings)}
    endangered = {f.serial_number for f in findings if endangers(f)}
    reasons = tuple(f for f in findings if _is_reason(f, base, {m.number for m in marks}))
    places = tuple(dict.fromkeys(place for row in rows for place in row.marketplaces))
    carried = tuple(dict.fromkeys(m.number for m in marks if m.carries))
    best = max(rows, key=lambda row: row.revenue_30d if row.revenue_30d is not None else Decimal(-1))
    return BrandExposure(
        client=rows[0].client,
        brand=brand,
        state=_state(base, gone, endangered, {m.number for m in marks if _unclear(m)}, bool(reasons)),
        enrolled=bool(carrying),
        reasons=tuple(sorted(reasons, key=lambda f: (not endangers(f), -f.severity, f.rule, f.serial_number, f.key))),
        carrying=carried,
        spare=tuple(dict.fromkeys(m.number for m in marks if _can_take_over(m, carrying, gone | endangered))),
        marketplaces=places,
        asins=max((row.asins for row in rows if row.asins is not None), default=None),
        revenue_30d=best.revenue_30d,
        currency=best.currency,
        marks=tuple({m.number: m for m in reversed(marks)}.values())[::-1],
        live=len({m.number for m in marks if m.standing.is_live and m.number not in gone}),
    )


def _state(base: set[str], gone: set[str], endangered: set[str], unclear: set[str], reasons: bool) -> str:
    """Return the state of a brand that stands on the marks `base`: bad news outranks doubt, doubt outranks calm."""
    if base <= gone:
        return "lost"
    if base & (gone | endangered):
        return "in_danger"
    if base & unclear:
        return "unknown"
    return "weakened" if reasons else "sound"


def _brand_mark(watch: Watch, record: MarkFace | None) -> BrandMark:
    if record is None:
        return BrandMark(watch.client, watch.brand, watch.number, Standing.unknown, watch.carries_enrolment)
    return BrandMark(
        client=watch.client,
        brand=watch.brand,
        number=watch.number,
        standing=standing(record.status_code, record.registration_number),
        carries=watch.carries_enrolment,
        mark=record.sentence,
        registration_number=record.registration_number,
    )


def _gone(mark: BrandMark, findings: tuple[Finding, ...]) -> bool:
    """Dead on the register, or ended by an order that a person or the Office's own record confirms."""
    ended = (f for f in findings if f.serial_number == mark.number and f.rule in _LOST_BY_ORDER)
    return mark.standing is Standing.dead or any(not f.unreviewed and f.severity is Severity.CRITICAL for f in ended)


def _unclear(mark: BrandMark) -> bool:
    return mark.standing in (Standing.unknown, Standing.indifferent)


def _can_take_over(mark: BrandMark, carrying: set[str], unfit: set[str]) -> bool:
    return mark.standing.is_live and mark.number not in carrying | unfit


def _is_reason(finding: Finding, base: set[str], marks: set[str]) -> bool:
    """MEDIUM and worse on the marks the brand stands on, HIGH and worse on its other marks."""
    floor = Severity.MEDIUM if finding.serial_number in base else Severity.HIGH
    return finding.serial_number in marks and finding.severity >= floor and not finding.good_news


def _worst_first(one: BrandExposure) -> tuple[int, bool, Decimal, int, str]:
    return (STATES.index(one.state), not one.enrolled, -(one.revenue_30d or Decimal(0)), -(one.asins or 0), one.brand)

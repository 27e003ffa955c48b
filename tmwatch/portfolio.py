"""The owner's own list: which marks are watched for whom, and what is at stake on each. Values and checks, no files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Client:
    """A brand owner (or counsel) who gets digests. None means "as in the settings"."""

    client: str
    emails: tuple[str, ...] = ()  # an address may say in which language it is written to: "counsel@law.example (en)"
    language: str | None = None
    timezone: str | None = None
    send_at: str | None = None  # "HH:MM"
    frequency: str | None = None  # daily | weekly | changes
    min_severity: str | None = None
    channels: tuple[str, ...] = field(default=(), repr=False)  # apprise URLs, which hold secrets
    reply_to: str | None = None
    sender_name: str | None = None

    def readers(self, language: str) -> dict[str, tuple[str, ...]]:
        """Return the plain addresses by the language they read: first that of the addresses without one (her own, else
        `language`). There is at least one language, even when nobody reads it."""
        own = self.language or language
        found: dict[str, tuple[str, ...]] = {own: ()}
        for written in self.emails:
            address, _, tag = written.partition(" (")
            read = tag.rstrip(")") or own
            found[read] = (*found.get(read, ()), address)
        if not found[own] and len(found) > 1:
            del found[own]
        return found


@dataclass(frozen=True, slots=True)
class Watch:
    """One row of the portfolio. Key = number + client + brand. `serial_number` is None until a row given by
    registration number has been resolved by the USPTO's own answer."""

    client: str
    brand: str
    serial_number: str | None = None
    registration_number: str | None = None
    marketplaces: tuple[str, ...] = ()
    brand_registry_id: str | None = None
    brand_registry_status: str | None = None  # enrolled | pending | not_enrolled | removed
    enrolled_with_this_mark: bool | None = None
    asins: int | None = None
    revenue_30d: Decimal | None = None
    currency: str | None = None
    reference: str | None = None
    owner_expected: str | None = None
    attorney_expected: str | None = None
    correspondents_expected: tuple[str, ...] = ()
    notes: str | None = None

    @property
    def number(self) -> str:
        """The number the owner gave: 8 digits of a serial, or `rn` and 7 digits."""
        return self.serial_number or f"rn{self.registration_number}"

    @property
    def carries_enrolment(self) -> bool:
        """Whether the owner says that this very mark stands behind a Brand Registry enrolment."""
        enrolled = self.brand_registry_status in ("enrolled", "pending")
        return enrolled and self.enrolled_with_this_mark is not False


class Numbers(NamedTuple):
    """The numbers of one row: all that sources are asked for. One of them is there."""

    serial_number: str | None
    registration_number: str | None

    @property
    def number(self) -> str:
        """As in Watch."""
        return self.serial_number or f"rn{self.registration_number}"


class Membership(NamedTuple):
    """Which brand of which client a mark stands behind."""

    client: str
    brand: str
    serial_number: str


def by_mark(watches: Iterable[Watch]) -> dict[str, list[Watch]]:
    """Return the rows of the portfolio by serial number."""
    of_mark: dict[str, list[Watch]] = defaultdict(list)
    for watch in watches:
        if watch.serial_number:
            of_mark[watch.serial_number].append(watch)
    return of_mark

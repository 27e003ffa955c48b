"""How often a client hears something, in days of her own calendar.

Days are counted and not hours: a message is a little earlier or later every day, and a week must not become eight days.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from tmwatch.pipeline.context import Context
from tmwatch.portfolio import Client

if TYPE_CHECKING:
    pass

WEEK = 7  # days


def local_day(ctx: Context, client: Client) -> date:
    """The client's calendar day now."""
    return ctx.now.astimezone(zone_of(ctx, client)).date()


def quiet_days(ctx: Context, client: Client) -> int | None:
    """Return after how many days without a digest a client hears that nothing is new; None: never."""
    wanted = ctx.settings.digest.quiet
    if wanted == "never" or client.frequency == "changes":
        return None
    return WEEK if "weekly" in (wanted, client.frequency) else 1


def days_since(ctx: Context, client: Client, last: datetime | None) -> int:
    """Return the days since a client's `last` digest, a week where there was none."""
    return (local_day(ctx, client) - last.astimezone(zone_of(ctx, client)).date()).days if last else WEEK


def again_at(ctx: Context, client: Client, last: datetime | None) -> datetime | None:
    """Return when a message is due although nothing changes (UTC), behind the `last` digest; None where none is."""
    days = WEEK if client.frequency == "weekly" else quiet_days(ctx, client)
    if days is None:
        return None
    if last is None:
        return ctx.now
    zone = zone_of(ctx, client)
    return datetime.combine(last.astimezone(zone).date() + timedelta(days), time(), zone).astimezone(UTC)


def zone_of(ctx: Context, client: Client) -> ZoneInfo:
    """Return the time zone in which a client's days begin."""
    return ZoneInfo(client.timezone or ctx.settings.digest.timezone)

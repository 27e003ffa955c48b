"""Sends what waits in the outbox: claim a delivery, hand over the frozen bytes, settle; one commit a row."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tmwatch.channels import apprise
from tmwatch.channels.base import Channel, CredentialsRefused
from tmwatch.errors import AmbiguousDelivery, DeliveryError, PermanentDelivery, TmwatchError
from tmwatch.pipeline.context import Context
from tmwatch.store import delivery, portfolio
from tmwatch.store.engine import reading
from tmwatch.store.leases import unfenced
from tmwatch.text import N_, Text, say

LEASE_SECONDS = 300.0  # longer than the slowest SMTP conversation; a dead sender's row is free after it


@dataclass(slots=True)
class Delivered:
    """How many deliveries went out, were put off or failed, and why."""

    sent: int = 0
    deferred: int = 0
    failed: int = 0
    errors: list[Text] = field(default_factory=list)


def deliver(ctx: Context, channels: Callable[[str], Channel]) -> Delivered:
    """Send every delivery that is due. `channels` maps a channel name to the channel that serves it."""
    done = Delivered()
    ambiguous = ctx.settings.mail.ambiguous
    owner = f"{ctx.run_id}/{secrets.token_hex(4)}"  # no two senders share a name, not even two ticks of one daemon
    while claimed := delivery.claim(ctx.engine, ctx.clock(), LEASE_SECONDS, owner, ambiguous):
        if ctx.clock() >= claimed.lease_until:
            continue  # stopped since the claim (suspend, SIGSTOP): by now it may be another's
        result = _attempt(ctx, channels, claimed)
        error = None if result.error is None else str(result.error)
        with unfenced(ctx.engine).begin() as conn:  # what went out is noted, whoever leads by now
            delivery.settle(
                conn, claimed.id, result.state, ctx.clock(), owner=owner, error=error, receipt=result.receipt
            )
        if result.state == "sent":
            done.sent += 1
        elif result.state == "failed":
            done.failed += 1
        else:
            done.deferred += 1
        if result.error:
            done.errors.append(say("{recipient}: {why}", recipient=claimed.recipient, why=result.error))
        ctx.progress(N_("sending messages"), done.sent, 0)
        if result.stop:
            break
    return done


@contextmanager
def even_so(ctx: Context, channels: Callable[[str], Channel]) -> Iterator[None]:
    """Deliver what is queued also when a fault in the program ends the block: it must not keep back all mail."""
    try:
        yield
    except TmwatchError:  # the world is wrong, or another instance goes on
        raise
    except Exception:
        deliver(ctx, channels)
        raise


@dataclass(frozen=True, slots=True)
class _Attempt:
    """What became of one attempt; `stop` ends the sending, because the next one would fail alike."""

    state: str
    error: str | Text | None = None
    receipt: str | None = None
    stop: bool = False


def _attempt(ctx: Context, channels: Callable[[str], Channel], claimed: delivery.ClaimedDelivery) -> _Attempt:
    """Try one delivery: the whole message by mail, the short form to a chat."""
    try:
        channel = channels(claimed.channel)
        if claimed.channel == apprise.NAME:
            receipt = channel.deliver(claimed.plain.encode(), _address(ctx, claimed))
        else:
            receipt = channel.deliver(claimed.raw, claimed.recipient)
    except AmbiguousDelivery as error:
        return _Attempt("ambiguous", error.said)
    except CredentialsRefused as error:
        return _Attempt("deferred", error.said, stop=True)
    except PermanentDelivery as error:
        return _Attempt("failed", error.said)
    except DeliveryError as error:
        return _Attempt("deferred", error.said)
    return _Attempt("sent", receipt=receipt)


def _address(ctx: Context, claimed: delivery.ClaimedDelivery) -> str:
    """Return the chat's address, which stands in the client's row alone; the outbox knows only its label."""
    with reading(ctx.engine) as conn:
        known = portfolio.channels_of(conn, claimed.client)
    for url in known:
        if apprise.label(url) == claimed.recipient:
            return url
    raise PermanentDelivery(say("{channel} is no longer among the channels of this client", channel=claimed.recipient))

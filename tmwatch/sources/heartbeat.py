"""The dead-man's switch: pings an address when a run starts, succeeds or fails (the healthchecks protocol)."""

from __future__ import annotations

import threading
import time

import httpx

from tmwatch.errors import SettingsError
from tmwatch.sources.http_deadline import DEADLINE, DeadlineTransport

TIMEOUT = 10.0  # seconds in all, whatever the monitor does; a silent one never holds up a run


def ping(
    url: str,
    suffix: str = "",
    *,
    run: str = "",
    proxy: str | None = None,
    ca_file: str | None = None,
    timeout: float = TIMEOUT,
) -> bool:
    """Ping `url` with `suffix` ("/start", "", "/fail"); whether it was answered in time. The network raises nothing
    here.

    `run` is sent as `rid`, so that the monitor pairs start and end. The body is empty: no mark name leaves.
    """
    answers: list[bool] = []
    asked = f"{url.rstrip('/')}{suffix}"
    # A thread of its own, because nothing else bounds the time in which a name is looked up.
    thread = threading.Thread(
        target=lambda: answers.append(_ask(asked, run, proxy, ca_file, timeout)), name="heartbeat", daemon=True
    )
    thread.start()
    thread.join(timeout)
    return answers == [True]


def _ask(address: str, run: str, proxy: str | None, ca_file: str | None, timeout: float) -> bool:
    """Ask once; whether it was answered with success."""
    DEADLINE.set(time.monotonic() + timeout)  # of this thread alone
    try:
        transport = DeadlineTransport(ca_file, proxy, time.monotonic)
        with httpx.Client(timeout=timeout, transport=transport, trust_env=False) as client:
            return client.get(address, params={"rid": run} if run else None).is_success
    except (httpx.HTTPError, httpx.InvalidURL, OSError, SettingsError):
        return False

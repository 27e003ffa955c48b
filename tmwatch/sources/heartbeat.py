"""The dead-man's switch: pings an address when a run starts, succeeds or fails (the healthchecks protocol)."""

from __future__ import annotations

import httpx

TIMEOUT = 10.0  # seconds; a silent monitor never holds up a run


def ping(url: str, suffix: str = "", *, run: str = "", proxy: str | None = None, ca_file: str | None = None) -> bool:
    """Ping `url` with `suffix` ("/start", "", "/fail"); whether it was answered. The network raises nothing here.

    `run` is sent as `rid`, so that the monitor pairs start and end. The body is empty: no mark name leaves.
    """
    address = f"{url.rstrip('/')}{suffix}"
    try:
        with httpx.Client(timeout=TIMEOUT, proxy=proxy, trust_env=False, verify=_verify(ca_file)) as client:
            return client.get(address, params={"rid": run} if run else None).is_success
    except (httpx.HTTPError, OSError):
        return False


def _verify(ca_file: str | None) -> bool | str:
    return ca_file or True

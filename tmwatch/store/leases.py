"""Named leases in the database: one holder at a time, over processes and machines.

A lease ends by itself after its time to live. A holder whose process died on the same host frees it at once. The token
grows with every take-over: a late holder learns from `renew_lock` that the lease is another's.
"""

from __future__ import annotations

import os
import socket
import sys
from datetime import datetime, timedelta

from sqlalchemy import Engine, delete, select, update

from tmwatch.errors import Busy
from tmwatch.store import sql
from tmwatch.store.engine import reading
from tmwatch.store.tables import LeaseRow


def acquire_lock(engine: Engine, name: str, holder: str, now: datetime, ttl: float) -> int:
    """Take the lease `name` for `ttl` seconds and return its fencing token.

    `holder` names one taker (not one process: two threads are two). Busy names pid, host and start of the holder.
    """
    here = socket.gethostname()
    mine = {"holder": holder, "pid": os.getpid(), "host": here, "since": now}
    mine["expires_at"] = now + timedelta(seconds=ttl)
    row_is = LeaseRow.name == name
    with engine.begin() as conn:
        inserted = sql.insert(conn, LeaseRow).on_conflict_do_nothing().returning(LeaseRow.token)
        if conn.execute(inserted, {"name": name, "token": 1, **mine}).first() is not None:
            return 1
        row = conn.execute(select(sql.table(LeaseRow)).where(row_is).with_for_update()).one()
        gone = row.host == here and not process_lives(row.pid)
        if row.holder != "" and row.expires_at > now and not gone:
            raise Busy(_busy(row.pid, row.host, row.since))
        token: int = row.token + 1
        conn.execute(update(sql.table(LeaseRow)).where(row_is).values(**mine, token=token))
        return token


def renew_lock(engine: Engine, name: str, token: int, now: datetime, ttl: float) -> None:
    """Extend a lease. Busy when another has taken it meanwhile: stop at once, send nothing more."""
    with engine.begin() as conn:
        mine = update(sql.table(LeaseRow)).where(LeaseRow.name == name, LeaseRow.token == token, LeaseRow.holder != "")
        if conn.execute(mine.values(expires_at=now + timedelta(seconds=ttl))).rowcount == 1:
            return
    raise Busy(_taken_over(engine, name))


def holds_lock(engine: Engine, name: str, token: int, now: datetime) -> bool:
    """Whether the lease is still ours: the check of the fencing token right before something irrevocable."""
    with reading(engine) as conn:
        query = select(LeaseRow.token).where(LeaseRow.name == name, LeaseRow.holder != "", LeaseRow.expires_at > now)
        return conn.execute(query).scalar() == token


def release_lock(engine: Engine, name: str, token: int) -> None:
    """Give a lease back; nothing happens when it is another's by now. The token keeps growing."""
    with engine.begin() as conn:
        mine = update(sql.table(LeaseRow)).where(LeaseRow.name == name, LeaseRow.token == token)
        conn.execute(mine.values(holder=""))


def forget_lock(engine: Engine, name: str) -> None:
    """Remove a lease whoever holds it: the operator's way out when its host is gone."""
    with engine.begin() as conn:
        conn.execute(delete(sql.table(LeaseRow)).where(LeaseRow.name == name))


def process_lives(pid: int) -> bool:
    """Whether a process of this machine exists."""
    if sys.platform == "win32":  # os.kill(pid, 0) would send Ctrl-C there
        return _windows_process_lives(pid)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return not _is_zombie(pid)


def _is_zombie(pid: int) -> bool:
    """Whether a process is dead and only waits for its parent to notice (Linux; elsewhere unknown: False)."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as stat:
            return stat.read().rpartition(b")")[2].split()[0] == b"Z"
    except (OSError, IndexError):
        return False


def _windows_process_lives(pid: int) -> bool:
    """Ask Windows whether a process exists and has not ended."""
    import ctypes

    kernel = ctypes.WinDLL("kernel32", use_last_error=True)  # type: ignore[attr-defined]  # Windows only
    handle = kernel.OpenProcess(0x1000, False, pid)  # PROCESS_QUERY_LIMITED_INFORMATION
    if not handle:
        return bool(ctypes.get_last_error() == 5)  # type: ignore[attr-defined]  # 5: exists, access denied
    code = ctypes.c_ulong()
    kernel.GetExitCodeProcess(handle, ctypes.byref(code))
    kernel.CloseHandle(handle)
    return code.value == 259  # STILL_ACTIVE


def _busy(pid: int, host: str, since: datetime) -> str:
    """Say who holds the lease."""
    return (
        f"another run is active: pid {pid} on {host} since {since:%Y-%m-%d %H:%M:%S} UTC; "
        "wait until it has ended, or end it"
    )


def _taken_over(engine: Engine, name: str) -> str:
    """Say that the lease was lost and who has it now."""
    with reading(engine) as conn:
        query = select(sql.table(LeaseRow)).where(LeaseRow.name == name, LeaseRow.holder != "")
        row = conn.execute(query).first()
    if row is None:
        return "this run lost its lease: it paused for too long; start it again"
    return f"this run paused for too long and was taken over: {_busy(row.pid, row.host, row.since)}"

"""Named leases in the database: one holder at a time, over processes and machines.

A lease ends by itself after its time to live. A holder whose process died on the same host frees it at once. The token
grows with every take-over: a late holder learns from `renew_lock` that the lease is another's, and what it writes
through a `fenced` engine is refused. On PostgreSQL a holder also keeps an advisory lock (anchors.py) that ends with its
session: who gets that lock knows that an `anchored` holder is gone, without waiting for the time to live.
"""

from __future__ import annotations

import os
import socket
import sys
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, event, select, update

from tmwatch.errors import Busy
from tmwatch.store import sql
from tmwatch.store.engine import READ_ONLY, reading
from tmwatch.store.tables import LEASES
from tmwatch.text import Text, say

_ANCHORED = "session "  # before the holder's name: it has the advisory lock too
_UNFENCED = "tmwatch_unfenced"
IDLE = 30.0  # seconds without a statement inside a write session: its process was stopped


def acquire_lock(engine: Engine, name: str, holder: str, now: datetime, ttl: float, *, anchored: bool = False) -> int:
    """Take the lease `name` for `ttl` seconds and return its fencing token.

    `holder` names one taker (not one process: two threads are two). `anchored` says that the taker has the advisory
    lock of this name. Busy names pid, host and start of the holder.
    """
    here = socket.gethostname()
    mine = {"holder": anchored_name(holder, anchored), "pid": os.getpid(), "host": here, "since": now}
    mine["expires_at"] = now + timedelta(seconds=ttl)
    row_is = LEASES.c.name == name
    with engine.begin() as conn:
        inserted = sql.insert(conn, LEASES).on_conflict_do_nothing().returning(LEASES.c.token)
        if conn.execute(inserted, {"name": name, "token": 1, **mine}).first() is not None:
            return 1
        row = conn.execute(select(LEASES).where(row_is).with_for_update()).one()
        gone = (row.host == here and not process_lives(row.pid)) or (anchored and row.holder.startswith(_ANCHORED))
        if row.holder != "" and row.expires_at > now and not gone:
            raise Busy(_busy(row.pid, row.host, row.since))
        token: int = row.token + 1
        conn.execute(update(LEASES).where(row_is).values(**mine, token=token))
        return token


def renew_lock(engine: Engine, name: str, token: int, now: datetime, ttl: float, holder: str | None = None) -> None:
    """Extend a lease. Busy when another has taken it meanwhile: stop at once, send nothing more. `holder` is written
    when it is given: the taker has its advisory lock again, or no more."""
    values = {"expires_at": now + timedelta(seconds=ttl)} | ({"holder": holder} if holder else {})
    with engine.begin() as conn:
        mine = update(LEASES).where(LEASES.c.name == name, LEASES.c.token == token, LEASES.c.holder != "")
        if conn.execute(mine.values(**values)).rowcount == 1:
            return
    raise Busy(_taken_over(engine, name))


def anchored_name(holder: str, anchored: bool) -> str:
    """Return the holder as the lease names it."""
    return _ANCHORED * anchored + holder


def fenced(engine: Engine, name: str, token: int, idle: float = IDLE) -> Engine:
    """Return the same engine, whose write sessions commit only while the lease has this token; else they are rolled
    back with Busy. A holder that was stopped and comes back late writes nothing; on PostgreSQL what it had locked in
    the middle of a session is free after `idle` seconds."""
    guarded = engine.execution_options()

    def begin(conn: Connection) -> None:
        if not conn.get_execution_options().get(READ_ONLY):
            conn.exec_driver_sql(f"SET LOCAL idle_in_transaction_session_timeout = {int(idle * 1000)}")

    def check(conn: Connection) -> None:
        options = conn.get_execution_options()
        if options.get(READ_ONLY) or options.get(_UNFENCED):
            return
        mine = select(LEASES.c.token).where(LEASES.c.name == name, LEASES.c.token == token, LEASES.c.holder != "")
        if conn.execute(mine.with_for_update(read=True)).first() is None:  # until the end: no take-over in between
            raise Busy(_taken_over(unfenced(engine), name))

    event.listen(guarded, "commit", check)
    if engine.dialect.name == "postgresql":
        event.listen(guarded, "begin", begin)
    return guarded


def unfenced(engine: Engine) -> Engine:
    """Return an engine for what must be noted even when the lease is lost: that a message went out."""
    return engine.execution_options(**{_UNFENCED: True})


def release_lock(engine: Engine, name: str, token: int) -> None:
    """Give a lease back; nothing happens when it is another's by now. The token keeps growing."""
    with engine.begin() as conn:
        mine = update(LEASES).where(LEASES.c.name == name, LEASES.c.token == token)
        conn.execute(mine.values(holder=""))


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


def _busy(pid: int, host: str, since: datetime) -> Text:
    """Say who holds the lease."""
    return say(
        "another run is active: pid {pid} on {host} since {since} UTC; wait until it has ended, or end it",
        pid=pid,
        host=host,
        since=f"{since:%Y-%m-%d %H:%M:%S}",
    )


def _taken_over(engine: Engine, name: str) -> Text:
    """Say that the lease was lost and who has it now."""
    with reading(engine) as conn:
        query = select(LEASES).where(LEASES.c.name == name, LEASES.c.holder != "")
        row = conn.execute(query).first()
    if row is None:
        return say("this run lost its lease: it paused for too long; start it again")
    holder = _busy(row.pid, row.host, row.since)
    return say("this run paused for too long and was taken over: {holder}", holder=holder)

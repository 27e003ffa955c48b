"""The checks of `tmwatch doctor` that need no database: keys, mail, clock, disk. Each gives one line or a few."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tmwatch import setting_urls
from tmwatch.errors import FetchError, FormatError, NotFound, TmwatchError
from tmwatch.settings import Settings

ASKED_SERIAL = "97123456"  # any number does: a key is told by whether TSDR answers at all
PATIENCE = 20.0  # seconds one answer may take here
LEAST_DISK, GOOD_DISK = 100_000_000, 1_000_000_000  # bytes
FIRST_YEAR, LAST_YEAR = 2026, 2099
KEY_PAGE = "https://account.uspto.gov/api-manager/"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the doctor. `word`: ok | warn | fail; `code` is the exit code a failure asks for."""

    word: str
    subject: str
    text: str
    code: int = 0


Check = Callable[[Settings, datetime], list[Line]]


def ok(subject: str, text: str) -> Line:
    """Say that something is well."""
    return Line("ok", subject, text)


def warn(subject: str, text: str) -> Line:
    """Say what should be looked at; nothing stops because of it."""
    return Line("warn", subject, text)


def fail(subject: str, text: str, code: int) -> Line:
    """Say what does not work: code 2 the user can mend, 3 the world."""
    return Line("fail", subject, text, code)


def failure(subject: str, error: TmwatchError) -> Line:
    """Turn an error into its line."""
    return fail(subject, str(error), 2 if error.exit_code == 2 else 3)


def tsdr_key(settings: Settings, now: datetime) -> list[Line]:
    """Ask TSDR once with the key: it tells a good key from an inactive one and from one of another service."""
    key = settings.tsdr.api_key
    if key is None:
        return [
            warn(
                "TSDR key",
                f"not set: get one free of charge at {KEY_PAGE} (product TSDR API) and put it into tsdr.api_key; "
                "until then look marks up with: tmwatch check --file",
            )
        ]
    if settings.odp.api_key and settings.odp.api_key.get_secret_value() == key.get_secret_value():
        return [fail("TSDR key", "is the same as odp.api_key; the two services have different keys", 2)]
    from tmwatch.sources.http import LocalPace, PoliteClient
    from tmwatch.sources.tsdr import Tsdr

    try:
        with PoliteClient(
            timeout=min(settings.tsdr.timeout, PATIENCE),
            proxy=settings.http.proxy,
            ca_file=str(settings.http.ca_file) if settings.http.ca_file else None,
            pace=LocalPace({"requests": settings.tsdr.requests_per_minute}, time.monotonic),
            clock=time.monotonic,
            sleep=time.sleep,
        ) as client:
            tsdr = Tsdr(
                client,
                base_url=settings.tsdr.base_url,
                api_key=key.get_secret_value(),
                clock=lambda: datetime.now(UTC),
                attempts=1,
            )
            tsdr.fetch_one(ASKED_SERIAL)
    except NotFound:
        return [ok("TSDR key", f"accepted by {settings.tsdr.base_url}")]
    except (FetchError, FormatError) as error:
        return [failure("TSDR key", error)]
    return [ok("TSDR key", f"accepted by {settings.tsdr.base_url}")]


def odp_key(settings: Settings, now: datetime) -> list[Line]:
    """Say whether daily files can be fetched."""
    if settings.odp.api_key is None:
        return [ok("ODP key", "not set: the daily files are not read (optional; key at https://data.uspto.gov/myodp)")]
    return [ok("ODP key", "set; it is first used when a daily file is fetched")]


def mail(settings: Settings, now: datetime) -> list[Line]:
    """Connect and log in at the mail server, or look whether the outbox folder can be written; send nothing."""
    from tmwatch.channels import channel_for
    from tmwatch.channels.email import EmailChannel
    from tmwatch.channels.file import FileChannel

    url = settings.mail.url.get_secret_value()
    try:
        channel = channel_for(url, sender=settings.mail.sender, ca_file=settings.http.ca_file, timeout=PATIENCE)
        if isinstance(channel, FileChannel):
            return [_folder("mail", channel.folder, "messages become files in")]
        if isinstance(channel, EmailChannel):
            with channel._session() as smtp:  # the part of a delivery that comes before the message
                channel._login(smtp)
            return [
                ok("mail", f"{channel.host}:{channel.port} answers" + (" and takes the login" * bool(channel.user)))
            ]
    except TmwatchError as error:
        return [failure("mail", error)]
    return [ok("mail", f"goes through {channel.name}")]


def clock(settings: Settings | None, now: datetime) -> list[Line]:
    """Look whether the year is sane and the zones are known: every deadline depends on them."""
    if not FIRST_YEAR <= now.year <= LAST_YEAR:
        return [fail("clock", f"says {now:%Y-%m-%d %H:%M} UTC, which cannot be; set it", 2)]
    try:
        here = now.astimezone(ZoneInfo("America/New_York"))
    except ZoneInfoNotFoundError:
        return [fail("clock", "this machine has no time zone data; install it with: pip install tzdata", 2)]
    zone = f", digests at {settings.digest.send_at} {settings.digest.timezone}" if settings else ""
    return [ok("clock", f"{now:%Y-%m-%d %H:%M} UTC, {here:%H:%M} in New York{zone}")]


def disk(settings: Settings, now: datetime) -> list[Line]:
    """Look at the space left where the database or the backups lie."""
    file = setting_urls.sqlite_file(settings.database.url)
    folder = _existing(file.parent if file else settings.store.backup_dir or Path())
    try:
        free = shutil.disk_usage(folder).free
    except OSError as error:
        return [fail("disk", f"{folder} cannot be looked at: {error.strerror}", 3)]
    text = f"{free / 1e9:,.1f} GB free at {folder}"
    if free < LEAST_DISK:
        return [fail("disk", f"{text}; free some space", 3)]
    return [warn("disk", text) if free < GOOD_DISK else ok("disk", text)]


def _folder(subject: str, folder: Path, what: str) -> Line:
    """Say whether a folder, or the one it will be made in, can be written."""
    there = _existing(folder)
    if not there.is_dir():
        return fail(subject, f"{there} is a file; a folder is needed for {folder}", 2)
    if not os.access(there, os.W_OK | os.X_OK):
        return fail(subject, f"{there} cannot be written", 3)
    return ok(subject, f"{what} {folder}")


def _existing(path: Path) -> Path:
    """Return the path, or the nearest folder above it that is there."""
    return next((one for one in (path, *path.parents) if one.exists()), Path())


CHECKS: tuple[Check, ...] = (tsdr_key, odp_key, mail, clock, disk)

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
from tmwatch.digest.terminal import moment
from tmwatch.errors import FetchError, FormatError, NotFound, TmwatchError
from tmwatch.settings import Settings
from tmwatch.text import Text, say

ASKED_SERIAL = "97123456"  # any number does: a key is told by whether TSDR answers at all
PATIENCE = 20.0  # seconds one answer may take here
LEAST_DISK, GOOD_DISK = 100_000_000, 1_000_000_000  # bytes
FIRST_YEAR, LAST_YEAR = 2026, 2099
KEY_PAGE = "https://account.uspto.gov/api-manager/"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the doctor. `word`: ok | warn | fail; `code` is the exit code a failure asks for."""

    word: str
    subject: str | Text
    text: str | Text
    code: int = 0


Check = Callable[[Settings, datetime], list[Line]]


def ok(subject: str | Text, text: str | Text) -> Line:
    """Say that something is well."""
    return Line("ok", subject, text)


def warn(subject: str | Text, text: str | Text) -> Line:
    """Say what should be looked at; nothing stops because of it."""
    return Line("warn", subject, text)


def fail(subject: str | Text, text: str | Text, code: int) -> Line:
    """Say what does not work: code 2 the user can mend, 3 the world."""
    return Line("fail", subject, text, code)


def failure(subject: str | Text, error: TmwatchError) -> Line:
    """Turn an error into its line."""
    return fail(subject, error.said, 2 if error.exit_code == 2 else 3)


def tsdr_key(settings: Settings, now: datetime) -> list[Line]:
    """Ask TSDR once with the key: it tells a good key from an inactive one and from one of another service."""
    key, subject = settings.tsdr.api_key, say("TSDR key")
    if key is None:
        return [
            warn(
                subject,
                say(
                    "not set: get one free of charge at {page} (product TSDR API) and put it into tsdr.api_key; "
                    "until then look marks up with: tmwatch check --file",
                    page=KEY_PAGE,
                ),
            )
        ]
    if settings.odp.api_key and settings.odp.api_key.get_secret_value() == key.get_secret_value():
        return [fail(subject, say("is the same as odp.api_key; the two services have different keys"), 2)]
    try:
        _ask_tsdr(settings, key.get_secret_value())
    except NotFound:
        pass
    except (FetchError, FormatError) as error:
        return [failure(subject, error)]
    return [ok(subject, say("accepted by {address}", address=settings.tsdr.base_url))]


def _ask_tsdr(settings: Settings, key: str) -> None:
    """Ask TSDR for one case; FetchError or FormatError says how it answered."""
    from tmwatch.sources.http import LocalPace, PoliteClient
    from tmwatch.sources.tsdr import Tsdr

    with PoliteClient(
        timeout=min(settings.tsdr.timeout, PATIENCE),
        proxy=settings.http.proxy,
        ca_file=str(settings.http.ca_file) if settings.http.ca_file else None,
        pace=LocalPace({"requests": settings.tsdr.requests_per_minute}, time.monotonic),
        clock=time.monotonic,
        sleep=time.sleep,
    ) as client:
        tsdr = Tsdr(client, base_url=settings.tsdr.base_url, api_key=key, clock=lambda: datetime.now(UTC), attempts=1)
        tsdr.fetch_one(ASKED_SERIAL)


def odp_key(settings: Settings, now: datetime) -> list[Line]:
    """Say whether daily files can be fetched."""
    subject = say("ODP key")
    if settings.odp.api_key is None:
        page = "https://data.uspto.gov/myodp"
        return [ok(subject, say("not set: the daily files are not read (optional; key at {page})", page=page))]
    return [ok(subject, say("set; it is first used when a daily file is fetched"))]


def mail(settings: Settings, now: datetime) -> list[Line]:
    """Connect and log in at the mail server, or look whether the outbox folder can be written; send nothing."""
    from tmwatch.channels import channel_for
    from tmwatch.channels.email import EmailChannel
    from tmwatch.channels.file import FileChannel

    url, subject = settings.mail.url.get_secret_value(), say("mail")
    try:
        channel = channel_for(url, sender=settings.mail.sender, ca_file=settings.http.ca_file, timeout=PATIENCE)
        if isinstance(channel, FileChannel):
            return [_folder(subject, channel.folder)]
        if isinstance(channel, EmailChannel):
            with channel._session() as smtp:  # the part of a delivery that comes before the message
                channel._login(smtp)
            server = f"{channel.host}:{channel.port}"
            answers = say("{server} answers", server=server)
            return [
                ok(subject, say("{server} answers and takes the login", server=server) if channel.user else answers)
            ]
    except TmwatchError as error:
        return [failure(subject, error)]
    return [ok(subject, say("goes through {channel}", channel=channel.name))]


def clock(settings: Settings | None, now: datetime) -> list[Line]:
    """Look whether the year is sane and the zones are known: every deadline depends on them."""
    subject = say("clock")
    if not FIRST_YEAR <= now.year <= LAST_YEAR:
        return [fail(subject, say("says {moment}, which cannot be; set it", moment=moment(now)), 2)]
    try:
        here = now.astimezone(ZoneInfo("America/New_York"))
    except ZoneInfoNotFoundError:
        return [fail(subject, say("this machine has no time zone data; install it with: pip install tzdata"), 2)]
    times = say("{moment}, {time} in New York", moment=moment(now), time=f"{here:%H:%M}")
    if settings is None:
        return [ok(subject, times)]
    at, zone = settings.digest.send_at, settings.digest.timezone
    return [ok(subject, say("{times}, digests at {time} {zone}", times=times, time=at, zone=zone))]


def disk(settings: Settings, now: datetime) -> list[Line]:
    """Look at the space left where the database or the backups lie."""
    subject = say("disk")
    file = setting_urls.sqlite_file(settings.database.url)
    folder = _existing(file.parent if file else settings.store.backup_dir or Path())
    try:
        free = shutil.disk_usage(folder).free
    except OSError as error:
        return [fail(subject, say("{folder} cannot be looked at: {reason}", folder=folder, reason=error.strerror), 3)]
    text = say("{size} GB free at {folder}", size=f"{free / 1e9:,.1f}", folder=folder)
    if free < LEAST_DISK:
        return [fail(subject, say("{text}; free some space", text=text), 3)]
    return [warn(subject, text) if free < GOOD_DISK else ok(subject, text)]


def _folder(subject: Text, folder: Path) -> Line:
    """Say whether a folder, or the one it will be made in, can be written."""
    there = _existing(folder)
    if not there.is_dir():
        return fail(subject, say("{file} is a file; a folder is needed for {folder}", file=there, folder=folder), 2)
    if not os.access(there, os.W_OK | os.X_OK):
        return fail(subject, say("{folder} cannot be written", folder=there), 3)
    return ok(subject, say("messages become files in {folder}", folder=folder))


def _existing(path: Path) -> Path:
    """Return the path, or the nearest folder above it that is there."""
    return next((one for one in (path, *path.parents) if one.exists()), Path())


CHECKS: tuple[Check, ...] = (tsdr_key, odp_key, mail, clock, disk)

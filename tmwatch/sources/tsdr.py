"""The TSDR client: which address, which answer is valid, what is tried again and what is asked alone.

A mark is only ever answered by a valid record of itself. Whatever else comes back is a failure of that mark, named,
and never "no change".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import TypeVar
from urllib.parse import urljoin, urlsplit

from tmwatch.deadlines import OfficeDates
from tmwatch.errors import FetchError, FormatError, KeyRefused, NotFound, SettingsError, Unavailable, UsageError
from tmwatch.records import CaseFile, Provenance
from tmwatch.sources import tsdr_answer
from tmwatch.sources.base import Document
from tmwatch.sources.fields import Unreadable
from tmwatch.sources.http import REQUESTS, PoliteClient, Reply
from tmwatch.sources.retry import persist
from tmwatch.sources.st96 import read_st96
from tmwatch.sources.tsdr_documents import CaseDocument, parse_documents
from tmwatch.sources.tsdr_json import MultiReading, NoCase, Reading, parse_multi, read_info, same_case
from tmwatch.sources.tsdr_maintenance import parse_maintenance
from tmwatch.sources.tsdr_patience import Patience
from tmwatch.text import say

ATTEMPTS = 5
BATCH_SIZE = 20
_ONE_BYTES, _MANY_BYTES = 64_000_000, 256_000_000  # the largest real record has 11 MB
_HOPS = 3  # redirects within the same host
_JSON, _XML = "application/json", "application/xml"
_CASE_ID = re.compile(r"(sn\d{8}|rn\d{7}|ref[A-Za-z0-9]{1,20}|ir[A-Za-z0-9]{1,20}|pn[A-Za-z0-9]{1,20})")
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Fetched:
    """What one answer gave. `document` is None when nothing came that could be kept as evidence.

    `cases` are valid records; `failures` are the numbers asked that this answer was the last try for, each with its
    error. Every number asked is in exactly one Fetched of a pass, as a case or as a failure. `numbers` are the
    numbers asked of `cases`, in the same order (they differ from the serials when registrations were asked).
    """

    document: Document | None
    cases: tuple[CaseFile, ...] = ()
    failures: tuple[tuple[str, FetchError | FormatError], ...] = ()
    numbers: tuple[str, ...] = ()


class Tsdr:
    """Asks TSDR with one key. `unknown` collects the places in answers that the parsers do not know."""

    def __init__(
        self,
        client: PoliteClient,
        *,
        base_url: str,
        api_key: str,
        clock: Callable[[], datetime],
        batch_size: int = BATCH_SIZE,
        attempts: int = ATTEMPTS,
    ) -> None:
        """`clock` gives the time of fetching, in UTC. SettingsError for a key that cannot be sent."""
        key = api_key.strip()
        if not key or not key.isascii() or not key.isprintable():
            raise SettingsError(say("{setting} is empty or holds characters that no key has", setting="tsdr.api_key"))
        self._client, self._base, self._clock = client, base_url.rstrip("/"), clock
        self._headers = {"USPTO-API-KEY": key}
        self._batch_size, self._attempts = batch_size, attempts
        self.unknown: set[str] = set()

    def fetch_one(self, case_id: str) -> tuple[Document, CaseFile]:
        """Return the JSON record of one case: "97123456", "sn97123456", "rn6723159".

        NotFound, KeyRefused, Unavailable (after the last attempt), another FetchError, or FormatError.
        """
        document, reading = self._one(case_id, self._attempts)
        if isinstance(reading, FormatError):
            raise reading
        return document, reading.record

    def fetch_st96(self, case_id: str) -> tuple[Document, CaseFile]:
        """Return the ST.96 record of one case: it alone tells assignments and TTAB proceedings. Errors as fetch_one."""
        case_id = _case_id(case_id)
        url = f"{self._base}/ts/cd/casestatus/{case_id}/info.xml"

        def read(document: Document) -> Reading:
            return _expected(case_id, read_st96(document.body, provenance(document)))

        document, reading = self._answer(url, _XML, _ONE_BYTES, read, self._attempts)
        if isinstance(reading, FormatError):
            raise reading
        self.unknown.update(reading.unknown)
        return document, reading.record

    def fetch_documents(self, case_id: str) -> tuple[Document, tuple[CaseDocument, ...]]:
        """Return the list of documents in the case file. Errors as fetch_one."""
        url = f"{self._base}/ts/cd/casedocs/{_case_id(case_id)}/info"
        document, listed = self._answer(
            url, _XML, _ONE_BYTES, lambda found: parse_documents(found.body), self._attempts
        )
        if isinstance(listed, FormatError):
            raise listed
        return document, listed

    def fetch_maintenance(self, case_id: str) -> tuple[Document, OfficeDates | None]:
        """Return the Office's own dates for the next maintenance filing, None where nothing is to be filed.

        NotFound when the call does not apply to the case (404, or no content). Other errors as fetch_one, but a TSDR
        in trouble is asked once only: these dates are a comparison, not the record.
        """
        url = f"{self._base}/ts/cd/maintenance/{_case_id(case_id)}/info.json"
        try:
            document, dates = self._answer(url, _JSON, _ONE_BYTES, lambda found: parse_maintenance(found.body), 1)
        except tsdr_answer.NoContent as error:
            raise NotFound(say("TSDR has no maintenance dates for the case")) from error
        if isinstance(dates, FormatError):
            raise dates
        return document, dates

    def fetch_batch(self, numbers: Iterable[str], kind: str = "sn") -> Iterator[Fetched]:
        """Ask for many serials (or registrations, kind "rn"): in batches, then each number not answered alone.

        Only KeyRefused is raised, and only while no answer of this pass has shown that the key works: after that a
        refusal is of one route or number. A TSDR that stays silent is not asked for ever; the numbers not tried are
        failures like the others.
        """
        asked = tuple(dict.fromkeys(numbers))
        patience = Patience(self._attempts)
        for start in range(0, len(asked), self._batch_size):
            batch = asked[start : start + self._batch_size]
            if patience.over_for_many:
                yield _not_tried(batch)
                continue
            envelope, left = self._many(batch, kind, patience)
            if envelope is not None:
                yield envelope
            for number in left:
                yield _not_tried((number,)) if patience.over_for_one else self._alone(number, kind, patience)

    def _many(self, batch: tuple[str, ...], kind: str, patience: Patience) -> tuple[Fetched | None, tuple[str, ...]]:
        """Return what the envelope gave and the numbers to be asked alone."""
        url = f"{self._base}/ts/cd/caseMultiStatus/{kind}?ids={','.join(batch)}"  # literal commas: %2C is refused
        try:
            document, multi = self._answer(
                url, _JSON, _MANY_BYTES, lambda found: parse_multi(found.body, provenance(found)), patience.attempts
            )
        except (Unavailable, KeyRefused) as error:
            patience.silence(error, many=True)
            return Fetched(None, failures=tuple((number, error) for number in batch)), ()
        except (FetchError, FormatError):
            return None, batch  # this call is refused; the single ones may not be
        patience.answered()
        if isinstance(multi, FormatError):
            return None, batch
        self.unknown.update(multi.unknown)
        found = _asked_for(batch, multi)
        left = tuple(number for number in batch if number not in found)
        return Fetched(document, tuple(found.values()), (), tuple(found)), left

    def _alone(self, number: str, kind: str, patience: Patience) -> Fetched:
        """Ask for one number of a batch by itself; the failure is a value."""
        try:
            document, reading = self._one(f"{kind}{number}", patience.attempts)
        except (FetchError, FormatError) as error:
            if isinstance(error, Unavailable | KeyRefused):
                patience.silence(error, many=False)
            return Fetched(None, failures=((number, error),))
        patience.answered()
        if isinstance(reading, FormatError):
            return Fetched(document, failures=((number, reading),))
        return Fetched(document, (reading.record,), (), (number,))

    def _one(self, case_id: str, attempts: int) -> tuple[Document, Reading | FormatError]:
        """Fetch an info.json; a document that is no valid record of the case comes back with its error."""
        case_id = _case_id(case_id)
        url = f"{self._base}/ts/cd/casestatus/{case_id}/info.json"

        def read(document: Document) -> Reading:
            return _expected(case_id, read_info(document.body, provenance(document)))

        document, reading = self._answer(url, _JSON, _ONE_BYTES, read, attempts)
        if isinstance(reading, NoCase):
            raise NotFound(say("TSDR knows no such case, or it is not public (empty answer)")) from reading
        if isinstance(reading, Reading):
            self.unknown.update(reading.unknown)
        return document, reading

    def _answer(
        self, url: str, accept: str, max_bytes: int, read: Callable[[Document], Value], attempts: int
    ) -> tuple[Document, Value | FormatError]:
        """Fetch, read, parse and validate, all of it again when it may pass."""

        def operation() -> tuple[Document, Value | FormatError]:
            reply = self._get(url, accept, max_bytes)
            tsdr_answer.judge(reply, self._clock())
            body = tsdr_answer.json_body(reply) if accept == _JSON else tsdr_answer.xml_body(reply)
            fetched_at = self._clock()
            document = Document("tsdr", reply.url, body, sha256(body).hexdigest(), fetched_at, reply.content_type)
            try:
                return document, read(document)
            except Unreadable as error:
                raise Unavailable(error.said) from error
            except FormatError as error:
                return document, error

        return persist(
            operation,
            attempts=attempts,
            sleep=self._client.sleep,
            pause=lambda seconds: self._client.penalize(REQUESTS, seconds),
        )

    def _get(self, url: str, accept: str, max_bytes: int) -> Reply:
        """Send the request; a redirect is followed by hand, and only within the host that may see the key."""
        for _ in range(_HOPS + 1):
            reply = self._client.get(url, accept=accept, headers=self._headers, max_bytes=max_bytes)
            if not (300 <= reply.status < 400 and "location" in reply.headers):
                return reply
            target = urljoin(url, reply.headers["location"])
            if _origin(target) != _origin(url):
                raise FetchError(
                    say("TSDR sends us to another host; that is not followed, because the key is for TSDR alone")
                )
            url = target
        raise Unavailable(say("TSDR redirects in a circle"))


def provenance(document: Document) -> Provenance:
    """Return where and when a fetched record came from; a TSDR record is dated by its fetch."""
    return Provenance("tsdr", document.fetched_at, document.url, document.sha256)


def _asked_for(batch: tuple[str, ...], multi: MultiReading) -> dict[str, CaseFile]:
    """Return the good records by the number asked; those nobody asked for are left out."""
    by_number = {number.lstrip("0"): record for number, record in multi.cases.items()}
    found = {number: by_number.get(number.lstrip("0")) for number in batch}
    return {number: record for number, record in found.items() if record is not None}


def _expected(case_id: str, reading: Reading) -> Reading:
    """Refuse a record of another case than the one asked."""
    if case_id[:2] in ("sn", "rn"):
        same_case(case_id[2:], reading.record)
    return reading


def _case_id(text: str) -> str:
    """Return the id TSDR wants: prefix and number, registration numbers with 7 digits."""
    case_id = f"sn{text}" if text.isdigit() else text
    if case_id.startswith("rn") and case_id[2:].strip("0"):
        case_id = f"rn{case_id[2:].zfill(7)}"
    if not case_id.isascii() or not _CASE_ID.fullmatch(case_id):
        raise UsageError(say("{number} is no case number: use 97123456 or rn6723159", number=ascii(text[:40])))
    return case_id


def _not_tried(numbers: tuple[str, ...]) -> Fetched:
    """Name the numbers that were not asked any more."""
    error = Unavailable(say("not asked: TSDR had not answered many requests in a row"))
    return Fetched(None, failures=tuple((number, error) for number in numbers))


def _origin(url: str) -> tuple[str, str | None, int | None]:
    """Return what must be the same for the key to be sent."""
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)

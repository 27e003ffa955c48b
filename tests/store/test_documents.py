"""Raw answers, records set aside and document lists: kept as they came, found again, pruned with care."""

import hashlib
import os
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Engine, text

from tests.store.invent import DAY, NOW
from tmwatch.store import documents as store
from tmwatch.store.evidence import documents_of


@dataclass(frozen=True)
class Fetched:
    """A document in the shape sources give it."""

    body: bytes = b'{"trademarks": []}' * 50
    source: str = "tsdr"
    url: str = "https://tsdrapi.example/ts/cd/caseMultiStatus/sn?ids=97000001,97000002"
    fetched_at: datetime = NOW
    content_type: str = "application/json"

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.body).hexdigest()


def save(engine: Engine, one: Fetched, *serials: str, state: str = "good", error: str | None = None) -> int:
    with engine.begin() as conn:
        return store.save_document(conn, one, serials, state, error)


def bodies(engine: Engine, serial: str = "97000001") -> list[bytes]:
    """Return what is kept about a mark, oldest first."""
    query = text(
        "SELECT body FROM documents JOIN document_marks ON document_id = id WHERE serial_number = :serial ORDER BY id"
    )
    with engine.begin() as conn:
        return [store.unpack(bytes(body)) for body in conn.execute(query, {"serial": serial}).scalars()]


def test_a_batch_answer_is_kept_once_and_found_for_each_mark(engine: Engine) -> None:
    one = Fetched()
    save(engine, one, "97000001", "97000002", "97000001")
    with engine.begin() as conn:
        for serial in ("97000001", "97000002"):
            (found,) = documents_of(conn, serial)
            assert (found.source, found.url, found.sha256, found.size) == ("tsdr", one.url, one.sha256, len(one.body))
            assert (found.fetched_at, found.content_type) == (NOW, "application/json")
            assert (found.state, found.error) == ("good", None)
        assert documents_of(conn, "97000003") == ()
        assert conn.execute(text("SELECT count(*) FROM documents")).scalar() == 1
    assert bodies(engine, "97000002") == [one.body]


def test_bodies_are_kept_compressed_byte_for_byte(engine: Engine) -> None:
    body = os.urandom(1000) + b"x" * 100_000
    save(engine, Fetched(body), "97000001")
    assert bodies(engine) == [body]
    with engine.begin() as conn:
        assert conn.execute(text("SELECT length(body) < 2000, size FROM documents")).one() == (True, 101_000)


def test_an_empty_answer_can_be_kept(engine: Engine) -> None:
    save(engine, Fetched(b""), "97000001")
    assert bodies(engine) == [b""]


def test_a_bad_answer_is_kept_as_evidence_with_the_reason(engine: Engine) -> None:
    page = Fetched(b"<html>maintenance</html>")
    save(engine, page, "97000001", state="bad", error="HTML instead of JSON")
    with engine.begin() as conn:
        (found,) = documents_of(conn, "97000001")
    assert (found.state, found.error) == ("bad", "HTML instead of JSON")
    assert bodies(engine) == [page.body]


def test_pruning_keeps_the_newest_good_answer_of_every_mark(engine: Engine) -> None:
    old_pair = save(engine, Fetched(), "97000001", "97000002")
    save(engine, Fetched(fetched_at=NOW + DAY), "97000001")
    newest_first = save(engine, Fetched(fetched_at=NOW + 2 * DAY), "97000001")
    save(engine, Fetched(b"bad", fetched_at=NOW + 3 * DAY), "97000002", state="bad", error="x")
    with engine.begin() as conn:
        assert store.prune(conn, NOW) == 0
        assert store.prune(conn, NOW + 9 * DAY) == 2
        kept = conn.execute(text("SELECT id FROM documents ORDER BY id")).scalars().all()
        assert conn.execute(text("SELECT count(*) FROM document_marks")).scalar() == 3
    assert kept == [old_pair, newest_first]


def test_a_record_set_aside_is_found_with_its_bytes_and_reason(engine: Engine) -> None:
    bad = b"<case-file>\xff</case-file>"
    with engine.begin() as conn:
        for _ in range(2):
            store.set_aside(
                conn,
                source="odp",
                origin="apc261119.zip",
                body=bad,
                reason="bytes are no UTF-8",
                at=NOW,
                serial="97000001",
            )
        (found,) = store.list_set_aside(conn)
        assert (found.origin, found.serial_number, found.reason, found.size) == (
            "apc261119.zip",
            "97000001",
            "bytes are no UTF-8",
            len(bad),
        )
        assert store.set_aside_body(conn, found.id) == bad
        assert store.set_aside_body(conn, found.id + 1) is None


def test_nothing_set_aside_is_an_empty_list(engine: Engine) -> None:
    with engine.begin() as conn:
        assert store.list_set_aside(conn) == ()


def test_document_lists_are_updated_and_keep_the_first_day(engine: Engine) -> None:
    one = store.CaseDocument(
        "97000001", "NOA20261101", "Notation to File", date(2026, 11, 1), "NTF", 2, "https://tsdr.example/d"
    )
    older = store.CaseDocument("97000001", "APP20220110", "Application", date(2022, 1, 10))
    with engine.begin() as conn:
        store.save_case_documents(conn, [older, one], NOW)
        store.save_case_documents(conn, [replace(one, pages=3)], NOW + DAY)
        store.save_case_documents(conn, [], NOW)
        assert store.load_case_documents(conn, "97000001") == (replace(one, pages=3), older)
        assert store.load_case_documents(conn, "97000002") == ()
        assert conn.execute(text("SELECT count(DISTINCT first_seen) FROM case_documents")).scalar() == 1

"""Where answers came from, and which marks left the portfolio."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from tests.store.invent import DAY, NOW
from tmwatch.portfolio import Watch
from tmwatch.store import documents, evidence, portfolio


@dataclass(frozen=True)
class Answer:
    """A document in the shape sources give it."""

    body: bytes
    fetched_at: datetime = NOW
    source: str = "tsdr"
    url: str = "https://tsdrapi.example/ts/cd/casestatus/sn97000001/info.json"
    content_type: str = "application/json"

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.body).hexdigest()


def test_answers_about_a_mark_come_newest_first_with_hash_and_without_bytes(engine: Engine) -> None:
    with engine.begin() as conn:
        documents.save_document(conn, Answer(b"old"), ["97000001", "97000002"])
        documents.save_document(conn, Answer(b"new", NOW + DAY), ["97000001"])
        documents.save_document(conn, Answer(b"<html>", NOW), ["97000001"], "bad", "a web page")
        found = evidence.documents_of(conn, "97000001")
        assert found[0].sha256 == Answer(b"new").sha256
        assert [(one.size, one.state, one.error) for one in found] == [
            (3, "good", None),
            (6, "bad", "a web page"),
            (3, "good", None),
        ]
        assert len(evidence.documents_of(conn, "97000002")) == 1
        assert evidence.documents_of(conn, "97000003") == ()


def test_only_a_mark_nobody_watches_any_more_is_removed(engine: Engine) -> None:
    rows = [Watch("Ada", "Lumo", "97000001"), Watch("Bo", "Lumo", "97000001"), Watch("Ada", "Calm", "97000002")]
    with engine.begin() as conn:
        portfolio.save_watches(conn, rows, [], NOW)
        portfolio.remove_watches(conn, "97000001", "Ada", NOW + DAY)
        assert evidence.removed_marks(conn) == {}
        assert evidence.removed_marks(conn, "Ada") == {"97000001": NOW + DAY}
        portfolio.remove_watches(conn, "97000001", "Bo", NOW + 2 * DAY)
        assert evidence.removed_marks(conn) == {"97000001": NOW + 2 * DAY}


def test_a_mark_is_watched_since_its_first_row(engine: Engine) -> None:
    with engine.begin() as conn:
        portfolio.save_watches(conn, [Watch("Ada", "Lumo", "97000001")], [], NOW)
        portfolio.save_watches(
            conn, [Watch("Bo", "Lumo", "97000001"), Watch("Bo", "B", None, "7000001")], [], NOW + DAY
        )
        assert evidence.watched_from(conn) == {"97000001": NOW}
        assert evidence.watched_from(conn, "Bo") == {"97000001": NOW + DAY}

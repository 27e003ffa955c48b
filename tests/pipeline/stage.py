"""A stage for runs: the demonstration's invented portfolio, the loopback TSDR, a real database and a file outbox."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from pathlib import Path

from sqlalchemy import Engine

from tmwatch.channels.base import Channel
from tmwatch.cli.opening import open_context
from tmwatch.demo import corpus
from tmwatch.demo.cases import DemoCase, info_json
from tmwatch.demo.stub import StubState
from tmwatch.pipeline.context import Context, new_york_day
from tmwatch.pipeline.edges import channels_of, open_tsdr
from tmwatch.pipeline.run import Edges, Options, RunResult, run
from tmwatch.portfolio_rows import read_watches
from tmwatch.settings import Settings, load
from tmwatch.sources.portfolio_file import parse
from tmwatch.store import open_engine, outbox, portfolio, reading

MORNING = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
NEXT_DAY = MORNING + timedelta(days=1)


def no_wait(seconds: float) -> None:
    """Do not sleep."""


@dataclass
class Stage:
    """Runs at a given moment; `environ` are further settings."""

    folder: Path
    database_url: str
    base_url: str
    state: StubState
    environ: dict[str, str] = field(default_factory=dict)

    @property
    def settings(self) -> Settings:
        config = self.folder / "config" / "tmwatch.toml"
        config.parent.mkdir(exist_ok=True)
        config.touch()
        given = {
            "TMWATCH_DATABASE_URL": self.database_url,
            "TMWATCH_TSDR_BASE_URL": self.base_url,
            "TMWATCH_TSDR_API_KEY": self.state.key,
            "TMWATCH_ORDERS_PAGE_URL": "",
            "TMWATCH_MAIL_URL": f"file:{self.folder / 'mail'}",
        }
        return load(config, {**given, **self.environ}, self.folder)

    def watch(self, csv: str = corpus.PORTFOLIO_CSV, at: datetime = MORNING - timedelta(hours=1)) -> None:
        """Import a portfolio."""
        found = read_watches(parse(csv.encode(), "portfolio.csv"))
        assert not found.problems
        engine = open_engine(self.database_url)
        with engine.begin() as conn:
            portfolio.save_watches(conn, found.watches, (found.clients or {}).values(), at)
        engine.dispose()

    def serve(self, cases: Iterable[DemoCase]) -> None:
        """Let TSDR answer these cases."""
        self.state.cases = {case.serial_number: info_json(case) for case in cases}

    def serve_day(self, number: int) -> None:
        """Let TSDR answer as on the first or second day of the demonstration."""
        played = corpus.days(new_york_day(NEXT_DAY))
        self.serve((played.first if number == 1 else played.second).values())

    def run(
        self,
        now: datetime = MORNING,
        options: Options | None = None,
        channels: Callable[[str], Channel] | None = None,
        listen: Callable[[Engine], object] | None = None,
        act: Callable[[Context, Edges], RunResult] | None = None,
    ) -> RunResult:
        """Do one run at `now`."""
        settings = self.settings
        with ExitStack() as stack:
            ctx = stack.enter_context(open_context(settings, lambda: now))
            if listen:
                listen(ctx.engine)
            tsdr = None
            if settings.tsdr.api_key:
                tsdr = stack.enter_context(open_tsdr(settings, lambda: now, no_wait, None))
            edges = Edges(tsdr, None, channels or channels_of(settings))
            return act(ctx, edges) if act else run(ctx, edges, options or Options())

    def mails(self) -> list[EmailMessage]:
        """The messages delivered to the outbox folder, oldest first."""
        found = [
            BytesParser(EmailMessage, policy=default).parsebytes(path.read_bytes())
            for path in (self.folder / "mail").glob("*.eml")
        ]
        return sorted(found, key=lambda mail: (str(mail["Date"]), str(mail["X-Tmwatch-Digest-Id"])))

    def text(self, client: str, sequence: int = 1, day: str = "2026-11-24") -> str:
        """The plain text of one message in the outbox folder."""
        path = next((self.folder / "mail").glob(f"{client}-{day}-{sequence}-*.txt"))
        return path.read_text("utf-8")

    def messages(self) -> list[outbox.StoredMessage]:
        """The messages in the database, oldest first."""
        engine = open_engine(self.database_url)
        with reading(engine) as conn:
            found = outbox.list_messages(conn)
        engine.dispose()
        return list(reversed(found))

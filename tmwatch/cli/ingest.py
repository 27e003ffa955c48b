"""`tmwatch ingest`: bulk files from disk, as the bulk step of `run`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tmwatch.cli.invocation import invocation
from tmwatch.cli.run import perform, report
from tmwatch.errors import UsageError
from tmwatch.text import COMMAS, chain, say


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command("ingest")
    def ingest(
        ctx: typer.Context,
        files: Annotated[
            list[Path],
            typer.Argument(
                metavar="FILE...", help="apc*.zip (applications), tt*.zip (TTAB), asb*.zip (assignments), or their XML."
            ),
        ],
        no_send: Annotated[bool, typer.Option("--no-send", help="Queue the messages, do not send them.")] = False,
        as_of: Annotated[str | None, typer.Option(metavar="DATE", help="The day for deadlines and ages.")] = None,
        as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
    ) -> None:
        """Read daily or annual files from disk: stores, judges and mails what they say of watched marks."""
        from tmwatch.pipeline.run import Options

        call = invocation(ctx)
        paths = tuple(call.cwd / path for path in files)
        missing = [str(path) for path in paths if not path.is_file()]
        if missing:
            raise UsageError(say("there is no file {files}", files=chain(missing, COMMAS)))
        options = Options(send=not no_send, files=paths)
        report(call, perform(call, options, dry_run=False, if_due=False, as_of=as_of, quiet=as_json), as_json)

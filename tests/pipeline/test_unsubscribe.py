"""The unsubscribe header as a mail server gets it."""

from __future__ import annotations

from tests.channels.servers import Desk, smtp_server
from tests.pipeline.stage import Stage

BOTH = "mailto:stop@tmwatch.example?subject=stop%20{client} https://tmwatch.example/stop/" + "a" * 120 + "?c={client}"


def heads(stage: Stage, **environ: str) -> list[list[str]]:
    """Run a day against a mail server and return the header lines of each message it got."""
    desk = Desk()
    stage.watch()
    stage.serve_day(1)
    with smtp_server(desk) as port:
        mail = {"TMWATCH_MAIL_URL": f"smtp://127.0.0.1:{port}", "TMWATCH_MAIL_SENDER": "watch@tmwatch.example"}
        stage.environ |= mail | environ
        assert stage.run().complete
    contents = [envelope.original_content for envelope in desk.received]
    assert all(isinstance(one, bytes) for one in contents)
    return [one.partition(b"\r\n\r\n")[0].decode("ascii").split("\r\n") for one in contents if isinstance(one, bytes)]


def starting(lines: list[str], name: str) -> list[str]:
    return [line for line in lines if line.lower().startswith(f"{name}:")]


def test_the_header_arrives_whole_on_one_line_with_the_client_of_each_message(lite: Stage) -> None:
    names = set()
    for lines in heads(lite, TMWATCH_MAIL_UNSUBSCRIBE=BOTH):
        (line,) = starting(lines, "list-unsubscribe")
        name = line.rpartition("?c=")[2].rstrip(">")
        names.add(name)
        assert line == "List-Unsubscribe: " + ", ".join(f"<{one.replace('{client}', name)}>" for one in BOTH.split())
        assert lines[lines.index(line) + 1] == "List-Unsubscribe-Post: List-Unsubscribe=One-Click"
    assert names == {"Kestrel%20Pet", "Lumenhaus", "Northpine%20Outdoor"}


def test_without_the_setting_there_is_no_such_header(lite: Stage) -> None:
    found = heads(lite)
    assert len(found) >= 2
    assert not [line for lines in found for line in lines if line.lower().startswith("list-unsubscribe")]

"""`portfolio remove --client NAME --everything`: listed first, gone with --yes; and a client's channels are tried."""

from __future__ import annotations

import pytest

from tests.channels.test_apprise import SECRET, Room, room
from tests.cli.conftest import Cli

__all__ = ["room"]
PORTFOLIO = (
    "client,emails,brand,serial_number,channels\nAcme,a@acme.example,L,97000001,{url}\nBolt,b@b.example,M,97000002,\n"
)


@pytest.fixture
def two(ready: Cli, room: Room) -> Cli:
    """Two clients; the first has a chat."""
    assert ready("portfolio", "import", str(ready.write("p.csv", PORTFOLIO.format(url=room.url)))).code == 0
    return ready


def test_without_yes_everything_is_listed_and_stays(two: Cli) -> None:
    result = two("portfolio", "remove", "--client", "Acme", "--everything")
    assert result.code == 0
    assert "would delete: client Acme" in result.out
    assert "1 portfolio rows" in result.out
    assert "nothing was deleted" in result.out
    assert "97000001" in two("portfolio", "list").out


def test_with_yes_the_client_is_gone_and_the_other_stays(two: Cli) -> None:
    result = two("portfolio", "remove", "--client", "Acme", "--everything", "--yes")
    assert result.code == 0
    assert "deleted: client Acme" in result.out
    assert "backups of the database" in result.out
    listed = two("portfolio", "list").out
    assert "97000001" not in listed
    assert "97000002" in listed


@pytest.mark.parametrize(
    "args",
    [
        ("--everything",),
        ("97000001", "--client", "Acme", "--everything"),
        ("--client", "Nobody", "--everything", "--yes"),
        ("--client", "Acme"),
        (),
    ],
)
def test_a_deletion_that_names_no_client_or_a_mark_too_is_refused(two: Cli, args: tuple[str, ...]) -> None:
    result = two("portfolio", "remove", *args)
    assert (result.code, len(result.err.splitlines())) == (2, 1)
    assert "97000001" in two("portfolio", "list").out


def test_a_test_goes_through_every_channel_of_a_client_and_shows_no_secret(two: Cli, room: Room) -> None:
    result = two("notify", "test", "--client", "Acme")
    assert result.code == 0
    assert "test message of tmwatch" in room.heard[0]["message"]
    assert "json://*** #" in result.out
    assert "a@acme.example: " in result.out
    assert SECRET not in result.out + result.err


def test_a_channel_that_refuses_is_named_and_the_test_is_incomplete(two: Cli, room: Room) -> None:
    room.status = 403
    result = two("notify", "test", "--client", "Acme")
    assert result.code == 3
    assert "HTTP 403" in result.err
    assert "a@acme.example: " in result.out
    assert SECRET not in result.out + result.err


@pytest.mark.parametrize("args", [(), ("--to", "a@b.example", "--client", "Acme"), ("--client", "Nobody")])
def test_a_test_to_nobody_or_twice_is_refused(two: Cli, args: tuple[str, ...]) -> None:
    result = two("notify", "test", *args)
    assert (result.code, len(result.err.splitlines())) == (2, 1)


def test_no_listing_shows_a_channel(two: Cli, room: Room) -> None:
    two("notify", "test", "--client", "Acme")
    for command in (
        ("portfolio", "list"),
        ("portfolio", "list", "--json"),
        ("portfolio", "export"),
        ("outbox", "list"),
        ("doctor",),
        ("portfolio", "remove", "--client", "Acme", "--everything"),
    ):
        result = two(*command)
        assert SECRET not in result.out + result.err, command

"""The ping is over within its time, whatever the monitor does, and tells whether it was heard."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from tests.cli.test_run import monitor, paths
from tests.proof.post import closed_port
from tmwatch.sources.heartbeat import ping

QUICK = 0.6


@contextlib.contextmanager
def monitor_that(drips: bool) -> Iterator[str]:
    """A monitor that takes the call and then says nothing, or one byte of its answer now and then."""
    over = threading.Event()
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with contextlib.suppress(OSError):
            connection, _ = server.accept()
            with connection:
                connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
                while not over.wait(0.05):
                    if drips:
                        connection.sendall(b"a")

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.getsockname()[1]}/ping"
    finally:
        over.set()
        server.close()
        thread.join()


@pytest.mark.parametrize("drips", [True, False])
def test_a_monitor_that_does_not_come_to_its_end_holds_nobody_up(drips: bool) -> None:
    begin = time.monotonic()
    with monitor_that(drips) as url:
        assert not ping(url, timeout=QUICK)
    assert time.monotonic() - begin < QUICK + 1.5


def test_a_ping_that_is_heard_says_which_run_it_is_about() -> None:
    with monitor() as (url, got):
        assert ping(url, "/start", run="one")
    assert paths(got) == ["/ping/abc/start"]


@pytest.mark.parametrize("url", ["http://127.0.0.1:CLOSED/ping", "http://nobody.invalid/ping", "http://[/"])
def test_a_monitor_that_is_not_there_raises_nothing(url: str) -> None:
    assert not ping(url.replace("CLOSED", str(closed_port())), timeout=QUICK)


def test_a_file_of_certificates_that_is_none_raises_nothing() -> None:
    assert not ping(f"https://127.0.0.1:{closed_port()}/ping", ca_file="/nowhere.pem", timeout=QUICK)

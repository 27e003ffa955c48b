"""The test servers themselves: each PostgreSQL of this machine starts for whoever runs the tests, root included."""

from pathlib import Path

import psycopg
import pytest

from tests import postgres


def test_a_named_server_keeps_user_password_and_options() -> None:
    found = postgres.database("postgresql://u:p%40w@db.example:5433/ci?sslmode=require", "other")
    assert found == "postgresql+psycopg://u:p%40w@db.example:5433/other?sslmode=require"


@pytest.mark.parametrize("programs", postgres.installed(), ids=lambda path: "-".join(path.parts[-3:-1]))
def test_every_installed_server_starts_and_is_gone_afterwards(programs: Path) -> None:
    with postgres.start(programs) as url:
        address = url.replace("+psycopg", "")
        with psycopg.connect(address) as conn:
            assert conn.execute("SHOW fsync").fetchone() == ("off",)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(address, connect_timeout=1)

"""`tmwatch init`, `rules` and `db`."""

from __future__ import annotations

import json
import os
import sqlite3
import stat
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tmwatch.rules import RULES
from tmwatch.rules.base import Rule

CONFIG = Path(__file__).parents[2] / "config"


def test_init_writes_the_files_creates_the_database_and_says_what_next(cli: Cli) -> None:
    old = os.umask(0)
    try:
        done = cli("init")
    finally:
        os.umask(old)
    assert (done.code, done.err) == (0, "")
    for name in ("tmwatch.toml", "portfolio.csv", "clients.csv"):
        written = cli.folder / "config" / name
        assert written.read_bytes() == (CONFIG / name).read_bytes()
        assert stat.S_IMODE(written.stat().st_mode) == 0o600
    assert stat.S_IMODE((cli.folder / "config").stat().st_mode) == 0o700
    assert cli("db", "check").code == 0
    steps = [line for line in done.lines if not line.startswith(("wrote", "kept"))]
    assert len(steps) == 5
    assert "tmwatch portfolio import config/portfolio.csv" in done.out


def test_what_init_wrote_can_be_imported_and_diagnosed_at_once(cli: Cli) -> None:
    cli("init")
    assert cli("portfolio", "import", "config/portfolio.csv").err == ""
    done = cli("doctor")
    assert (done.code, done.err) == (0, "")
    assert "ok    portfolio      3 marks of 2 clients" in done.lines


def test_init_never_overwrites_and_says_so(cli: Cli) -> None:
    mine = cli.write("config/tmwatch.toml", "[tsdr]\nbatch_size = 5\n")
    done = cli("init")
    assert done.code == 0
    assert f"kept  {mine}" in done.lines
    assert mine.read_text("utf-8") == "[tsdr]\nbatch_size = 5\n"
    again = cli("init")
    assert (again.code, "wrote" in again.out) == (0, False)


def test_init_of_another_folder_uses_the_settings_there(cli: Cli) -> None:
    cli.write("shop/config/tmwatch.toml", '[database]\nurl = "sqlite:///../shop.db"\n')
    done = cli("init", "shop")
    assert done.code == 0
    assert (cli.folder / "shop" / "shop.db").exists()
    assert f"3. cd {cli.folder / 'shop'} && tmwatch portfolio import config/portfolio.csv" in done.lines


def test_init_where_a_file_is_in_the_way_is_one_line_and_exit_3(cli: Cli) -> None:
    cli.write("config", "a file")
    done = cli("init")
    assert done.code == 3
    assert done.err == f"tmwatch: {cli.folder / 'config'} is a file; init needs a folder of that name\n"


def test_init_with_a_broken_configuration_is_exit_2(cli: Cli) -> None:
    cli.write("config/tmwatch.toml", "[tsdr]\nbach_size = 5\n")
    done = cli("init")
    assert done.code == 2
    assert "unknown setting tsdr.bach_size; did you mean tsdr.batch_size?" in done.err


def test_db_upgrade_creates_and_then_has_nothing_to_do(cli: Cli) -> None:
    assert cli("db", "current").lines[0] == "database: none"
    assert cli("db", "check").code == 2
    made = cli("db", "upgrade")
    assert (made.code, made.out.endswith(" now (new)\n")) == (0, True)
    assert stat.S_IMODE(cli.database.stat().st_mode) == 0o600
    assert cli("db", "upgrade").out.endswith(" already\n")
    assert cli("db", "check").out == "the database has the schema this program wants\n"
    database, program = cli("db", "current").lines
    assert database.split()[1] == program.split()[1]


def test_a_database_of_a_newer_program_is_exit_2_for_every_command(ready: Cli) -> None:
    with sqlite3.connect(ready.database) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '20990101_future'")
    connection.close()
    for args in (("db", "check"), ("db", "upgrade"), ("portfolio", "list"), ("doctor",)):
        done = ready(*args)
        assert done.code == 2
        assert "of a newer tmwatch" in done.out + done.err


def test_a_file_that_is_no_database_is_one_line_and_exit_3(cli: Cli) -> None:
    cli.write("data/tmwatch/tmwatch.db", b"this is no database at all" * 100)
    done = cli("portfolio", "list")
    assert done.code == 3
    assert len(done.err.splitlines()) == 1
    assert "is no SQLite database" in done.err


def test_rules_lists_every_rule(cli: Cli) -> None:
    done = cli("rules")
    assert (done.code, done.err) == (0, "")
    assert [line.split()[0] for line in done.lines[1:]] == [rule.id for rule in RULES]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_is_shown_with_action_citation_and_ground(cli: Cli, rule: Rule) -> None:
    done = cli("rules", rule.id.lower())
    assert done.code == 0
    assert done.lines[0] == f"{rule.id}  {rule.severity.label}  {rule.title}"
    for text in (rule.action, rule.citation):
        assert text in done.out
    assert done.lines[-1].startswith("ground:     ")


def test_rules_as_json(cli: Cli) -> None:
    assert [one["id"] for one in json.loads(cli("rules", "--json").out)] == [rule.id for rule in RULES]
    assert json.loads(cli("rules", "A01", "--json").out)["severity"] == "high"


def test_an_unknown_rule_is_exit_2(cli: Cli) -> None:
    done = cli("rules", "Z99")
    assert (done.code, done.out) == (2, "")
    assert done.err == "tmwatch: there is no rule 'Z99'; list them with: tmwatch rules\n"

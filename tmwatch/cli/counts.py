"""How many of what: a number with its noun, one and many, as the two sentences of the catalogue that they are."""

from __future__ import annotations

from tmwatch.text import N_, Text

Noun = tuple[str, str]

AGENTS = (N_("{count} agent"), N_("{count} agents"))
ALERTS = (N_("{count} alert"), N_("{count} alerts"))
APPLICATIONS = (N_("{count} application"), N_("{count} applications"))
CLIENTS = (N_("{count} client"), N_("{count} clients"))
FILES = (N_("{count} file"), N_("{count} files"))
FINDINGS = (N_("{count} finding"), N_("{count} findings"))
LISTED_TWICE = (N_("{count} number listed more than once"), N_("{count} numbers listed more than once"))
MARKS = (N_("{count} mark"), N_("{count} marks"))
MESSAGES = (N_("{count} message"), N_("{count} messages"))
ORDERS = (N_("{count} order"), N_("{count} orders"))
PAGES = (N_("{count} page"), N_("{count} pages"))
RECORDS = (N_("{count} record"), N_("{count} records"))
ROWS = (N_("{count} row"), N_("{count} rows"))
SINGLE_NUMBERS = (N_("{count} single number"), N_("{count} single numbers"))


def counted(number: int, noun: Noun) -> Text:
    """Return "1 row" or "3 rows"."""
    one, many = noun
    return Text(one if number == 1 else many, (("count", grouped(number)),))


def grouped(number: int) -> str:
    """Return "1,234", as English and Chinese write it."""
    return f"{number:,}"

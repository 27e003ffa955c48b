"""`tmwatch rules`: what each rule looks for, how bad it is, what to do, and on which ground."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Annotated

import typer

from tmwatch.cli import console
from tmwatch.digest.vocabulary import SEVERITIES, Citation, coded
from tmwatch.errors import UsageError
from tmwatch.text import N_, say

if TYPE_CHECKING:
    from tmwatch.rules.base import Rule

SOURCED = {
    "S": N_("sourced: read in the documents cited"),
    "K": N_("known law, not read again: check with counsel"),
    "I": N_("inference from how the USPTO and Amazon act: check with counsel"),
}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("rules")(rules)


def rules(
    rule_id: Annotated[str | None, typer.Argument(metavar="ID", help="A rule's id, as A01.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List all rules, or show one with its action and citation."""
    from tmwatch.rules import RULES

    chosen = RULES if rule_id is None else (_find(RULES, rule_id),)
    if as_json:
        found = [_as_json(rule) for rule in chosen]
        console.json_out(found if rule_id is None else found[0])
    elif rule_id is None:
        rows = [(r.id, coded(SEVERITIES, r.severity.label), say(r.title)) for r in chosen]
        console.table((say("rule"), say("severity"), say("looks for")), rows)
    else:
        _show(chosen[0])


def _find(known: tuple[Rule, ...], rule_id: str) -> Rule:
    """Return the rule with this id in any letter case."""
    for rule in known:
        if rule.id.lower() == rule_id.strip().lower():
            return rule
    named = repr(console.clean_line(rule_id))
    raise UsageError(say("there is no rule {rule}; list them with: tmwatch rules", rule=named))


def _show(rule: Rule) -> None:
    """Print one rule whole."""
    more = notes(rule)
    severity = coded(SEVERITIES, rule.severity.label)
    console.out(say("{rule}  {severity}  {title}", rule=rule.id, severity=severity, title=say(rule.title)))
    if more:
        console.out(say(more))
    for name, value in (
        (say("what to do:"), say(rule.action)),
        (say("citation:"), Citation(rule.citation)),
        (say("ground:"), say(SOURCED.get(rule.letter, rule.letter))),
    ):
        console.out(f"{console.padded(name, 11)} {console.spoken(value)}")


def notes(rule: Rule) -> str:
    """Return what a rule's docstring says below its title, "" when nothing."""
    return inspect.cleandoc(rule.check.__doc__ or "").partition("\n")[2].strip()


def _as_json(rule: Rule) -> dict[str, str]:
    """Return a rule's public face."""
    return {
        "id": rule.id,
        "severity": rule.severity.label,
        "title": rule.title,
        "action": rule.action,
        "citation": rule.citation,
        "sourced": rule.letter,
    }

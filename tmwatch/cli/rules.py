"""`tmwatch rules`: what each rule looks for, how bad it is, what to do, and on which ground."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Annotated

import typer

from tmwatch.cli import console
from tmwatch.errors import UsageError

if TYPE_CHECKING:
    from tmwatch.rules.base import Rule

SOURCED = {
    "S": "sourced: read in the documents cited",
    "K": "known law, not read again: check with counsel",
    "I": "inference from how the USPTO and Amazon act: check with counsel",
}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("rules")(rules)


def rules(
    rule_id: Annotated[str | None, typer.Argument(metavar="[ID]", help="A rule's id, as A01.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List all rules, or show one with its action and citation."""
    from tmwatch.rules import RULES

    chosen = RULES if rule_id is None else (_find(RULES, rule_id),)
    if as_json:
        found = [_as_json(rule) for rule in chosen]
        console.json_out(found if rule_id is None else found[0])
    elif rule_id is None:
        console.table(("rule", "severity", "looks for"), [(r.id, r.severity.label, r.title) for r in chosen])
    else:
        _show(chosen[0])


def _find(known: tuple[Rule, ...], rule_id: str) -> Rule:
    """Return the rule with this id in any letter case."""
    for rule in known:
        if rule.id.lower() == rule_id.strip().lower():
            return rule
    raise UsageError(f"there is no rule {console.clean_line(rule_id)!r}; list them with: tmwatch rules")


def _show(rule: Rule) -> None:
    """Print one rule whole."""
    _, _, more = inspect.cleandoc(rule.check.__doc__ or "").partition("\n")
    console.out(f"{rule.id}  {rule.severity.label}  {rule.title}")
    if more.strip():
        console.out(more.strip())
    console.out(f"what to do: {rule.action}")
    console.out(f"citation:   {rule.citation}")
    console.out(f"ground:     {SOURCED.get(rule.letter, rule.letter)}")


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

"""Every rule, in the order of the families. A new rule is a small function with a decorator, named in a tuple here."""

from tmwatch.rules.applications import APPLICATION_RULES
from tmwatch.rules.base import Facts, Hit, Rule, evaluate
from tmwatch.rules.brands import BRAND_RULES
from tmwatch.rules.changes import CHANGE_RULES
from tmwatch.rules.registrations import REGISTRATION_RULES
from tmwatch.rules.sanctions import SANCTION_RULES

__all__ = ["RULES", "Facts", "Hit", "Rule", "evaluate"]

RULES: tuple[Rule, ...] = (
    *SANCTION_RULES,
    *APPLICATION_RULES,
    *REGISTRATION_RULES,
    *CHANGE_RULES,
    *BRAND_RULES,
)

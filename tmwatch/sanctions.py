"""USPTO sanctions: orders, identities named in them, the ladder of stages on a record, and matching with evidence.

The face of the sanctions part; what it gathers lives in sanction_values (the dataclasses), sanction_ladder,
sanction_registry, sanction_match and sanction_words.

A name is not an accusation: every statement is "named in order X of DATE (page N)", and a bare name match is never
more than MEDIUM (facts: many attorneys named in orders are victims).
"""

from tmwatch.sanction_ladder import ladder
from tmwatch.sanction_match import fingerprints, match, shared_fingerprints
from tmwatch.sanction_registry import Additions, load_registry, read_additions, registry_hits
from tmwatch.sanction_values import (
    AgentMatch,
    FilePaper,
    Fingerprint,
    Identity,
    Ladder,
    LadderStep,
    ListedNumber,
    Order,
    OrderHit,
    Registry,
)
from tmwatch.sanction_words import is_stale, order_statement, order_text, outlook, role_text, stage_text

__all__ = [
    "Additions",
    "AgentMatch",
    "FilePaper",
    "Fingerprint",
    "Identity",
    "Ladder",
    "LadderStep",
    "ListedNumber",
    "Order",
    "OrderHit",
    "Registry",
    "fingerprints",
    "is_stale",
    "ladder",
    "load_registry",
    "match",
    "order_statement",
    "order_text",
    "outlook",
    "read_additions",
    "registry_hits",
    "role_text",
    "shared_fingerprints",
    "stage_text",
]

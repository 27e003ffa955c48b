"""All tables of the store: their columns, keys and indexes, as Core tables with typed columns."""

from sqlalchemy import MetaData, text

from tmwatch.store.tables.base import METADATA
from tmwatch.store.tables.cases import (
    CASE_DOCUMENTS,
    CASE_FILES,
    CHANGES,
    GOODS_CLASSES,
    JUDGEMENTS,
    MISSING_SIGHTINGS,
    PARTIES,
    PROSECUTION_EVENTS,
    UNCONFIRMED,
)
from tmwatch.store.tables.orders import ORDER_LISTS, ORDER_NUMBERS, ORDERS
from tmwatch.store.tables.outbox import (
    DELIVERIES,
    DIGEST_DAYS,
    FINDINGS,
    LOOKS,
    MESSAGE_ITEMS,
    MESSAGES,
    ONE_OPEN,
    SUPPRESSIONS,
)
from tmwatch.store.tables.portfolio import CLIENTS, WATCHES
from tmwatch.store.tables.runs import LEASES, RUNS
from tmwatch.store.tables.sources import (
    DOCUMENT_MARKS,
    DOCUMENTS,
    DOWNLOAD_ATTEMPTS,
    PACE,
    SET_ASIDE,
    SOURCE_FILES,
    SOURCE_HEALTH,
)

__all__ = [
    "CASE_DOCUMENTS",
    "CASE_FILES",
    "CHANGES",
    "CLIENTS",
    "DELIVERIES",
    "DIGEST_DAYS",
    "DOCUMENTS",
    "DOCUMENT_MARKS",
    "DOWNLOAD_ATTEMPTS",
    "FINDINGS",
    "GOODS_CLASSES",
    "JUDGEMENTS",
    "LEASES",
    "LOOKS",
    "MESSAGES",
    "MESSAGE_ITEMS",
    "METADATA",
    "MISSING_SIGHTINGS",
    "ORDERS",
    "ORDER_LISTS",
    "ORDER_NUMBERS",
    "PACE",
    "PARTIES",
    "PROSECUTION_EVENTS",
    "RUNS",
    "SET_ASIDE",
    "SOURCE_FILES",
    "SOURCE_HEALTH",
    "SUPPRESSIONS",
    "UNCONFIRMED",
    "WATCHES",
    "declared",
]


def declared() -> MetaData:
    """Return all tables to one who creates or compares them.

    The condition of a partial index is told only here: naming a dialect loads it, and who reads needs no other than
    its own.
    """
    for dialect in ("sqlite", "postgresql"):
        ONE_OPEN.dialect_kwargs[f"{dialect}_where"] = text("closed_at IS NULL")
    return METADATA

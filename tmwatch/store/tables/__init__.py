"""All tables of the store. Used through Core statements; the classes are the typed description of the schema."""

from tmwatch.store.tables.base import Base, JsonText, SafeText, UTCDateTime
from tmwatch.store.tables.cases import (
    CaseDocumentRow,
    CaseFileRow,
    ChangeRow,
    GoodsClassRow,
    MissingSightingRow,
    PartyRow,
    ProsecutionEventRow,
    UnconfirmedRow,
)
from tmwatch.store.tables.orders import OrderListRow, OrderNumberRow, OrderRow
from tmwatch.store.tables.outbox import (
    DeliveryRow,
    DigestDayRow,
    FindingRow,
    MessageItemRow,
    MessageRow,
    SuppressionRow,
)
from tmwatch.store.tables.portfolio import ClientRow, WatchRow
from tmwatch.store.tables.runs import LeaseRow, RunRow
from tmwatch.store.tables.sources import (
    DocumentMarkRow,
    DocumentRow,
    DownloadAttemptRow,
    PaceRow,
    SetAsideRow,
    SourceFileRow,
    SourceHealthRow,
)

__all__ = [
    "Base",
    "CaseDocumentRow",
    "CaseFileRow",
    "ChangeRow",
    "ClientRow",
    "DeliveryRow",
    "DigestDayRow",
    "DocumentMarkRow",
    "DocumentRow",
    "DownloadAttemptRow",
    "FindingRow",
    "GoodsClassRow",
    "JsonText",
    "LeaseRow",
    "MessageItemRow",
    "MessageRow",
    "MissingSightingRow",
    "OrderListRow",
    "OrderNumberRow",
    "OrderRow",
    "PaceRow",
    "PartyRow",
    "ProsecutionEventRow",
    "RunRow",
    "SafeText",
    "SetAsideRow",
    "SourceFileRow",
    "SourceHealthRow",
    "SuppressionRow",
    "UTCDateTime",
    "UnconfirmedRow",
    "WatchRow",
]

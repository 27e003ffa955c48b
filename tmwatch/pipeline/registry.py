"""The orders and identities known: the package's reviewed registry with the operator's own config/sanctions.csv."""

from __future__ import annotations

from pathlib import Path

from tmwatch.errors import UsageError
from tmwatch.sanctions import Order, Registry, load_registry, read_additions
from tmwatch.settings import Settings
from tmwatch.text import say

FILE = "sanctions.csv"  # beside the configuration file


def additions_path(settings: Settings) -> Path | None:
    """Return where the operator's own additions lie, when they exist."""
    if settings.config_path is None:
        return None
    path = settings.config_path.parent / FILE
    return path if path.is_file() else None


def read_registry(settings: Settings, imported: tuple[Order, ...] = ()) -> Registry:
    """Return the registry with the orders `imported` into the database; UsageError names the row of
    config/sanctions.csv that cannot be taken."""
    path = additions_path(settings)
    if path is None:
        return load_registry((), imported)
    try:
        additions = read_additions(path.read_text("utf-8-sig"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(say("{path} cannot be read: {reason}", path=str(path), reason=str(error))) from error
    return load_registry(additions.identities, imported, additions.numbers)

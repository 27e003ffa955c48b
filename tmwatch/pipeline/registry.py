"""The orders and identities known: the package's reviewed registry with the operator's own config/sanctions.csv."""

from __future__ import annotations

from pathlib import Path

from tmwatch.sanctions import Order, Registry, load_registry
from tmwatch.settings import Settings

FILE = "sanctions.csv"  # beside the configuration file


def additions_path(settings: Settings) -> Path | None:
    """Return where the operator's own additions lie, when they exist."""
    if settings.config_path is None:
        return None
    path = settings.config_path.parent / FILE
    return path if path.is_file() else None


def read_registry(settings: Settings, imported: tuple[Order, ...] = ()) -> Registry:
    """Return the registry with the orders `imported` into the database; UsageError or FormatError names
    what of config/sanctions.csv cannot be taken."""
    path = additions_path(settings)
    if path is None:
        return load_registry((), imported)
    from tmwatch.sources.sanction_additions import load_additions  # few have such a file

    additions = load_additions(path)
    return load_registry(additions.identities, imported, additions.numbers)

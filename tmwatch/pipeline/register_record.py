"""The last place where a look-up looks: the register on this machine, when there is one."""

from __future__ import annotations

import importlib.util

from tmwatch.records import CaseFile
from tmwatch.register.opened import default_folder, open_register
from tmwatch.settings import Settings


def register_record(settings: Settings, number: str) -> CaseFile | None:
    """Return what the register holds of a serial number, or of `rn` and a registration number; None without it.

    StoreError or FormatError when the register is damaged.
    """
    folder = default_folder(settings)
    if importlib.util.find_spec("duckdb") is None or not folder.read().parts:
        return None
    with open_register(folder) as register:
        return register.case(number)

"""The last place where a look-up looks: the register on this machine, when there is one."""

from __future__ import annotations

import importlib.util

from tmwatch.records import CaseFile
from tmwatch.register.place import default_path, has_register
from tmwatch.settings import Settings


def register_record(settings: Settings, number: str) -> CaseFile | None:
    """Return what the register holds of a serial number, or of `rn` and a registration number; None without it.

    StoreError or FormatError when the register is damaged.
    """
    if not has_register(settings) or importlib.util.find_spec("duckdb") is None:
        return None
    from tmwatch.register.folder import Folder
    from tmwatch.register.opened import open_register

    with open_register(Folder(default_path(settings))) as register:
        return register.case(number)

"""Invented records in the USPTO's shape (`*.json`, `*.xml`) beside what they say (`expected.py`)."""

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


def read(name: str) -> bytes:
    """Return the bytes of a golden input."""
    return (FOLDER / name).read_bytes()


def info(name: str = "registered-info.json") -> dict[str, Any]:
    """Return a golden info.json as a dictionary to change at will."""
    return json.loads(read(name))


def trademark(name: str = "registered-info.json") -> dict[str, Any]:
    """Return its one trademark object."""
    return info(name)["trademarks"][0]


def envelope(*entries: tuple[str, dict[str, Any]], **more: Any) -> bytes:
    """Return a caseMultiStatus answer from (searchId, trademark object)."""
    listed = [{"trademarks": [mark], "searchId": number} for number, mark in entries]
    return json.dumps({"transactionList": listed, "size": len(listed), "oversized": False, **more}).encode()

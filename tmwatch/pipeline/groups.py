"""Puts marks that must be judged together into the same chunk: the marks of one brand, and of brands that share one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from tmwatch.exposure import brand_key
from tmwatch.portfolio import Membership, Watch


def chunks(serials: Sequence[str], watches: Sequence[Watch], size: int) -> Iterator[list[str]]:
    """Yield `serials` in lists of about `size`, never tearing apart marks that stand behind one brand of one client."""
    chunk: list[str] = []
    for group in _groups(serials, watches):
        chunk.extend(group)
        if len(chunk) >= size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def together(some: Iterable[str], rows: Iterable[Membership]) -> list[str]:
    """Return those of the watched marks that must be judged with one of `some`, those themselves included, sorted."""
    behind: dict[tuple[str, str], list[str]] = {}
    brands: dict[str, list[tuple[str, str]]] = {}
    for client, brand, serial in rows:
        own = brands.setdefault(serial, [])
        if brand.strip():
            own.append((client, brand_key(brand)))
            behind.setdefault(own[-1], []).append(serial)
    found: set[str] = set()
    waiting = [serial for serial in some if serial in brands]
    while waiting:
        serial = waiting.pop()
        if serial not in found:
            found.add(serial)
            waiting.extend(other for brand in brands[serial] for other in behind.pop(brand, ()))
    return sorted(found)


def _groups(serials: Sequence[str], watches: Sequence[Watch]) -> list[list[str]]:
    """Return the connected groups: marks are joined by a brand of a client (union-find with path halving)."""
    parent = {serial: serial for serial in serials}

    def root(one: str) -> str:
        while parent[one] != one:
            parent[one] = parent[parent[one]]
            one = parent[one]
        return one

    first: dict[tuple[str, str], str] = {}
    for watch in watches:
        serial = watch.serial_number
        if serial in parent and watch.brand.strip():
            other = first.setdefault((watch.client, brand_key(watch.brand)), serial)
            parent[root(serial)] = root(other)
    groups: dict[str, list[str]] = {}
    for serial in serials:
        groups.setdefault(root(serial), []).append(serial)
    return list(groups.values())

"""The addresses of the List-Unsubscribe header (RFC 2369, RFC 8058) of one client."""

from __future__ import annotations

from urllib.parse import quote

from tmwatch.digest.wording import clean

LIMIT = 400  # characters of one address: two of them stay on one header line below 998
_NAME = 60  # characters of a client's name in an address


def addresses(setting: str | None, client: str) -> tuple[str, ...]:
    """Return the addresses of `mail.unsubscribe` (separated by blanks), `{client}` replaced by the client's name.

    The name is percent-encoded, so that nothing in it can end the address; it is cut where the address would get long.
    """
    return tuple(_of(address, clean(client, _NAME)) for address in (setting or "").split())


def takes_one_click(found: tuple[str, ...]) -> bool:
    """Whether an https: address is among them, which then takes the POST of RFC 8058."""
    return any(address.startswith("https:") for address in found)


def _of(address: str, name: str) -> str:
    """Fill in as much of the name as the limit leaves room for."""
    while name and len(address.replace("{client}", quote(name, safe=""))) > LIMIT:
        name = name[:-1]
    return address.replace("{client}", quote(name, safe=""))

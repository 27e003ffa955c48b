"""How migrations run: each in a transaction of its own on both databases, so that a killed one leaves nothing behind.

tmwatch hands over `connection` and `metadata` as attributes of the configuration. A developer's own
`alembic -x url=...` opens the database the same way.
"""

from __future__ import annotations

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection, MetaData
from sqlalchemy.types import TypeDecorator


def render_item(kind: str, item: object, _context: AutogenContext) -> str | bool:
    """Print the plain type under a decorated one: migrations never import tmwatch."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl_instance!r}"
    return False


def migrate(connection: Connection, metadata: MetaData | None) -> None:
    """Run what was asked for on one connection; SQLite gets BEGIN IMMEDIATE from the engine."""
    context.configure(
        connection=connection,
        target_metadata=metadata,
        transactional_ddl=True,
        transaction_per_migration=True,
        render_item=render_item,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def from_the_command_line() -> None:
    """Open the database named with `-x url=...`."""
    from tmwatch.store import open_engine
    from tmwatch.store.tables import declared

    url = context.get_x_argument(as_dictionary=True).get("url")
    if not url:
        raise SystemExit("name the database: alembic -x url=sqlite:///scratch.sqlite ...  (users: tmwatch db upgrade)")
    engine = open_engine(url)
    with engine.connect() as connection:
        migrate(connection, declared())
    engine.dispose()


given = context.config.attributes.get("connection")
if given is None:
    from_the_command_line()
else:
    migrate(given, context.config.attributes.get("metadata"))

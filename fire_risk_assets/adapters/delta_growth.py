"""Columns a stored table lacks because it is older than they are, and how it gains them.

Only columns that may be null: the rows already there have no value for them. Whatever else sets a
table apart from its catalogue is left as it is; the check `schema` tells what.
"""

import pyarrow as pa
from deltalake import DeltaTable, Schema

from fire_risk_assets.core.tables.spec import TableSpec

_TEXTS = (pa.large_string(), pa.string_view())


def stored_columns(stored: DeltaTable) -> pa.Schema:
    """Return the columns a table has, text of any width as `string`.

    Delta knows one text; which of Arrow's three it becomes is up to the version of delta-rs.
    """
    fields = pa.schema(stored.schema().to_arrow())
    return pa.schema([f.with_type(pa.string()) if f.type in _TEXTS else f for f in fields])


def readable_columns(table: TableSpec, stored: DeltaTable) -> pa.Schema:
    """Return the catalogued columns with the types they are stored with, as files can be read.

    All may be null: so are those a file is older than, and what somebody else wrote may be.
    """
    has = stored_columns(stored)
    fields = [has.field(f.name) if f.name in has.names else f for f in table.schema]
    return pa.schema([f.with_nullable(nullable=True) for f in fields])


def grow(table: TableSpec, stored: DeltaTable) -> None:
    """Add the columns that are missing, then the checks that are; a kill may leave them out.

    Args:
        table: The catalogue.
        stored: The table, written by this engine; at its newest version afterwards.

    Raises:
        CommitFailedError: another process changed the table meanwhile.
    """
    has, wanted = stored_columns(stored), table.schema
    missing = [field for field in wanted if field.name not in has.names]
    as_catalogued = all(f.name in wanted.names and f == wanted.field(f.name) for f in has)
    if not as_catalogued or not all(field.nullable for field in missing):
        return
    if missing:
        stored.alter.add_columns(Schema.from_arrow(pa.schema(missing)).fields)
    present = stored.metadata().configuration
    checks = {n: c for n, c in table.checks.items() if f"delta.constraints.{n}" not in present}
    if checks:
        stored.alter.add_constraint(checks)

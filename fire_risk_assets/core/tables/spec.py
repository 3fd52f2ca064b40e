"""The two words every table is described in: `Column` and `TableSpec`."""

from dataclasses import dataclass, field

import pyarrow as pa

INSTANT = pa.timestamp("us", tz="UTC")
"""All instants: microseconds, UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column.

    Attributes:
        unit: Physical unit, or "" where there is none.
        source: Who supplies the value.
        nullable: A column added after a release always is: rows older than it have no value.
        check: SQL predicate every stored value fulfils, or None. NaN and infinity must be
            excluded explicitly: `x >= 0` accepts both.
        range: The closed range that the check says, where it says one.
    """

    name: str
    type: pa.DataType
    description: str
    unit: str = ""
    source: str = ""
    nullable: bool = False
    check: str | None = None
    range: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSpec:
    """One Delta table.

    Attributes:
        key: Columns whose newest row (by `known_at`, then batch) is the current one.
        writer: "engine" for the engine in force, "delta-rs" for control tables.
        written_by: Who writes it, for the catalogue.
        read_by: Who reads it, for the catalogue.
    """

    name: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    description: str
    writer: str = "engine"
    written_by: str = ""
    read_by: str = ""
    properties: dict[str, str] = field(default_factory=dict)

    @property
    def schema(self) -> pa.Schema:
        """Arrow schema in stored column order."""
        return pa.schema([pa.field(c.name, c.type, nullable=c.nullable) for c in self.columns])

    @property
    def offered_schema(self) -> pa.Schema:
        """The schema of rows before they have a batch: without `batch_id`."""
        return pa.schema([field for field in self.schema if field.name != BATCH_ID.name])

    @property
    def checks(self) -> dict[str, str]:
        """CHECK constraints by name, for the columns that have one."""
        return {f"{c.name}_valid": c.check for c in self.columns if c.check is not None}


def number(
    name: str,
    description: str,
    *,
    unit: str = "",
    source: str = "",
    low: float | None = None,
    high: float | None = None,
    nullable: bool = False,
) -> Column:
    """A float64 column with an optional closed range that also excludes NaN and infinity."""
    check, closed = None, None
    if low is not None and high is not None:
        closed = (low, high)
        check = f"{name} >= {low} AND {name} <= {high} AND NOT isnan({name})"
        if nullable:
            check = f"{name} IS NULL OR ({check})"
    return Column(
        name=name,
        type=pa.float64(),
        description=description,
        unit=unit,
        source=source,
        nullable=nullable,
        check=check,
        range=closed,
    )


def text(name: str, description: str, *, source: str = "", nullable: bool = False) -> Column:
    """A string column."""
    return Column(
        name=name, type=pa.string(), description=description, source=source, nullable=nullable
    )


def count(name: str, description: str, *, source: str = "", nullable: bool = False) -> Column:
    """An int64 column."""
    return Column(
        name=name, type=pa.int64(), description=description, source=source, nullable=nullable
    )


def instant(name: str, description: str, *, source: str = "", nullable: bool = False) -> Column:
    """A UTC instant column."""
    return Column(
        name=name,
        type=INSTANT,
        description=description,
        unit="UTC",
        source=source,
        nullable=nullable,
    )


KNOWN_AT = instant("known_at", "When we learned this row; a correction is a new row.", source="us")
BATCH_ID = text("batch_id", "The batch that brought the row; visible once `batches` names it.")

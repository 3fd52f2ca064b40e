"""Whether stored data tables are as catalogued, and their weather in the units they should be.

Reads, changes nothing, returns findings with the number of things looked at. What must hold of the
ledger and its evidence is in `check_invariants.py`.
"""

import pyarrow as pa

from fire_risk_assets.actions.batches import newest_in
from fire_risk_assets.actions.recent_weather import recent_weather
from fire_risk_assets.core.as_known import with_batch_seq
from fire_risk_assets.core.border.units import DAILY, LONGEST_DAYS, daily_means, exchanged_units
from fire_risk_assets.core.tables.observed import BATCHES, WEATHER
from fire_risk_assets.core.tables.spec import TableSpec
from fire_risk_assets.ports import TableStore


def stored_findings(table: TableSpec, tables: TableStore) -> tuple[list[str], int]:
    """Return how a stored table departs from its catalogue, and how many rows it has.

    Looks at the stored schema before it reads: a read would miss what is unknown, cast what has
    another type, and end in an error where a column is missing.
    """
    stored = tables.stored_schema(table)
    if stored is None:
        return [], 0
    full = [c.name for c in table.columns if not c.nullable and c.name in stored.names]
    rows, nulls = tables.null_counts(table, full)
    return schema_findings(stored, nulls, table), rows


def schema_findings(schema: pa.Schema, nulls: dict[str, int], table: TableSpec) -> list[str]:
    """Return how stored columns depart from the catalogue.

    One that may be null may be missing: the table gains it with the next rows.

    Args:
        schema: Of the stored rows.
        nulls: Null values by column.
        table: The catalogue.
    """
    wanted = {column.name: column for column in table.columns}
    missing = [c.name for c in table.columns if not c.nullable and c.name not in schema.names]
    findings = [f"column {name} is missing" for name in missing]
    findings += [f"column {name} is unknown" for name in schema.names if name not in wanted]
    for name in schema.names:
        if name not in wanted:
            continue
        if schema.field(name).type != wanted[name].type:
            findings.append(f"{name} is {schema.field(name).type}, expected {wanted[name].type}")
        if nulls.get(name) and not wanted[name].nullable:
            findings.append(f"{name} has {nulls[name]} nulls")
    return findings


def unit_findings(tables: TableStore) -> tuple[list[str], int]:
    """Return in which other unit the newest fortnight of weather seems to be, and the days seen."""
    recent = recent_weather(tables)
    batches = tables.read(BATCHES, columns=["batch_seq", "batch_id"])
    weather = tables.read(WEATHER, columns=[*DAILY, "batch_id"], where=recent)
    days = daily_means(with_batch_seq(weather, batches, up_to=newest_in(batches)))
    found = exchanged_units(days.iloc[-LONGEST_DAYS:], seen=days.iloc[:-LONGEST_DAYS])
    return [f"{unit.column} of the newest days looks like {unit.name}" for unit in found], len(days)

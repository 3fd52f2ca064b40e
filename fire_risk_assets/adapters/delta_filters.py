"""Conditions of ours as Arrow reads them, and what a file's own metadata tells without its rows."""

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from deltalake import DeltaTable

from fire_risk_assets.adapters.delta_errors import delta_facts
from fire_risk_assets.core.tables.spec import TableSpec
from fire_risk_assets.ports import Condition


def may_be_null(column: str, file: pq.ParquetSchema) -> bool:
    """Tell whether a file has room for a null in the column; one without the column has."""
    columns = (file.column(place) for place in range(len(file.names)))
    return all(each.name != column or each.max_definition_level > 0 for each in columns)


def expression_of(table: TableSpec, where: Sequence[Condition]) -> pc.Expression | None:
    """Return the conditions on a table's columns as one, None for none."""
    combined: pc.Expression | None = None
    for column, operator, value in where:
        field = pc.field(column)
        kind = table.schema.field(column).type
        if operator == "in":
            term = field.isin(pa.array(value, type=kind))
        else:
            term = getattr(field, _OPERATORS[operator])(pa.scalar(value, type=kind))
        combined = term if combined is None else combined & term
    return combined


_OPERATORS = {
    "==": "__eq__",
    "!=": "__ne__",
    "<": "__lt__",
    "<=": "__le__",
    ">": "__gt__",
    ">=": "__ge__",
}


def small_files(table: DeltaTable, *, below: int) -> int:
    """Return how many files of the table are smaller than that, in bytes."""
    with delta_facts("A table's log"):
        sizes = pa.table(table.get_add_actions())["size_bytes"]
    return int(pc.sum(pc.less(sizes, below)).as_py() or 0)

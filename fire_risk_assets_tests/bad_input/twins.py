"""The Parquet file that says the same as a CSV text: numbers and text typed, times as text."""

import csv
import io
import re

import pyarrow as pa
import pyarrow.parquet as pq

from fire_risk_assets.core.border.grammar import NUMBER
from fire_risk_assets.core.border.layout import LAYOUTS

NUMBERS = {
    name for layout in LAYOUTS.values() for name, kind in layout.classes.items() if kind == "number"
}
NO_NUMBERS = {"nan": float("nan"), "inf": float("inf"), "-infinity": float("-inf")}


def parquet_of(text: str) -> bytes:
    """Return the twin; a number column with a cell that is none stays text, as a writer leaves it.

    A name with blanks around it keeps them; a cell that is empty becomes null.
    """
    header, *rows = csv.reader(io.StringIO(text))
    columns = [_column(name, [row[at] for row in rows]) for at, name in enumerate(header)]
    return written(pa.Table.from_arrays(columns, names=header))


def written(table: pa.Table) -> bytes:
    """Return the bytes of a table as a Parquet file."""
    out = io.BytesIO()
    pq.write_table(table, out)
    return out.getvalue()


def _column(name: str, cells: list[str]) -> pa.Array:
    if name.strip() not in NUMBERS:
        return pa.array([cell or None for cell in cells], pa.string())
    if not all(_is_number(cell) for cell in cells):
        return pa.array(cells, pa.string())
    if all(re.fullmatch("[0-9]{1,20}", cell) for cell in cells):
        return pa.array([int(cell) for cell in cells], pa.uint64())
    values = [NO_NUMBERS.get(cell.lower(), cell) or None for cell in cells]
    return pa.array([None if each is None else float(each) for each in values], pa.float64())


def _is_number(cell: str) -> bool:
    return not cell or cell.lower() in NO_NUMBERS or re.match(NUMBER, cell) is not None

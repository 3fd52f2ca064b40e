"""Parquet to the same chunks of text cells as CSV, so that one list of rules serves both.

Physical types are held to the layout: a column that changed its type between files (a number
stored as text, an id stored as a number) is refused here, not guessed at.
"""

import json
from collections.abc import Iterator, Sequence
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from fire_risk_assets.adapters.landing_limits import Limits
from fire_risk_assets.core.border.header import Header
from fire_risk_assets.core.border.layout import Class
from fire_risk_assets.core.border.source import LINE, RawChunk
from fire_risk_assets.errors import FileRejected

_BATCH = 131_072


def header(stream: BinaryIO, limits: Limits) -> tuple[str, ...]:
    """Return the column names.

    Raises:
        FileRejected: no Parquet file, nested columns, or more rows or bytes than the caps.
    """
    return tuple(_opened(stream, limits).schema_arrow.names)


def chunks(stream: BinaryIO, header: Header, limits: Limits) -> Iterator[RawChunk]:
    """Yield the rows as text; `line` is the 1-based row number.

    Raises:
        FileRejected: a column's physical type is not that of the layout, or data are broken.
    """
    file = _opened(stream, limits)
    for name, kind in zip(header.columns, file.schema_arrow.types, strict=True):
        _refuse_type(name, kind, header.layout.classes[name])
    notes = {"header_blanks": header.trimmed}
    first = 1
    for batch in _batches(file):
        cells = _as_text(batch).rename_columns(list(header.columns))
        lines = pa.array(np.arange(first, first + batch.num_rows, dtype=np.int64))
        yield RawChunk(cells.append_column(LINE, lines), notes=notes)
        first, notes = first + batch.num_rows, {}


def raw_rows(stream: BinaryIO, rows: Sequence[int], limits: Limits) -> pa.Array:
    """Return the given ascending 1-based rows as JSON texts, the nearest thing to a raw line."""
    wanted = np.asarray(rows, dtype=np.int64)
    found: list[str] = []
    first = 1
    for batch in _batches(_opened(stream, limits)):
        low, high = np.searchsorted(wanted, [first, first + batch.num_rows])
        if high > low:
            picked = _as_text(batch.take(pa.array(wanted[low:high] - first)))
            found += [json.dumps(row, ensure_ascii=False) for row in picked.to_pylist()]
        first += batch.num_rows
    return pa.array(found, pa.string())


def _opened(stream: BinaryIO, limits: Limits) -> pq.ParquetFile:
    try:
        file = pq.ParquetFile(stream)
    except (pa.ArrowException, OSError) as cause:
        raise FileRejected("not_parquet", f"The file is no Parquet file: {cause}.") from cause
    found = file.metadata
    if found.num_rows > limits.rows:
        raise FileRejected(
            "too_big", f"The file has {found.num_rows:,} rows; at most {limits.rows:,} are read."
        )
    groups = (found.row_group(at) for at in range(found.num_row_groups))
    if sum(group.total_byte_size for group in groups) > limits.file_bytes:
        raise FileRejected(
            "expands_too_much", f"The columns expand to more than {limits.file_bytes:,} bytes."
        )
    return file


def _batches(file: pq.ParquetFile) -> Iterator[pa.RecordBatch]:
    try:
        yield from file.iter_batches(batch_size=_BATCH)
    except (pa.ArrowException, OSError) as cause:
        raise FileRejected("not_parquet", f"The Parquet data are broken: {cause}.") from cause


def _refuse_type(name: str, kind: pa.DataType, expected: Class) -> None:
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    text = pa.types.is_string(kind) or pa.types.is_large_string(kind)
    fits = {
        "text": text or pa.types.is_string_view(kind),
        "number": pa.types.is_floating(kind) or pa.types.is_integer(kind),
        "instant": pa.types.is_timestamp(kind) or pa.types.is_date(kind) or text,
    }[expected]
    if not fits:
        wanted = {"text": "strings", "number": "numbers", "instant": "timestamps"}[expected]
        raise FileRejected("wrong_type", f"Column {name} holds {kind}; expected {wanted}.")


def _as_text(batch: pa.RecordBatch) -> pa.Table:
    """Cells as text: shortest form of floats, ISO 8601 of instants, nulls as empty."""
    columns = []
    for column in batch.columns:
        if pa.types.is_dictionary(column.type):
            column = column.cast(column.type.value_type)  # noqa: PLW2901  decoded in place
        if pa.types.is_timestamp(column.type):
            column = _microseconds(column)  # noqa: PLW2901  nanoseconds are below our grammar
        columns.append(pc.cast(column, pa.string()).fill_null(""))
    return pa.table(columns, names=batch.schema.names)


def _microseconds(column: pa.Array) -> pa.Array:
    if column.type.tz is not None:
        column = column.cast(pa.timestamp(column.type.unit, tz="UTC"))
    return column.cast(pa.timestamp("us", tz=column.type.tz), safe=False)

"""Parquet to the same chunks of text cells as CSV, so that one list of rules serves both.

Physical types are held to the layout: a column that changed its type between files (a number
stored as text, an id stored as a number) is refused here, not guessed at.
"""

import json
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from fire_risk_assets.adapters.landing_limits import Limits
from fire_risk_assets.core.arrow import is_text
from fire_risk_assets.core.border.header import Header
from fire_risk_assets.core.border.layout import Class
from fire_risk_assets.core.border.source import LINE, RawChunk
from fire_risk_assets.core.wording import as_sentence
from fire_risk_assets.errors import FileRejected

_BATCH = 131_072
_BROKEN = (pa.ArrowException, OSError, UnicodeDecodeError)
"""What damage comes to in pyarrow: the last is a column name that is no UTF-8."""


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
    for name, kind in zip(header.columns, _opened(stream, limits).schema_arrow.types, strict=True):
        _refuse_type(name, kind, header.layout.classes[name])
    notes = {"header_blanks": header.trimmed}
    first = 1
    for batch in _batches(stream, limits):
        cells = _as_text(batch).rename_columns(list(header.columns))
        lines = pa.array(np.arange(first, first + batch.num_rows, dtype=np.int64))
        yield RawChunk(cells.append_column(LINE, lines), notes=notes)
        first, notes = first + batch.num_rows, {}


def raw_rows(stream: BinaryIO, rows: Sequence[int], limits: Limits) -> pa.Array:
    """Return the given ascending 1-based rows as JSON texts, the nearest thing to a raw line."""
    wanted = np.asarray(rows, dtype=np.int64)
    found: list[str] = []
    first = 1
    for batch in _batches(stream, limits):
        low, high = np.searchsorted(wanted, [first, first + batch.num_rows])
        if high > low:
            picked = _as_text(batch.take(pa.array(wanted[low:high] - first)))
            found += [json.dumps(row, ensure_ascii=False) for row in picked.to_pylist()]
        first += batch.num_rows
    return pa.array(found, pa.string())


def _opened(stream: BinaryIO, limits: Limits) -> pq.ParquetFile:
    try:
        file = pq.ParquetFile(stream)
    except _BROKEN as cause:
        raise FileRejected(
            "not_parquet", as_sentence(f"The file is no Parquet file: {cause}")
        ) from cause
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


def _batches(stream: BinaryIO, limits: Limits) -> Iterator[pa.RecordBatch]:
    """Yield the rows, text as codes of a dictionary: a few bytes may stand for much text."""
    file = _opened(stream, limits)
    text = [field.name for field in file.schema_arrow if is_text(field.type)]
    most = limits.expanded(stream.seek(0, 2))
    first, expanded = 1, 0
    try:
        file = pq.ParquetFile(stream, metadata=file.metadata, read_dictionary=text)
        for batch in file.iter_batches(batch_size=_BATCH):
            sizes = _text_bytes(batch, first, limits)
            expanded += int(sizes.sum())
            if expanded > most:
                raise FileRejected(
                    "expands_too_much", f"The text of the file expands to more than {most:,} bytes."
                )
            yield from _parts(batch, sizes, limits)
            first += batch.num_rows
    except _BROKEN as cause:
        raise FileRejected(
            "not_parquet", as_sentence(f"The Parquet data are broken: {cause}")
        ) from cause


def _text_bytes(batch: pa.RecordBatch, first: int, limits: Limits) -> np.ndarray:
    """Bytes of text in each row, from the dictionaries alone; refuses what CSV could not hold."""
    sizes = np.zeros(batch.num_rows, dtype=np.int64)
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        if not pa.types.is_dictionary(column.type) or not is_text(column.type.value_type):
            continue
        words = column.dictionary
        _refuse_text(name, words)
        lengths = pc.binary_length(words).fill_null(0).take(column.indices).fill_null(0)
        sizes += lengths.to_numpy(zero_copy_only=False)
    if sizes.max(initial=0) > limits.line_bytes:
        row = first + int(sizes.argmax())
        raise FileRejected(
            "line_too_long", f"Row {row} holds more than {limits.line_bytes:,} bytes of text."
        )
    return sizes


def _refuse_text(name: str, words: pa.Array) -> None:
    try:
        words.validate(full=True)
    except pa.ArrowInvalid as cause:
        raise FileRejected(
            "not_utf8",
            f"Column {name} holds bytes that are no UTF-8.",
            remedy="Write the column as UTF-8: another encoding could only be guessed at.",
        ) from cause
    if pc.any(pc.match_substring(words, "\0")).as_py():
        raise FileRejected("nul_byte", f"Column {name} contains NUL bytes; expected text.")


def _parts(batch: pa.RecordBatch, sizes: np.ndarray, limits: Limits) -> Iterator[pa.RecordBatch]:
    """Cut a batch so that no part's text is much larger than a block."""
    blocks = np.cumsum(sizes) // limits.block_bytes
    edges = [0, *(np.flatnonzero(np.diff(blocks)) + 1).tolist(), batch.num_rows]
    for start, end in pairwise(edges):
        yield batch.slice(start, end - start)


def _refuse_type(name: str, kind: pa.DataType, expected: Class) -> None:
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    text = is_text(kind)
    fits = {
        "text": text,
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
        cells = _instants(column) if pa.types.is_timestamp(column.type) else column
        columns.append(pc.cast(cells, pa.string()).fill_null(""))
    return pa.table(columns, names=batch.schema.names)


def _instants(column: pa.Array) -> pa.Array:
    """ISO 8601 of timestamps; an instant no calendar names becomes a text that is no time.

    Written without a zone and marked as UTC after: with one, Arrow wraps far years into near ones,
    and so does a cast to a finer unit.
    """
    if column.type.unit == "ns":
        column = column.cast(pa.timestamp("us", tz=column.type.tz), safe=False)
    if column.type.tz is None:
        return pc.cast(column, pa.string())
    utc = pc.cast(column.cast(pa.timestamp(column.type.unit)), pa.string())
    return pc.binary_join_element_wise(utc, "Z", "")

"""Content digests: the same rows give the same digest in every engine and after every rewrite.

A digest covers a named column list in key order. Floats are hashed by bit pattern with one NaN
and one zero, strings as UTF-8 with lengths, instants as microseconds since 1970, so neither the
Arrow layout (string, large_string, string_view, dictionary, chunks) nor row order matters.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from fire_risk_assets.core.arrow import is_text


def sha256_of_json(document: Mapping[str, Any] | Sequence[Any]) -> str:
    """SHA-256 of the canonical JSON of a document (sorted keys, no blanks, no NaN).

    Raises:
        ValueError: the document contains NaN or infinity.
    """
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def content_digest(table: pa.Table, *, columns: Sequence[str], key: Sequence[str]) -> str:
    """SHA-256 over (schema, column bytes) of the named columns, rows in key order.

    Args:
        table: Any Arrow layout of the rows.
        columns: Columns that count, in the order they are hashed.
        key: Columns that order the rows; must identify a row.
    """
    wanted = table.select(list(dict.fromkeys([*columns, *key])))
    return digest_of_ordered(in_key_order(wanted, key=key), columns=columns)


def in_key_order(table: pa.Table, *, key: Sequence[str]) -> pa.Table:
    """Return the rows ordered by the columns that identify them, in plain Arrow types."""
    plain = pa.table({name: _plain(table[name]) for name in table.column_names})
    return plain.sort_by([(name, "ascending") for name in key])


def digest_of_ordered(ordered: pa.Table, *, columns: Sequence[str]) -> str:
    """SHA-256 of the named columns of rows that `in_key_order` ordered; see `content_digest`."""
    return digests_of_ordered(ordered, [0, ordered.num_rows], columns=columns)[0]


def digests_of_ordered(
    ordered: pa.Table, bounds: Sequence[int], *, columns: Sequence[str]
) -> list[str]:
    """Return the digest of each run of rows between two bounds: what each would have by itself.

    All at once, since a run of a day may be short and what is done once a column is not.
    """
    digests = [hashlib.sha256() for _ in bounds[1:]]
    for name in columns:
        column = ordered[name].combine_chunks()
        kind, null = _kind(column.type), pc.is_null(column).to_numpy(zero_copy_only=False)
        content = _content(column, kind)
        for digest, start, stop in zip(digests, bounds, bounds[1:], strict=False):
            digest.update(f"{name}:{kind}:{stop - start};".encode())
            digest.update(np.packbits(null[start:stop]).tobytes())
            for part in content(start, stop):
                digest.update(part)
    return [digest.hexdigest() for digest in digests]


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if is_text(column.type):
        return column.cast(pa.large_string())
    if pa.types.is_timestamp(column.type):
        return column.cast(pa.timestamp("us", tz=column.type.tz))
    return column


def _kind(kind: pa.DataType) -> str:
    if is_text(kind):
        return "text"
    if pa.types.is_timestamp(kind):
        return "instant"
    if pa.types.is_floating(kind):
        return "float64"
    if pa.types.is_integer(kind):
        return "int64"
    if pa.types.is_boolean(kind):
        return "bool"
    raise TypeError(f"No digest is defined for Arrow type {kind}.")


def _content(column: pa.Array, kind: str) -> Callable[[int, int], tuple[Any, ...]]:
    """Return what gives the bytes of the values from one row to another."""
    if kind == "text":
        return _text(column)
    if kind == "float64":
        numbers = column.cast(pa.float64()).fill_null(0.0).to_numpy(zero_copy_only=False)
        numbers = (np.where(np.isnan(numbers), np.nan, numbers) + 0.0).astype("<f8", copy=False)
        return lambda start, stop: (numbers[start:stop],)
    if kind == "instant":
        column = column.cast(pa.int64())
    whole = column.cast(pa.int64()).fill_null(0).to_numpy(zero_copy_only=False)
    whole = np.ascontiguousarray(whole, dtype="<i8")
    return lambda start, stop: (whole[start:stop],)


def _text(column: pa.Array) -> Callable[[int, int], tuple[Any, ...]]:
    """Lengths, then all characters: Arrow lays them out so."""
    filled = column.cast(pa.large_string()).fill_null("")
    # One that is cut out of another keeps the whole one's buffers.
    ends = np.frombuffer(filled.buffers()[1], dtype=np.int64)
    ends = (
        ends[filled.offset : filled.offset + len(filled) + 1] if len(filled) else np.zeros(1, int)
    )
    lengths = np.diff(ends).astype("<i8")
    held = filled.buffers()[2]
    characters = memoryview(b"" if held is None else held)
    return lambda start, stop: (lengths[start:stop], characters[ends[start] : ends[stop]])

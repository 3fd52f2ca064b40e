"""Content digests: the same rows give the same digest in every engine and after every rewrite.

A digest covers a named column list in key order. Floats are hashed by bit pattern with one NaN
and one zero, strings as UTF-8 with lengths, instants as microseconds since 1970, so neither the
Arrow layout (string, large_string, string_view, dictionary, chunks) nor row order matters.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
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
    digest = hashlib.sha256()
    for name in columns:
        column = ordered[name].combine_chunks()
        digest.update(f"{name}:{_kind(column.type)}:{len(column)};".encode())
        digest.update(np.packbits(pc.is_null(column).to_numpy(zero_copy_only=False)).tobytes())
        digest.update(_bytes_of(column))
    return digest.hexdigest()


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


def _bytes_of(column: pa.Array) -> bytes:
    kind = _kind(column.type)
    if kind == "text":
        filled = column.fill_null("")
        lengths = pc.binary_length(filled).cast(pa.int64()).to_numpy()
        return bytes(lengths.astype("<i8").tobytes()) + "".join(filled.to_pylist()).encode()
    if kind == "float64":
        values = column.cast(pa.float64()).fill_null(0.0).to_numpy(zero_copy_only=False).copy()
        values[np.isnan(values)] = np.nan
        return bytes((values + 0.0).astype("<f8").tobytes())
    if kind == "instant":
        column = column.cast(pa.int64())
    return bytes(
        column.cast(pa.int64()).fill_null(0).to_numpy(zero_copy_only=False).astype("<i8").tobytes()
    )

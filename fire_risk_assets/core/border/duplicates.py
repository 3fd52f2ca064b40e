"""Rows compared with each other and with what is stored: duplicates, conflicts, corrections.

Same key, same values: a duplicate, accepted and not written again. Same key and `known_at`, other
values: a contradiction within the file, all such rows set aside. Same key, other values, known
later (or offered by a later batch): a correction, written as a new row.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from fire_risk_assets.core.border.source import LINE
from fire_risk_assets.core.tables.spec import TableSpec

_NOT_VALUES = {"known_at", "batch_id", "batch_seq", LINE}


@dataclass(frozen=True, slots=True)
class Settled:
    """Boolean masks over the offered rows; the rest is written.

    Attributes:
        duplicate: Says nothing that was not known already.
        conflict: Contradicts another row of the file.
    """

    duplicate: np.ndarray
    conflict: np.ndarray


def settle(rows: pa.Table, stored: pa.Table, *, table: TableSpec) -> Settled:
    """Compare offered rows with each other and with visible stored rows.

    Args:
        rows: Checked rows with the table's columns (without `batch_id`) and `line`.
        stored: Visible rows that may share a key with them, with `batch_seq`.
        table: Names the key; every other column but `known_at` and `batch_id` is a value.
    """
    size = rows.num_rows
    duplicate, conflict = np.zeros(size, dtype=bool), np.zeros(size, dtype=bool)
    keys = _key_numbers(rows, stored, table.key)
    among = _repeated(keys, size)
    if among.size == 0:
        return Settled(duplicate, conflict)
    frame = _frame(rows, stored, keys, among, table)
    offered = (frame["stored"] == 0).to_numpy()
    at = frame["at"].to_numpy()
    group = frame[offered].groupby(["key", "known_at"], sort=False)["value"]
    clash = np.zeros(len(frame), dtype=bool)
    clash[offered] = (group.transform("nunique") > 1).to_numpy()
    conflict[at[clash]] = True
    rest = frame[~clash]
    before = rest.groupby("key", sort=False)["value"].shift(1)
    newest = rest[rest["stored"] == 1].groupby("key", sort=False)[["value", "known_at"]].last()
    current, until = rest["key"].map(newest["value"]), rest["key"].map(newest["known_at"])
    # What was known since may have said otherwise: repeating an older value then takes that back.
    repeats = (rest["value"] == current) & (rest["known_at"] <= until)
    known = ((rest["value"] == before) | repeats) & (rest["stored"] == 0)
    duplicate[rest["at"].to_numpy()[known.to_numpy()]] = True
    return Settled(duplicate, conflict)


def _key_numbers(rows: pa.Table, stored: pa.Table, key: tuple[str, ...]) -> np.ndarray:
    """One integer a key over offered rows, then stored rows: sorting integers is what is fast."""
    number = np.zeros(rows.num_rows + stored.num_rows, dtype=np.int64)
    for name in key:
        column = pa.chunked_array(
            [*rows[name].chunks, *stored[name].cast(rows.schema.field(name).type).chunks],
            type=rows.schema.field(name).type,
        )
        encoded = column.combine_chunks().dictionary_encode()
        number = number * (len(encoded.dictionary) + 1) + encoded.indices.to_numpy()
    return number


def _repeated(keys: np.ndarray, size: int) -> np.ndarray:
    """Positions whose key occurs more than once and at least once among the first `size`."""
    order = np.argsort(keys, kind="stable")
    same = keys[order][1:] == keys[order][:-1]
    if not same.any():
        return np.empty(0, dtype=np.int64)
    repeated = np.zeros(len(keys), dtype=bool)
    repeated[order[1:][same]] = True
    repeated[order[:-1][same]] = True
    repeated[size:] &= np.isin(keys[size:], keys[:size])
    return np.flatnonzero(repeated) if repeated[:size].any() else np.empty(0, dtype=np.int64)


def _frame(
    rows: pa.Table, stored: pa.Table, keys: np.ndarray, among: np.ndarray, table: TableSpec
) -> pd.DataFrame:
    """The rows that share a key, ordered by key, `known_at`, stored first, batch, line."""
    size = rows.num_rows
    offered = rows.take(pa.array(among[among < size]))
    old = stored.take(pa.array(among[among >= size] - size))
    values = [
        name for name in rows.column_names if name not in _NOT_VALUES and name not in table.key
    ]
    both = pa.concat_tables(
        [part.select([*values, "known_at"]) for part in (offered, old)],
        promote_options="permissive",
    ).to_pandas()
    # Integers: sorting a column of zoned instants goes through Python objects.
    known_at = both.pop("known_at").astype("int64").to_numpy()
    frame = pd.DataFrame({"key": keys[among], "known_at": known_at, "at": among})
    frame["stored"] = (among >= size).astype(np.int8)
    frame["value"] = both.groupby(values, dropna=False, sort=False).ngroup()
    tie = np.concatenate(
        [offered[LINE].to_numpy(), pc.cast(old["batch_seq"], pa.int64()).to_numpy()]
    )
    order = np.lexsort(
        (tie, -frame["stored"].to_numpy(), frame["known_at"].to_numpy(), frame["key"].to_numpy())
    )
    return frame.iloc[order].reset_index(drop=True)

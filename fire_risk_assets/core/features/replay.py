"""In which order a batch of observations is learned, and which rows count at each point.

Features are made as if every observation had arrived by itself in the order of `known_at`.
Rounds keep that law and stay fast: consecutive observations that only extend a cell's history
are taken in one go, a correction or a late older one begins a new round. No formulas here.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from fire_risk_assets.core.features.calendar import day_of
from fire_risk_assets.core.tables.spec import INSTANT

WEATHER_NUMBERS = ("temp_c", "rh_pct", "wind_km_h", "rain_mm")
CODE_NUMBERS = ("ffmc", "dmc", "dc", "isi")
PAST = 0
"""Round of what was learned before the batch; its own rounds are numbered from 1."""


def microseconds(instants: pa.ChunkedArray) -> NDArray[np.int64]:
    """Return instants as microseconds since 1970, shape (n_rows,)."""
    whole: NDArray[np.int64] = instants.cast(INSTANT).cast(pa.int64()).to_numpy()
    return whole


def numbered(ids: Sequence[str], column: pa.ChunkedArray) -> NDArray[np.int64]:
    """Return the number of each cell id: its place in `ids`, which holds them all."""
    places = pc.index_in(column, value_set=pa.array(ids, type=pa.string()))
    numbers: NDArray[np.int64] = places.cast(pa.int64()).to_numpy()
    return numbers


def learned(past: pa.Table, new: pa.Table, ids: Sequence[str]) -> pd.DataFrame:
    """Return every version of every observation, the newest of a key last.

    Returns:
        Rows ordered by cell, at, known (microseconds) with weather, codes (NaN where not
        observed), `day` and `round`: PAST for earlier batches, else the round of the batch in
        which the row is learned.
    """
    before, fresh = _frame(past, ids), _frame(new, ids)
    before["round"] = PAST
    fresh["round"] = _rounds(fresh, before.groupby("cell")["at"].max())
    rows = pd.concat([before, fresh], ignore_index=True)
    return rows.sort_values(["cell", "at", "known", "seq"], kind="stable", ignore_index=True)


def current(versions: pd.DataFrame, *, up_to: int) -> pd.DataFrame:
    """Return what is known after a round, of the cells that learn something in it.

    Args:
        versions: As `learned` returns them.
        up_to: The round.
    """
    touched = versions.loc[versions["round"] == up_to, "cell"].unique()
    seen = versions[(versions["round"] <= up_to) & versions["cell"].isin(touched)]
    return seen[~seen.duplicated(["cell", "at"], keep="last")].reset_index(drop=True)


def first_days(versions: pd.DataFrame, *, of_round: int) -> pd.Series:
    """Return by cell the first UTC day of what a round brings: features change from there on."""
    return versions[versions["round"] == of_round].groupby("cell")["day"].min()


def _frame(table: pa.Table, ids: Sequence[str]) -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            "cell": numbered(ids, table["cell_id"]),
            "at": microseconds(table["observed_at"]),
            "known": microseconds(table["known_at"]),
        }
    )
    has_seq = "batch_seq" in table.column_names
    frame["seq"] = table["batch_seq"].to_numpy() if has_seq else PAST
    frame["day"] = day_of(frame["at"].to_numpy())
    for name in (*WEATHER_NUMBERS, *CODE_NUMBERS):
        missing = name in CODE_NUMBERS and name not in table.column_names
        frame[name] = np.nan if missing else table[name].cast(pa.float64()).to_numpy()
    return frame


def _rounds(fresh: pd.DataFrame, newest_stored: pd.Series) -> pd.Series:
    """Round of each new row; a moment in which a cell learns of its past begins a new one."""
    rows = fresh.sort_values(["cell", "known", "at", "seq"], kind="stable")
    stored = rows["cell"].map(newest_stored).fillna(np.iinfo(np.int64).min).astype(np.int64)
    seen = rows.groupby("cell")["at"].cummax().groupby(rows["cell"]).shift()
    newest = np.maximum(stored, seen.fillna(np.iinfo(np.int64).min).astype(np.int64))
    moment = rows.groupby(["cell", "known"], sort=False).ngroup()
    late = (rows["at"] <= newest).groupby(moment).transform("any")
    opens = late & (moment != moment.shift())
    return (opens.groupby(rows["cell"]).cumsum() + 1).reindex(fresh.index)

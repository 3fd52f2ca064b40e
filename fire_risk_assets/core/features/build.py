"""Feature rows owed because of new observations: the way into the feature kernels.

A new day reads the last state and the windows before it, never the history. A correction, or an
older observation that comes late, recomputes the cell from its day on and emits the rows that
come out differently. What makes a row later known than its own observation is decided here.
"""

from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from fire_risk_assets.core.features import replay
from fire_risk_assets.core.features.catalogue import FEATURES
from fire_risk_assets.core.features.columns import CONTENT, content_of
from fire_risk_assets.core.features.place import places
from fire_risk_assets.core.features.rows import LOOKBACK_DAYS, Rows
from fire_risk_assets.core.tables.spec import INSTANT
from fire_risk_assets.core.wording import counted
from fire_risk_assets.errors import FeaturesOwed, UsageError

_MARGIN_DAYS = 10
_SCHEMA = FEATURES.offered_schema


def needs_from(new_weather: pa.Table) -> datetime:
    """Return the earliest `observed_at` that must be loaded to build features of these rows.

    Raises:
        UsageError: there are no rows.
    """
    if new_weather.num_rows == 0:
        raise UsageError("no observation was given; expected at least one")
    earliest = int(replay.microseconds(new_weather["observed_at"]).min())
    return reaches_back_to(datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=earliest))


def reaches_back_to(earliest: datetime) -> datetime:
    """Return from where on a row of `earliest` carries features on."""
    return earliest - timedelta(days=LOOKBACK_DAYS + _MARGIN_DAYS)


def next_features(
    *,
    new_weather: pa.Table,
    past_weather: pa.Table,
    past_features: pa.Table,
    cells: pa.Table,
    default_latitude: float,
) -> pa.Table:
    """Return the feature rows owed because of `new_weather`, in order of time, cell and `known_at`.

    By time first, since whoever reads them reads days: see `groups.by_days`.

    The result is that of every observation arriving by itself in the order of `known_at`, so
    it does not matter how observations are batched. A row's `known_at` is the latest among its
    observation and all it was carried on from; it depends on no later observation of its cell.

    Args:
        new_weather: Observations without feature rows yet: columns of `weather_observations`
            and, if known, `batch_seq`. Several versions of a key are fine.
        past_weather: All earlier observations (every version) of the same cells from
            `needs_from(new_weather)` on.
        past_features: All feature rows (every version) of the same cells from there on.
        cells: The cells table; cells without a row get `default_latitude`.
        default_latitude: Degrees north.

    Returns:
        Columns of `features` without `batch_id`.

    Raises:
        FeaturesOwed: an earlier observation has no feature row to carry on from.
    """
    if new_weather.num_rows == 0:
        return _SCHEMA.empty_table()
    new_weather = _plain(new_weather)
    ids = sorted(pc.unique(new_weather["cell_id"]).to_pylist())
    versions = replay.learned(_of(ids, past_weather), new_weather, ids)
    stored = _newest(_stored(_of(ids, past_features), ids))
    where = places(ids, _plain(cells), default_latitude=default_latitude)
    emitted: list[pd.DataFrame] = []
    rounds = sorted(set(versions["round"]) - {replay.PAST})
    for number in rounds:
        rows = replay.current(versions, up_to=number)
        first = replay.first_days(versions, of_round=number)
        due = (rows["day"] >= rows["cell"].map(first)).to_numpy()
        changed = _round(rows, due, stored, where, ids)
        emitted.append(changed)
        # A large batch of one round would spend a fifth of its time on what nobody carries on.
        if number != rounds[-1]:
            stored = _newest(pd.concat([stored, changed.assign(seq=np.iinfo(np.int64).max)]))
    # Of one, a copy less: half a second of each million rows.
    return _to_arrow(emitted[0] if len(emitted) == 1 else pd.concat(emitted), ids)


def _round(
    rows: pd.DataFrame, due: np.ndarray, stored: pd.DataFrame, where: pd.DataFrame, ids: list[str]
) -> pd.DataFrame:
    """Feature rows that one round adds or changes: CONTENT, cell, at, known."""
    place = _positions(rows, stored)
    unmade = ~due & (place < 0)
    if unmade.any():
        example = rows[unmade].iloc[0]
        raise FeaturesOwed(
            f"No feature row has {counted(int(unmade.sum()), 'earlier observation')}, first of cell"
            f" {ids[int(example['cell'])]} on {np.datetime64(int(example['day']), 'D')}"
        )
    kernel = Rows(
        cell=rows["cell"].to_numpy(),
        day=rows["day"].to_numpy(),
        weather={name: rows[name].to_numpy() for name in replay.WEATHER_NUMBERS},
        latitude=where["latitude"].to_numpy()[rows["cell"]],
        observed=rows[["ffmc", "dmc", "dc"]].notna().all(axis=1).to_numpy(),
    )
    latest = _latest_known(rows, stored, place)
    at = np.flatnonzero(due)
    made = content_of(kernel, rows, at, _kept(stored, place), where)
    for name, values in (("cell", kernel.cell), ("at", rows["at"].to_numpy()), ("known", latest)):
        made[name] = values[at]
    differs = _differs(made, stored, place[at])
    return made if differs.all() else made[differs]


def _latest_known(rows: pd.DataFrame, stored: pd.DataFrame, place: np.ndarray) -> np.ndarray:
    """When all that each row stands on was known: cell by cell the latest up to the row."""
    known = rows["known"].to_numpy().copy()
    has = place >= 0
    known[has] = np.maximum(known[has], stored["known"].to_numpy()[place[has]])
    latest: np.ndarray = pd.Series(known).groupby(rows["cell"]).cummax().to_numpy()
    return latest


def _kept(stored: pd.DataFrame, place: np.ndarray) -> pd.DataFrame:
    """Codes and FWI as stored, one row an observation, NaN where nothing is stored."""
    names = ["ffmc", "dmc", "dc", "fwi"]
    kept = np.full((place.size, len(names)), np.nan)
    kept[place >= 0] = stored[names].to_numpy(dtype=float)[place[place >= 0]]
    return pd.DataFrame(kept, columns=names)


def _positions(rows: pd.DataFrame, stored: pd.DataFrame) -> np.ndarray:
    keys = stored[["cell", "at"]].assign(place=np.arange(len(stored)))
    place = rows[["cell", "at"]].merge(keys, how="left", on=["cell", "at"])["place"]
    return place.fillna(-1).astype(np.int64).to_numpy()


def _differs(made: pd.DataFrame, stored: pd.DataFrame, place: np.ndarray) -> np.ndarray:
    differs = place < 0
    old = np.flatnonzero(~differs)
    for name in CONTENT if old.size else ():
        ours, theirs = made[name].to_numpy()[old], stored[name].to_numpy()[place[old]]
        differs[old] |= (ours != theirs) & ~(pd.isna(ours) & pd.isna(theirs))
    return differs


def _of(ids: list[str], table: pa.Table) -> pa.Table:
    table = _plain(table)
    return table.filter(pc.is_in(table["cell_id"], value_set=pa.array(ids, type=pa.string())))


def _plain(table: pa.Table) -> pa.Table:
    """The table with plain strings: DataFusion hands out views, which Arrow cannot filter."""
    views = (pa.types.is_string_view, pa.types.is_large_string)
    fields = [
        f.with_type(pa.string()) if any(is_view(f.type) for is_view in views) else f
        for f in table.schema
    ]
    return table.cast(pa.schema(fields))


def _stored(features: pa.Table, ids: list[str]) -> pd.DataFrame:
    frame: pd.DataFrame = features.select(CONTENT).to_pandas()
    frame["cell"] = replay.numbered(ids, features["cell_id"])
    frame["at"] = replay.microseconds(features["observed_at"])
    frame["known"] = replay.microseconds(features["known_at"])
    has_seq = "batch_seq" in features.column_names
    frame["seq"] = features["batch_seq"].to_numpy() if has_seq else replay.PAST
    return frame


def _newest(stored: pd.DataFrame) -> pd.DataFrame:
    ordered = stored.sort_values(["cell", "at", "known", "seq"], kind="stable", ignore_index=True)
    newest: pd.DataFrame = ordered.drop_duplicates(["cell", "at"], keep="last", ignore_index=True)
    return newest


def _to_arrow(emitted: pd.DataFrame, ids: list[str]) -> pa.Table:
    emitted = emitted.sort_values(["at", "cell", "known"], kind="stable", ignore_index=True)
    arrays = []
    for field in _SCHEMA:
        if field.type == INSTANT:
            source = {"observed_at": "at", "known_at": "known"}[field.name]
            arrays.append(pa.array(emitted[source].to_numpy(dtype=np.int64)).cast(INSTANT))
        elif field.name == "cell_id":
            cell = pa.array(emitted["cell"].to_numpy())
            arrays.append(pa.array(ids, type=field.type).take(cell))
        else:
            arrays.append(pa.array(emitted[field.name], type=field.type, from_pandas=True))
    return pa.Table.from_arrays(arrays, schema=_SCHEMA)

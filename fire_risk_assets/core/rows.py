"""Labelled rows: feature rows and fire reports, as known at an instant, joined into one frame.

A cell-day is the 24 hours from its observation, a fire row is one report. What was known is
decided before (`as_known`), which of the rows train or judge after (`windows`).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from fire_risk_assets.core.arrays import Flags
from fire_risk_assets.core.as_known import days_of
from fire_risk_assets.core.features.calendar import is_weekend, month_of
from fire_risk_assets.core.models.encoding import text_features
from fire_risk_assets.core.models.spec import LABEL_WINDOW_HOURS, ModelSpec
from fire_risk_assets.errors import KnownTooLate

OBSERVATION_MAX_AGE = timedelta(hours=24)
"""A fire is explained by an observation younger than this, or by none: an older one belongs to a
cell-day that is over."""

SLICES = ("fwi_class", "zone", "weekend", "season")
"""Columns the guardrails cut the holdout by."""

# By months and not by name: December is winter on one half of the earth only.
_SEASONS = np.array(["DJF", "MAM", "JJA", "SON"], dtype=object)


@dataclass(frozen=True, slots=True, kw_only=True)
class RowCounts:
    """What became of everything offered; nothing is left out uncounted.

    Attributes:
        offered: Feature rows (cell-days) or reports (fire rows) offered.
        labelled: Rows of the frame.
        positives: Of these, cell-days with a fire, or fires that burned more than nothing.
        unlabelled: Offered, but the label may still change: the report may be under way.
        unobserved: Reports without an observation of their cell in reach.
    """

    offered: int
    labelled: int
    positives: int
    unlabelled: int
    unobserved: int


@dataclass(frozen=True, slots=True, eq=False)
class LabelledRows:
    """The frame, sorted by the spec's key, and the counts.

    The frame has the key columns, `row_time` (UTC), `day` (datetime64, midnight of the UTC day of
    the observation: the cluster), `target` (0/1 or hectares), the spec's features (float64 or
    text) and the slices `fwi_class`, `zone`, `weekend` (Friday to Sunday) and `season`.
    """

    frame: pd.DataFrame
    counts: RowCounts


def labelled_rows(
    spec: ModelSpec, *, features: pa.Table, reports: pa.Table, as_of: datetime
) -> LabelledRows:
    """Return the rows of a model as they stand at `as_of`.

    Args:
        spec: Which kind of rows, which features, which label lag.
        features: Feature rows as known at `as_of`, one a (cell_id, observed_at).
        reports: Fire reports as known at `as_of`, one a report_id.
        as_of: No row may have been known later.

    Raises:
        KnownTooLate: a row was known after `as_of`.
    """
    for name, table in (("features", features), ("reports", reports)):
        _require_known(table, name, as_of)
    fires = reports.select(["report_id", "cell_id", "started_at", "burned_area_ha"]).to_pandas()
    fires = _aligned(fires, "started_at", spec)
    joined = _joined(fires, features, spec)
    settled = as_of - timedelta(days=spec.windows.label_lag_days)
    if spec.rows == "cell_days":
        observed = _aligned(features.select(needed_columns(spec)).to_pandas(), "observed_at", spec)
        rows = observed.assign(
            row_time=observed["observed_at"],
            target=_fire_started(observed, fires).astype(np.float64),
        )
        window = timedelta(hours=LABEL_WINDOW_HOURS["cell_days"])
        labelled = ((rows["target"] > 0) | (rows["row_time"] + window <= settled)).to_numpy()
    else:
        rows = joined.rename(columns={"burned_area_ha": "target"})
        rows["row_time"] = rows["started_at"]
        # However early it was known: small fires are reported fast, and would fill these weeks.
        labelled = (rows["row_time"] <= settled).to_numpy()
    frame = _finished(rows[labelled], spec)
    counts = RowCounts(
        offered=features.num_rows if spec.rows == "cell_days" else len(fires),
        labelled=len(frame),
        positives=int((frame["target"] > 0).sum()),
        unlabelled=int((~labelled).sum()),
        unobserved=len(fires) - len(joined),
    )
    return LabelledRows(frame, counts)


def row_keys(rows: pd.DataFrame) -> pd.Series:
    """Return the keys under which the scores of labelled rows are kept: cell, time and report."""
    keys = [name for name in ("cell_id", "observed_at", "report_id") if name in rows]
    return rows[keys].astype(str).agg("|".join, axis=1)


def needed_columns(spec: ModelSpec) -> list[str]:
    """Return the columns of `features` that labelled rows of a model are made of."""
    return list(dict.fromkeys(["cell_id", "observed_at", *spec.features, "fwi_class", "zone"]))


def fires_with_observation(fires: pd.DataFrame, observed: pd.DataFrame) -> pd.DataFrame:
    """Return each fire with the last observation of its cell at or before its start.

    Never a later row, none older than OBSERVATION_MAX_AGE; fires without one are left out.

    Args:
        fires: `cell_id` and `started_at`, ordered by `started_at`.
        observed: `cell_id`, `observed_at` and any more, ordered by `observed_at`.
    """
    joined = pd.merge_asof(
        fires,
        observed,
        left_on="started_at",
        right_on="observed_at",
        by="cell_id",
        direction="backward",
    )
    return joined[joined["started_at"] - joined["observed_at"] < OBSERVATION_MAX_AGE]


def _joined(fires: pd.DataFrame, features: pa.Table, spec: ModelSpec) -> pd.DataFrame:
    """Return `fires_with_observation` with the columns a model needs of these observations.

    Of all observations only keys are turned into a frame: a fire has one of several hundred.
    """
    keys = features.select(["cell_id", "observed_at"]).to_pandas()
    keys = _aligned(keys.assign(place=np.arange(len(keys))), "observed_at", spec)
    found = fires_with_observation(fires, keys).reset_index(drop=True)
    others = [name for name in needed_columns(spec) if name not in keys.columns]
    places = pa.array(found.pop("place").to_numpy().astype(np.int64))
    explained = features.select(others).take(places).to_pandas()
    return pd.concat([found, _typed(explained, spec)], axis=1)


def _fire_started(observed: pd.DataFrame, fires: pd.DataFrame) -> Flags:
    """Whether a fire started in the 24 hours from each observation, shape (n_observed,)."""
    next_fire = pd.merge_asof(
        observed[["cell_id", "observed_at"]],
        fires[["cell_id", "started_at"]],
        left_on="observed_at",
        right_on="started_at",
        by="cell_id",
        direction="forward",
    )["started_at"]
    window = timedelta(hours=LABEL_WINDOW_HOURS["cell_days"])
    # As series: arrays of zoned instants are Python objects, a hundred times slower.
    waited = next_fire - observed["observed_at"].reset_index(drop=True)
    return np.asarray(waited < window, dtype=np.bool_)


def _require_known(table: pa.Table, name: str, as_of: datetime) -> None:
    if table.num_rows == 0:
        return
    newest = pc.max(table["known_at"]).as_py()
    if newest is not None and newest > as_of:
        raise KnownTooLate(
            f"The {name} hold a row known at {newest.isoformat()}; expected none after as_of "
            f"{as_of.isoformat()}."
        )


def _aligned(frame: pd.DataFrame, time: str, spec: ModelSpec) -> pd.DataFrame:
    """Order by time (then key) with the types that joins, digests and pipelines expect."""
    frame = _typed(frame, spec)
    second = "report_id" if "report_id" in frame.columns else "cell_id"
    return frame.sort_values([time, second], kind="stable", ignore_index=True)


def _typed(frame: pd.DataFrame, spec: ModelSpec) -> pd.DataFrame:
    text = {"cell_id", "report_id", "fwi_class", "zone", *text_features(spec.features)}

    def as_expected(name: str) -> pd.Series:
        values = frame[name]
        if name in ("observed_at", "started_at"):
            return values.astype("datetime64[us, UTC]")
        if name in text:
            return values.astype(object).mask(values.isna(), other=None)
        return values.astype(np.float64)

    # At once: put in one by one, thirty columns take longer than all the rest of a small join.
    return pd.DataFrame({name: as_expected(name) for name in frame.columns}, copy=False)


def _finished(rows: pd.DataFrame, spec: ModelSpec) -> pd.DataFrame:
    day = days_of(rows["observed_at"])
    number = day.astype(np.int64)
    rows = rows.assign(
        day=day.astype("datetime64[us]"),
        weekend=is_weekend(number) > 0,
        season=_SEASONS[month_of(number) % 12 // 3],
    )
    columns = [*spec.key, "row_time", "day", "target", *spec.features, *SLICES]
    rows = rows[list(dict.fromkeys(columns))]
    return rows.sort_values(list(spec.key), kind="stable", ignore_index=True)

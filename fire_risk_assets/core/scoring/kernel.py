"""The kernel: feature rows of whole days in, rows of `predictions` out.

Every engine applies `newest_in_order` and `scored_in_order`, to whatever days it has at hand: a
row's prediction depends on no other row, and its digest on the rows of its own day alone.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from fire_risk_assets.core.arrays import Vector
from fire_risk_assets.core.arrow import ordinal
from fire_risk_assets.core.as_known import newest_places
from fire_risk_assets.core.digest import digests_of_ordered
from fire_risk_assets.core.features.catalogue import FEATURES
from fire_risk_assets.core.fitting import predictions_of
from fire_risk_assets.core.models.spec import ModelSpec
from fire_risk_assets.core.scoring.batch import Stamp
from fire_risk_assets.core.scoring.days import known_by
from fire_risk_assets.core.tables.predictions import PREDICTIONS
from fire_risk_assets.errors import FeatureUnknown, InvalidScores

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

ROWS_AT_ONCE = 20_000
"""Rows a pipeline is given at once: what it makes of them on its way stays near the processor; half
a million at once take nearly twice as long a row."""

TASK_ROWS = 40_000
"""Rows, of whole days, that an engine hands to one call."""

KEY = ("cell_id", "observed_at")
_DAY_US = 86_400_000_000


def inputs_of(spec: ModelSpec, pipeline: "Pipeline") -> tuple[str, ...]:
    """Return the features a fitted pipeline is to be given, in their order.

    Those it was fitted on where it tells: a version may be older than the list its model has now.

    Raises:
        FeatureUnknown: the features table has no such column.
    """
    told = getattr(pipeline, "feature_names_in_", None)
    wanted = spec.features if told is None else tuple(map(str, told))
    known = {column.name for column in FEATURES.columns}
    if missing := [name for name in wanted if name not in known]:
        raise FeatureUnknown(
            f"{spec.name} is predicted from {', '.join(missing)}, which the features table of this"
            " version does not have."
        )
    return wanted


def newest_in_order(rows: pa.Table, inputs: Sequence[str]) -> pa.Table:
    """Return key and inputs of the newest row of each key, ordered by day, then by key.

    Args:
        rows: Every version of every row, with `known_at` and `batch_seq`.
        inputs: What the pipeline is given.
    """
    places = newest_places(rows, KEY)
    day = ordinal(rows["observed_at"])[places] // _DAY_US
    wanted = rows.select(list(dict.fromkeys([*KEY, *inputs])))
    return wanted.take(pa.array(places[np.argsort(day, kind="stable")]))


def day_bounds(ordered: pa.Table) -> list[int]:
    """Return where each day of rows in order of days begins, and their number; [0] of none."""
    day = ordinal(ordered["observed_at"]) // _DAY_US
    starts = np.flatnonzero(np.diff(day)) + 1
    return [0, *starts.tolist(), *([len(day)] if len(day) else [])]


def whole_days(batches: Iterator[pa.RecordBatch], *, at_least: int) -> Iterator[pa.Table]:
    """Cut batches that come in the order of days into tables of whole days.

    Args:
        batches: With `observed_at`; a day may go on in the next one.
        at_least: Rows of a table, but of the last.
    """
    held: list[pa.RecordBatch] = []
    count = 0
    for batch in batches:
        held.append(batch)
        count += batch.num_rows
        if count < at_least:
            continue
        table = pa.Table.from_batches(held)
        begun = day_bounds(table)[-2]
        if begun > 0:
            yield table.slice(0, begun)
            held, count = table.slice(begun).to_batches(), table.num_rows - begun
    if count:
        yield pa.Table.from_batches(held)


def scored_in_order(
    spec: ModelSpec, pipeline: "Pipeline", ordered: pa.Table, *, inputs: Sequence[str], stamp: Stamp
) -> pa.Table:
    """Return the predictions for the feature rows of whole days, in their order.

    Args:
        spec: The model.
        pipeline: The version's pipeline.
        ordered: All rows there are of their days, as `newest_in_order` returns them.
        inputs: What the pipeline is given; see `inputs_of`.
        stamp: What all rows carry alike.

    Returns:
        Columns of `predictions`.

    Raises:
        InvalidScores: a prediction is no number, below zero, or no probability.
    """
    bounds = day_bounds(ordered)
    columns = tuple(dict.fromkeys([*KEY, *inputs]))
    digests = digests_of_ordered(ordered, bounds, columns=columns)
    found = _checked(spec, ordered, _predicted(spec, pipeline, ordered, inputs))
    of_day = np.repeat(np.arange(len(digests)), np.diff(bounds))
    by_row = pa.array(digests, pa.string()).take(pa.array(of_day))
    return _stamped(ordered, found, by_row, stamp)


def _predicted(
    spec: ModelSpec, pipeline: "Pipeline", ordered: pa.Table, inputs: Sequence[str]
) -> Vector:
    parts = [
        predictions_of(spec, pipeline, frame, features=inputs) for frame in _frames(ordered, inputs)
    ]
    return np.concatenate(parts) if parts else np.empty(0)


def _frames(ordered: pa.Table, inputs: Sequence[str]) -> Iterator[Any]:
    given = ordered.select(list(inputs))
    for start in range(0, given.num_rows, ROWS_AT_ONCE):
        yield given.slice(start, ROWS_AT_ONCE).to_pandas(split_blocks=True)


def _checked(spec: ModelSpec, ordered: pa.Table, found: Vector) -> Vector:
    """Return the predictions; what is no score must not be stored as one."""
    most = 1.0 if spec.task == "classification" else np.inf
    # Written so that NaN, of which no comparison holds, counts as wrong.
    wrong = np.flatnonzero(~((found >= 0.0) & (found <= most) & np.isfinite(found)))
    if wrong.size:
        example = ordered.slice(int(wrong[0]), 1).to_pylist()[0]
        expected = "a probability" if spec.task == "classification" else "a number not below zero"
        raise InvalidScores(
            f"{spec.name} predicts {found[wrong[0]]} for cell {example['cell_id']} at"
            f" {example['observed_at']:%Y-%m-%d %H:%M} UTC, and {wrong.size - 1} more of"
            f" {found.size} rows are as wrong; expected {expected}."
        )
    return found


def _stamped(ordered: pa.Table, found: Vector, digests: pa.Array, stamp: Stamp) -> pa.Table:
    instants = known_by(ordered["observed_at"], stamp.as_known)
    alike = {
        "model_name": stamp.model_name,
        "model_version": stamp.model_version,
        "event_id": stamp.event_id,
        "artifact_sha256": stamp.artifact_sha256,
        "predicted_at": stamp.predicted_at,
        "batch_id": stamp.batch_id,
    }
    schema = PREDICTIONS.schema
    columns = {
        "cell_id": ordered["cell_id"].cast(pa.string()),
        "observed_at": ordered["observed_at"],
        "prediction": pa.array(found),
        "features_digest": digests,
        "as_known": instants,
    } | {
        name: pa.repeat(pa.scalar(value, schema.field(name).type), ordered.num_rows)
        for name, value in alike.items()
    }
    columns["known_at"] = instants if stamp.replayed else columns["predicted_at"]
    return pa.table([columns[name] for name in schema.names], schema=schema)

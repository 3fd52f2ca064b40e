"""Fitting a pipeline and asking it, the same way in a search, a cycle and a later proof.

Pipelines come from the models; which rows are fitted, from `windows`. Saving and loading stay
out.
"""

import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from fire_risk_assets.core.arrays import Vector
from fire_risk_assets.core.models.encoding import text_features
from fire_risk_assets.core.models.search_space import HALF_LIFE
from fire_risk_assets.core.models.spec import ModelSpec

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

_WEEK_SECONDS = 7 * 86_400.0


def fit(
    spec: ModelSpec,
    rows: pd.DataFrame,
    params: Mapping[str, Any],
    seed: int,
    *,
    weights: Vector | None = None,
) -> "Pipeline":
    """Return the recipe fitted on labelled rows; equal arguments give equal predictions.

    Args:
        spec: The model.
        rows: Labelled rows; of both classes in a classification, see `windows.training_stop`.
        params: A point of the search space, the half-life included.
        seed: Of everything the recipe draws.
        weights: Shape (n_rows,), multiplied with the recency weights.
    """
    pipeline = spec.recipe(params, seed)
    weight = recency_weights(rows["row_time"], half_life_weeks=params[HALF_LIFE])
    if weights is not None:
        weight = weight * weights
    last_step = pipeline.steps[-1][0]
    with one_thread():
        return pipeline.fit(
            design(spec, rows), target(spec, rows), **{f"{last_step}__sample_weight": weight}
        )


def fit_baseline(spec: ModelSpec, rows: pd.DataFrame) -> "Pipeline":
    """Return the naive baseline fitted on labelled rows, all weighing alike."""
    with one_thread():
        return spec.baseline().fit(design(spec, rows), target(spec, rows))


def predict(spec: ModelSpec, pipeline: "Pipeline", rows: pd.DataFrame) -> Vector:
    """Return predictions of shape (n_rows,): P(fire) in [0, 1], or hectares >= 0."""
    with one_thread():
        return predictions_of(spec, pipeline, rows, features=spec.features)


def predictions_of(
    spec: ModelSpec, pipeline: "Pipeline", rows: pd.DataFrame, *, features: Sequence[str]
) -> Vector:
    """Return what `predict` does, from these features, inside a `one_thread` of the caller's.

    That changes settings of the whole process, which several threads must not do by turns.
    """
    if len(rows) == 0:
        return np.empty(0)
    frame = frame_of(features, rows)
    if spec.task == "regression":
        return np.asarray(pipeline.predict(frame), dtype=np.float64)
    fire = int(np.flatnonzero(pipeline.classes_ == 1)[0])
    return np.asarray(pipeline.predict_proba(frame)[:, fire], dtype=np.float64)


def design(spec: ModelSpec, rows: pd.DataFrame) -> pd.DataFrame:
    """Return what a pipeline is given: the features in order, float64 or text, nothing else."""
    return frame_of(spec.features, rows)


def frame_of(features: Sequence[str], rows: pd.DataFrame) -> pd.DataFrame:
    """Return these features in order, float64 or text, nothing else."""
    text = set(text_features(features))
    return pd.DataFrame(
        {
            name: rows[name].astype(object if name in text else np.float64, copy=False)
            for name in features
        }
    )


def target(spec: ModelSpec, rows: pd.DataFrame) -> np.ndarray:
    """Return the target, shape (n_rows,): classes 0 and 1 as int64, or hectares."""
    kind = np.int64 if spec.task == "classification" else np.float64
    return rows["target"].to_numpy(dtype=kind)


def recency_weights(times: pd.Series, *, half_life_weeks: float | None) -> Vector:
    """Return 0.5 ** (age / half-life), age counted from the newest row; shape (n_rows,).

    >>> times = pd.Series(pd.to_datetime(["2026-01-01", "2026-01-15"], utc=True))
    >>> recency_weights(times, half_life_weeks=2)
    array([0.5, 1. ])
    """
    if half_life_weeks is None or len(times) == 0:
        return np.ones(len(times))
    age = (times.max() - times).dt.total_seconds().to_numpy(dtype=np.float64)
    return np.asarray(0.5 ** (age / (half_life_weeks * _WEEK_SECONDS)), dtype=np.float64)


@contextmanager
def one_thread() -> Iterator[None]:
    """Hold fits to one thread: sums then come out alike whatever the number of cores.

    It is also the fast way on a busy machine: idle OpenMP threads spin, and fits of a tenth of a
    second were seen to take twenty times as long beside another process.
    """
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1), warnings.catch_warnings():
        # A feature of one or two values has fewer bins than asked for; that is no news.
        warnings.filterwarnings("ignore", message="Bins whose width are too small")
        warnings.filterwarnings("ignore", message="Feature .* is constant")
        yield

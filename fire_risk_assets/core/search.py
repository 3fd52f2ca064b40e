"""Hyper-parameter search on time-ordered folds inside the training rows.

It never sees the holdout: it is given training rows only. Search spaces belong to the models,
recording the trials to the actions.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from fire_risk_assets.core.arrays import Flags, Vector
from fire_risk_assets.core.fitting import fit, predict
from fire_risk_assets.core.metrics import metric_named
from fire_risk_assets.core.models.spec import ModelSpec

Params = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchBudget:
    """What a search may look at; rows and folds, not seconds, so that it can be repeated.

    Attributes:
        max_rows: Rows at most. Of a classification all positives stay and the negatives kept
            stand for the others by weight; of a regression rows are drawn evenly.
        folds: Time-ordered folds; each is judged by models trained on what came before it.
    """

    max_rows: int
    folds: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult:
    """The best parameters, and every trial as (parameters, score); lower scores are better."""

    params: Params
    trials: tuple[tuple[Params, float], ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Fold:
    train: pd.DataFrame
    train_weight: Vector
    judge: pd.DataFrame
    judge_weight: Vector


def search(
    spec: ModelSpec,
    rows: pd.DataFrame,
    *,
    trials: int,
    seed: int,
    start_from: Params | None = None,
    budget: SearchBudget | None = None,
) -> SearchResult:
    """Return the parameters with the lowest score on time-ordered folds.

    The parameters that serve now come first, then the defaults, then what the tree-structured
    Parzen estimator proposes. Deterministic given rows, seed and budget. Rows too few for a fold
    with both classes are not searched: the starting parameters are the result, `trials` is empty.

    Args:
        spec: The model.
        rows: Training rows.
        trials: How many parameter sets are tried, at least 1 to search at all.
        seed: Of the proposals, the fits and the rows looked at.
        start_from: What serves now; what lies outside the search space is left to the search.
        budget: Rows and folds; by default the spec's rows and two folds.
    """
    known = spec.search_space.inside(start_from or {})
    fallback = {**spec.default_params, **known}
    limit = budget or SearchBudget(max_rows=spec.search_rows)
    folds = _folds(spec, rows, limit, seed)
    if trials < 1 or not folds:
        return SearchResult(params=fallback, trials=())

    import optuna

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    sampler = optuna.samplers.TPESampler(seed=seed, n_startup_trials=4)
    study = optuna.create_study(direction="minimize", sampler=sampler)
    if known:
        study.enqueue_trial(fallback)
    study.enqueue_trial(dict(spec.default_params), skip_if_exists=True)
    space = spec.search_space.distributions()
    done: list[tuple[Params, float]] = []
    for _ in range(trials):
        trial = study.ask(space)
        params = dict(trial.params)
        score = _score(spec, folds, params, seed)
        study.tell(trial, score)
        done.append((params, score))
    best = min(range(len(done)), key=lambda at: (done[at][1], at))
    return SearchResult(params=done[best][0], trials=tuple(done))


def time_folds(day: np.ndarray, events: Flags, *, folds: int) -> list[tuple[Flags, Flags]]:
    """Return (training, judging) masks of shape (n_rows,) for each fold, oldest first.

    The second half of the events is cut into `folds` stretches of days; each is judged by the days
    before it, less one day of embargo. Cut by events and not by days: a fold of winter would hold
    no fire.

    Args:
        day: Day of each row, shape (n_rows,).
        events: Rows that carry information: positives, or all rows of a regression.
        folds: How many.
    """
    ordered = np.sort(day[events])
    if ordered.size < 2 * folds:
        return []
    share = 0.5 + 0.5 * np.arange(folds) / folds
    starts = [ordered[int(each * ordered.size)] for each in share]
    ends = [*starts[1:], day.max() + np.timedelta64(1, "D")]
    embargo = np.timedelta64(1, "D")
    return [
        (day < start - embargo, (day >= start) & (day < end))
        for start, end in zip(starts, ends, strict=True)
    ]


def _folds(spec: ModelSpec, rows: pd.DataFrame, budget: SearchBudget, seed: int) -> list[_Fold]:
    chosen, weight = _thinned(spec, rows, budget.max_rows, seed)
    rows = rows.iloc[chosen]
    day = rows["day"].to_numpy().astype("datetime64[D]")
    classification = spec.task == "classification"
    positive = rows["target"].to_numpy() > 0
    events = positive if classification else np.ones(len(rows), dtype=np.bool_)
    return [
        _Fold(rows[train], weight[train], rows[judge], weight[judge])
        for train, judge in time_folds(day, events, folds=budget.folds)
        if judge.any()
        and train.any()
        and (not classification or 0 < positive[train].sum() < train.sum())
    ]


def _thinned(
    spec: ModelSpec, rows: pd.DataFrame, max_rows: int, seed: int
) -> tuple[np.ndarray, Vector]:
    """Positions of the rows looked at, ascending, and how many rows each stands for."""
    if len(rows) <= max_rows:
        return np.arange(len(rows)), np.ones(len(rows))
    draw = np.random.default_rng(seed)
    if spec.task == "regression":
        chosen = np.sort(draw.choice(len(rows), size=max_rows, replace=False))
        return chosen, np.ones(max_rows)
    positive = rows["target"].to_numpy() > 0
    fires, others = np.flatnonzero(positive), np.flatnonzero(~positive)
    # At least as many negatives as positives, else their weights would rule the fit.
    size = min(others.size, max(max_rows - fires.size, fires.size))
    chosen = np.sort(np.r_[fires, draw.choice(others, size=size, replace=False)])
    return chosen, np.where(positive[chosen], 1.0, others.size / max(size, 1))


def _score(spec: ModelSpec, folds: list[_Fold], params: Params, seed: int) -> float:
    metric = metric_named(spec.metric)
    losses, weights = [], []
    for fold in folds:
        pipeline = fit(spec, fold.train, params, seed, weights=fold.train_weight)
        prediction = predict(spec, pipeline, fold.judge)
        losses.append(metric.per_row(fold.judge["target"].to_numpy(), prediction))
        weights.append(fold.judge_weight)
    # A mean orders parameters as its root does, so one weighted mean serves every metric.
    return float(np.average(np.concatenate(losses), weights=np.concatenate(weights)))

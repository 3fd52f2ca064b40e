"""Figures of one fitted model on scored rows: how predictions and outcomes agree.

Add a figure here when a task needs one. Comparisons of two models belong to `comparison_figures`.
"""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from fire_risk_assets.adapters.evidence.drawing import (
    BETTER,
    GRID,
    INK,
    MUTED,
    drawn,
    finite_rows,
    new_figure,
    nothing_to_draw,
    png,
    require_columns,
    say,
    style,
)
from fire_risk_assets.adapters.evidence.reliability import draw_calibration
from fire_risk_assets.adapters.evidence.text import number
from fire_risk_assets.core.arrays import Vector
from fire_risk_assets.core.metrics import metric_named
from fire_risk_assets.core.plain_text import plain
from fire_risk_assets.core.windows import Task
from fire_risk_assets.core.wording import counted

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_YEAR = ("DJF", "MAM", "JJA", "SON")
_TICKS = np.array([0, 1, 3, 10, 30, 100, 300, 1e3, 3e3, 1e4, 3e4, 1e5, 1e6, 1e7, 1e8])


def draw_training(*, task: Task, scored: pd.DataFrame, target: str) -> dict[str, bytes]:
    """Return the figures of a task as PNG by file name; rows with missing numbers are left out.

    Args:
        task: What the model predicts: a size, or a probability.
        scored: `y_true`, `prediction`, `season`, `day`.
        target: Name and unit of what a regression predicts.

    Raises:
        InvalidScores: a column is missing, or a class or probability lies outside [0, 1].
    """
    require_columns(scored, "y_true", "prediction", "season", "day")
    rows = finite_rows(scored, "y_true", "prediction")
    first = "calibration.png" if task == "classification" else "predicted_vs_actual.png"
    if rows.empty:
        empty = png(nothing_to_draw("No row was scored."))
        return {first: empty, "error_by_season.png": empty}
    overview = (
        draw_calibration(_column(rows, "y_true"), _column(rows, "prediction"))
        if task == "classification"
        else _predicted_against_actual(rows, target)
    )
    return {first: overview, "error_by_season.png": _error_by_season(rows, task)}


def _column(rows: pd.DataFrame, name: str) -> Vector:
    return rows[name].to_numpy(dtype=np.float64)


def _signed_log1p(values: Vector) -> Vector:
    # A regression without a log link may predict less than -1 hectare.
    return np.asarray(np.sign(values) * np.log1p(np.abs(values)), dtype=np.float64)


def _predicted_against_actual(rows: pd.DataFrame, target: str) -> bytes:
    truth, predicted = _column(rows, "y_true"), _column(rows, "prediction")
    actual, forecast = _signed_log1p(truth), _signed_log1p(predicted)
    shown = drawn(np.abs(forecast - actual))
    low = min(0.0, float(actual.min()), float(forecast.min()))
    high = max(1.0, float(actual.max()), float(forecast.max()))
    margin = 0.04 * (high - low)
    figure = new_figure(height_px=560)
    axes = figure.subplots()
    axes.plot([low, high], [low, high], color=INK, linewidth=1.2, linestyle="--")
    axes.scatter(actual[shown], forecast[shown], s=16, color=BETTER, alpha=0.4, linewidths=0)
    axes.set(xlim=(low - margin, high + margin), ylim=(low - margin, high + margin))
    style(axes, x=f"actual {target}, log1p axis", y=f"predicted {target}, log1p axis")
    axes.grid(visible=True, axis="x", color=GRID, linewidth=0.8)
    _original_units(axes, low, high)
    axes.text(
        0.985, 0.02, "dashed: predicted = actual", transform=axes.transAxes, ha="right",
        va="bottom", fontsize=10, color=MUTED,
    )  # fmt: skip
    over = float(np.mean(predicted > truth))
    say(axes, f"Predicted against actual: {counted(truth.size, 'row')}, {over:.0%} predicted high")
    figure.subplots_adjust(left=0.115, right=0.975, top=0.94, bottom=0.1)
    return png(figure)


def _original_units(axes: "Axes", low: float, high: float) -> None:
    ticks = np.unique(np.concatenate([-_TICKS[1:], _TICKS]))
    places = _signed_log1p(ticks)
    inside = (places >= low) & (places <= high)
    labels = [number(float(each), digits=6) for each in ticks[inside]]
    axes.set_xticks(places[inside], labels)
    axes.set_yticks(places[inside], labels)


def _error_by_season(rows: pd.DataFrame, task: Task) -> bytes:
    truth, predicted = _column(rows, "y_true"), _column(rows, "prediction")
    if task == "classification":
        losses = metric_named("log_loss").per_row(truth, predicted)
        name, unit = "log loss", "log loss (nats)"
    else:
        losses = np.square(_signed_log1p(predicted) - _signed_log1p(truth))
        name, unit = "RMSLE", "RMSLE (log1p units)"
    means = pd.DataFrame({"season": _seasons(rows["season"]), "loss": losses, "true": truth > 0})
    table = means.groupby("season").agg(
        loss=("loss", "mean"), rows=("loss", "size"), positives=("true", "sum")
    )
    table = table.loc[sorted(table.index, key=_in_the_year)]
    scores = table["loss"].to_numpy(dtype=np.float64)
    overall = float(losses.mean())
    if task == "regression":
        scores, overall = np.sqrt(scores), overall**0.5
    noun = "with a fire" if task == "classification" else "above 0"
    labels = [
        f"{season}\n{counted(rows, 'row')}\n{positives:,} {noun}"
        for season, rows, positives in zip(
            table.index.tolist(), table["rows"].tolist(), table["positives"].tolist(), strict=True
        )
    ]
    return _bars(labels, scores, overall=overall, name=name, unit=unit)


def _bars(labels: list[str], scores: Vector, *, overall: float, name: str, unit: str) -> bytes:
    figure = new_figure(height_px=400)
    axes = figure.subplots()
    places = np.arange(len(labels))
    axes.bar(places, scores, width=0.55, color=BETTER, linewidth=0)
    for at, score in zip(places, scores, strict=True):
        label = number(float(score), digits=3)
        axes.annotate(
            label, (at, score), (0, 4), textcoords="offset points", ha="center", fontsize=11,
            color=INK, fontweight="bold", zorder=5,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
        )  # fmt: skip
    axes.axhline(overall, color=INK, linewidth=1.2, linestyle="--")
    style(axes, x="season (months), with its rows", y=f"{unit}, lower is better")
    axes.set_xticks(places, labels, fontsize=10, parse_math=False)
    axes.set(xlim=(-0.6, len(labels) - 0.4), ylim=(0, 1.15 * max(float(scores.max()), 1e-9)))
    say(axes, f"Error by season; dashed: all rows, {name} {number(overall, digits=3)}")
    figure.subplots_adjust(left=0.115, right=0.975, top=0.92, bottom=0.235)
    return png(figure)


def _seasons(names: pd.Series) -> list[str]:
    return ["(missing)" if pd.isna(each) else plain(each)[:24] for each in names]


def _in_the_year(season: str) -> tuple[int, str]:
    return (_YEAR.index(season) if season in _YEAR else len(_YEAR), season)

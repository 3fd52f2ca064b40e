"""Figures of a comparison: loss differences by row and day, and the interval against 0.

Everywhere positive means that the candidate is worse. Figures of one model alone belong to
`training_figures`.
"""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from fire_risk_assets.adapters.evidence.drawing import (
    BETTER,
    INK,
    MUTED,
    SHARP,
    WORSE,
    drawn,
    finite_rows,
    new_figure,
    nothing_to_draw,
    png,
    require_columns,
    say,
    style,
)
from fire_risk_assets.adapters.evidence.text import count, number
from fire_risk_assets.core.arrays import Vector
from fire_risk_assets.core.verdict import Verdict

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Days = np.ndarray


def draw_differences(scored: pd.DataFrame, verdict: Verdict) -> bytes:
    """Return differences of row losses, candidate minus reference, by row and summed by day.

    The sums of days are what the test permutes; rows show where they come from.

    Raises:
        InvalidScores: `scored` lacks `day`, `loss_candidate` or `loss_reference`.
    """
    require_columns(scored, "day", "loss_candidate", "loss_reference")
    rows = finite_rows(scored, "loss_candidate", "loss_reference").dropna(subset=["day"])
    if rows.empty:
        return png(nothing_to_draw("No row was scored by both models."), scale=SHARP)
    days = rows["day"].to_numpy().astype("datetime64[D]")
    differences = (rows["loss_candidate"] - rows["loss_reference"]).to_numpy(dtype=np.float64)
    figure = new_figure(height_px=520)
    upper, lower = figure.subplots(2, 1, sharex=True, gridspec_kw={"height_ratios": (3, 2)})
    _by_row(upper, days, differences, verdict)
    _by_day(lower, days, differences)
    figure.align_ylabels()
    figure.subplots_adjust(left=0.125, right=0.975, top=0.94, bottom=0.105, hspace=0.26)
    return png(figure, scale=SHARP)


def draw_interval(verdict: Verdict, metric_name: str) -> bytes | None:
    """Return the difference with its interval against 0; None when there is no interval."""
    low, high, difference = verdict.ci_low, verdict.ci_high, verdict.difference
    if low is None or high is None or difference is None:
        return None
    figure = new_figure(height_px=210)
    axes = figure.subplots()
    colour = BETTER if high < 0 else WORSE if low > 0 else MUTED
    reach = 1.5 * max(abs(low), abs(high), abs(difference)) or 1.0
    axes.axvspan(-reach, 0, color=BETTER, alpha=0.07, linewidth=0)
    axes.axvspan(0, reach, color=WORSE, alpha=0.07, linewidth=0)
    axes.axvline(0, color=INK, linewidth=1.2)
    axes.plot([low, high], [0, 0], color=colour, linewidth=5, solid_capstyle="butt")
    axes.plot([difference], [0], "o", color=colour, markersize=12, markeredgecolor="white")
    for at, align in ((low, "right"), (high, "left")):
        gap = -0.015 * reach if align == "right" else 0.015 * reach
        label = number(at, digits=3, signed=True)
        axes.text(at + gap, 0, label, ha=align, va="center", fontsize=10.5, color=INK)
    middle = number(difference, digits=3, signed=True)
    axes.text(difference, 0.32, middle, ha="center", fontsize=11, color=INK, fontweight="bold")
    for at, align, says, tone in (
        (0.01, "left", "← candidate better", BETTER),
        (0.99, "right", "candidate worse →", WORSE),
    ):
        axes.text(
            at, 0.9, says, transform=axes.transAxes, ha=align, va="center", fontsize=10.5,
            color=tone, fontweight="bold",
        )  # fmt: skip
    label = f"difference in {metric_name}, candidate minus {verdict.reference}"
    style(axes, x=label, y="")
    axes.set(xlim=(-reach, reach), ylim=(-0.8, 1.1), yticks=[])
    axes.spines["left"].set_visible(False)
    figure.subplots_adjust(left=0.03, right=0.97, top=0.97, bottom=0.27)
    return png(figure, scale=SHARP)


def _by_row(axes: "Axes", days: Days, differences: Vector, verdict: Verdict) -> None:
    shown = drawn(np.abs(differences))
    sides = np.sign(differences[shown])
    colours = np.select([sides > 0, sides < 0], [WORSE, BETTER], MUTED)
    # Spread over the day, in the order given: rows of one day would hide each other.
    within = pd.Series(days).groupby(days).cumcount().to_numpy()
    size = pd.Series(days).groupby(days).transform("size").to_numpy()
    at = _positions(days) + 0.7 * ((within + 0.5) / size - 0.5)
    axes.scatter(at[shown], differences[shown], s=9, c=colours, alpha=0.55, linewidths=0)
    axes.axhline(0, color=INK, linewidth=1.2)
    share = np.mean(differences > 0)
    thinned = "" if shown.size == days.size else f" ({count(shown.size)} drawn)"
    say(axes, f"Each row: worse in {share:.0%} of {count(days.size)} rows{thinned}")
    style(axes, x="", y="loss difference\nper row")
    axes.tick_params(labelbottom=False)
    _name_sides(axes, verdict)


def _by_day(axes: "Axes", days: Days, differences: Vector) -> None:
    from matplotlib.dates import AutoDateLocator, DateFormatter

    labels, codes = np.unique(days, return_inverse=True)
    sums = np.bincount(codes, weights=differences)
    colours = np.where(sums > 0, WORSE, BETTER)
    axes.bar(_positions(labels), sums, width=0.8, color=colours.tolist(), linewidth=0)
    axes.axhline(0, color=INK, linewidth=1.2)
    say(axes, f"Sum of each day: worse on {count(int((sums > 0).sum()))} of {count(labels.size)}")
    style(axes, x=f"day (UTC) of {_years(labels)}", y="loss difference\nper day")
    axes.xaxis.set_major_locator(AutoDateLocator(minticks=3, maxticks=8))
    # Each with its month: shortened labels name it at its first day, which may lie outside.
    axes.xaxis.set_major_formatter(DateFormatter("%-d %b"))
    first, last = _positions(labels)[[0, -1]]
    axes.set_xlim(first - 1, last + 1)


def _years(days: Days) -> str:
    first, last = days.astype("datetime64[Y]")[[0, -1]]
    return f"{first}" if first == last else f"{first} to {last}"


def _positions(days: Days) -> Vector:
    # Matplotlib counts days from 1970 too, its default epoch.
    return days.astype(np.int64).astype(np.float64)


def _name_sides(axes: "Axes", verdict: Verdict) -> None:
    low, high = axes.get_ylim()
    axes.set_ylim(low - 0.1 * (high - low), high + 0.1 * (high - low))
    for at, says, colour in (
        (0.95, f"above 0: candidate worse than {verdict.reference}", WORSE),
        (0.05, "below 0: candidate better", BETTER),
    ):
        axes.text(
            0.99, at, says, transform=axes.transAxes, ha="right", va="center", fontsize=10,
            color=colour, bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 2},
        )  # fmt: skip

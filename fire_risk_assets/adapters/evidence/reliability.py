"""The reliability curve: do fires come as often as the probabilities say?"""

from typing import TYPE_CHECKING

import numpy as np

from fire_risk_assets.adapters.evidence.drawing import (
    BETTER,
    INK,
    MUTED,
    WORSE,
    new_figure,
    png,
    say,
    style,
)
from fire_risk_assets.adapters.evidence.text import count, number
from fire_risk_assets.core.arrays import Flags, Vector, as_flags

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_BINS = 8
_Z_90 = 1.645


def draw_calibration(y_true: Vector, prediction: Vector) -> bytes:
    """Return observed share of fires against predicted probability, with counts, as PNG.

    Args:
        y_true: Shape (n_rows,), 0 or 1, at least one row.
        prediction: Shape (n_rows,), probability of 1.

    Raises:
        InvalidScores: y_true holds another value than 0 and 1.
    """
    fires = as_flags(y_true, "y_true")
    figure = new_figure(height_px=600)
    upper, lower = figure.subplots(2, 1, sharex=True, gridspec_kw={"height_ratios": (5, 2)})
    _curve(upper, fires, prediction)
    _counts(lower, fires, prediction)
    figure.align_ylabels()
    figure.subplots_adjust(left=0.115, right=0.975, top=0.945, bottom=0.09, hspace=0.17)
    return png(figure)


def equal_expectation_bins(prediction: Vector, *, bins: int) -> np.ndarray:
    """Return the bin of each row, shape (n_rows,), bins of nearly equal sums of probability.

    Fires are rare: bins of equal numbers of rows would nearly all lie at 0, and hold no fire.
    Equal predictions share a bin.

    >>> equal_expectation_bins(np.array([0.1, 0.1, 0.1, 0.1, 0.4]), bins=2).tolist()
    [0, 0, 0, 0, 1]
    """
    ordered = np.sort(prediction)
    filled = np.cumsum(ordered)
    steps = filled[-1] * np.arange(1, bins) / bins
    edges = np.unique(ordered[np.minimum(np.searchsorted(filled, steps), ordered.size - 1)])
    return np.unique(np.searchsorted(edges, prediction, side="left"), return_inverse=True)[1]


def wilson_interval(hits: Vector, rows: Vector) -> tuple[Vector, Vector]:
    """Return the 90 % interval of shares, each of shape (n,) (Wilson, 1927, JASA 22, 209-212).

    >>> low, high = wilson_interval(np.array([0.0]), np.array([10.0]))
    >>> float(low[0]), round(float(high[0]), 3)
    (0.0, 0.213)
    """
    share, z2 = hits / rows, _Z_90**2
    centre = (share + z2 / (2 * rows)) / (1 + z2 / rows)
    half = _Z_90 / (1 + z2 / rows) * np.sqrt(share * (1 - share) / rows + z2 / (4 * rows**2))
    return np.maximum(centre - half, 0.0), np.minimum(centre + half, 1.0)


def _curve(axes: "Axes", fires: Flags, prediction: Vector) -> None:
    bins = equal_expectation_bins(prediction, bins=_BINS)
    rows: Vector = np.bincount(bins).astype(np.float64)
    hits: Vector = np.bincount(bins, weights=fires).astype(np.float64)
    expected, observed = np.bincount(bins, weights=prediction) / rows, hits / rows
    low, high = wilson_interval(hits, rows)
    top = 1.08 * max(float(expected.max()), float(high.max()), 1e-6)
    axes.plot([0, 1], [0, 1], color=INK, linewidth=1.2, linestyle="--")
    axes.vlines(expected, low, high, color=BETTER, linewidth=1.6)
    axes.plot(expected, observed, "o-", color=BETTER, markersize=7, linewidth=1.2)
    for x, y, n in zip(expected, high, rows, strict=True):
        axes.annotate(
            count(int(n)), (x, y), (0, 4), textcoords="offset points", ha="center", fontsize=9,
            color=MUTED,
        )  # fmt: skip
    style(axes, x="", y="observed share of fires")
    axes.tick_params(labelbottom=False)
    axes.set(ylim=(-0.02 * top, 1.06 * top))
    total = f"{number(float(prediction.sum()), digits=3)} expected, {count(int(hits.sum()))} seen"
    say(axes, f"Calibration: fires {total}")
    axes.text(
        0.99, 0.03, "above the dashed line: risk understated\nbars: 90 %, numbers: rows of the bin",
        transform=axes.transAxes, ha="right", va="bottom", fontsize=10, color=MUTED,
    )  # fmt: skip


def _counts(axes: "Axes", fires: Flags, prediction: Vector) -> None:
    from matplotlib.ticker import FuncFormatter, NullLocator

    top = max(float(prediction.max()), 1e-6)
    edges = np.linspace(0, top, 41)
    for shown, color, label in (
        (prediction, "#b8c4d0", "all rows"),
        (prediction[fires], WORSE, "rows with a fire"),
    ):
        # One shape each: forty bars take as long to draw as the whole curve above.
        axes.stairs(np.histogram(shown, edges)[0], edges, fill=True, color=color, label=label)
    style(axes, x="predicted probability of a fire", y="rows (log axis)")
    axes.set_yscale("log")
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(FuncFormatter(lambda rows, _: count(int(rows))))
    axes.set_ylim(bottom=0.7)
    axes.set_xlim(-0.03 * top, 1.03 * top)
    axes.legend(frameon=False, fontsize=10, loc="upper right", labelcolor=INK)

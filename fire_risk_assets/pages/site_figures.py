"""The figures of the site: how scores went, and which version served when.

Narrow, so that a phone shows their texts without scrolling; one figure a page and model, since
drawing is what the site costs.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np

from fire_risk_assets.adapters.evidence.drawing import (
    BETTER,
    DPI,
    INK,
    MUTED,
    WORSE,
    new_figure,
    style,
)
from fire_risk_assets.core.arrays import Vector
from fire_risk_assets.core.verdict import Kind
from fire_risk_assets.core.wording import counted
from fire_risk_assets.pages.figures import svg
from fire_risk_assets.pages.html import day, number

if TYPE_CHECKING:
    from markupsafe import Markup
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from fire_risk_assets.actions.describe_site import ModelView, Stretch
    from fire_risk_assets.core.ledger.row import LedgerRow

WIDTH_PX = 560
NAMED_VERSIONS = 12
"""More names than this on an axis hide each other."""
NAMED_CYCLES = 4
MARKED_CYCLES = 60
"""More cycles than this are a line; each mark is a good part of what a figure costs."""
_MARKS = {
    Kind.PROMOTE: ("^", BETTER, "promoted"),
    Kind.ROLLBACK: ("v", WORSE, "rolled back"),
    Kind.ADOPT: ("D", WORSE, "adopted"),
}


def draw_trend(model: "ModelView") -> "Markup":
    """Return production's score over the cycles; a sentence where there is none to draw."""
    figure = _canvas(height_px=250)
    figure.subplots_adjust(top=0.87, bottom=0.13)
    axes = figure.subplots()
    _draw_scores(axes, model)
    _name_cycles(axes, model.judged)
    return svg(figure, says=trend_in_words(model), name=f"trend_{model.name}")


def draw_timeline(model: "ModelView") -> "Markup":
    """Return what served when, the scores of each cycle, and the differences decided on."""
    figure = _canvas(height_px=720)
    served, scores, differences = figure.subplots(3, 1)
    _draw_served(served, model.stretches, model.rows[-1].decided_at)
    _name_days(served)
    _draw_scores(scores, model)
    _draw_differences(differences, model.judged)
    for axes, heading in (
        (served, "Version that served"),
        (scores, "Scores by cycle"),
        (differences, "Difference"),
    ):
        _head(axes, heading)
    for axes in (scores, differences):
        _name_cycles(axes, model.judged)
    return svg(figure, says=timeline_in_words(model), name=f"timeline_{model.name}")


def trend_in_words(model: "ModelView") -> str:
    """Return what the trend shows, for who cannot see it."""
    scored = [row for row in model.judged if row.production_score is not None]
    if not scored:
        return f"Scores of {model.name}: production has not been scored yet."
    first, last = scored[0], scored[-1]
    values = [row.production_score or 0.0 for row in scored]
    return (
        f"Score of {model.name} in production, {last.metric_name}, over"
        f" {counted(len(scored), 'cycle')}: {number(first.production_score)} on"
        f" {day(first.decided_at)}, {number(last.production_score)} on {day(last.decided_at)},"
        f" between {number(min(values))} and {number(max(values))}."
    )


def timeline_in_words(model: "ModelView") -> str:
    """Return what the timeline shows, for who cannot see it."""
    if not model.stretches:
        return f"No version of {model.name} has served yet."
    now = model.stretches[-1]
    before = len(model.stretches) - 1
    after = f", after {counted(before, 'change')}" if before else ""
    return (
        f"Timeline of {model.name}: version {now.version} serves since {day(now.since)}{after}."
        f" {trend_in_words(model)}"
    )


def _canvas(*, height_px: int) -> "Figure":
    figure = new_figure(height_px=height_px)
    figure.set_size_inches(WIDTH_PX / DPI, height_px / DPI)
    figure.subplots_adjust(left=0.15, right=0.92, top=0.95, bottom=0.05, hspace=0.42)
    return figure


def _draw_served(axes: "Axes", stretches: "Sequence[Stretch]", end: datetime) -> None:
    order = {v: at for at, v in enumerate(dict.fromkeys(each.version for each in stretches))}
    height = np.array([order[each.version] for each in stretches], dtype=np.float64)
    since = _dates(each.since for each in stretches)
    until = _dates(each.until or end for each in stretches)
    at, stood = _apart(since, until, height, height)
    axes.plot(at, stood, color=BETTER, linewidth=7, solid_capstyle="butt", alpha=0.35)
    for kind, (mark, colour, name) in _MARKS.items():
        mine = np.array([each.row.kind == kind for each in stretches], dtype=bool)
        if mine.any():
            _mark(axes, since[mine], height[mine], mark, size=7, color=colour, label=name)
    step = -(-len(order) // NAMED_VERSIONS) or 1
    shown = list(order.items())[::step]
    axes.set_yticks([at for _, at in shown], [f"v{version}" for version, _ in shown])
    axes.set_ylim(-0.6, max(len(order), 2) - 0.4)
    _style(axes, y="")
    _legend(axes)


def _draw_scores(axes: "Axes", model: "ModelView") -> None:
    rows = model.judged
    _style(axes, y=(rows[-1].metric_name if rows else None) or "score")
    if not rows:
        axes.text(0.5, 0.5, "No cycle was judged yet.", transform=axes.transAxes, ha="center")
        return
    at, few = np.arange(len(rows), dtype=np.float64), len(rows) < MARKED_CYCLES
    axes.plot(
        at,
        _numbers(row.production_score for row in rows),
        color=INK,
        linewidth=1.6 if few else 0.9,
        marker="o",
        markersize=4 if few else 0,
        label="production",
    )
    candidates = _numbers(row.candidate_score for row in rows)
    size = 5 if few else 2.5
    _mark(axes, at, candidates, "o", size=size, color=BETTER, label="candidate", hollow=True)
    _legend(axes)


def _draw_differences(axes: "Axes", rows: "Sequence[LedgerRow]") -> None:
    _style(axes, y="with its interval")
    axes.axhline(0, color=MUTED, linewidth=1)
    promoted = np.array([row.kind == Kind.PROMOTE for row in rows], dtype=bool)
    at, middle = np.arange(len(rows), dtype=np.float64), _numbers(r.difference for r in rows)
    low, high = _numbers(r.ci_low for r in rows), _numbers(r.ci_high for r in rows)
    few = len(rows) < MARKED_CYCLES
    for mine, colour, name in ((promoted, BETTER, "promoted"), (~promoted, MUTED, "not promoted")):
        if mine.any():
            x, y = _apart(at[mine], at[mine], low[mine], high[mine])
            axes.plot(x, y, color=colour, linewidth=1.5 if few else 0.7)
            size = 4 if few else 2
            _mark(axes, at[mine], middle[mine], "o", size=size, color=colour, label=name)
    _legend(axes)


def _style(axes: "Axes", *, y: str) -> None:
    style(axes, x="", y=y)
    axes.yaxis.set_label_coords(-0.125, 0.5)


def _head(axes: "Axes", text: str) -> None:
    # At a place of its own: finding one, clear of all labels, is a tenth of what drawing takes.
    axes.set_title(text, loc="left", y=1.03, fontsize=12, color=INK, fontweight="bold")


def _mark(
    axes: "Axes",
    x: Vector,
    y: Vector,
    mark: str,
    *,
    size: float,
    color: str,
    label: str,
    hollow: bool = False,
) -> None:
    # A line without a line: a scatter writes the style of each point, and takes as long.
    face = "none" if hollow else color
    look = {"color": color, "markerfacecolor": face, "label": label, "zorder": 3}
    axes.plot(x, y, linestyle="", marker=mark, markersize=size, **look)  # type: ignore[arg-type]


def _apart(x0: Vector, x1: Vector, y0: Vector, y1: Vector) -> tuple[Vector, Vector]:
    """Return separate lines as one with gaps, which is one path to write and not hundreds."""
    gap = np.full(x0.size, np.nan)
    return np.column_stack([x0, x1, gap]).ravel(), np.column_stack([y0, y1, gap]).ravel()


def _legend(axes: "Axes") -> None:
    if axes.get_legend_handles_labels()[0]:
        axes.legend(
            loc="lower right", bbox_to_anchor=(1, 0.98), ncols=3, frameon=False, fontsize=9.5
        )


def _name_days(axes: "Axes") -> None:
    from matplotlib.dates import AutoDateLocator, DateFormatter

    axes.xaxis.set_major_locator(AutoDateLocator(minticks=2, maxticks=NAMED_CYCLES))
    axes.xaxis.set_major_formatter(DateFormatter("%Y-%m-%d"))


def _name_cycles(axes: "Axes", rows: "Sequence[LedgerRow]") -> None:
    """Name some cycles by the day they stand at; they are drawn evenly, whatever lies between."""
    step = -(-len(rows) // NAMED_CYCLES) or 1
    # Counted from the newest, which is the one people look for.
    named = range(len(rows) - 1, -1, -step)
    axes.set_xticks([*named], [day(rows[at].as_of or rows[at].decided_at) for at in named])
    axes.set_xlim(-0.5, max(len(rows), 2) - 0.5)


def _dates(instants: "Iterable[datetime]") -> Vector:
    from matplotlib.dates import date2num

    return np.array([date2num(each) for each in instants], dtype=np.float64)


def _numbers(values: "Iterable[float | None]") -> Vector:
    # What was not computed leaves a gap.
    return np.array([np.nan if each is None else each for each in values], dtype=np.float64)

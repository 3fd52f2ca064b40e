"""The pictures of a dossier, each from a part of its document; empty parts have no picture."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from fire_risk_assets.adapters.evidence.drawing import (
    BETTER,
    GRID,
    INK,
    MUTED,
    WORSE,
    new_figure,
    style,
)
from fire_risk_assets.core.instants import parse_instant
from fire_risk_assets.core.plain_text import plain
from fire_risk_assets.pages.figures import svg
from fire_risk_assets.pages.html import number

if TYPE_CHECKING:
    from markupsafe import Markup
    from matplotlib.axes import Axes

Document = dict[str, Any]

SHOWN_FEATURES = 10

_MARKS = {"promote": "o", "rollback": "v", "adopt": "s", "keep": "|", "refuse": "x", "fail": "x"}


def timeline(served: Document, at: str) -> "Markup":
    """Draw which version served when, and every event, with the instant asked about."""
    from matplotlib.ticker import MaxNLocator

    events = served["timeline"]
    figure = new_figure(height_px=260)
    axes = figure.add_subplot()
    style(axes, x="", y="version")
    times: list[Any] = [parse_instant(each["decided_at"]) for each in events]
    moves = [
        (time, each["production_version"])
        for time, each in zip(times, events, strict=True)
        if each["production_version"] is not None
    ]
    end = max([*times, parse_instant(at)])
    xs: list[Any] = [time for time, _ in moves] + [end]
    versions = [version for _, version in moves]
    axes.step(xs, [*versions, versions[-1]], where="post", color=BETTER, linewidth=2.5)
    for time, each in zip(times, events, strict=True):
        moved = each["kind"] in ("promote", "rollback", "adopt")
        judged, serves = each["candidate_version"], each["production_version"]
        version = serves if moved or judged is None else judged
        axes.plot(
            [time],
            [version],
            linestyle="none",
            marker=_MARKS.get(each["kind"], "."),
            color=BETTER if moved else MUTED,
            markersize=8,
        )
    asked: Any = parse_instant(at)
    axes.axvline(asked, color=WORSE, linewidth=1.5, linestyle="--")
    axes.annotate(
        "asked about ",
        (asked, 1.0),
        xycoords=("data", "axes fraction"),
        ha="right",
        color=WORSE,
        fontsize=10,
    )
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    _dates(axes)
    figure.subplots_adjust(left=0.08, right=0.98, top=0.9, bottom=0.14)
    says = (
        f"Timeline of {len(events)} events; version {served['version']} served at the instant"
        " asked about. Circles are promotions, triangles rollbacks, bars candidates that were kept"
        " back, crosses refusals and failures."
    )
    return svg(figure, says=says, name="timeline")


def contributions(why: Document) -> "Markup":
    """Draw what the features that speak loudest add to the typical answer, and take from it."""
    named = list(why["contributions"].items())
    rest = sum(value for _, value in named[SHOWN_FEATURES:])
    bars = [*named[:SHOWN_FEATURES], (f"{max(len(named) - SHOWN_FEATURES, 0)} others", rest)][::-1]
    figure = new_figure(height_px=70 + 26 * len(bars))
    axes = figure.add_subplot()
    style(axes, x=f"contribution, {why['scale']}", y="")
    values = [value for _, value in bars]
    axes.barh(range(len(bars)), values, color=[WORSE if value > 0 else BETTER for value in values])
    axes.set_yticks(range(len(bars)), [plain(name) for name, _ in bars], parse_math=False)
    axes.grid(visible=False, axis="y")
    axes.grid(visible=True, axis="x", color=GRID)
    axes.axvline(0, color=INK, linewidth=1)
    figure.subplots_adjust(left=0.24, right=0.97, top=0.97, bottom=60 / (70 + 26 * len(bars)))
    loudest = ", ".join(f"{name} {value:+.3g}" for name, value in named[:3])
    says = f"Contributions of features; the loudest are {loudest}."
    return svg(figure, says=says, name="contributions")


def curves(why: Document, target: str) -> "Markup | None":
    """Draw the answer while one feature moves, for the row and on average."""
    drawn = why["curves"]
    if not drawn:
        return None
    figure = new_figure(height_px=260)
    for place, curve in enumerate(drawn):
        axes = figure.add_subplot(1, len(drawn), place + 1)
        style(axes, x=curve["feature"], y="prediction" if place == 0 else "")
        axes.plot(curve["at"], curve["row"], color=WORSE, linewidth=2, label="this row")
        axes.plot(curve["at"], curve["average"], color=MUTED, linestyle="--", label="on average")
        axes.tick_params(labelsize=9)
        if place == 0:
            axes.legend(frameon=False, fontsize=9)
    figure.subplots_adjust(left=0.1, right=0.98, top=0.95, bottom=0.2, wspace=0.28)
    moved = ", ".join(curve["feature"] for curve in drawn)
    says = f"How the prediction ({target}) moves with {moved}, for the row and on average."
    return svg(figure, says=says, name="curves")


def park(said: Document, cell_id: str) -> "Markup | None":
    """Draw the predictions for all cells of the day as a map; None where cells have no places."""
    placed = [each for each in said["neighbours"] if each["x"] is not None]
    if not placed:
        return None
    figure = new_figure(height_px=420)
    axes = figure.add_subplot()
    xs, ys = [each["x"] for each in placed], [each["y"] for each in placed]
    shown = axes.scatter(
        xs, ys, c=[each["prediction"] for each in placed], marker="s", s=780, cmap="YlOrBr"
    )
    burned = [each for each in placed if each["burned"]]
    axes.scatter(
        [each["x"] for each in burned],
        [each["y"] for each in burned],
        marker="x",
        s=60,
        color=INK,
    )
    mine = [each for each in placed if each["cell_id"] == cell_id]
    axes.scatter(
        [each["x"] for each in mine],
        [each["y"] for each in mine],
        marker="s",
        s=900,
        facecolors="none",
        edgecolors=BETTER,
        linewidths=3,
    )
    axes.set_aspect("equal")
    axes.invert_yaxis()
    style(axes, x="x", y="y")
    axes.grid(visible=False)
    axes.margins(0.08)
    figure.colorbar(shown, ax=axes, label="prediction", fraction=0.05)
    says = f"Map of the predictions for {len(placed)} cells; {len(burned)} have a fire on record."
    return svg(figure, says=says, name="park")


def days(said: Document) -> "Markup | None":
    """Draw the predictions for the cell on the days around."""
    around = said["days"]
    if len(around) < 2:
        return None
    figure = new_figure(height_px=220)
    axes = figure.add_subplot()
    style(axes, x="", y="prediction")
    when: list[Any] = [datetime.fromisoformat(each["day"]) for each in around]
    axes.plot(when, [each["prediction"] for each in around], color=BETTER, marker="o")
    axes.set_ylim(bottom=0)
    _dates(axes)
    figure.subplots_adjust(left=0.1, right=0.98, top=0.95, bottom=0.16)
    highest = max(around, key=lambda each: each["prediction"])
    says = (
        f"Predictions for the cell from {around[0]['day']} to {around[-1]['day']}; the highest,"
        f" {number(highest['prediction'])}, on {highest['day']}."
    )
    return svg(figure, says=says, name="days")


def lineage(assets: dict[str, Sequence[str]]) -> "Markup | None":
    """Draw the assets of the cycle, each right of what it was made from."""
    if not assets:
        return None
    column = _columns(assets)
    by_column: dict[int, list[str]] = {}
    for name in sorted(assets):
        by_column.setdefault(column[name], []).append(name)
    tallest = max(len(names) for names in by_column.values())
    figure = new_figure(height_px=80 + 46 * tallest)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    place = {
        name: (left, -(row + 0.5) * tallest / len(names))
        for left, names in by_column.items()
        for row, name in enumerate(names)
    }
    for name, made_from in assets.items():
        for parent in made_from:
            axes.annotate(
                "",
                xy=place[name],
                xytext=place[parent],
                arrowprops={"arrowstyle": "->", "color": MUTED, "shrinkA": 30, "shrinkB": 30},
            )
    for name, (x, y) in place.items():
        box = {"boxstyle": "round,pad=0.4", "facecolor": "white", "edgecolor": BETTER}
        text = plain(name).replace("/", "/\n").replace("_", "_\u200b")
        axes.text(x, y, text, ha="center", va="center", fontsize=7, bbox=box, parse_math=False)
    axes.set_xlim(-0.6, max(by_column) + 0.6)
    axes.set_ylim(-tallest, 0)
    said = ", ".join(f"{name} from {' and '.join(made)}" for name, made in assets.items() if made)
    return svg(figure, says=f"Lineage of the cycle: {said}.", name="lineage")


def _columns(assets: dict[str, Sequence[str]]) -> dict[str, int]:
    """Return how many steps each asset lies behind what came from outside."""
    found: dict[str, int] = {}

    def of(name: str) -> int:
        if name not in found:
            found[name] = 0
            found[name] = 1 + max((of(each) for each in assets.get(name, ())), default=-1)
        return found[name]

    for name in assets:
        of(name)
    return found


def _dates(axes: "Axes") -> None:
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

    locator = AutoDateLocator(minticks=3, maxticks=8)
    axes.xaxis.set_major_locator(locator)
    # Without the line below the axis, which a low figure cuts off: captions name the year.
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator, show_offset=False))

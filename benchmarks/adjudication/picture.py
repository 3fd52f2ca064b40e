"""The power curves: how surely a gain is found, by its size and by the rows that judge."""

from pathlib import Path
from typing import Any

from benchmarks.adjudication.questions import GAINS

COLOURS = {80: "tab:blue", 155: "tab:orange", 300: "tab:green", 600: "tab:red"}


def draw(power: list[dict[str, Any]], equal: list[dict[str, Any]], path: Path) -> None:
    """Draw the rows of `power_by_gain`, with the equal models at a gain of zero.

    Args:
        power: Rows of `power_by_gain`.
        equal: Rows of `equal_models`, for the share at a gain of zero.
        path: The PNG written.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    at_zero = {(row["losses"], row["rows"]): row["promoted"] for row in equal}
    figure = Figure(figsize=(7.0, 4.2), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    for row in power:
        gains, found = [100 * gain for gain in GAINS], [row[f"{gain:.0%}"] for gain in GAINS]
        if (row["losses"], row["rows"]) in at_zero:
            gains, found = [0.0, *gains], [at_zero[row["losses"], row["rows"]], *found]
        axes.plot(
            gains,
            found,
            marker="o",
            color=COLOURS[row["rows"]],
            linestyle="-" if row["losses"] == power[0]["losses"] else "--",
            label=f"{row['rows']} rows, {row['losses']}",
        )
    axes.axhline(0.05, color="grey", linestyle=":", label="alpha .05")
    axes.set(
        xlabel="true gain of the candidate, % of production's expected loss",
        ylabel="share of cycles that promote",
        ylim=(0.0, 1.0),
        title="How surely a better candidate is found (26 days)",
    )
    axes.legend(fontsize="small")
    figure.savefig(path, dpi=110)

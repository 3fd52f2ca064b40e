"""Canvas, colours and axes that every figure shares.

Styles are set on each figure and never through rcParams: those belong to the whole process.
"""

import io
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from fire_risk_assets.core.arrays import Vector
from fire_risk_assets.errors import InvalidScores

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Okabe and Ito (2008), "Color Universal Design": told apart with any colour vision.
BETTER = "#0072B2"
WORSE = "#D55E00"
INK = "#1f2933"
MUTED = "#52606d"
GRID = "#d9dfe5"

WIDTH_PX = 700
DPI = 100
SHARP = 2.0
"""Of figures on a page that shows them at half their size: sharp on dense screens."""
DRAWN_ROWS = 4000
"""More points than this hide each other and fill the file."""


_QUICK = {"compress_level": 2}
"""A tenth larger than with zlib's default, and encoded in half the time."""


def new_figure(*, height_px: int) -> "Figure":
    """Return an empty figure WIDTH_PX wide that belongs to no window and no global list."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH_PX / DPI, height_px / DPI), facecolor="white")
    FigureCanvasAgg(figure)
    return figure


def png(figure: "Figure", *, scale: float = 1.0) -> bytes:
    """Return the figure as PNG; `scale` 2 doubles the pixels for sharp print."""
    buffer = io.BytesIO()
    figure.savefig(
        buffer, format="png", dpi=DPI * scale, metadata={"Software": None}, pil_kwargs=_QUICK
    )
    return buffer.getvalue()


def shrunk(image: bytes, *, times: int) -> bytes:
    """Return a PNG with `times` fewer pixels a side: much quicker than drawing it again."""
    from PIL import Image

    with Image.open(io.BytesIO(image)) as whole:
        buffer = io.BytesIO()
        whole.reduce(times).save(buffer, format="png", **_QUICK)
    return buffer.getvalue()


def style(axes: "Axes", *, x: str, y: str) -> None:
    """Label the axes and take away what carries no information."""
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(MUTED)
    axes.grid(visible=True, axis="y", color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(colors=MUTED, labelsize=10)
    axes.set_xlabel(x, fontsize=11, color=INK, parse_math=False)
    axes.set_ylabel(y, fontsize=11, color=INK, parse_math=False)


def say(axes: "Axes", text: str) -> None:
    """Put a heading over the left end of the axes."""
    axes.set_title(text, loc="left", fontsize=12, color=INK, fontweight="bold", parse_math=False)


def nothing_to_draw(why: str) -> "Figure":
    """Return a figure that says why it is empty."""
    figure = new_figure(height_px=200)
    figure.text(0.5, 0.5, why, ha="center", va="center", fontsize=13, color=MUTED)
    return figure


def require_columns(scored: pd.DataFrame, *names: str) -> None:
    """Check that the columns exist.

    Raises:
        InvalidScores: one is missing.
    """
    if absent := [each for each in names if each not in scored.columns]:
        found = ", ".join(map(str, scored.columns))
        raise InvalidScores(f"scored lacks {', '.join(absent)}; its columns are: {found}")


def finite_rows(scored: pd.DataFrame, *names: str) -> pd.DataFrame:
    """Return the rows whose numbers in these columns are finite."""
    values = scored[list(names)].to_numpy(dtype=np.float64)
    return scored[np.isfinite(values).all(axis=1)]


def drawn(size: Vector) -> np.ndarray:
    """Return positions of at most DRAWN_ROWS rows, the largest by `size` always among them.

    The rest is thinned evenly, in the order given: extremes must not vanish from a figure.
    """
    if size.size <= DRAWN_ROWS:
        return np.arange(size.size)
    largest = np.argpartition(size, -200)[-200:]
    even = np.linspace(0, size.size - 1, DRAWN_ROWS - largest.size).astype(np.intp)
    return np.union1d(even, largest)

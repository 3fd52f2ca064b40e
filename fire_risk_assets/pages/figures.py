"""A drawn figure as SVG inside a page: sharp on every screen and in print, its text selectable."""

import io
import re
from typing import TYPE_CHECKING

from fire_risk_assets.core.plain_text import plain

if TYPE_CHECKING:
    from markupsafe import Markup
    from matplotlib.figure import Figure

_PROLOGUE = re.compile(r"\A.*?(?=<svg )", re.DOTALL)
_NAMED_GROUP = re.compile(r'<g id="[^"]*"')
"""Names that every figure gives alike and nothing refers to: ids of a page must differ."""
_SIZE = re.compile(r'(<svg [^>]*?)\s(?:width|height)="[^"]*"')


def svg(figure: "Figure", *, says: str, name: str) -> "Markup":
    """Return a figure to be put into a page as it is.

    Args:
        figure: Drawn by `adapters.evidence.drawing.new_figure` and its kin.
        says: What a reader who cannot see it must know; its accessible name.
        name: Letters and digits; ids of figures on one page must differ, and those of two
            renderings of one figure must not.
    """
    import matplotlib as mpl
    from markupsafe import Markup, escape

    buffer = io.StringIO()
    # Of the process for the moment of saving: text stays text, ids come from the name.
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": name}):
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    drawn = _PROLOGUE.sub("", buffer.getvalue(), count=1)
    drawn = _NAMED_GROUP.sub("<g", drawn)
    for _ in range(2):
        drawn = _SIZE.sub(r"\1", drawn, count=1)
    label = f'<svg role="img" aria-label="{escape(plain(says))}" '
    # Matplotlib escapes the texts it writes.
    return Markup(drawn.replace("<svg ", label, 1))  # noqa: S704

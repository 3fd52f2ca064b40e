"""Values as text a page can show: escaped, plain, never "NaN".

Add a form here when a value needs one of its own. Which values are shown, and what they mean,
belongs to `readings`.
"""

import html
import math
from importlib.resources import files

from fire_risk_assets.core.plain_text import plain

MISSING = "—"


def style_sheet() -> str:
    """Return the style sheet that all pages of ours share, ours to the last letter."""
    return files(__package__).joinpath("style.css").read_text(encoding="utf-8")


def escaped(value: object) -> str:
    """Return `plain` text for HTML, in elements and in quoted attributes.

    >>> escaped("<b>&")
    '&lt;b&gt;&amp;'
    """
    return html.escape(plain(value), quote=True)


def number(value: float | None, *, digits: int = 4, signed: bool = False) -> str:
    """Return a number with so many significant digits and a true minus; a dash for none.

    >>> number(-0.012345), number(1234567.0), number(0.5, signed=True), number(float("nan"))
    ('−0.01235', '1,234,567', '+0.5', '—')
    """
    if value is None or not math.isfinite(value):
        return MISSING
    sign = "+" if signed and value > 0 else ""
    form = f"{sign}{value:,.0f}" if 10**digits <= abs(value) < 1e15 else f"{sign}{value:.{digits}g}"
    return form.replace("-", "−")


def count(value: int | None) -> str:
    """Return a whole number in groups of three; a dash for none.

    >>> count(12345), count(None)
    ('12,345', '—')
    """
    return MISSING if value is None else f"{value:,}"


def percent(value: float) -> str:
    """Return a share in percent with two significant digits.

    >>> percent(0.0005), percent(0.123), percent(1.0)
    ('0.05 %', '12 %', '100 %')
    """
    return f"{number(100 * value, digits=2 if abs(value) < 0.1 else 3 if value >= 1 else 2)} %"

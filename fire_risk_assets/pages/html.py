"""The one Jinja environment: every value is made plain and escaped, whoever wrote it.

Reasons, cells and file names come from others. A template cannot switch escaping off: there is no
`safe` filter; what counts as markup are the pictures of `figures.svg` and our style sheet.
"""

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from math import isfinite
from typing import TYPE_CHECKING, Any

from fire_risk_assets.adapters.evidence.text import style_sheet
from fire_risk_assets.core.instants import parse_instant
from fire_risk_assets.core.plain_text import plain

if TYPE_CHECKING:
    from jinja2 import Environment

MISSING = "–"


def rendered(template: str, **values: Any) -> str:  # noqa: ANN401  (a template takes anything)
    """Return a page as text.

    Args:
        template: File name in `templates/`.
        values: What it shows. A name that it uses and that is not given is an error.
    """
    return _environment().get_template(template).render(**values)


def number(value: float | None, digits: int = 4) -> str:
    """Return a number with so many significant digits, a dash for none.

    >>> number(0.123456), number(None), number(1234567.0), number(3)
    ('0.1235', '–', '1,234,567', '3')
    """
    if value is None or not isfinite(value):
        return MISSING
    if isinstance(value, int) or (abs(value) >= 10**digits and value == round(value)):
        return f"{int(value):,}"
    return f"{value:.{digits}g}"


def signed(value: float | None, digits: int = 3) -> str:
    """Return a difference with its sign, a dash for none.

    >>> signed(0.0361), signed(-0.0361), signed(0.0), signed(None)
    ('+0.0361', '−0.0361', '0', '–')
    """
    if value is None or not isfinite(value):
        return MISSING
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return f"{sign}{number(abs(value), digits)}"


def instant(value: datetime | None) -> str:
    """Return an instant to the minute, in UTC."""
    return MISSING if value is None else f"{value:%Y-%m-%d %H:%M} UTC"


def day(value: date | None) -> str:
    """Return a date."""
    return MISSING if value is None else f"{value:%Y-%m-%d}"


def stored_instant(text: str | None) -> str:
    """Return an instant of a document (ISO 8601) as `instant` does.

    >>> stored_instant("2026-09-28T06:00:00Z")
    '2026-09-28 06:00 UTC'
    """
    return MISSING if text is None else instant(parse_instant(text))


def stored_day(text: str | None) -> str:
    """Return the date of an instant of a document."""
    return MISSING if text is None else day(parse_instant(text))


def value(found: float | str | None) -> str:
    """Return a value of a table: a number rounded, text as it is."""
    return found if isinstance(found, str) else number(found)


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=PackageLoader("fire_risk_assets.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_plain,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    del environment.filters["safe"]
    filters: Mapping[str, Any] = {
        "number": number,
        "signed": signed,
        "instant": instant,
        "day": day,
        "utc": stored_instant,
        "utc_day": stored_day,
        "value": value,
    }
    environment.filters.update(filters)
    environment.globals["style"] = Markup(style_sheet())  # noqa: S704  (a file of this package)
    return environment


def _plain(value: Any) -> Any:  # noqa: ANN401
    if value is None:
        return MISSING
    # Markup is a str too, and its line ends are part of it.
    return plain(value) if type(value) is str else value

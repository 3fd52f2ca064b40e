r"""How a cell of text must be written to be a number, a time or an id. RE2 syntax, ASCII only.

`[0-9]` and never `\d`: full-width and Arabic digits are not numbers here.
"""

from fire_risk_assets.core.names import IDENTIFIER

NUMBER = r"^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?$"
"""Decimal with an optional exponent. No NaN, infinity, hex, underscore or thousands separator."""

TIME = (
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:?[0-9]{2})?)?$"
)
"""ISO 8601 date or date-time; a bare date is its midnight."""

WITH_OFFSET = r"(Z|:[0-9.]+[+-][0-9]{2}:?[0-9]{2})$"
"""A time that says its own offset."""

CELL_ID = f"^{IDENTIFIER.pattern}$"
"""The grammar of `core.names`; that '..' is no part of an id is a condition of its own."""

REPORT_ID = r"^[A-Za-z0-9][A-Za-z0-9._:/#-]{0,127}$"
"""Report numbers of agencies; no blanks, quotes or formula signs."""

ZONE = r"^[^\x00-\x1f\x7f]{0,64}$"
"""Any printable text of up to 64 characters, stored inert."""

MISSING_MARKS = ("NA", "N/A", "n/a", "na", "NaN", "nan", "NAN", "null", "NULL", "None", "none")
"""Words other readers take for "no value"; as an id or a category they are refused, not guessed."""

"""The grammar of every name that reaches a path, a filter or a registry.

Add a kind of name here when it comes from outside; checking happens at the border (settings,
command line, run config), so that inner code may trust what it is handed.
"""

import re
from datetime import UTC, datetime

from fire_risk_assets.errors import InvalidName

NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
"""Models, tables, aliases, batches."""

IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
"""Cycles and cells."""


def checked_name(value: str, *, what: str = "name") -> str:
    """Return `value` when it is a model, table or alias name.

    Raises:
        InvalidName: it is not; the message shows it escaped.

    >>> checked_name("burned_area")
    'burned_area'
    """
    return _checked(value, NAME, what, "a lower-case letter, then up to 63 of a-z, 0-9 and _")


def checked_identifier(value: str, *, what: str = "identifier") -> str:
    """Return `value` when it is a cycle or cell id.

    Raises:
        InvalidName: it is not.

    >>> checked_identifier("7-4")
    '7-4'
    """
    expected = "a letter or digit, then up to 63 letters, digits, '.', '_' or '-'"
    value = _checked(value, IDENTIFIER, what, expected)
    if ".." in value:
        raise InvalidName(f"The {what} {value!r} contains '..'; expected {expected}.")
    return value


def default_cycle_id(as_of: datetime) -> str:
    """Return the id of a cycle nobody named: the date it stands at in UTC, as partitions are named.

    >>> default_cycle_id(datetime(2026, 9, 28, tzinfo=UTC))
    '2026-09-28'
    """
    return f"{as_of.astimezone(UTC):%Y-%m-%d}"


def _checked(value: str, grammar: re.Pattern[str], what: str, expected: str) -> str:
    if grammar.fullmatch(value) is None:
        raise InvalidName(f"The {what} {value[:80]!r} is not valid; expected {expected}.")
    return value

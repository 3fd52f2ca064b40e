"""Settings that are addresses of servers; those that may hold a password are never shown."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field

POSTGRES = "postgresql+psycopg2://"
"""SQLAlchemy takes a bare `postgresql://` for psycopg 3, which is not installed."""

_POSTGRES = re.compile(
    r"postgresql(\+psycopg2)?://([^\s/?#@:]+(:[^\s/?#@]*)?@)?[^\s/?#@]+/[^\s/?#]+(\?\S*)?"
)
_BARE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_EXPECTED = (
    "postgresql://USER:PASSWORD@HOST/DATABASE with what is special in the password"
    " percent-encoded (@ is %40)"
)


def _postgres(value: str) -> str:
    if _POSTGRES.fullmatch(value) is None or _BARE_PERCENT.search(value):
        raise ValueError(_EXPECTED)
    return with_driver(value)


def with_driver(uri: str) -> str:
    """Return an address with the driver that is installed, where it names none.

    >>> with_driver("postgresql://ann@db/mlflow"), with_driver("http://mlflow:5000")
    ('postgresql+psycopg2://ann@db/mlflow', 'http://mlflow:5000')
    """
    return uri.replace("postgresql://", POSTGRES, 1) if uri.startswith("postgresql://") else uri


PostgresUri = Annotated[
    str,
    AfterValidator(_postgres),
    Field(json_schema_extra={"expected": _EXPECTED, "secret": True}),
]

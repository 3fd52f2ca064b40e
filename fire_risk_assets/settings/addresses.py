"""Settings that are addresses of servers; those that may hold a password are never shown."""

import re
from collections.abc import Mapping
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


_LAKE = re.compile(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[A-Za-z0-9._-]+)*/?")


def _lake(value: str) -> str:
    if _LAKE.fullmatch(value) is None:
        raise ValueError("s3://BUCKET/PREFIX, the prefix of letters, digits, '.', '_', '-' and '/'")
    return value.rstrip("/")


LakeUri = Annotated[str, AfterValidator(_lake)]

_SECRET = re.compile(r"key|token|secret|password", re.IGNORECASE)
_OURS = ("aws_conditional_put", "aws_s3_allow_unsafe_rename", "conditional_put")


def _without_secrets(value: dict[str, str], *, instead: str) -> dict[str, str]:
    # Both are shown: on Dagster's pages, or on a command line.
    if secret := sorted(filter(_SECRET.search, value)):
        raise ValueError(f"no secrets: what {secret[0]} holds comes from {instead}")
    return value


def _options(value: dict[str, str]) -> dict[str, str]:
    _without_secrets(value, instead="the environment (AWS_…)")
    if ours := sorted({name.lower() for name in value} & set(_OURS)):
        raise ValueError(f"no {ours[0]}: that no two writers win at once rests on it")
    return value


def _conf(value: dict[str, str]) -> dict[str, str]:
    return _without_secrets(value, instead="Spark's own spark-defaults.conf")


def _connect(value: str) -> str:
    if not value.startswith("sc://") or _SECRET.search(value):
        raise ValueError("sc://host:port, without a token")
    return value


SparkConf = Annotated[
    dict[str, str], AfterValidator(_conf), Field(json_schema_extra={"secret": True})
]
ConnectUri = Annotated[str, AfterValidator(_connect), Field(json_schema_extra={"secret": True})]
LakeOptions = Annotated[
    dict[str, str], AfterValidator(_options), Field(json_schema_extra={"secret": True})
]

_OF_STORES = (
    *("access_key_id", "secret_access_key", "session_token", "region", "default_region"),
    *("endpoint_url", "allow_http", "virtual_hosted_style_request"),
)


def store_variables(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that say how an object store is reached, as delta-rs's options.

    >>> store_variables({"AWS_REGION": "eu-west-1", "AWS_PAGER": "less"})
    {'aws_region': 'eu-west-1'}
    """
    told = {name: environment.get(f"AWS_{name.upper()}") for name in _OF_STORES}
    told["region"] = told["region"] or told.pop("default_region")
    return {f"aws_{name}": value for name, value in told.items() if value}

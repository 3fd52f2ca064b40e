"""Where the tables lie: a folder of this machine, or a prefix of an object store.

A folder is a `Path`: what is written there is flushed, and its log is looked at. An object store
keeps what it has acknowledged, and tells news only when asked. Both are joined with `/`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from deltalake import DeltaTable

if TYPE_CHECKING:
    from pyarrow.fs import S3FileSystem

_S3 = "s3://"
_PATIENT = {"connect_timeout": "5s", "timeout": "60s", "max_retries": "5", "retry_timeout": "60s"}
# What the compare-and-set of ledger and batches rests on, whatever the environment says.
_COMPARING = {"aws_conditional_put": "etag", "aws_s3_allow_unsafe_rename": "false"}


@dataclass(frozen=True, slots=True)
class ObjectFolder:
    """A prefix of an object store, as delta-rs and pyarrow reach it.

    Attributes:
        uri: `s3://BUCKET/PREFIX`.
        options: delta-rs's storage options; may hold keys, and is never shown.
    """

    uri: str
    options: tuple[tuple[str, str], ...] = field(repr=False)

    @classmethod
    def of(cls, uri: str, options: Mapping[str, str]) -> "ObjectFolder":
        """Return the prefix with what we add to the options; ours about comparing win."""
        told = {name.lower(): value for name, value in options.items()}
        return cls(uri.rstrip("/"), tuple(sorted({**_PATIENT, **told, **_COMPARING}.items())))

    def __truediv__(self, name: str) -> "ObjectFolder":
        return ObjectFolder(f"{self.uri}/{name}", self.options)

    def __str__(self) -> str:
        return self.uri

    @property
    def name(self) -> str:
        """The last part."""
        return self.uri.rpartition("/")[2]


Place = Path | ObjectFolder


def options_of(place: Place) -> dict[str, str] | None:
    """Return delta-rs's storage options of a place."""
    return dict(place.options) if isinstance(place, ObjectFolder) else None


def table_at(place: Place) -> DeltaTable:
    """Open the table of a place.

    Raises:
        TableNotFoundError: there is none.
    """
    return DeltaTable(str(place), storage_options=options_of(place))


def data_files(place: Place, table: DeltaTable) -> "tuple[list[str], S3FileSystem | None]":
    """Return the data files of a table and the file system they are on, as `pyarrow.parquet` reads.

    Not through the one that delta-rs offers: it aborts the interpreter at exit now and then.
    """
    files = [unquote(uri) for uri in table.file_uris()]
    if isinstance(place, Path):
        return files, None
    return [file.removeprefix(_S3) for file in files], _file_system(place.options)


def absent(files: list[str], on: "S3FileSystem | None") -> list[str]:
    """Return the names of those files that are not there."""
    if on is None:
        return [Path(file).name for file in files if not Path(file).exists()]
    found = on.get_file_info(files) if files else []
    return [info.base_name for info in found if not info.is_file]


@cache
def _file_system(options: tuple[tuple[str, str], ...]) -> "S3FileSystem":
    from pyarrow.fs import AwsStandardS3RetryStrategy, S3FileSystem

    told = dict(options)
    endpoint = urlsplit(told.get("aws_endpoint_url", ""))
    return S3FileSystem(
        access_key=told.get("aws_access_key_id"),
        secret_key=told.get("aws_secret_access_key"),
        session_token=told.get("aws_session_token"),
        region=told.get("aws_region"),
        scheme=endpoint.scheme or "https",
        endpoint_override=endpoint.netloc or None,
        connect_timeout=5,
        request_timeout=60,
        retry_strategy=AwsStandardS3RetryStrategy(max_attempts=5),
    )

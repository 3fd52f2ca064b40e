"""A landed file, opened with suspicion. Implements `core.border.source.Source`.

Here: which paths are opened at all, that the file holds still, its digest, its format. Reading
text is `landing_text.py` and `landing_csv.py`, Parquet `landing_parquet.py`. What a column may
hold is none of its business (`core/border/rules.py`).
"""

import hashlib
import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BufferedReader
from pathlib import Path

import pyarrow as pa

from fire_risk_assets.adapters import landing_csv, landing_parquet
from fire_risk_assets.adapters.landing_limits import Limits
from fire_risk_assets.core.border.header import Header
from fire_risk_assets.core.border.landed import readable_name
from fire_risk_assets.core.border.source import RawChunk
from fire_risk_assets.core.wording import as_sentence
from fire_risk_assets.errors import FileRejected

__all__ = ["LandingFile", "Limits"]

SUFFIXES = (".csv", ".csv.gz", ".parquet")


@dataclass(frozen=True, slots=True)
class Look:
    """What a glance at a file shows; two different ones mean it is still being written."""

    size: int
    modified_ns: int
    inode: int

    @classmethod
    def of(cls, found: os.stat_result) -> "Look":
        """Return the look of a stat result."""
        return cls(found.st_size, found.st_mtime_ns, found.st_ino)


@dataclass(slots=True)
class LandingFile:
    """One offered file.

    Attributes:
        path: Where it lies. A symlink is never followed.
        inbox: When given, the folder it must lie in after resolving its parents.
        limits: Caps on size, line length and expansion.
        seen: How it looked when it was last read; it must not have changed since.
    """

    path: Path
    inbox: Path | None = None
    limits: Limits = field(default_factory=Limits)
    seen: Look | None = field(default=None, init=False)

    @property
    def name(self) -> str:
        """File name without its folder; bytes that are no UTF-8 as escapes, so that it is text."""
        return readable_name(self.path)

    def sha256(self) -> str:
        """Digest of the bytes on disk, in one streaming pass; see `Source`.

        Of whatever can be read: a file refused for its name or for holding nothing has one too.
        """
        with self._opened() as stream, self._holding_still(stream):
            try:
                return hashlib.file_digest(stream, "sha256").hexdigest()
            except OSError as cause:
                raise FileRejected(
                    "unreadable", as_sentence(f"The file cannot be read: {cause}")
                ) from cause

    def header(self) -> tuple[str, ...]:
        """Column names as written; see `Source`."""
        ending = self._format()
        with self._opened() as stream:
            if os.fstat(stream.fileno()).st_size == 0:
                raise FileRejected("empty_file", f"{self.name[:80]!r} is empty.")
            if ending == ".parquet":
                return landing_parquet.header(stream, self.limits)
            return landing_csv.header(stream, self.limits, gzipped=self._gzipped())

    def chunks(self, header: Header) -> Iterator[RawChunk]:
        """Every row once, in order; see `Source`."""
        with self._opened() as stream, self._holding_still(stream):
            if self._format() == ".parquet":
                yield from landing_parquet.chunks(stream, header, self.limits)
            else:
                yield from landing_csv.chunks(stream, header, self.limits, gzipped=self._gzipped())

    def raw_lines(self, lines: Sequence[int]) -> pa.Array:
        """Raw text of ascending line numbers, from a second pass; see `Source`."""
        if not lines:
            return pa.array([], pa.string())
        with self._opened() as stream, self._holding_still(stream):
            if self._format() == ".parquet":
                return landing_parquet.raw_rows(stream, lines, self.limits)
            return landing_csv.raw_lines(stream, lines, self.limits, gzipped=self._gzipped())

    def _gzipped(self) -> bool:
        return self._format() == ".csv.gz"

    def _format(self) -> str:
        for suffix in SUFFIXES:
            if self.name.lower().endswith(suffix):
                return suffix
        raise FileRejected(
            "unknown_format", f"{self.name[:80]!r} is none of {', '.join(SUFFIXES)}."
        )

    @contextmanager
    def _opened(self) -> Iterator[BufferedReader]:
        """Open without following a link or waiting on a pipe, and require a regular file."""
        self._require_inbox()
        shown = f"{self.name[:80]!r}"
        try:
            mode = os.lstat(self.path).st_mode
            if stat.S_ISLNK(mode):
                raise FileRejected("symlink", f"{shown} is a symbolic link.")
            if not stat.S_ISREG(mode):
                raise FileRejected(
                    "not_a_file", f"{shown} is a folder or a device.", remedy="Name a file."
                )
            # Non-blocking: a pipe put in its place meanwhile would wait for its writer for ever.
            number = os.open(self.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except FileNotFoundError as cause:
            raise FileRejected("missing_file", f"There is no file {shown}.") from cause
        except (OSError, ValueError) as cause:
            why = getattr(cause, "strerror", None) or cause
            raise FileRejected(
                "unreadable",
                as_sentence(f"{shown} cannot be opened: {why}"),
                remedy="Give this user the right to read it, then offer it again.",
            ) from cause
        with os.fdopen(number, "rb") as stream:
            found = os.fstat(stream.fileno())
            self._refuse(found, shown)
            yield stream

    def _refuse(self, found: os.stat_result, shown: str) -> None:
        if found.st_size > self.limits.file_bytes:
            raise FileRejected(
                "too_big",
                f"{shown} has {found.st_size:,} bytes; the cap is {self.limits.file_bytes:,}.",
            )
        if self.seen is not None and Look.of(found) != self.seen:
            raise _growing(shown)

    def _require_inbox(self) -> None:
        if self.inbox is None:
            return
        try:
            parent, inbox = self.path.parent.resolve(), self.inbox.resolve()
        except (OSError, ValueError, RuntimeError) as cause:
            raise FileRejected(
                "unreadable", as_sentence(f"The path cannot be resolved: {cause}")
            ) from cause
        if not parent.is_relative_to(inbox):
            raise FileRejected("outside_inbox", f"{self.name[:80]!r} lies outside the inbox.")

    @contextmanager
    def _holding_still(self, stream: BufferedReader) -> Iterator[None]:
        """Refuse a file that changed while it was read, and remember how it looked."""
        before = Look.of(os.fstat(stream.fileno()))
        yield
        if Look.of(os.fstat(stream.fileno())) != before:
            raise _growing(f"{self.name[:80]!r}")
        self.seen = before


def _growing(shown: str) -> FileRejected:
    return FileRejected(
        "still_growing",
        f"{shown} changed between two looks.",
        remedy="Offer it again when it is written; write beside the folder, then rename into it.",
    )

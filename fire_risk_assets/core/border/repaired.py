"""A file of repaired rows, read as if the file they came from held them. Pure.

Its column `line` says which row of that file each one is. Everything else is the same border: the
rows keep the number and the digest they were set aside under.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import pyarrow as pa
import pyarrow.compute as pc

from fire_risk_assets.core.border.header import Header, recognise
from fire_risk_assets.core.border.layout import FileKind
from fire_risk_assets.core.border.rules import SHAPE_REASONS
from fire_risk_assets.core.border.source import LINE, RawChunk, Source
from fire_risk_assets.errors import FileRejected

_TYPED = "typed_line"
"""The column `line` while the file is read: `Source` has a `line` of its own."""

_NUMBER = re.compile("[0-9]{1,18}")


def repaired_header(fields: Sequence[str], *, kind: FileKind) -> Header:
    """Return the header of a repaired file of that kind, `line` included.

    Raises:
        FileRejected: `line` is missing or there twice; else as `recognise`.
    """
    names = tuple(field.strip(" ") for field in fields)
    found = recognise([field for field in fields if field.strip(" ") != LINE], kind=kind)
    if names.count(LINE) != 1:
        raise FileRejected(
            "duplicate_column" if LINE in names else "missing_column",
            f"A file of repaired rows has one column {LINE!r}: the number of each row in the file"
            " it was set aside from.",
        )
    trimmed = sum(name != field for name, field in zip(names, fields, strict=True))
    return replace(found, columns=names, trimmed=trimmed)


def places_of(file: Source, header: Header) -> dict[int, int]:
    """Return where the rows are: line in the file they came from -> line in the repaired file.

    A row of which nothing but its line is filled in is none: it stays as it was set aside.

    Raises:
        FileRejected: a row does not say which line it is, or two are the same; else as the file.
    """
    places: dict[int, int] = {}
    for chunk in file.chunks(_as_read(header)):
        for row in chunk.malformed:
            raise FileRejected("line_unreadable", f"Row {row.line}: {SHAPE_REASONS[row.code]}")
        for cells in chunk.cells.to_pylist():
            place, typed = cells.pop(LINE), cells.pop(_TYPED)
            if not any(cells.values()):
                continue
            if not _NUMBER.fullmatch(typed.strip(" ")):
                raise FileRejected(
                    "line_unreadable", f"Row {place}: {LINE} is {typed[:40]!r}, no whole number."
                )
            line = int(typed)
            if line in places:
                raise FileRejected(
                    "line_twice", f"Rows {places[line]} and {place} both are line {line}."
                )
            places[line] = place
    return places


@dataclass(frozen=True, slots=True)
class Repaired:
    """Some rows of a repaired file. Implements `Source`.

    Attributes:
        file: The repaired file.
        name: Name of the file the rows came from.
        digest: Its SHA-256.
        places: The rows that count; see `places_of`.
    """

    file: Source
    name: str
    digest: str
    places: Mapping[int, int]

    def sha256(self) -> str:
        """Digest of the file the rows came from; see `Source`."""
        return self.digest

    def header(self) -> tuple[str, ...]:
        """Column names of the repaired file; see `Source`."""
        return self.file.header()

    def chunks(self, header: Header) -> Iterator[RawChunk]:
        """The rows that count under the lines they came from; see `Source`."""
        lines = {place: line for line, place in self.places.items()}
        wanted = pa.array(lines, pa.int64())
        for chunk in self.file.chunks(_as_read(header)):
            cells = chunk.cells.filter(pc.is_in(chunk.cells[LINE], wanted))
            came_from = [lines[place] for place in cells[LINE].to_pylist()]
            columns = {
                name: as_typed(cells[name])
                for name in cells.column_names
                if name not in (LINE, _TYPED)
            }
            yield RawChunk(
                pa.table({**columns, LINE: pa.array(came_from, pa.int64())}), notes=chunk.notes
            )

    def raw_lines(self, lines: Sequence[int]) -> pa.Array:
        """Raw text of the repaired rows; see `Source`."""
        places = [self.places[line] for line in lines]
        texts = self.file.raw_lines(sorted(places)).to_pylist()
        found = dict(zip(sorted(places), texts, strict=True))
        return pa.array([found[place] for place in places], pa.string())


def as_typed(cells: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return cells without the mark that keeps one from being a formula; see `inert`."""
    return pc.replace_substring_regex(cells, r"^'([=+\-@\t'])", r"\1")


def _as_read(header: Header) -> Header:
    return replace(
        header, columns=tuple(_TYPED if name == LINE else name for name in header.columns)
    )

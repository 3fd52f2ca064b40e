"""Recognising a file by its header. All reactions here reject the whole file.

Canonical files are read by column name, so order is free; the UCI file must have its own header
exactly. Only blanks around a name are forgiven, and counted.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fire_risk_assets.core.border.layout import LAYOUTS, FileKind, Layout
from fire_risk_assets.errors import FileRejected

_OTHER_DELIMITERS = ";\t|"


@dataclass(frozen=True, slots=True)
class Header:
    """A recognised header.

    Attributes:
        layout: What the file is.
        columns: Names in file order, blanks removed.
        trimmed: How many names had blanks around them.
    """

    layout: Layout
    columns: tuple[str, ...]
    trimmed: int = 0


def recognise(fields: Sequence[str], *, kind: FileKind | None = None) -> Header:
    """Return what the header says the file is.

    Args:
        fields: Column names as written.
        kind: The only kind accepted, or None to find it among all kinds.

    Raises:
        FileRejected: duplicate, unknown, missing or disordered columns, another delimiter, or no
            header at all.
    """
    names = tuple(field.strip(" ") for field in fields)
    layout = LAYOUTS[kind] if kind else _nearest(names)
    _refuse_delimiter(names, layout)
    known = set(layout.required) | set(layout.optional)
    if not known & set(names):
        raise FileRejected("no_header", _no_header(names, layout))
    if names[-1] == "":
        raise FileRejected("trailing_comma", "The header ends with a comma.")
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise FileRejected("duplicate_column", f"Columns appear twice: {_shown(twice)}.")
    missing = [name for name in layout.required if name not in names]
    unknown = [name for name in names if name not in known]
    expected = _expected(layout)
    if missing:
        beside = f", and unknown are {_shown(unknown)}" if unknown else ""
        raise FileRejected(
            "missing_column", f"Columns are missing: {_shown(missing)}{beside}. {expected}"
        )
    if unknown:
        raise FileRejected("unknown_column", f"Unknown columns: {_shown(unknown)}. {expected}")
    if layout.in_order and names != layout.required:
        raise FileRejected("column_order", f"The columns are not in their order. {expected}")
    trimmed = sum(name != field for name, field in zip(names, fields, strict=True))
    return Header(layout=layout, columns=names, trimmed=trimmed)


def _expected(layout: Layout) -> str:
    expected = f"A {layout.kind} file has {', '.join(layout.required)}"
    return expected + (f" and may have {', '.join(layout.optional)}." if layout.optional else ".")


def _no_header(names: Sequence[str], layout: Layout) -> str:
    """Say what stands in the place of a header, where it is a thing that often does."""
    first_name = names[0].lower() if names else ""
    if first_name.startswith("sep="):
        what = "tells a spreadsheet what separates cells"
    elif first_name.startswith("#"):
        what = "is a comment"
    else:
        first = f"The first line is no header of a {layout.kind} file: {_shown(names)}."
        other = _folded(names) & _folded(layout.required)
        return f"{first} Names are taken as written. {_expected(layout)}" if other else first
    return f"The first line {what} ({_shown(names)}); the names of the columns are expected there."


def _folded(names: Iterable[str]) -> set[str]:
    return {name.lower() for name in names}


def _nearest(names: Sequence[str]) -> Layout:
    if len(names) == 1:
        for mark in _OTHER_DELIMITERS:
            names = names[0].split(mark) if len(names) == 1 else names
    present = set(names)

    def likeness(layout: Layout) -> tuple[int, int, int]:
        required = set(layout.required)
        # In other letters a name is none of ours, and tells all the same which file is meant.
        meant = len(_folded(present) & _folded(required))
        return len(present & required), meant, -len(required - present)

    return max(LAYOUTS.values(), key=likeness)


def _refuse_delimiter(names: Sequence[str], layout: Layout) -> None:
    known = set(layout.required)
    for mark in _OTHER_DELIMITERS:
        parts = {part.strip() for name in names for part in name.split(mark)}
        if any(mark in name for name in names) and len(parts & known) > len(known & set(names)):
            raise FileRejected(
                "wrong_delimiter", f"The cells are separated by {mark!r}; expected a comma."
            )


def _shown(names: Sequence[str]) -> str:
    return ", ".join(repr(name[:40]) for name in names[:8]) + (" …" if len(names) > 8 else "")

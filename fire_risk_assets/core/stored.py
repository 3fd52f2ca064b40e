"""Stored JSON documents as values; one that does not fit is a broken store."""

import dataclasses
from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from fire_risk_assets.core.instants import parse_instant
from fire_risk_assets.errors import InvalidTime, StoreBroken

Stored = TypeVar("Stored")


def from_document(kind: type[Stored], document: Mapping[str, Any]) -> Stored:
    """Return the value of a dataclass from its fields, instants as ISO 8601 or as datetime.

    Raises:
        StoreBroken: it is no mapping, fields are missing or unknown, or an instant is none.
    """
    if not isinstance(document, Mapping):
        raise StoreBroken(f"A stored {kind.__name__} is {document!r:.80}, no document.")
    known = {f.name: str(f.type) for f in dataclasses.fields(kind)}  # type: ignore[arg-type]
    values = {
        name: _instant(kind, name, value, optional="None" in known[name])
        if "datetime" in known.get(name, "")
        else value
        for name, value in document.items()
    }
    try:
        return kind(**values)
    except TypeError as cause:
        raise StoreBroken(
            f"A stored {kind.__name__} has the fields {sorted(document)}; expected"
            f" {sorted(known)}. It was changed by hand, or written by another version."
        ) from cause


def _instant(kind: type, name: str, value: object, *, optional: bool) -> datetime | None:
    if isinstance(value, datetime) or (value is None and optional):
        return value
    try:
        if isinstance(value, str):
            return parse_instant(value)
    except InvalidTime as cause:
        raise StoreBroken(f"{name} of a stored {kind.__name__}: {cause}") from cause
    raise StoreBroken(f"{name} of a stored {kind.__name__} is {value!r:.80}, not an instant.")

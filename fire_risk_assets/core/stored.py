"""Stored JSON documents as values; one that does not fit is a broken store."""

import dataclasses
from collections.abc import Collection, Mapping
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
    fields = dataclasses.fields(kind)  # type: ignore[arg-type]
    known = {f.name: str(f.type) for f in fields}
    required = [f.name for f in fields if f.default is f.default_factory is dataclasses.MISSING]
    _require_fields(kind, document, required, known)
    values = {
        name: _instant(kind, name, value, optional="None" in known[name])
        if "datetime" in known[name]
        else value
        for name, value in document.items()
    }
    return kind(**values)


def _require_fields(
    kind: type, document: Mapping[str, Any], required: Collection[str], known: Collection[str]
) -> None:
    missing = sorted(set(required) - document.keys())
    unknown = sorted(document.keys() - set(known))
    said = [f"lacks {', '.join(missing)}"] if missing else []
    said += [f"has {', '.join(unknown)[:200]}, which is unknown"] if unknown else []
    if said:
        raise StoreBroken(
            f"A stored {kind.__name__} {' and '.join(said)}. It was changed by hand, or written by"
            " another version."
        )


def _instant(kind: type, name: str, value: object, *, optional: bool) -> datetime | None:
    if isinstance(value, datetime) or (value is None and optional):
        return value
    try:
        if isinstance(value, str):
            return parse_instant(value)
    except InvalidTime as cause:
        raise StoreBroken(f"{name} of a stored {kind.__name__}: {cause}") from cause
    raise StoreBroken(f"{name} of a stored {kind.__name__} is {value!r:.80}, not an instant.")

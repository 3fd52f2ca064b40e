"""Whether each stored prediction is explained: by a ledger row, in force when it was made."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa

from fire_risk_assets.core.ledger.fold import explaining, row_of
from fire_risk_assets.core.ledger.invariants import Invariant
from fire_risk_assets.core.ledger.row import LedgerRow
from fire_risk_assets.core.tables.predictions import PREDICTIONS
from fire_risk_assets.ports import TableStore

_MADE_BY = ("batch_id", "model_version", "event_id", "artifact_sha256")
_COLUMNS = ("model_name", *_MADE_BY, "as_known")
_Stamp = tuple[Any, ...]
"""Values of `_MADE_BY`."""


@dataclass(slots=True)
class _Stood:
    """The least and greatest instant that rows stand at."""

    first: datetime
    last: datetime


def prediction_findings(
    model_name: str, rows: Sequence[LedgerRow], tables: TableStore
) -> list[str]:
    """Return which batches of predictions no ledger row explains, or more than one made.

    Args:
        model_name: The model.
        rows: Its ledger.
        tables: Where predictions are.
    """
    parts = tables.stream(PREDICTIONS, columns=_COLUMNS, where=[("model_name", "==", model_name)])
    return _unexplained(_grouped(parts).get(model_name, {}), rows)


def every_prediction_finding(
    recorded: Mapping[str, Sequence[LedgerRow]], tables: TableStore
) -> dict[str, list[str]]:
    """Return the same of every model that has predictions, by one pass over the table.

    Args:
        recorded: The ledger of each model; predictions of a model without one have no row at all.
        tables: Where predictions are.
    """
    made = _grouped(tables.stream(PREDICTIONS, columns=_COLUMNS))
    return {name: _unexplained(made[name], recorded.get(name, ())) for name in sorted(made)}


def _unexplained(made: Mapping[_Stamp, _Stood], rows: Sequence[LedgerRow]) -> list[str]:
    findings = [
        f"batch {batch} of predictions {wrong}"
        for (batch, version, event_id, sha256), stood in made.items()
        if (wrong := _wrong(version, event_id, sha256, stood, rows))
    ]
    ids = [batch for batch, *_ in made]
    findings += [
        f"batch {batch} of predictions was made by {ids.count(batch)} versions or events"
        for batch in sorted({each for each in ids if ids.count(each) > 1})
    ]
    return [Invariant.SCORED_KNOWN.broken(finding) for finding in findings]


def _grouped(parts: Iterable[pa.Table]) -> dict[str, dict[_Stamp, _Stood]]:
    found: dict[str, dict[_Stamp, _Stood]] = {}
    for part in parts:
        groups = part.group_by(["model_name", *_MADE_BY]).aggregate([("as_known", "min_max")])
        for each in groups.to_pylist():
            stamp, span = tuple(each[name] for name in _MADE_BY), each["as_known_min_max"]
            of_model = found.setdefault(each["model_name"], {})
            seen = of_model.setdefault(stamp, _Stood(span["min"], span["max"]))
            seen.first, seen.last = min(seen.first, span["min"]), max(seen.last, span["max"])
    return found


def _wrong(
    version: int, event_id: str, sha256: str, stood: _Stood, rows: Sequence[LedgerRow]
) -> str | None:
    row = row_of(rows, event_id)
    if row is None:
        return f"names event {event_id[:12]}, which no row records"
    if (row.production_version, row.artifact_sha256) != (version, sha256):
        return (
            f"is of version {version} with hash {sha256[:12]}…; its event {event_id[:12]} made"
            f" version {row.production_version} with hash {(row.artifact_sha256 or '')[:12]}… serve"
        )
    for instant in (stood.first, stood.last):
        if explaining([each for each in rows if each.decided_at <= instant], version) is None:
            return f"stands at {instant:%Y-%m-%d %H:%M} UTC, when version {version} did not serve"
    return None

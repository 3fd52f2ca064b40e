"""One row of `registry_status`: its columns as a value, its identity, its hash."""

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from fire_risk_assets.core.instants import iso
from fire_risk_assets.core.stored import from_document

GENESIS = "0" * 64
"""`prev_row_hash` of the first row of a model."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRow:
    """A row; the meaning and unit of each column is in `core/tables/registry_status.py`.

    A column added later is None by default: rows older than it have no value for it.
    """

    model_name: str
    production_version: int | None
    updated: bool
    training_time: datetime
    seq: int
    event_id: str
    kind: str
    reason_code: str
    reason: str
    actor: str
    cycle_id: str
    as_of: datetime | None = None
    candidate_version: int | None = None
    previous_version: int | None = None
    metric_name: str | None = None
    metric_direction: str | None = None
    candidate_score: float | None = None
    production_score: float | None = None
    baseline_score: float | None = None
    difference: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    p_value: float | None = None
    holdout_rows: int | None = None
    holdout_digest: str | None = None
    training_rows: int | None = None
    training_digest: str | None = None
    training_from: datetime | None = None
    training_until: datetime | None = None
    holdout_from: datetime | None = None
    holdout_until: datetime | None = None
    holdout_clusters: int | None = None
    holdout_positives: int | None = None
    looks: int | None = None
    alpha: float | None = None
    rule: str | None = None
    policy_digest: str | None = None
    production_age_days: float | None = None
    data_watermark: datetime | None = None
    artifact_sha256: str | None = None
    candidate_sha256: str | None = None
    mlflow_run_id: str | None = None
    dagster_run_id: str | None = None
    code_version: str | None = None
    environment_digest: str | None = None
    seed: int | None = None
    decided_at: datetime
    prev_row_hash: str
    row_hash: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return all columns as JSON types, instants as ISO 8601 in UTC."""
        return {
            name: iso(value) if isinstance(value := getattr(self, name), datetime) else value
            for name in COLUMNS
        }

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Self:
        """Read what `to_json` wrote, or a row as stored (instants as datetime).

        Raises:
            StoreBroken: a column is unknown or a required one is missing, or an instant is none.
        """
        return from_document(cls, document)

    def hashed(self) -> Self:
        """Return the row with its `row_hash` filled in."""
        return dataclasses.replace(self, row_hash=self.content_hash())

    def content_hash(self) -> str:
        """SHA-256 over every column with a value but `row_hash`; so over the previous row's hash.

        With names, so that a value put in or taken out shows as much as a changed one. Nulls stay
        out: a row written before a column existed has the same hash with it.
        """
        document = {
            name: value
            for name, value in self.to_json().items()
            if value is not None and name != "row_hash"
        }
        text = json.dumps(document, sort_keys=True, separators=(",", ":"), allow_nan=False)
        return hashlib.sha256(text.encode()).hexdigest()


COLUMNS: tuple[str, ...] = tuple(f.name for f in dataclasses.fields(LedgerRow))
OPTIONAL = frozenset(f.name for f in dataclasses.fields(LedgerRow) if f.default is None)
"""Columns that a ledger older than they are lacks, and whose rows then hold None."""
INSTANTS = frozenset(f.name for f in dataclasses.fields(LedgerRow) if "datetime" in str(f.type))


def event_id(model_name: str, cycle_id: str, request: str) -> str:
    """Identity of an event: the same request for the same cycle is the same event.

    Args:
        request: `cycle`, `fail:N`, `promote`, `rollback`, `adopt`, `repair` or `release:STEP`.

    >>> event_id("burned_area", "2026-09-28", "cycle")[:12]
    '62cbd048c291'
    """
    return hashlib.sha256(f"{model_name}|{cycle_id}|{request}".encode()).hexdigest()

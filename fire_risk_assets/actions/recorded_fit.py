"""What is on record of how a version was made: ledger first, then its fit, then its tags."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fire_risk_assets.core.ingredients import Records, told
from fire_risk_assets.core.ledger.fold import decision_of, is_cycle_decision
from fire_risk_assets.core.ledger.lineage import recorded_digests, training_of
from fire_risk_assets.core.ledger.row import LedgerRow
from fire_risk_assets.core.references import Fit, RegisteredVersion, fit_name
from fire_risk_assets.errors import RequestRefused
from fire_risk_assets.ports import World

LEDGER, FIT, TAGS = "the ledger", "the record of the fit", "its MLflow tags"
DECISION = "the row of its cycle"
"""What decided, which need not be the process that fitted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedFit:
    """A version as its records tell it.

    Attributes:
        decision: The row of the cycle that made it, None where there is none.
        records: `role`, `cycle_id`, `artifact_sha256`, `training_digest`, `params`, `seed`,
            `source`, `run_id`, `code_version`, `environment_digest`: what each record has of them.
    """

    version: int
    decision: LedgerRow | None
    records: Records


def recorded_fit(model_name: str, version: int, world: World) -> RecordedFit:
    """Return what is on record of a version; MLflow's stage and alias are not asked.

    Raises:
        RequestRefused: neither ledger nor registry know it.
        RegistryUnavailable, StoreBroken, TableMissing.
    """
    rows = world.ledger.rows(model_name)
    decision = _decision(rows, version)
    found = {each.version: each for each in world.registry.versions(model_name)}
    digests = recorded_digests(rows, version)
    if version not in found and not digests:
        raise RequestRefused(
            f"{model_name} has no version {version}: neither the ledger nor MLflow, which has"
            f" {sorted(found)}, know it.",
            remedy="`fire-risk history MODEL` lists the versions that were judged or served.",
        )
    records: dict[str, Mapping[str, Any]] = {LEDGER: _of_ledger(rows, decision, version, digests)}
    tags = _of_tags(found.get(version))
    cycle, sha256 = (
        told({**records, TAGS: tags}, what) for what in ("cycle_id", "artifact_sha256")
    )
    records |= {FIT: _of_fit(model_name, cycle, sha256, world), TAGS: tags}
    decision = decision or (None if cycle is None else decision_of(rows, cycle))
    if decision is not None:
        made_by = {name: getattr(decision, name) for name in ("code_version", "environment_digest")}
        records[DECISION] = {name: value for name, value in made_by.items() if value is not None}
    return RecordedFit(version=version, decision=decision, records=records)


def _decision(rows: Sequence[LedgerRow], version: int) -> LedgerRow | None:
    def makes(row: LedgerRow) -> bool:
        moved_to = row.production_version if row.updated else None
        return is_cycle_decision(row) and version in (row.candidate_version, moved_to)

    return next(filter(makes, rows), None)


def _of_ledger(
    rows: Sequence[LedgerRow], decision: LedgerRow | None, version: int, digests: set[str]
) -> dict[str, Any]:
    training = training_of(rows, version, {})
    known: dict[str, Any] = {"training_digest": training.get("training_digest")}
    if len(digests) == 1:
        (known["artifact_sha256"],) = digests
    if decision is not None:
        known |= {
            "cycle_id": decision.cycle_id,
            "role": "candidate" if decision.candidate_version == version else "baseline",
            "seed": decision.seed,
            "run_id": decision.mlflow_run_id,
        }
    return {name: value for name, value in known.items() if value is not None}


def _of_fit(
    model_name: str, cycle_id: str | None, sha256: str | None, world: World
) -> dict[str, Any]:
    if cycle_id is None or sha256 is None:
        return {}
    stored = world.references.load(model_name, cycle_id, fit_name(sha256))
    return {} if stored is None else Fit.from_json(stored).to_json()


def _of_tags(found: RegisteredVersion | None) -> dict[str, Any]:
    if found is None:
        return {}
    tags = found.tags
    said: dict[str, Any] = {"artifact_sha256": tags.get("sha256"), "source": found.source}
    said |= {"run_id": found.run_id or None}
    said |= {name: tags.get(name) for name in ("role", "cycle_id", "training_digest")}
    said |= {name: _value(tags[name]) for name in ("seed", "params") if name in tags}
    return {name: value for name, value in said.items() if value is not None}


def _value(tag: str) -> Any:  # noqa: ANN401  (a JSON value)
    try:
        return json.loads(tag)
    except ValueError:
        # Somebody edited it: as it stands it differs from every other record.
        return tag

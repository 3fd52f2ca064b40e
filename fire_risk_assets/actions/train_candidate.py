"""TRAIN, LOADS and REGISTER: a candidate whose stored files are proven to load."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from fire_risk_assets.actions.build_snapshots import RowSet
from fire_risk_assets.actions.plan_cycle import CyclePlan
from fire_risk_assets.actions.registered import registered
from fire_risk_assets.core.fitting import design, fit, fit_baseline
from fire_risk_assets.core.instants import iso, parse_instant
from fire_risk_assets.core.ledger.fold import serving
from fire_risk_assets.core.ledger.row import event_id
from fire_risk_assets.core.models.spec import ModelSpec
from fire_risk_assets.core.references import (
    Fit,
    ModelVersion,
    Reference,
    RegisteredVersion,
    Snapshot,
)
from fire_risk_assets.core.search import search
from fire_risk_assets.core.snapshots import verify_snapshot
from fire_risk_assets.core.windows import training_between, training_stop
from fire_risk_assets.errors import ArtifactRejected, CandidateMissing, RegistryDrift
from fire_risk_assets.ports import RunTracker, World

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

PROOF_ROWS = 20
Params = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained(Reference):
    """What a cycle registered: `ModelVersion`s as JSON, None where there was nothing to fit.

    Attributes:
        candidate: The version that is judged.
        baseline: The naive baseline; registered only while nothing serves.
        refusal: Why what was fitted cannot be kept; the cycle is refused for it.
    """

    candidate: dict[str, Any] | None = None
    baseline: dict[str, Any] | None = None
    refusal: str | None = None

    def candidate_of(self) -> ModelVersion | None:
        """Return the candidate."""
        return None if self.candidate is None else ModelVersion.from_json(self.candidate)

    def required_candidate(self, model_name: str) -> ModelVersion:
        """Return the candidate of a cycle whose rows suffice to judge one.

        Raises:
            CandidateMissing: none was fitted; they did not suffice when it was trained.
        """
        candidate = self.candidate_of()
        if candidate is None:
            raise CandidateMissing(
                f"Rows of {model_name} became enough to judge on after training was skipped."
            )
        return candidate

    def baseline_of(self) -> ModelVersion | None:
        """Return the registered baseline."""
        return None if self.baseline is None else ModelVersion.from_json(self.baseline)


def train_candidate(
    spec: ModelSpec,
    plan: CyclePlan,
    training_set: RowSet,
    holdout_set: RowSet,
    *,
    trials: int,
    world: World,
    run: RunTracker,
) -> Trained:
    """Fit, store, prove and register the candidate of a cycle; what is registered is used again.

    On an empty ledger the baseline is registered first, so that it is version 1 whatever happens.
    What does not load, or holds what is not allowed, is an answer and no error: the same fit would
    be rejected by every attempt.

    Args:
        spec: The model.
        plan: What the cycle stands on.
        training_set: The rows fitted: these, whatever the ledger says by now.
        holdout_set: The rows that will judge; where they leak, nothing is fitted, and where they
            are too few, no candidate.
        trials: Points of the search space tried; 0 takes the parameters that serve.
        world: Adapters.
        run: Where the training is recorded.

    Raises:
        ArtifactMismatch: what was stored does not load as it was saved.
        RegistryDrift: the version was deleted while it was made.
        RegistryUnavailable: the next attempt goes on from here.
    """
    if plan.stop or holdout_set.leaks:
        return Trained()
    training = training_set.snapshot_of()
    rows = _rows_of(training, spec, world)
    if training_stop(rows, task=spec.task) is not None:
        return Trained()
    _log_provenance(plan, training, world, run)
    registering = _Registering(spec, plan, training, world, run, rows)
    trained = Trained()
    try:
        if serving(world.ledger.rows(spec.name)) is None:
            baseline = registering.once("baseline", lambda: (fit_baseline(spec, rows), {}))
            trained = replace(trained, baseline=baseline.to_json())
        if holdout_set.stop is None:
            candidate = registering.once(
                "candidate", lambda: _fit(spec, plan, rows, trials=trials, world=world, run=run)
            )
            trained = replace(trained, candidate=candidate.to_json())
    except ArtifactRejected as refusal:
        return replace(trained, refusal=str(refusal))
    return trained


def _rows_of(training: Snapshot, spec: ModelSpec, world: World) -> pd.DataFrame:
    """Return the rows of the reference.

    Raises:
        DigestMismatch: the tables or the configuration give other rows by now.
    """
    known = world.engine.labelled_rows(spec, as_of=training.as_of, batch_seq=training.batch_seq)
    rows = known.frame[training_between(known.frame, *training.window).mask]
    verify_snapshot(rows, training, spec=spec)
    return rows


@dataclass(frozen=True, slots=True)
class _Registering:
    spec: ModelSpec
    plan: CyclePlan
    training: Snapshot
    world: World
    run: RunTracker
    rows: pd.DataFrame

    def once(self, role: str, make: Callable[[], tuple["Pipeline", Params]]) -> ModelVersion:
        """Return the version of this role, made now or by an earlier attempt."""
        crash = self.world.crash
        found = registered(self.spec.name, self.plan.cycle_id, role, self.world)
        if found is None:
            crash.reach("TRAIN:before")
            pipeline, params = make()
            example = design(self.spec, self.rows.tail(PROOF_ROWS))
            source, sha256 = self.run.log_model(pipeline, role=role, example=example)
            crash.reach("TRAIN:after")
            crash.reach("LOADS:before")
            self.world.vault.prove_loads(source, sha256)
            crash.reach("LOADS:after")
            self._record(role, source, sha256, params)
            found = self._register(role, source, sha256, params)
        return ModelVersion(
            model_name=self.spec.name,
            version=found.version,
            role=role,
            cycle_id=self.plan.cycle_id,
            artifact_sha256=found.tags["sha256"],
            run_id=found.run_id,
            source=found.source,
            training_rows=int(found.tags["training_rows"]),
            training_digest=found.tags["training_digest"],
            training_from=parse_instant(found.tags["training_from"]),
            training_until=parse_instant(found.tags["training_until"]),
            seed=int(found.tags["seed"]),
        )

    def _record(self, role: str, source: str, sha256: str, params: Params) -> None:
        """Keep what was fitted, and with what, where no edit of a tag and no deletion reaches."""
        fitted = Fit(
            model_name=self.spec.name,
            cycle_id=self.plan.cycle_id,
            role=role,
            artifact_sha256=sha256,
            source=source,
            run_id=self.run.run_id,
            training_digest=self.training.content_digest,
            params=dict(params),
            seed=self.plan.seed,
            **self.world.provenance.columns(),
        )
        self.world.provenance.keep()
        self.world.references.save(
            self.spec.name, self.plan.cycle_id, fitted.name, fitted.to_json()
        )

    def _register(self, role: str, source: str, sha256: str, params: Params) -> RegisteredVersion:
        name, cycle_id = self.spec.name, self.plan.cycle_id
        self.world.crash.reach("REGISTER:before")
        tags = {
            "cycle_id": cycle_id,
            "role": role,
            "event_id": event_id(name, cycle_id, "cycle"),
            "sha256": sha256,
            "params": json.dumps(params, sort_keys=True),
            "training_rows": str(self.training.rows),
            "training_digest": self.training.content_digest,
            "training_from": iso(self.training.window_from),
            "training_until": iso(self.training.window_until),
            "seed": str(self.plan.seed),
        }
        version = self.world.registry.register(
            name, source=source, run_id=self.run.run_id, tags=tags
        )
        self.world.crash.reach("REGISTER:after")
        # A reply that was lost and repeated made two versions: look again, the lowest counts.
        found = registered(name, cycle_id, role, self.world)
        if found is None:
            raise RegistryDrift(
                f"Version {version} of {name} was deleted from MLflow as soon as it was made.",
                remedy="Find out who deletes versions, then repeat the cycle.",
            )
        self.world.registry.describe(name, found.version, _description(role, self.training))
        return found


def _fit(
    spec: ModelSpec,
    plan: CyclePlan,
    rows: pd.DataFrame,
    *,
    trials: int,
    world: World,
    run: RunTracker,
) -> tuple["Pipeline", Params]:
    result = search(
        spec,
        rows,
        trials=trials,
        seed=plan.seed,
        start_from=serving_params(spec.name, world),
    )
    run.log_trials(result.trials)
    run.log(params=result.params)
    return fit(spec, rows, result.params, plan.seed), result.params


def serving_params(model_name: str, world: World) -> Params | None:
    """Return the parameters that serve now, None when nothing or a baseline serves."""
    now = serving(world.ledger.rows(model_name))
    if now is None:
        return None
    for version in world.registry.versions(model_name):
        if version.version == now.production_version:
            params: Params = json.loads(version.tags.get("params", "{}"))
            return params or None
    return None


def _log_provenance(plan: CyclePlan, training: Snapshot, world: World, run: RunTracker) -> None:
    run.log_dataset(
        f"{plan.model_name}/training_set",
        role="training",
        digest=training.content_digest,
        rows=training.rows,
    )
    run.log(
        tags={f"fire_risk.{name}": value for name, value in world.provenance.columns().items()}
        | {
            "fire_risk.as_of": iso(plan.as_of),
            "fire_risk.batch_seq": str(plan.batch_seq),
            "fire_risk.seed": str(plan.seed),
            "fire_risk.training_digest": training.content_digest,
        }
    )


def _description(role: str, training: Snapshot) -> str:
    return (
        f"{role.capitalize()} of cycle {training.cycle_id}: fitted on {training.rows:,} rows"
        f" ({training.positives:,} positive) of {training.window_from:%Y-%m-%d} to"
        f" {training.window_until:%Y-%m-%d}, as known at {training.as_of:%Y-%m-%d %H:%M} UTC."
        f" Rows digest {training.content_digest[:12]}. Whether it ever served, and why, is in"
        " registry_status."
    )

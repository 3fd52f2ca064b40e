"""Make a version again from what is on record, and compare it with what is kept of it.

Nothing is written. What is missing or otherwise than recorded is part of the answer and no error.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from fire_risk_assets.actions.build_snapshots import TRAINING_REFERENCE
from fire_risk_assets.actions.recorded_fit import TAGS, RecordedFit, recorded_fit
from fire_risk_assets.actions.reproduced_rows import rows_that_judged, training_rows
from fire_risk_assets.actions.same_predictions import Made, same_predictions
from fire_risk_assets.core.fitting import fit, fit_baseline
from fire_risk_assets.core.ingredients import Ingredient, agreed, told
from fire_risk_assets.core.models.spec import ModelSpec
from fire_risk_assets.core.reproduction import Reproduction, answer_of
from fire_risk_assets.core.then_and_now import code_ingredient, code_then, environment_then
from fire_risk_assets.errors import ArtifactMismatch
from fire_risk_assets.ports import World

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

_UNFIT = (ArithmeticError, LookupError, TypeError, ValueError)
"""What scikit-learn raises for parameters or rows that make no model."""


def _silent(_step: str) -> None:
    """Tell nobody."""


def reproduce(
    spec: ModelSpec, version: int, world: World, tell: Callable[[str], None] = _silent
) -> Reproduction:
    """Return whether a version can be made again, bit for bit, and what it was made of.

    Args:
        spec: The model as configured now.
        version: A registered version.
        world: The home; nothing in it is changed.
        tell: Told what is being done.

    Raises:
        RequestRefused: neither ledger nor registry know the version.
        RegistryUnavailable, ProofUnfinished, StoreBroken, HomeUnusable.
    """
    world.vault.warm_up()
    record = recorded_fit(spec.name, version, world)
    tell("rebuilding the rows")
    training, rows = training_rows(spec, record, world)
    holdout, judges, snapshot = rows_that_judged(spec, record, world)
    tell("verifying its files")
    artifact = _artifact(record, world)
    made_with = [*_recipe(record), training]
    tell("fitting it again")
    pipeline, why_not = _fitted(spec, record, rows, made_with)
    tell("comparing predictions")
    made = Made(
        record=record,
        pipeline=pipeline,
        why_not=why_not,
        archived=artifact.state == "verified",
        judges=judges,
        snapshot=snapshot,
        training=rows,
    )
    compared, compared_rows = same_predictions(spec, made, world)
    return _answer(
        spec, record, world, [*made_with, holdout, artifact, *compared], compared_rows=compared_rows
    )


def _answer(
    spec: ModelSpec,
    record: RecordedFit,
    world: World,
    found: list[Ingredient],
    *,
    compared_rows: int,
) -> Reproduction:
    then, now = told(record.records, "code_version"), world.provenance.columns()["code_version"]
    code = code_then(then, now, None if then is None else world.provenance.changes_of(then))
    digest = told(record.records, "environment_digest")
    kept = None if digest is None else world.provenance.environment(digest)
    environment, packages = environment_then(digest, kept, world.provenance.environment_now())
    ingredients = [*found, code_ingredient(code), packages, *_in_mlflow(record, world)]
    return Reproduction(
        model_name=spec.name,
        version=record.version,
        role=told(record.records, "role"),
        cycle_id=told(record.records, "cycle_id"),
        answer=answer_of(ingredients),
        ingredients=ingredients,
        params=told(record.records, "params"),
        seed=told(record.records, "seed"),
        compared_rows=compared_rows,
        code=code,
        environment=environment,
    )


def _recipe(record: RecordedFit) -> list[Ingredient]:
    params = agreed(record.records, "params")
    if params.state == "verified" and not isinstance(told(record.records, "params"), dict):
        params = replace(params, state="missing", detail=f"no parameters: {params.detail:.80}")
    return [params, agreed(record.records, "seed")]


def _artifact(record: RecordedFit, world: World) -> Ingredient:
    name = "artifact"
    sha256, source = (told(record.records, what) for what in ("artifact_sha256", "source"))
    same = agreed(record.records, "artifact_sha256")
    if same.state != "verified" or source is None:
        detail = same.detail if source else "no record tells where its files are"
        state = same.state if source else "missing"
        return Ingredient(name=name, state=state, detail=detail)
    try:
        found = world.vault.digest(source)
    except ArtifactMismatch as gone:
        return Ingredient(name=name, state="missing", detail=str(gone))
    if found != sha256:
        detail = f"its files hash to {found[:12]}…, recorded is {sha256[:12]}…"
        return Ingredient(name=name, state="differs", detail=detail)
    return Ingredient(name=name, state="verified", detail=f"sha256 {sha256[:12]}…")


def _fitted(
    spec: ModelSpec, record: RecordedFit, rows: pd.DataFrame | None, made_with: list[Ingredient]
) -> "tuple[Pipeline | None, str]":
    """Return the version fitted again, or why it cannot be.

    Records that contradict each other do not prevent it: the first of them counts.
    """
    role = told(record.records, "role")
    lacking = [each.name for each in made_with if each.state == "missing"]
    if role is None or rows is None or lacking:
        lacking += [] if rows is not None or TRAINING_REFERENCE in lacking else [TRAINING_REFERENCE]
        lacking += ["role"] if role is None else []
        return None, f"not fitted again without its {' and '.join(lacking)}"
    params: dict[str, Any] = told(record.records, "params")
    try:
        if role == "baseline":
            return fit_baseline(spec, rows), ""
        return fit(spec, rows, params, told(record.records, "seed")), ""
    except _UNFIT as cause:
        return None, f"the fit failed: {type(cause).__name__}: {str(cause)[:200]}"


def _in_mlflow(record: RecordedFit, world: World) -> list[Ingredient]:
    """Return whether MLflow still shows version and run, which nothing here rests on."""
    run_id = told(record.records, "run_id")
    found = {
        "mlflow_version": (bool(record.records[TAGS]), str(record.version)),
        "mlflow_run": (run_id is not None and world.registry.has_run(run_id), str(run_id)),
    }
    return [
        Ingredient(
            name=name,
            state="verified" if there else "missing",
            needed=False,
            detail=which if there else f"{which} is not there, or deleted",
        )
        for name, (there, which) in found.items()
    ]

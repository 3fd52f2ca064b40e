"""Predictions of candidate, production and baseline on the same rows, from verified files."""

from collections.abc import Sequence

import pandas as pd

from fire_risk_assets.actions.build_snapshots import Cut
from fire_risk_assets.actions.resolve_version import resolve_version
from fire_risk_assets.actions.train_candidate import Trained
from fire_risk_assets.core.fitting import fit_baseline, predict
from fire_risk_assets.core.ledger.fold import serving
from fire_risk_assets.core.ledger.row import LedgerRow
from fire_risk_assets.core.models.spec import ModelSpec
from fire_risk_assets.core.rows import SLICES
from fire_risk_assets.ports import World


def score_holdout(
    spec: ModelSpec, cut: Cut, trained: Trained, ledger_rows: Sequence[LedgerRow], world: World
) -> pd.DataFrame:
    """Return the holdout rows with the prediction of each model.

    Returns:
        One row a holdout row: the key, `row_time`, `day`, slice columns, `y_true`, `candidate`,
        `baseline`, and `production` when something serves.

    Raises:
        CandidateMissing: none was fitted.
        ArtifactMismatch, ArtifactRejected: a model's files are not the recorded ones.
        RequestRefused: the version that serves was deleted from MLflow.
    """
    rows = cut.holdout_rows
    kept = list(dict.fromkeys([*spec.key, "row_time", "day", *SLICES]))
    scored = rows[kept].assign(y_true=rows["target"])
    candidate = trained.required_candidate(spec.name)
    scored["candidate"] = predict(
        spec, world.vault.load(candidate.source, candidate.artifact_sha256), rows
    )
    if (baseline := trained.baseline_of()) is not None:
        fitted = world.vault.load(baseline.source, baseline.artifact_sha256)
    else:
        fitted = fit_baseline(spec, cut.training_rows)
    scored["baseline"] = predict(spec, fitted, rows)
    now = serving(ledger_rows)
    if now is not None and now.production_version is not None:
        version = resolve_version(spec.name, now.production_version, world)
        scored["production"] = predict(spec, world.vault.load(version.source, version.sha256), rows)
    return scored

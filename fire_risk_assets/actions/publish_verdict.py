"""A verdict as people see it: page, figures, metrics and tags of its MLflow run."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from fire_risk_assets.actions.judge_candidate import ScoredJudgement
from fire_risk_assets.actions.plan_cycle import CyclePlan
from fire_risk_assets.core.metrics import average_precision, metric_named, roc_auc
from fire_risk_assets.core.models.spec import ModelSpec
from fire_risk_assets.ports import RunTracker, World

PAGE_PATH = "verdict/verdict.html"
FIGURE_PATH = "verdict/differences.png"
SMALL_FIGURE_PATH = "verdict/differences_small.png"
SHRUNK_TIMES = 3
"""Fits the metadata column of a 1440 px page; the verdict page holds a sharp one."""


@dataclass(frozen=True, slots=True)
class VerdictShown:
    """What a person can look at.

    Attributes:
        page: Where the tracker shows the verdict page: a route below its own address.
        figure: PNG of the loss differences, None when nothing was scored.
    """

    page: str
    figure: bytes | None


def publish_verdict(
    spec: ModelSpec, plan: CyclePlan, judged: ScoredJudgement, world: World, run: RunTracker
) -> VerdictShown:
    """Store page and figures with the run; a verdict judged again replaces the one before."""
    scored = judged.scored
    if scored is not None:
        scored = _with_losses(spec, scored)
    verdict = judged.judgement.verdict_of()
    differences = None
    if scored is not None:
        differences = world.evidence.difference_figure(scored, verdict)
    page = world.evidence.verdict_page(
        model_name=spec.name,
        cycle_id=plan.cycle_id,
        verdict=verdict,
        differences=differences,
        metric_name=spec.metric,
        context={k: str(v) for k, v in judged.judgement.evidence.items() if v is not None},
    )
    address = run.log_file(PAGE_PATH, page)
    figure = None
    if scored is not None and differences is not None:
        figure = world.evidence.thumbnail(differences, times=SHRUNK_TIMES)
        run.log_file(FIGURE_PATH, differences)
        run.log_file(SMALL_FIGURE_PATH, figure)
        trained = scored.assign(prediction=scored["candidate"])
        for name, png in world.evidence.training_figures(
            task=spec.task, scored=trained, target=spec.target
        ).items():
            run.log_file(f"figures/{name}", png)
        run.log(metrics=_metrics(spec, scored))
        run.log_dataset(
            f"{spec.name}/holdout_set",
            role="holdout",
            digest=judged.judgement.evidence["holdout_digest"],
            rows=len(scored),
        )
    run.log(
        tags={
            "fire_risk.verdict": f"{verdict.kind}: {verdict.reason_code}",
            # Figures cannot be deleted: with 0 here, those of the run are of a verdict before.
            "fire_risk.rows_scored": "0" if scored is None else str(len(scored)),
            "fire_risk.cycle_id": plan.cycle_id,
            "fire_risk.model": spec.name,
            # The list cuts names on the right: what tells runs apart comes first.
            "mlflow.runName": f"{plan.cycle_id} {spec.name}",
            "mlflow.note.content": f"**{verdict.kind}: {verdict.reason_code}.** {verdict.reason}",
        }
    )
    return VerdictShown(page=address, figure=figure)


def _with_losses(spec: ModelSpec, scored: pd.DataFrame) -> pd.DataFrame:
    metric = metric_named(spec.metric)
    truth = scored["y_true"].to_numpy()
    reference = scored["production"] if "production" in scored else scored["baseline"]
    return scored.assign(
        loss_candidate=metric.per_row(truth, scored["candidate"].to_numpy()),
        loss_reference=metric.per_row(truth, reference.to_numpy()),
    )


def _metrics(spec: ModelSpec, scored: pd.DataFrame) -> dict[str, float]:
    truth = scored["y_true"].to_numpy()
    measures: dict[str, Callable[[Any, Any], float | None]] = {
        name: metric_named(name).score for name in (spec.metric, *spec.reported_metrics)
    }
    if spec.task == "classification":
        measures |= {"average_precision": average_precision, "roc_auc": roc_auc}
    found = {
        f"{model}_{name}": measure(truth, scored[model].to_numpy())
        for model in ("candidate", "production", "baseline")
        if model in scored
        for name, measure in measures.items()
    }
    # Ranking is undefined on rows of one class.
    return {name: value for name, value in found.items() if value is not None}

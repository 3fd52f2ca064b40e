"""What each asset of a cycle shows: counts, windows and digests; the verdict with its plot."""

from typing import TYPE_CHECKING, Any

from fire_risk_assets.defs.metadata import (
    digest,
    figure,
    markdown_table,
    page_link,
    present,
    run_link,
    stored_figure,
    version_link,
    wrapped,
)
from fire_risk_assets.settings import Settings

if TYPE_CHECKING:
    from fire_risk_assets.actions.build_snapshots import RowSet
    from fire_risk_assets.actions.judgement import Judgement
    from fire_risk_assets.actions.publish_verdict import VerdictShown
    from fire_risk_assets.actions.train_candidate import Trained


def rows_metadata(rows: "RowSet") -> dict[str, Any]:
    """Return the size, window and digests of a row set, and what became of the rows offered."""
    snapshot = rows.snapshot_of()
    return present(
        {
            "dagster/row_count": snapshot.rows,
            "positives": snapshot.positives,
            "days": snapshot.clusters,
            "from": f"{snapshot.window_from:%Y-%m-%d %H:%M} UTC",
            "until (exclusive)": f"{snapshot.window_until:%Y-%m-%d %H:%M} UTC",
            "as_of": f"{snapshot.as_of:%Y-%m-%d %H:%M} UTC",
            "newest batch": snapshot.batch_seq,
            "content digest": digest(snapshot.content_digest),
            "key digest": digest(snapshot.key_digest),
            "Delta versions (evidence)": snapshot.delta_versions,
            "rows offered": rows.counts,
            "cannot go on": rows.stop["reason"] if rows.stop else None,
        }
    )


def candidate_metadata(trained: "Trained", settings: Settings) -> dict[str, Any]:
    """Return the versions a cycle registered, with links, and why one was not."""
    shown: dict[str, Any] = present({"rejected": trained.refusal})
    for role, version in (
        ("candidate", trained.candidate_of()),
        ("baseline", trained.baseline_of()),
    ):
        if version is not None:
            shown |= present(
                {
                    f"{role} version": version.version,
                    f"{role} sha256": digest(version.artifact_sha256),
                    f"{role} page": version_link(settings, version.model_name, version.version),
                    f"{role} run": run_link(settings, version.run_id),
                }
            )
    return shown or {"nothing fitted": "The cycle ends without a candidate; the verdict says why."}


def verdict_metadata(
    judgement: "Judgement", shown: "VerdictShown", settings: Settings, run_id: str
) -> dict[str, Any]:
    """Return the headline figures of a verdict, one plot, its slices, and where to read more."""
    from fire_risk_assets.actions.publish_verdict import SMALL_FIGURE_PATH

    verdict = judgement.verdict_of()
    title = "Loss differences"
    plot = stored = None
    if shown.figure:
        stored = stored_figure(settings, run_id, SMALL_FIGURE_PATH, title=title)
        plot = figure(shown.figure, title=title)
    slices = [
        {
            "slice": each.name,
            "outcome": each.status,
            "rows": each.rows,
            "change": _short(each.difference),
            "p": _short(each.p_adjusted),
        }
        for each in verdict.slices
    ]
    return present(
        {
            "verdict": f"{verdict.kind}: {verdict.reason_code}",
            "reason": wrapped(verdict.reason),
            "candidate score": verdict.candidate_score,
            "production score": verdict.production_score,
            "baseline score": verdict.baseline_score,
            "difference": verdict.difference,
            "interval low": verdict.ci_low,
            "interval high": verdict.ci_high,
            "p_value": verdict.p_value,
            "alpha": verdict.alpha,
            "slices": markdown_table(slices) if slices else None,
            "plot": stored,
            "loss differences": plot,
            "evidence page": page_link(settings, shown.page, text="verdict.html"),
            "MLflow run": run_link(settings, run_id),
        }
    )


def _short(value: float | None) -> str | None:
    return None if value is None else f"{value:.2g}"

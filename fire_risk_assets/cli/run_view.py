"""What `fire-risk run` did, as people read it: tables of decisions and predictions, sentences."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from fire_risk_assets.cli.landing_view import lying_blocks
from fire_risk_assets.cli.render import Block, Grid
from fire_risk_assets.core.wording import counted

if TYPE_CHECKING:
    from fire_risk_assets.cli.run import RunReport


def done_blocks(report: "RunReport") -> list[Block]:
    """Return what a run did, one table or sentence each."""
    blocks: list[Block] = []
    if report.data is not None:
        counts = report.data
        blocks.append(
            f"Data: {counts['files']} new files, {counts['read']:,} rows read,"
            f" {counts['accepted']:,} accepted, {counts['quarantined']:,} set aside;"
            f" {counts['feature_rows']:,} feature rows built."
        )
    if report.rows:
        columns = ("cycle", "model", "what", "serves", "reason")
        rows = [
            (
                row.cycle_id,
                row.model_name,
                f"{row.kind}: {row.reason_code}",
                row.production_version,
                row.reason,
            )
            for row in report.rows
        ]
        blocks.append(Grid(title="Decided now", columns=columns, rows=rows))
    if report.scored:
        from fire_risk_assets.cli.scoring import scored_blocks

        blocks += scored_blocks(report.scored, title="Predicted now, each day as known then")
    blocks += _not_done(report)
    blocks += [
        f"MLflow was brought into line for {each['model_name']}: {'; '.join(each['actions'])}."
        for each in report.registry
        if each["actions"]
    ]
    if isinstance(report.site, Path):
        blocks.append(
            f"The same as web pages, for who uses neither Dagster nor MLflow: {report.site}"
        )
    if not (blocks or report.failures or report.refusals or report.findings):
        blocks.append("Nothing was owed: data, features and cycles are up to date.")
    return [*blocks, *lying_blocks(report.landing, report.refused_before)]


def _not_done(report: "RunReport") -> Iterable[str]:
    """Say what the figures above leave out; why stands on standard error."""
    for name in dict.fromkeys(each.model_name for each in report.left):
        days = [each.day.isoformat() for each in report.left if each.model_name == name]
        yield f"Not decided, since {name} failed: {counted(len(days), 'cycle')}, {', '.join(days)}."
    refused = [name for name in report.landing["refused"] if name not in report.refused_before]
    if refused:
        yield f"Not taken in, since it was refused: {', '.join(refused)}."

"""Homes with a small real ledger and no MLflow."""

from datetime import UTC, datetime
from pathlib import Path

from fire_risk_assets.adapters.delta_ledger import DeltaLedger
from fire_risk_assets.adapters.delta_tables import DeltaTables
from fire_risk_assets.adapters.file_references import FileReferences
from fire_risk_assets.adapters.home_document import HomeDocument, write_home
from fire_risk_assets.core.tables import every_table
from fire_risk_assets_tests.ledgers import better, event, first, ledger_of, rollback

PARK = {
    "seed": 0,
    "start": "2023-09-28",
    "until": "2026-09-28",
    "drift_from": "2026-05-01",
    "drift_strength": 0.5,
}
SCORES = {"candidate_score": 0.9, "production_score": 1.0, "metric_name": "rmsle"}


def rows_of_a_story():
    """First promotion, a better one, a keep, a rollback: four events of burned_area."""
    return ledger_of(
        first(),
        better(2, "2026-08-10", as_of=datetime(2026, 8, 10, tzinfo=UTC), **SCORES),
        event(cycle_id="2026-08-17", as_of=datetime(2026, 8, 17, tzinfo=UTC), **SCORES),
        rollback(1),
    )


def make_home(folder: Path, *, clock="replay", simulate=PARK, rows=()) -> Path:
    """A home whose tables are all there, with these rows; MLflow's store is not."""
    folder.mkdir(parents=True)
    for table in every_table():
        DeltaTables(folder / "lake").prepare(table)
    ledger = DeltaLedger(folder / "lake")
    for row in rows:
        ledger.append(row)
    write_home(folder, HomeDocument(clock=clock, simulate=simulate or {}))
    return folder


def make_told_home(folder: Path) -> Path:
    """A home with the rows of a story, which its last check found in order."""
    make_home(folder, rows=rows_of_a_story())
    FileReferences(folder / "references").save(
        "burned_area",
        "registry",
        "check",
        {"consistent": True, "checked_at": "2026-08-24T07:00:00Z", "serving_seq": 4},
    )
    return folder

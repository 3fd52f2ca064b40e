"""A home whose ledger holds every kind of event, with texts that try to be more than text."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from fire_risk_assets_tests.cli.ledger_homes import make_home
from fire_risk_assets_tests.ledgers import better, event, first, ledger_of, rollback

HOSTILE = "<script>document.title='owned'</script><img src=x onerror=alert(1)>"
FORMULA = "=cmd|'/c calc'!A1"
CONTROL = "red\x1b[31m\u202edesrever\x00"
ADDRESS = "postgresql://forest:hunter2@db/mlflow"
SAYS = f"{HOSTILE} {FORMULA} {CONTROL} {ADDRESS}"
START = datetime(2026, 8, 3, tzinfo=UTC)


def judged(week, candidate=0.9, production=1.0, **more):
    """The evidence of a cycle so many weeks after the first."""
    as_of = START + timedelta(weeks=week)
    return {
        "as_of": as_of,
        "metric_name": "rmsle",
        "metric_direction": "ASC",
        "candidate_score": candidate,
        "production_score": production,
        "difference": None if production is None else candidate - production,
        "ci_low": None if production is None else candidate - production - 0.05,
        "ci_high": None if production is None else candidate - production + 0.05,
        "p_value": 0.0312,
        "holdout_rows": 104,
        "holdout_clusters": 21,
        "holdout_from": as_of - timedelta(weeks=6),
        "holdout_until": as_of - timedelta(weeks=2),
        "alpha": 0.05,
    } | more


def cycle_id(week):
    return f"{START + timedelta(weeks=week):%Y-%m-%d}"


def story_rows():
    """Eight events of burned_area: version 1, 2, back to 1, and what went wrong between."""
    return ledger_of(
        first(**judged(0, production=None, baseline_score=1.2)),
        better(2, cycle_id(1), **judged(1)),
        event(cycle_id=cycle_id(2), candidate_version=3, **judged(2, candidate=1.03)),
        event("refuse", "out_of_order", "2026-08-09", reason=f"An older cycle. {HOSTILE}"),
        event("fail", "TRAIN", cycle_id(4), request="fail:1", reason=SAYS),
        event("undecided", "too_few_rows", cycle_id(5), as_of=START + timedelta(weeks=5)),
        replace(rollback(1), reason=SAYS, actor=f"cli:{HOSTILE}"),
        replace(event("repair", "drift", "k1", request="repair"), actor="sensor reconcile"),
    )


def quiet_rows():
    """A second model, of which nothing is known but its first version."""
    return ledger_of(first(model_name="fire_occurrence", **judged(0, production=None)))


def make_story_home(folder: Path) -> Path:
    make_home(folder, rows=[*story_rows(), *quiet_rows()])
    file_incident(folder, "fire-7-4")
    return folder


def file_incident(home: Path, name: str, **changes) -> Path:
    """A dossier as `fire-risk investigate` leaves it, as far as the site cares."""
    folder = home / "incidents" / name
    folder.mkdir(parents=True)
    head = {
        "incident_id": name,
        "model_name": "burned_area",
        "cell_id": "7-4",
        "instant": "2026-08-14T12:00:00Z",
        "headline": f"Version 2 said 0.4 ha. {HOSTILE}",
        "more": {"of": "the dossier"},
    } | changes
    (folder / "dossier.json").write_text(json.dumps(head))
    (folder / "index.html").write_text("<!DOCTYPE html><html lang=en><title>7-4</title><p>Why.")
    return folder

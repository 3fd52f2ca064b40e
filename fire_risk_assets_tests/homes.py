"""Real homes for tests: made once a session, copied for each case."""

import shutil
import sqlite3
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow.csv
from deltalake import DeltaTable
from mlflow import MlflowClient

from fire_risk_assets import wiring
from fire_risk_assets.actions.adjudicate_cycle import adjudicate_cycle
from fire_risk_assets.actions.build_features import build_features
from fire_risk_assets.actions.build_snapshots import (
    cut_holdout_for,
    cut_of_cycle,
    holdout_set,
    training_set,
)
from fire_risk_assets.actions.decide_cycle import decide_cycle, recorded_decision
from fire_risk_assets.actions.ingest import ingest
from fire_risk_assets.actions.open_cycle import open_cycle
from fire_risk_assets.actions.record_failure import Failure
from fire_risk_assets.actions.train_candidate import train_candidate
from fire_risk_assets.adapters.landing import LandingFile
from fire_risk_assets.adapters.mlflow_store import EXPERIMENT
from fire_risk_assets.adapters.model_prover import ModelProver
from fire_risk_assets.core.park.settings import ParkSettings
from fire_risk_assets.core.park.simulate import simulate
from fire_risk_assets.settings import read_settings
from fire_risk_assets.wiring.landing import write_park

PROVER = ModelProver()
TINY = "fire_risk_assets_tests.tiny:TINY"
DRAWN = "fire_risk_assets_tests.tiny:DRAWN"
EARLY = datetime(2025, 6, 2, tzinfo=UTC)
FIRST, SECOND, THIRD = (datetime(2025, 9, day, tzinfo=UTC) for day in (8, 15, 22))
PARK = ParkSettings(seed=1, start=date(2025, 1, 1), until=date(2025, 9, 30))


def tiny_settings(home: Path, **changes):
    """Settings of a home with the one tiny model."""
    ours = {"models": (TINY,), "training": {"trials": 0}, "lease_patience_s": 30.0}
    return read_settings(home=home, **ours | changes)


def make_tiny_home(home: Path, **changes) -> None:
    """A home with nine months of a park, its features, and no cycle yet."""
    build_features(make_weathered_home(home, **changes))


def make_weathered_home(home: Path, **changes):
    """The same without features; returns its world."""
    settings = tiny_settings(home, **changes)
    wiring.prepare_home(settings, simulate={"seed": 1})
    world = wiring.open_world(settings)
    park = simulate(PARK)
    for kind in ("cells", "weather", "reports"):
        path = settings.home / f"{kind}.csv"
        pyarrow.csv.write_csv(getattr(park, kind), path)
        report = take_in(world, path)
        assert report.rejected is False
        path.unlink()
    return world


def take_in(world, path: Path):
    """Ingest a file as it lies there; returns the report."""
    return ingest(
        LandingFile(path),
        store=world.tables,
        lease=world.lease,
        clock=world.clock,
        crash=world.crash,
    )


def make_landed_home(settings) -> None:
    """The same with its data taken in by the job `data`: on Dagster's pages they are made."""
    from fire_risk_assets.defs.launch import bring_data_up_to_date

    wiring.prepare_home(settings, simulate={"seed": 1})
    write_park(PARK, settings.landing_folder)
    summary = bring_data_up_to_date(settings)
    assert (summary.files > 0, summary.refused) == (True, 0), summary


def tiny_house(folder):
    """A real home of the tiny model with its settings file; returns the folder both are in."""
    make_tiny_home(folder / "home")
    (folder / "tiny.toml").write_text(f'models = ["{TINY}"]\n[training]\ntrials = 0\n')
    return folder


def rewrite_every_file(home: Path) -> None:
    """Compact each table, take away what is not named any more, and shorten its log."""
    for table in (home / "lake").iterdir():
        delta = DeltaTable(table)
        delta.optimize.compact()
        delta.vacuum(retention_hours=0, enforce_retention_duration=False, dry_run=False)
        delta.create_checkpoint()
        delta.cleanup_metadata()


def copy_home(source: Path, target: Path) -> Path:
    """A copy that is a home of its own: MLflow's store names its artifact folder absolutely."""
    shutil.copytree(source, target)
    document = target / "home.json"
    document.write_text(document.read_text().replace(str(source), str(target)))
    with sqlite3.connect(target / "mlflow" / "mlflow.db") as store:
        tables = {
            "experiments": "artifact_location",
            "runs": "artifact_uri",
            "logged_models": "artifact_location",
            "model_versions": "storage_location",
        }
        for table, column in tables.items():
            store.execute(
                f"UPDATE {table} SET {column} = replace({column}, ?, ?)",  # noqa: S608
                (str(source), str(target)),
            )
    return target


def open_world(settings):
    """The world of a home; all homes of a test process share one prover, to start it once."""
    world = wiring.open_world(settings)
    return replace(world, vault=replace(world.vault, prover=PROVER))


class Attempt:
    """One attempt of a cycle by the actions the assets call, without Dagster, a step at a time.

    Attributes:
        spec, plan, trained, judgement, world, run: What the actions take and have given so far.
        next_step: `start`, `train`, `judge`, `decide`, or None after the decision.
    """

    def __init__(self, settings, world, as_of, model="tiny", cycle_id=None):
        self.spec, self.world = wiring.model_spec(settings, model), world
        self.cycle_id, self.as_of = cycle_id or f"{as_of:%Y-%m-%d}", as_of
        client = MlflowClient(settings.tracking_uri)
        experiment = client.get_experiment_by_name(EXPERIMENT).experiment_id
        self.run = wiring.open_run(settings, client.create_run(experiment).info.run_id, world)
        self.next_step = "start"

    def take(self):
        """Take the next step and return what came of it."""
        return getattr(self, self.next_step)()

    def finish(self):
        """Take every step that is left and return the decision."""
        while self.next_step != "decide":
            self.take()
        return self.decide()

    def start(self):
        """RECONCILE; a decided cycle goes straight to its recorded decision."""
        self.plan = open_cycle(
            self.spec.name,
            self.cycle_id,
            self.as_of,
            actor="test",
            run_id=self.run.run_id,
            seed=0,
            world=self.world,
            begun=lambda: None,
            lineage={},
        ).plan
        self.next_step = "train" if self.plan.decided_event is None else "decide"
        return self.plan

    def train(self):
        """TRAIN, LOADS, REGISTER."""
        spec, plan, world = self.spec, self.plan, self.world
        ledger_rows = world.ledger.rows(spec.name)
        rows = training_set(plan, cut_of_cycle(spec, plan, ledger_rows, world))
        judges = holdout_set(plan, cut_holdout_for(spec, plan, rows, ledger_rows, world))
        for name, made in (("training_set", rows), ("holdout_set", judges)):
            world.references.save(spec.name, plan.cycle_id, name, made.to_json())
        self.trained = train_candidate(
            spec, plan, rows, judges, trials=0, world=world, run=self.run
        )
        self.next_step = "judge"
        return self.trained

    def judge(self):
        """JUDGE."""
        judged = adjudicate_cycle(
            self.spec, self.plan, self.trained, world=self.world, run=self.run
        )
        self.judgement = judged.judgement
        self.next_step = "decide"
        return self.judgement

    def decide(self):
        """COMMIT to VERIFY."""
        self.next_step = None
        if self.plan.decided_event is not None:
            return recorded_decision(self.plan, self.world)
        return decide_cycle(
            self.spec, self.plan, self.trained, self.judgement, world=self.world, run=self.run
        )


def failure(run_id, *, cycle_id="2025-09-08", as_of=FIRST, step="TRAIN", reason="r"):
    """A failed attempt of a cycle of the tiny model."""
    return Failure(
        model_name="tiny",
        cycle_id=cycle_id,
        as_of=as_of,
        run_id=run_id,
        step=step,
        reason=reason,
        actor="test",
    )


def start_cycle(settings, as_of=FIRST, model="tiny", cycle_id=None):
    """The plan of a cycle, with spec, world and an MLflow run for it."""
    attempt = Attempt(settings, open_world(settings), as_of, model, cycle_id)
    return attempt.spec, attempt.start(), attempt.world, attempt.run


def prepare_cycle(settings, as_of=FIRST, model="tiny", cycle_id=None, clock=None):
    """An attempt up to its verdict, not yet decided."""
    world = open_world(settings)
    world = replace(world, clock=clock or world.clock)
    attempt = Attempt(settings, world, as_of, model, cycle_id)
    attempt.start()
    attempt.train()
    attempt.judge()
    return attempt


def run_cycle(settings, as_of=FIRST, model="tiny", cycle_id=None):
    """One whole cycle; returns the decision."""
    return Attempt(settings, open_world(settings), as_of, model, cycle_id).finish()

"""Real homes for tests: made once a session, copied for each case."""

import shutil
import sqlite3
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow.csv
from mlflow import MlflowClient

from fire_risk_assets import wiring
from fire_risk_assets.actions.adjudicate_cycle import adjudicate_cycle
from fire_risk_assets.actions.build_features import build_features
from fire_risk_assets.actions.build_snapshots import cut_rows, holdout_set, training_set
from fire_risk_assets.actions.decide_cycle import decide_cycle, recorded_decision
from fire_risk_assets.actions.ingest import ingest
from fire_risk_assets.actions.judgement import Judgement
from fire_risk_assets.actions.plan_cycle import CyclePlan, plan_cycle
from fire_risk_assets.actions.train_candidate import Trained, train_candidate
from fire_risk_assets.adapters.landing import LandingFile
from fire_risk_assets.adapters.mlflow_store import EXPERIMENT
from fire_risk_assets.adapters.model_prover import ModelProver
from fire_risk_assets.core.ledger.fold import decision_of
from fire_risk_assets.core.models.spec import ModelSpec
from fire_risk_assets.core.park.settings import ParkSettings
from fire_risk_assets.core.park.simulate import simulate
from fire_risk_assets.ports import RunTracker, World
from fire_risk_assets.settings import read_settings

PROVER = ModelProver()
TINY = "fire_risk_assets_tests.tiny:TINY"
EARLY = datetime(2025, 6, 2, tzinfo=UTC)
FIRST, SECOND, THIRD = (datetime(2025, 9, day, tzinfo=UTC) for day in (8, 15, 22))


def tiny_settings(home: Path, **changes):
    """Settings of a home with the one tiny model."""
    ours = {"models": (TINY,), "training": {"trials": 0}, "lease_patience_s": 30.0}
    return read_settings(home=home, **ours | changes)


def make_tiny_home(home: Path) -> None:
    """A home with nine months of a park, its features, and no cycle yet."""
    settings = tiny_settings(home)
    wiring.prepare_home(settings, simulate={"seed": 1})
    world = wiring.open_world(settings)
    park = simulate(ParkSettings(seed=1, start=date(2025, 1, 1), until=date(2025, 9, 30)))
    for kind in ("cells", "weather", "reports"):
        path = home / f"{kind}.csv"
        pyarrow.csv.write_csv(getattr(park, kind), path)
        report = ingest(
            LandingFile(path),
            store=world.tables,
            lease=world.lease,
            clock=world.clock,
            crash=world.crash,
        )
        assert report.rejected is False
        path.unlink()
    build_features(world)


def tiny_house(folder):
    """A real home of the tiny model with its settings file; returns the folder both are in."""
    make_tiny_home(folder / "home")
    (folder / "tiny.toml").write_text(f'models = ["{TINY}"]\n[training]\ntrials = 0\n')
    return folder


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


@dataclass(frozen=True)
class Prepared:
    """A cycle up to its verdict, not yet decided."""

    spec: ModelSpec
    plan: CyclePlan
    trained: Trained
    judgement: Judgement
    world: World
    run: RunTracker

    def decide(self):
        """COMMIT to VERIFY."""
        return decide_cycle(
            self.spec,
            self.plan,
            self.trained,
            self.judgement,
            world=self.world,
            run=self.run,
        )


def start_cycle(settings, as_of=FIRST, model="tiny", cycle_id=None):
    """The plan of a cycle, with spec, world and an MLflow run for it."""
    world = open_world(settings)
    client = MlflowClient(settings.tracking_uri)
    experiment = client.get_experiment_by_name(EXPERIMENT).experiment_id
    run = wiring.open_run(settings, client.create_run(experiment).info.run_id, world)
    plan = plan_cycle(
        model,
        cycle_id or f"{as_of:%Y-%m-%d}",
        as_of,
        actor="test",
        run_id=run.run_id,
        seed=0,
        world=world,
    )
    return wiring.model_spec(settings, model), plan, world, run


def prepare_cycle(settings, as_of=FIRST, model="tiny", cycle_id=None):
    """A cycle up to its verdict, by the same actions the assets call, without Dagster."""
    return judge_started(*start_cycle(settings, as_of, model, cycle_id))


def judge_started(spec, plan, world, run):
    """A started cycle up to its verdict."""
    cut = cut_rows(spec, plan, world.ledger.rows(spec.name), world)
    rows = training_set(plan, cut), holdout_set(plan, cut)
    trained = train_candidate(spec, plan, *rows, trials=0, world=world, run=run)
    judgement = adjudicate_cycle(spec, plan, trained, world=world, run=run).judgement
    return Prepared(spec, plan, trained, judgement, world, run)


def run_cycle(settings, as_of=FIRST, model="tiny", cycle_id=None):
    """One whole cycle; returns the decision."""
    world = open_world(settings)
    cycle = cycle_id or f"{as_of:%Y-%m-%d}"
    if decision_of(world.ledger.rows(model), cycle) is not None:
        _, plan, world, _ = start_cycle(settings, as_of, model, cycle_id)
        return recorded_decision(plan, world)
    return prepare_cycle(settings, as_of, model, cycle_id).decide()

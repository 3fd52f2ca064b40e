"""A failed attempt is on record, in Dagster, in MLflow and in the ledger, and blocks nothing."""

import json
import signal
import subprocess
import sys
from datetime import timedelta

import dagster as dg
import mlflow
import pytest

from fire_risk_assets.actions.attempts import ATTEMPT
from fire_risk_assets.adapters.crash_point import sides
from fire_risk_assets.defs.build import build_definitions
from fire_risk_assets.defs.dead_runs import PROCESS_TAG
from fire_risk_assets.defs.failures import one_line
from fire_risk_assets.defs.instance import open_instance
from fire_risk_assets.defs.launch import as_fact, run_cycle
from fire_risk_assets.defs.resources import Home, world_of
from fire_risk_assets.errors import ArtifactMismatch, FireRiskError, RequestRefused, StepFailed
from fire_risk_assets_tests.defs.runs import dagster_runs, mlflow_endings, mlflow_statuses
from fire_risk_assets_tests.homes import FIRST, SECOND, copy_home, tiny_settings

pytestmark = pytest.mark.slow


def _cycle(settings, as_of=FIRST):
    return run_cycle(settings, "tiny", cycle_id=None, as_of=as_of, actor="test")


def _spoil(home):
    """Make the fire reports unreadable; returns what mends them."""
    files = list((home / "lake" / "fire_reports").glob("*.parquet"))
    contents = {path: path.read_bytes() for path in files}
    for path in files:
        path.write_bytes(b"PAR1" + bytes(200) + b"PAR1")

    def mend():
        for path, content in contents.items():
            path.write_bytes(content)

    return mend


def test_a_failed_attempt_gives_one_fail_row_and_a_retry_decides(house):
    mend = _spoil(house.home)
    with pytest.raises(FireRiskError) as caught:
        _cycle(house)
    world = world_of(house)
    rows = world.ledger.rows("tiny")
    assert [row.kind for row in rows[1:]] == ["fail"]
    assert rows[-1].reason_code == "training_set"
    assert type(caught.value).__name__ in rows[-1].reason
    failed = dagster_runs(house)[0]
    assert failed.status.value == "FAILURE"
    assert mlflow_statuses(house)[failed.run_id] == ["FAILED"]
    assert mlflow.active_run() is None

    mend()
    row = _cycle(house)
    assert [each.kind for each in world.ledger.rows("tiny")[1:]] == ["fail", row.kind]
    retried = dagster_runs(house)[0]
    assert retried.status.value == "SUCCESS"
    assert mlflow_statuses(house)[retried.run_id] == ["FINISHED"]
    assert mlflow_statuses(house)[failed.run_id] == ["FAILED"]


def _launched(settings, **cycle):
    """A run as the launchpad starts it; returns whether it succeeded."""
    job = build_definitions(settings, home=Home(settings)).resolve_job_def("tiny_cycle")
    with open_instance(settings) as instance:
        return job.execute_in_process(
            instance=instance,
            partition_key="2025-09-08",
            run_config={"resources": {"cycle": {"config": cycle}}},
            raise_on_error=False,
        ).success


def test_what_the_plan_refuses_is_a_slip_and_no_failed_attempt(house):
    planned = _cycle(house).cycle_id
    world = world_of(house)
    rows = world.ledger.rows("tiny")
    with pytest.raises(RequestRefused, match="was planned as of"):
        run_cycle(house, "tiny", cycle_id=planned, as_of=SECOND, actor="test")
    assert not _launched(house, cycle_id=planned, as_of="2025-09-09")
    runs = mlflow_statuses(house)
    assert not _launched(house, as_of="2199-01-01")
    assert mlflow_statuses(house) == runs
    assert not _launched(house, as_of="2025-09-09", cycle_id="../x")
    assert not _launched(house, as_of="2025-09-09 00:00", timezone="Nowhere/Land")
    assert world.ledger.rows("tiny") == rows
    assert list(world.references.find("tiny", ATTEMPT)) == []


def test_a_run_of_some_steps_that_ends_well_is_no_killed_attempt(house):
    job = build_definitions(house, home=Home(house)).resolve_job_def("tiny_cycle")
    with open_instance(house) as instance:
        result = job.execute_in_process(
            instance=instance,
            partition_key="2025-09-08",
            asset_selection=[dg.AssetKey(["tiny", "training_set"])],
        )
    assert result.success
    assert list(world_of(house).references.find("tiny", ATTEMPT)) == []


def test_two_failed_attempts_are_two_rows(house):
    _spoil(house.home)
    for _ in range(2):
        with pytest.raises(FireRiskError):
            _cycle(house)
    rows = world_of(house).ledger.rows("tiny")
    assert [row.kind for row in rows[1:]] == ["fail", "fail"]
    assert rows[1].event_id != rows[2].event_id


def test_a_run_is_refused_while_another_mlflow_run_is_active(house):
    mlflow.set_tracking_uri(house.tracking_uri)
    mlflow.set_experiment("fire_risk")
    with mlflow.start_run() as stray:
        with pytest.raises(FireRiskError, match=stray.info.run_id):
            _cycle(house)
        assert mlflow.active_run().info.run_id == stray.info.run_id
    assert world_of(house).ledger.rows("tiny")[-1].kind == "fail"


def test_a_first_cycle_that_fails_before_its_plan_leaves_a_replayed_past_in_the_past(
    fresh_home, tmp_path
):
    settings = tiny_settings(copy_home(fresh_home, tmp_path / "home"))
    mlflow.set_tracking_uri(settings.tracking_uri)
    mlflow.set_experiment("fire_risk")
    with mlflow.start_run(), pytest.raises(FireRiskError):
        _cycle(settings)
    world = world_of(settings)
    (failed,) = world.ledger.rows("tiny")
    assert (failed.kind, failed.as_of) == ("fail", FIRST)
    assert failed.decided_at == FIRST + timedelta(hours=6)
    assert failed.dagster_run_id == dagster_runs(settings)[0].run_id
    assert _cycle(settings).decided_at == FIRST + timedelta(hours=6)
    world.vault.prover.stop()


def test_a_home_that_cannot_be_opened_ends_the_first_step_with_the_remedy(house):
    store = house.home / "mlflow" / "mlflow.db"
    job = build_definitions(house, home=Home(house)).resolve_job_def("tiny_cycle")
    with open_instance(house) as instance:
        store.rename(store.with_suffix(".away"))
        result = job.execute_in_process(
            instance=instance, partition_key="2025-09-08", raise_on_error=False
        )
        store.with_suffix(".away").rename(store)
    (failed,) = [event for event in result.all_events if event.is_step_failure]
    assert failed.step_key == "tiny__training_set"
    said = failed.step_failure_data.user_failure_data.description
    assert "mlflow.db is missing" in said
    assert "from a backup" in said
    assert PROCESS_TAG in dagster_runs(house)[0].tags


def test_a_foreign_error_becomes_a_fact_with_the_error_behind_it():
    foreign = ZeroDivisionError("deep down, token=abc")
    fact = as_fact(foreign, "tiny_cycle")
    assert isinstance(fact, StepFailed)
    assert fact.__cause__ is foreign
    assert str(fact) == "tiny_cycle failed: ZeroDivisionError: deep down, token=***"


@pytest.mark.parametrize("error", [ArtifactMismatch("a fact"), KeyboardInterrupt()], ids=repr)
def test_a_fact_and_an_interrupt_reach_the_caller_as_they_are(error):
    assert as_fact(error, "tiny_cycle") is error


def _cycle_in_a_child(home, before="", **changes):
    """Run the cycle in a process of its own; returns its exit status and error output."""
    code = """
import json, sys
from datetime import datetime
from pathlib import Path
from fire_risk_assets.defs.launch import run_cycle
from fire_risk_assets_tests.homes import tiny_settings
home, as_of, changes = json.loads(sys.argv[1])
settings = tiny_settings(Path(home)).model_copy(update=changes)
run_cycle(settings, "tiny", cycle_id=None, as_of=datetime.fromisoformat(as_of), actor="test")
"""
    code = f"{before}\n{code}"
    arguments = json.dumps([str(home), FIRST.isoformat(), changes])
    done = subprocess.run(
        [sys.executable, "-c", code, arguments], capture_output=True, text=True, timeout=120
    )
    assert done.stdout == ""
    return done.returncode, done.stderr


def test_a_killed_cycle_is_recorded_and_its_runs_are_ended_before_the_next(house):
    status, _ = _cycle_in_a_child(house.home, crash="COMMIT:before")
    assert status == -signal.SIGKILL
    killed = dagster_runs(house)[0]
    assert killed.status.value == "STARTED"

    row = _cycle(house)
    kinds = [each.kind for each in world_of(house).ledger.rows("tiny")[1:]]
    assert kinds == ["fail", row.kind]
    assert world_of(house).ledger.rows("tiny")[1].reason_code == "killed"
    with open_instance(house) as instance:
        assert instance.get_run_by_id(killed.run_id).status.value == "FAILURE"
    assert mlflow_statuses(house)[killed.run_id] == ["FAILED"]
    assert mlflow_endings(house)[killed.run_id] == ["killed: its process no longer exists"]


def test_a_cycle_killed_while_mlflow_starts_its_run_is_recorded_as_of_its_instant(house):
    dies = "import os, mlflow; mlflow.start_run = lambda *_, **__: os.kill(os.getpid(), 9)"
    status, _ = _cycle_in_a_child(house.home, before=dies)
    assert status == -signal.SIGKILL
    killed = dagster_runs(house)[0].run_id
    _cycle(house)
    row = world_of(house).ledger.rows("tiny")[1]
    assert (row.reason_code, row.as_of, row.dagster_run_id) == ("killed", FIRST, killed)


@pytest.mark.parametrize("point", sides("REPORT"))
def test_a_cycle_killed_at_its_report_has_decided_and_is_not_judged_again__f12(house, point):
    status, _ = _cycle_in_a_child(house.home, crash=point)
    assert status == -signal.SIGKILL
    decided = world_of(house).ledger.rows("tiny")
    assert decided[-1].kind == "promote"
    assert _cycle(house) == decided[-1]
    assert world_of(house).ledger.rows("tiny") == decided


def test_an_interrupted_cycle_is_recorded_and_its_mlflow_run_says_so(house):
    status, said = _cycle_in_a_child(
        house.home, models=("fire_risk_assets_tests.defs.interrupting:SPEC",)
    )
    assert status == -signal.SIGINT
    assert said.strip().splitlines()[-1] == "KeyboardInterrupt"
    run = dagster_runs(house)[0]
    assert run.status.value == "FAILURE"
    assert mlflow_statuses(house)[run.run_id] == ["FAILED"]
    assert mlflow_endings(house)[run.run_id] == ["interrupted"]
    row = world_of(house).ledger.rows("tiny")[-1]
    assert (row.kind, row.reason_code) == ("fail", "killed")
    assert (row.as_of, row.dagster_run_id) == (FIRST, run.run_id)


def test_a_reason_is_one_short_line_without_credentials__s13():
    error = ArtifactMismatch(
        "at s3://key:hunter2@bucket/x\n password=hunter2 and TOKEN: hunter2 " + "x" * 900
    )
    text = one_line(error)
    assert "hunter2" not in text
    assert "\n" not in text
    assert len(text) <= 300

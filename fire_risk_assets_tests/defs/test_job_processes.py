"""Runs of the cycle job in real processes: at once, and killed with their key used up."""

import shutil
import signal
from pathlib import Path

import dagster as dg
import pytest
from mlflow import MlflowClient

import fire_risk_assets
import fire_risk_assets_tests
from fire_risk_assets.actions.check_invariants import check_invariants
from fire_risk_assets.adapters.provenance import code_version
from fire_risk_assets.defs.build import build_definitions
from fire_risk_assets.defs.instance import open_instance
from fire_risk_assets.defs.resources import Home, world_of
from fire_risk_assets.defs.sensors import reconcile_now, requested
from fire_risk_assets.wiring import model_spec
from fire_risk_assets_tests.defs.jobs_in_children import run_at_once
from fire_risk_assets_tests.defs.runs import dagster_runs, mlflow_statuses

pytestmark = pytest.mark.slow

KEY = "2025-09-08"
RUN_KEY = "dagster/run_key"


def _findings(settings):
    world = world_of(settings)
    return check_invariants(model_spec(settings, "tiny"), world, at_rest=True)


def test_four_runs_of_one_tick_at_once_and_one_after_them_make_one_decision__f14(house):
    before = world_of(house).ledger.rows("tiny")
    asked = (house.home, KEY, {RUN_KEY: f"tiny:{KEY}"}, {"lease_patience_s": 200.0})
    assert run_at_once(*[asked] * 4) == [0] * 4
    rows = world_of(house).ledger.rows("tiny")
    assert rows[:-1] == before
    assert (rows[-1].kind, rows[-1].cycle_id) == ("promote", KEY)
    job = build_definitions(house, home=Home(house)).resolve_job_def("tiny_cycle")
    with open_instance(house) as instance:
        assert job.execute_in_process(instance=instance, partition_key=KEY).success
    assert world_of(house).ledger.rows("tiny") == rows
    versions = world_of(house).registry.versions("tiny")
    assert [v.version for v in versions if v.stage == "Production"] == [rows[-1].production_version]
    assert {run.status.value for run in dagster_runs(house)} == {"SUCCESS"}
    assert {each for ended in mlflow_statuses(house).values() for each in ended} == {"FINISHED"}
    assert _findings(house) == []


def test_a_cycle_whose_run_was_killed_is_run_again_under_a_key_of_its_own__f32(house):
    home = Home(house)
    with open_instance(house) as instance:
        (first,) = requested(home, "tiny", [KEY], instance).run_requests
    asked = (house.home, KEY, {RUN_KEY: first.run_key}, {"crash": "JUDGE:after"})
    assert run_at_once(asked) == [-signal.SIGKILL]
    killed = dagster_runs(house)[0]
    assert (killed.status.value, killed.tags[RUN_KEY]) == ("STARTED", first.run_key)
    with open_instance(house) as instance:
        held = requested(home, "tiny", [KEY], instance)
        assert held.skip_reason.skip_message == f"Waiting for {KEY}."
        said = reconcile_now(home, "tiny", instance)
        assert f"Recorded as killed: {KEY}." in said
        assert f"Ended dead runs: {killed.run_id}." in said
        assert instance.get_run_by_id(killed.run_id).status.value == "FAILURE"
        assert mlflow_statuses(house)[killed.run_id] == ["FAILED"]
        (second,) = requested(home, "tiny", [KEY], instance).run_requests
        assert second.run_key != first.run_key
        job = build_definitions(house, home=home).resolve_job_def("tiny_cycle")
        tags = {RUN_KEY: second.run_key}
        assert job.execute_in_process(instance=instance, partition_key=KEY, tags=tags).success
        assert not requested(home, "tiny", [KEY], instance).run_requests
    rows = world_of(house).ledger.rows("tiny")[1:]
    assert [(row.kind, row.reason_code) for row in rows] == [
        ("fail", "killed"),
        ("promote", "better"),
    ]
    assert rows[0].dagster_run_id == killed.run_id
    assert _findings(house) == []


@pytest.fixture(scope="module")
def other_code(tmp_path_factory):
    """A folder whose `fire_risk_assets` says and does the same and is another version."""
    folder = tmp_path_factory.mktemp("code")
    shutil.copytree(Path(fire_risk_assets.__file__).parent, folder / "fire_risk_assets")
    tests = Path(fire_risk_assets_tests.__file__).parent
    (folder / "fire_risk_assets_tests").symlink_to(tests, target_is_directory=True)
    with (folder / "fire_risk_assets" / "core" / "adjudication.py").open("a") as module:
        module.write("\n# Changed.\n")
    return folder


@pytest.mark.parametrize(
    ("killed_at", "rest", "judged_by_other"),
    [
        ("JUDGE:before", ["adjudication_result", "production_model_pointer"], False),
        ("LEASE:before", ["production_model_pointer"], True),
    ],
)
def test_a_row_names_the_code_that_judged_though_other_code_trained_or_decided__f34(
    house, other_code, killed_at, rest, judged_by_other
):
    asked = (house.home, KEY, {}, {"crash": killed_at})
    assert run_at_once(asked, code=other_code) == [-signal.SIGKILL]
    killed = dagster_runs(house)[0]
    job = build_definitions(house, home=Home(house)).resolve_job_def("tiny_cycle")
    with open_instance(house) as instance:
        reconcile_now(Home(house), "tiny", instance)
        done = job.execute_in_process(
            instance=instance,
            partition_key=KEY,
            asset_selection=[dg.AssetKey(["tiny", name]) for name in rest],
        )
    assert done.success
    row = world_of(house).ledger.rows("tiny")[-1]
    fitted = MlflowClient(house.tracking_uri).get_run(row.mlflow_run_id).data.tags
    assert fitted["dagster_run_id"] == killed.run_id
    assert fitted["fire_risk.code_version"] != code_version()
    expected = fitted["fire_risk.code_version"] if judged_by_other else code_version()
    assert (row.kind, row.cycle_id, row.code_version) == ("promote", KEY, expected)
    candidates = [v for v in world_of(house).registry.versions("tiny") if v.tags["cycle_id"] == KEY]
    assert [v.version for v in candidates] == [row.candidate_version]
    assert _findings(house) == []

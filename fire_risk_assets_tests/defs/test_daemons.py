"""Real daemons over one home: a storm of requests, a code server that dies, a second daemon."""

import os
import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fire_risk_assets.actions.check_invariants import check_invariants
from fire_risk_assets.defs.build import build_definitions
from fire_risk_assets.defs.dead_runs import PROCESS_TAG
from fire_risk_assets.defs.instance import LOCATION, open_instance
from fire_risk_assets.defs.owed import switched_on
from fire_risk_assets.defs.partitions import cycle_partitions, keys_between
from fire_risk_assets.defs.resources import PARTITION_TAG, Home, world_of
from fire_risk_assets.defs.sensors import reconcile_now, requested
from fire_risk_assets.wiring import model_spec
from fire_risk_assets_tests.defs.daemons import SCHEDULE, daemons, switch_on, until
from fire_risk_assets_tests.defs.runs import dagster_runs
from fire_risk_assets_tests.homes import copy_home, tiny_settings
from fire_risk_assets_tests.proc import states_of_children

pytestmark = pytest.mark.slow

KEY = "2025-09-08"
STORM = """
import dagster as dg
from fire_risk_assets import definitions

REQUEST = dg.RunRequest(run_key="storm", partition_key="{key}")

@dg.sensor(
    job_name="tiny_cycle",
    default_status=dg.DefaultSensorStatus.RUNNING,
    minimum_interval_seconds=1,
)
def storm(context):
    return dg.SensorResult(run_requests=[REQUEST] * 100)

defs = dg.Definitions.merge(definitions.defs, dg.Definitions(sensors=[storm]))
"""
WORKSPACE = """
load_from:
  - python_file:
      relative_path: {file}
      location_name: {location}
"""


@pytest.fixture(scope="module")
def neglected_home(tmp_path_factory, served_home):
    """A home whose schedule has been on for weeks, and no daemon ran."""
    home = copy_home(served_home, tmp_path_factory.mktemp("daemons") / "home")
    switch_on(tiny_settings(home), datetime.now(UTC) - timedelta(weeks=4))
    return home


@pytest.fixture
def neglected(neglected_home, tmp_path):
    settings = tiny_settings(copy_home(neglected_home, tmp_path / "home"))
    yield settings
    world_of(settings).vault.prover.stop()


def _expected(settings):
    with open_instance(settings) as instance:
        since = switched_on(instance, SCHEDULE)
    return keys_between(cycle_partitions(settings.cycles), since, datetime.now(UTC))


def _runs(settings, key):
    return [run for run in dagster_runs(settings) if run.tags.get(PARTITION_TAG) == key]


def _code_servers(daemon):
    """The processes a daemon asks for what our code says."""
    return [
        number
        for number in states_of_children(daemon.pid)
        if b"grpc" in Path(f"/proc/{number}/cmdline").read_bytes()
    ]


def _under_way(settings, key):
    """Whether a process works on the cycle."""
    return any(
        PROCESS_TAG in run.tags and run.status.value == "STARTED" for run in _runs(settings, key)
    )


def _over(settings, key):
    """Whether every run of the cycle has ended."""
    return all(run.is_finished for run in _runs(settings, key))


def _decisions(settings):
    return [row for row in world_of(settings).ledger.rows("tiny")[1:] if row.kind != "fail"]


def _findings(settings):
    world = world_of(settings)
    return check_invariants(model_spec(settings, "tiny"), world, at_rest=True)


def _completed(settings, key):
    """Bury what died and run again what is still owed, as the sensors do."""
    home = Home(settings)
    job = build_definitions(settings, home=home).resolve_job_def("tiny_cycle")
    with open_instance(settings) as instance:
        reconcile_now(home, "tiny", instance)
        for each in requested(home, "tiny", [key], instance).run_requests:
            job.execute_in_process(instance=instance, partition_key=each.partition_key)


def test_a_hundred_requests_of_one_key_are_one_run_and_its_code_server_may_die__f33_f34(house):
    with open_instance(house):
        pass
    file = house.home / "storm.py"
    file.write_text(STORM.format(key=KEY))
    workspace = WORKSPACE.format(file=file, location=LOCATION)
    (house.dagster_home / "workspace.yaml").write_text(workspace)
    with daemons(house, 1) as (daemon,):
        until(lambda: _under_way(house, KEY), "no run began")
        servers = _code_servers(daemon)
        assert servers
        for number in servers:
            os.kill(number, signal.SIGKILL)
        until(lambda: _over(house, KEY), "the run never ended")
        log = (house.home / "logs" / "daemon0.log").read_text()
    (run,) = _runs(house, KEY)
    assert log.count(f"{run.run_id} already created with the run key `storm`") == 99
    _completed(house, KEY)
    (row,) = _decisions(house)
    assert (row.kind, row.cycle_id) == ("promote", KEY)
    failed = [row for row in world_of(house).ledger.rows("tiny") if row.kind == "fail"]
    ended = "SUCCESS" if row.dagster_run_id == run.run_id else "FAILURE"
    assert run.status.value == ended
    assert [row.dagster_run_id for row in failed] == [run.run_id] * (ended == "FAILURE")
    assert _findings(house) == []


def test_two_daemons_over_one_home_decide_a_missed_cycle_once_and_the_oldest_first__f33(neglected):
    oldest, *later = _expected(neglected)
    with daemons(neglected, 2):
        until(lambda: _decisions(neglected), "nothing was decided")
        until(lambda: all(run.is_finished for run in _runs(neglected, oldest)), "a run never ended")
    assert not any(_runs(neglected, key) for key in later)
    _completed(neglected, oldest)
    (row,) = _decisions(neglected)
    assert row.cycle_id == oldest
    assert row.reason_code != "out_of_order"
    assert _findings(neglected) == []

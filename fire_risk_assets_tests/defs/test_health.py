"""The doctor in Dagster: cycles that never ran, runs left over, the check and its schedule."""

import os
from datetime import timedelta

import dagster as dg
import pytest
from mlflow import MlflowClient

from fire_risk_assets.core.diagnosis.overdue import Overdue
from fire_risk_assets.defs.build import build_definitions, home_resource
from fire_risk_assets.defs.health import diagnose_home, health_check, overdue
from fire_risk_assets.defs.instance import open_instance
from fire_risk_assets.defs.resources import PARTITION_TAG, Home
from fire_risk_assets_tests.defs.daemons import switch_on
from fire_risk_assets_tests.defs.later import Later
from fire_risk_assets_tests.defs.test_dead_runs import marked
from fire_risk_assets_tests.homes import EARLY

pytestmark = pytest.mark.slow

WEEK = timedelta(weeks=1)


def looked(settings, instance):
    """What the check finds, as the nightly job runs it."""
    result = dg.materialize(
        [health_check()],
        resources={"home": home_resource(Home(settings))},
        instance=instance,
        selection=dg.AssetSelection.checks(health_check()),
    )
    (found,) = result.get_asset_check_evaluations()
    return found


def test_cycles_a_schedule_promised_and_nobody_ran_are_named(house):
    home = Later(house, EARLY + 3 * WEEK + timedelta(hours=2))
    job = build_definitions(house, home=home).resolve_job_def("tiny_cycle")
    keys = [f"{EARLY + place * WEEK:%Y-%m-%d}" for place in (1, 2, 3)]
    with open_instance(house) as instance:
        assert overdue(home, "tiny", instance) == Overdue()
        switch_on(house, EARLY + timedelta(hours=1))
        assert overdue(home, "tiny", instance) == Overdue(due=tuple(keys))
        instance.create_run_for_job(
            job, tags={PARTITION_TAG: keys[0]}, status=dg.DagsterRunStatus.STARTED
        )
        for _ in range(3):
            run = instance.create_run_for_job(job, tags={PARTITION_TAG: keys[1]})
            instance.report_run_failed(run, "died")
        assert overdue(home, "tiny", instance) == Overdue(due=(keys[2],), given_up=(keys[1],))
        found = diagnose_home(home, instance).findings
    assert [(each.code, each.found) for each in found] == [
        (
            "I27",
            f"cycle {keys[1]}, which the schedule promised, has no decision and is not tried any"
            " more",
        ),
        ("I27", f"cycle {keys[2]}, which the schedule promised, has no decision"),
    ]
    assert "MODEL_missed_cycles" in found[0].remedy


def test_a_tick_of_this_hour_is_not_missed_yet(house):
    switch_on(house, EARLY + timedelta(hours=1))
    with open_instance(house) as instance:
        for minutes, due in ((59, ()), (60, (f"{EARLY + WEEK:%Y-%m-%d}",))):
            home = Later(house, EARLY + WEEK + timedelta(minutes=minutes))
            assert overdue(home, "tiny", instance) == Overdue(due=due)


def test_dead_runs_of_dagster_are_told_after_a_week_and_not_ended(house):
    job = build_definitions(house, home=Home(house)).resolve_job_def("tiny_cycle")
    dead = {"host": os.uname().nodename, "pid": 2**22 + 1, "started": 0.0}
    with open_instance(house) as instance:
        run = marked(instance, job, dg.DagsterRunStatus.STARTED, dead)
        begun = instance.get_run_record_by_id(run.run_id).create_timestamp
        for later, codes in ((timedelta(days=6), []), (timedelta(days=7), ["I25"])):
            found = diagnose_home(Later(house, begun + later), instance).findings
            mine = [each for each in found if run.run_id in each.found]
            assert [each.code for each in mine] == codes
        assert instance.get_run_by_id(run.run_id).status.value == "STARTED"


def test_the_check_passes_on_a_whole_home_and_does_not_block(house):
    with open_instance(house) as instance:
        found = looked(house, instance)
    assert found.passed
    assert not found.blocking
    assert found.metadata["cycles"].value == 1
    assert found.metadata["snapshots rebuilt"].value == 2


def test_the_check_fails_with_counts_a_sample_and_the_remedies(house):
    client = MlflowClient(house.tracking_uri)
    client.set_registered_model_alias("tiny", "production", "1")
    client.transition_model_version_stage("tiny", "1", "Production")
    with open_instance(house) as instance:
        found = looked(house, instance)
    assert not found.passed
    assert found.metadata["findings"].value == 3
    assert found.metadata["counts"].value == {"I1": 1, "I5": 1, "I18": 1}
    assert found.description == "tiny: I1: alias names version 1, which no row promoted"
    assert "fire-risk reconcile" in found.metadata["recovery"].value
    assert "I18: in stage Production: [1, 2]" in found.metadata["sample"].value


def test_the_doctor_looks_every_night_where_there_is_a_home_and_no_cycle_pays_for_it(house):
    definitions = build_definitions(house, home=Home(house))
    repository = definitions.get_repository_def()
    schedule = repository.get_schedule_def("doctor_daily")
    assert schedule.default_status is dg.DefaultScheduleStatus.RUNNING
    assert schedule.job_name == "doctor"
    key = health_check().check_key
    cycle = definitions.resolve_job_def("tiny_cycle").asset_layer.asset_graph
    assert key not in cycle.asset_check_keys
    doctor = definitions.resolve_job_def("doctor").asset_layer.asset_graph
    assert set(doctor.asset_check_keys) == {key}

"""Runs and attempts whose process is gone: ended on this host, told of another one."""

import os
from datetime import timedelta
from uuid import uuid4

import dagster as dg
import pytest
from mlflow import MlflowClient

from fire_risk_assets.actions.attempts import ATTEMPT
from fire_risk_assets.adapters.mlflow_store import EXPERIMENT
from fire_risk_assets.defs.build import build_definitions
from fire_risk_assets.defs.dead_runs import PROCESS_TAG, UNMARKED, bury_dead_runs, mark_of
from fire_risk_assets.defs.instance import open_instance
from fire_risk_assets.defs.resources import Home, world_of
from fire_risk_assets.defs.sensors import reconcile_now
from fire_risk_assets_tests.defs.later import Later

pytestmark = pytest.mark.slow

SECONDS = timedelta(seconds=30)


def marked(instance, job, status, process, *, of=None):
    """A run that has named its process, or carries the mark of another one."""
    run_id = str(uuid4())
    tags = {PROCESS_TAG: mark_of(of or run_id, process)}
    return instance.create_run_for_job(job, run_id=run_id, status=status, tags=tags)


def test_a_dead_run_is_reported_only_after_its_mlflow_run_was_ended(house):
    job = build_definitions(house, home=Home(house)).resolve_job_def("tiny_cycle")
    client = MlflowClient(house.tracking_uri)
    experiment = client.get_experiment_by_name(EXPERIMENT).experiment_id
    impatient = house.registry.model_copy(update={"retries": 0, "timeout_s": 1})
    # Port 9 discards; nothing listens there.
    down = house.model_copy(update={"mlflow_uri": "http://127.0.0.1:9", "registry": impatient})
    dead = {"host": os.uname().nodename, "pid": 2**22 + 1, "started": 0.0}
    with open_instance(house) as instance:
        run = marked(instance, job, dg.DagsterRunStatus.CANCELING, dead)
        theirs = client.create_run(experiment, tags={"dagster_run_id": run.run_id})
        assert "RegistryUnavailable" in reconcile_now(_Elsewhere(house, down), "tiny", instance)
        assert instance.get_run_by_id(run.run_id).status.value == "CANCELING"
        assert run.run_id in reconcile_now(Home(house), "tiny", instance)
        assert instance.get_run_by_id(run.run_id).status.value == "FAILURE"
    assert client.get_run(theirs.info.run_id).info.status == "FAILED"


def test_a_run_that_no_process_took_up_is_ended_after_the_stated_time(house):
    job = build_definitions(house, home=Home(house)).resolve_job_def("tiny_cycle")
    with open_instance(house) as instance:
        run = instance.create_run_for_job(job, status=dg.DagsterRunStatus.STARTING)
        launched = instance.get_run_record_by_id(run.run_id).update_timestamp
        for wait, status in ((UNMARKED - SECONDS, "STARTING"), (UNMARKED + SECONDS, "FAILURE")):
            bury_dead_runs(instance, Later(house, launched + wait))
            assert instance.get_run_by_id(run.run_id).status.value == status
        said = [entry.message for entry in instance.all_logs(run.run_id)]
    assert "No process took this run up within 10 minutes." in said[-1]


def test_a_run_executed_again_is_not_dead_because_the_first_one_ended(house):
    job = build_definitions(house, home=Home(house)).resolve_job_def("tiny_cycle")
    gone = {"host": os.uname().nodename, "pid": 2**22 + 1, "started": 0.0}
    with open_instance(house) as instance:
        # Dagster copies the tags of the run that is repeated, ours too.
        run = marked(instance, job, dg.DagsterRunStatus.STARTING, gone, of=str(uuid4()))
        assert bury_dead_runs(instance, Home(house)).ended == ()
        assert instance.get_run_by_id(run.run_id).status.value == "STARTING"
        instance.report_run_failed(run, "The test is over.")


def test_a_run_of_another_host_is_left_alone_and_told(house):
    job = build_definitions(house, home=Home(house)).resolve_job_def("tiny_cycle")
    theirs = {"host": "attic", "pid": 2**22 + 1, "started": 0.0}
    with open_instance(house) as instance:
        run = marked(instance, job, dg.DagsterRunStatus.STARTED, theirs)
        said = reconcile_now(Home(house), "tiny", instance)
        assert instance.get_run_by_id(run.run_id).status.value == "STARTED"
    assert f"maybe holding the queue: {run.run_id} on attic; if a host is gone" in said


def test_an_attempt_of_another_host_is_dead_once_its_run_has_ended(house):
    job = build_definitions(house, home=Home(house)).resolve_job_def("tiny_cycle")
    theirs = {"host": "attic", "pid": 2**22 + 1, "started": 0.0}
    with open_instance(house) as instance:
        run = marked(instance, job, dg.DagsterRunStatus.STARTED, theirs)
        attempt = {"run_id": run.run_id, "as_of": "2025-09-22T00:00:00Z", "process": theirs}
        world_of(house).references.save("tiny", "2025-09-22", f"{ATTEMPT}theirs", attempt)
        assert "Recorded as killed" not in reconcile_now(Home(house), "tiny", instance)
        instance.report_run_failed(run, "An operator ended it: the attic is gone.")
        assert "Recorded as killed: 2025-09-22." in reconcile_now(Home(house), "tiny", instance)
    row = world_of(house).ledger.rows("tiny")[-1]
    assert (row.kind, row.dagster_run_id) == ("fail", run.run_id)


class _Elsewhere(Home):
    """A home whose settings name an MLflow that does not answer."""

    def __init__(self, house, down):
        super().__init__(down)
        self._house = house

    @property
    def world(self):
        return world_of(self._house)

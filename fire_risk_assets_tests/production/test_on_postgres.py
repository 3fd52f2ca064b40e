"""Cycles of two processes over one home whose databases and leases are on Postgres."""

import signal

import pytest

from fire_risk_assets.core.leases import promotion
from fire_risk_assets.defs.build import build_definitions
from fire_risk_assets.defs.instance import open_instance
from fire_risk_assets.defs.jobs import MODEL_TAG
from fire_risk_assets.defs.resources import Home
from fire_risk_assets.errors import InstanceUnavailable, StoreBroken
from fire_risk_assets.wiring import lease_of, open_world, require_changeable
from fire_risk_assets_tests.defs.runs import dagster_runs, mlflow_statuses
from fire_risk_assets_tests.faults.aftermath import findings
from fire_risk_assets_tests.homes import EARLY, FIRST, SECOND, tiny_settings
from fire_risk_assets_tests.production.houses import make_house, run_at_once, variables_of
from fire_risk_assets_tests.production.postgres import ENCODED, PASSWORD

pytestmark = pytest.mark.slow


@pytest.fixture
def on_postgres(postgres, tmp_path, monkeypatch):
    """Settings of a new home, and what is set apart from a home on files."""
    for name, value in variables_of(postgres).items():
        monkeypatch.setenv(name, value)
    changes = {"mlflow_uri": postgres.made("mlflow"), "lease_uri": postgres.made("leases")}
    make_house(tmp_path / "home", **changes)
    return tiny_settings(tmp_path / "home", **changes), changes


def places_of_the_password(settings, postgres, *said):
    shown = (PASSWORD, ENCODED)
    files = [path for path in settings.home.rglob("*") if path.is_file()]
    found = [p for p in files if any(text.encode() in p.read_bytes() for text in shown)]
    dumped = postgres.dumped()
    found += ["a database" for text in shown if text in dumped]
    return found + [text for text in said if any(each in text for each in shown)]


def test_dagster_takes_the_profile_as_it_is_meant__s20(on_postgres):
    settings, _ = on_postgres
    with open_instance(settings) as instance:
        told = instance.get_concurrency_config()
        (of_models,) = told.run_queue_config.tag_concurrency_limits
        assert told.run_queue_config.max_concurrent_runs == 4
        assert (of_models["key"], of_models["limit"]) == (MODEL_TAG, 1)
        assert told.pool_config.default_pool_limit == 2
        assert (instance.run_monitoring_enabled, instance.run_retries_enabled) == (True, True)
        assert (instance.run_retries_max_retries, instance.telemetry_enabled) == (2, False)
    job = build_definitions(settings, home=Home(settings)).resolve_job_def("tiny_cycle")
    limited = [(node.name, node.pool) for node in job.graph.node_defs if node.pool]
    assert limited == [("tiny__candidate_model", "training")]


def test_cycles_of_two_processes_at_once_are_each_decided_once__s12_s13_s14(on_postgres, postgres):
    settings, changes = on_postgres
    dates = (EARLY, FIRST, SECOND)
    (one, told, warned), (other, told_too, warned_too) = run_at_once(
        settings.home, changes, dates, dates
    )
    assert (one, other) == (0, 0), warned + warned_too
    assert told == told_too
    rows = open_world(settings).ledger.rows("tiny")
    decided = [row.cycle_id for row in rows]
    assert decided == [f"{as_of:%Y-%m-%d}" for as_of in dates]
    assert findings(settings) == []
    assert {run.status.value for run in dagster_runs(settings)} == {"SUCCESS"}
    statuses = mlflow_statuses(settings).values()
    assert {status for of_run in statuses for status in of_run} == {"FINISHED"}
    assert not list(settings.home.rglob("*.db"))
    assert places_of_the_password(settings, postgres, told, warned, warned_too) == []


def test_a_cycle_killed_under_its_lease_is_completed_by_the_next_process(on_postgres, postgres):
    settings, changes = on_postgres
    ((killed, *_),) = run_at_once(settings.home, {**changes, "crash": "COMMIT:before"}, [FIRST])
    assert killed == -signal.SIGKILL
    with lease_of(settings).hold(promotion("tiny"), patience_s=5.0):
        pass
    ((done, _, warned),) = run_at_once(settings.home, changes, [FIRST])
    assert done == 0, warned
    rows = open_world(settings).ledger.rows("tiny")
    assert [(row.kind, row.cycle_id) for row in rows] == [
        ("fail", "2025-09-08"),
        ("promote", "2025-09-08"),
    ]
    assert findings(settings) == []
    assert places_of_the_password(settings, postgres, warned) == []


def test_databases_that_are_empty_or_refuse_are_named_and_no_password_is(
    on_postgres, postgres, monkeypatch, caplog, capfd
):
    settings, changes = on_postgres
    emptied = {**changes, "mlflow_uri": postgres.made("emptied")}
    with pytest.raises(StoreBroken, match="has no table alembic_version: it is empty") as broken:
        require_changeable(tiny_settings(settings.home, **emptied))
    monkeypatch.setenv("DAGSTER_POSTGRES_PASSWORD", f"{PASSWORD}x")
    with pytest.raises(InstanceUnavailable, match="password authentication failed") as refused:
        open_instance(settings)
    monkeypatch.delenv("DAGSTER_POSTGRES_PASSWORD")
    with pytest.raises(InstanceUnavailable, match="DAGSTER_POSTGRES_PASSWORD") as unset:
        open_instance(settings)
    said = [str(each.value) for each in (broken, refused, unset)]
    said += [caplog.text, *capfd.readouterr()]
    assert places_of_the_password(settings, postgres, *said) == []

"""The code location loads as the server loads it, and says of every asset what people need."""

import json
import subprocess
import sys
import textwrap

import dagster as dg
import pytest

from fire_risk_assets.defs.build import build_definitions
from fire_risk_assets.settings import read_settings

pytestmark = pytest.mark.slow

HEAVY = ("mlflow", "sklearn", "xclim", "pyspark", "dagster_mlflow", "optuna", "matplotlib")


@pytest.fixture(scope="module")
def defs(tmp_path_factory):
    return build_definitions(read_settings(home=tmp_path_factory.mktemp("none") / "home"))


def test_loading_imports_no_model_library_and_makes_no_home(tmp_path):
    code = f"""
        import sys
        import fire_risk_assets.definitions
        print([name for name in {HEAVY!r} if name in sys.modules])
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        env={"FIRE_RISK_HOME": str(tmp_path / "home"), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"
    assert not (tmp_path / "home").exists()
    assert done.stderr == ""


def test_every_asset_has_an_owner_a_group_a_kind_a_version_and_a_description(defs):
    for spec in defs.resolve_all_asset_specs():
        assert list(spec.owners) == ["team:fire-risk"], spec.key
        assert spec.group_name != "default", spec.key
        assert spec.kinds, spec.key
        assert spec.code_version, spec.key
        assert len(spec.description) > 30, spec.key


def test_the_assets_fit_a_page(defs):
    """What depends on what, as it stands; change it on purpose."""
    chain = {
        "training_set": ["features", "fire_reports"],
        "holdout_set": ["features", "fire_reports", "training_set"],
        "candidate_model": ["holdout_set", "training_set"],
        "adjudication_result": ["candidate_model", "holdout_set"],
        "production_model_pointer": ["adjudication_result", "candidate_model"],
    }
    expected = {
        "cells": ("data", []),
        "weather_observations": ("data", []),
        "fire_reports": ("data", []),
        "features": ("data", ["cells", "weather_observations"]),
        "registry_status": (
            "registry",
            ["burned_area/production_model_pointer", "fire_occurrence/production_model_pointer"],
        ),
    }
    expected["site"] = ("registry", ["registry_status"])
    expected["incident_report"] = ("incidents", ["registry_status"])
    for model in ("burned_area", "fire_occurrence"):
        for name, above in chain.items():
            keys = [f"{model}/{each}" if each in chain else each for each in above]
            expected[f"{model}/{name}"] = (model, sorted(keys))
        above = ["features", f"{model}/production_model_pointer"]
        expected[f"{model}/predictions"] = (model, sorted(above))
    found = {
        spec.key.to_user_string(): (
            spec.group_name,
            sorted(dep.asset_key.to_user_string() for dep in spec.deps),
        )
        for spec in defs.resolve_all_asset_specs()
    }
    assert found == expected


def test_stored_tables_show_their_catalogue_with_units(defs):
    spec = next(
        s for s in defs.resolve_all_asset_specs() if s.key == dg.AssetKey("weather_observations")
    )
    columns = {c.name: c for c in spec.metadata["dagster/column_schema"].columns}
    assert "Unit: km/h." in columns["wind_km_h"].description
    assert columns["ffmc"].constraints.nullable
    assert not columns["temp_c"].constraints.nullable


def test_there_is_a_job_a_schedule_and_sensors_for_each_model(defs):
    repository = defs.get_repository_def()
    assert {job.name for job in repository.get_all_jobs()} >= {
        "burned_area_cycle",
        "fire_occurrence_cycle",
        "burned_area_scoring",
        "fire_occurrence_scoring",
        "data",
        "move_pointer",
        "make_site",
        "incident_reports",
        "investigate_incident",
    }
    schedules = {schedule.name: schedule for schedule in repository.schedule_defs}
    assert schedules.pop("verify_evidence_daily").cron_schedule == "30 3 * * *"
    assert schedules.pop("doctor_daily").cron_schedule == "0 4 * * *"
    models = ("burned_area", "fire_occurrence")
    crons = {f"{model}_retraining": "0 0 * * 1" for model in models}
    crons |= {f"{model}_daily_scoring": "0 15 * * *" for model in models}
    assert {name: each.cron_schedule for name, each in schedules.items()} == crons
    for schedule in schedules.values():
        assert schedule.execution_timezone == "UTC"
        assert schedule.default_status == dg.DefaultScheduleStatus.STOPPED
    assert {sensor.name for sensor in repository.sensor_defs} == {
        "landing_files",
        "features_follow_weather",
        "site_follows_ledger",
        "low_scored_fires",
        *(
            f"{model}_{what}"
            for model in ("burned_area", "fire_occurrence")
            for what in ("reconcile", "missed_cycles")
        ),
    }


def test_metadata_of_assets_can_be_written_as_json(defs):
    for spec in defs.resolve_all_asset_specs():
        assert json.dumps({name: str(value) for name, value in spec.metadata.items()})


def test_a_cycle_does_not_pay_for_judging_the_whole_past_again(defs):
    """That has a job and a nightly schedule of its own."""
    evidence = dg.AssetCheckKey(dg.AssetKey("registry_status"), "evidence_holds")
    cycle = defs.resolve_job_def("burned_area_cycle").asset_layer.asset_graph
    nightly = defs.resolve_job_def("verify_evidence").asset_layer.asset_graph
    assert evidence not in cycle.asset_check_keys
    assert dg.AssetCheckKey(evidence.asset_key, "ledger_whole") in cycle.asset_check_keys
    assert set(nightly.asset_check_keys) == {evidence}
    assert defs.get_repository_def().get_schedule_def("verify_evidence_daily")

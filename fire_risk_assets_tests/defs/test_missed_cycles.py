"""Ticks nobody ran are asked for again, and what used up no attempt is not counted."""

import dagster as dg
import pytest

from fire_risk_assets.actions.record_failure import record_failure
from fire_risk_assets.defs.build import build_definitions
from fire_risk_assets.defs.instance import open_instance
from fire_risk_assets.defs.resources import PARTITION_TAG, Home
from fire_risk_assets.defs.sensors import requested
from fire_risk_assets_tests.homes import failure

pytestmark = pytest.mark.slow


def test_missed_cycles_are_asked_for_only_while_the_schedule_is_on(house):
    repository = build_definitions(house, home=Home(house)).get_repository_def()
    sensor = repository.get_sensor_def("tiny_missed_cycles")
    with open_instance(house) as instance:
        result = sensor.evaluate_tick(dg.build_sensor_context(instance=instance))
    assert result.skip_message == "tiny_retraining is switched off."


def test_a_cycle_whose_runs_died_without_a_row_is_asked_for_anew_but_not_for_ever__f32(
    house,
):
    home = Home(house)
    job = build_definitions(house, home=home).resolve_job_def("tiny_cycle")
    keys = []
    with open_instance(house) as instance:
        for _ in range(4):
            asked = requested(home, "tiny", ["2025-09-08"], instance)
            keys += [request.run_key for request in asked.run_requests]
            run = instance.create_run_for_job(job, tags={PARTITION_TAG: "2025-09-08"})
            instance.report_run_failed(run, "died without a word")
    assert len(keys) == len(set(keys)) == 3
    assert "run it by hand" in asked.skip_reason.skip_message


def _failed_run(job, instance, **config):
    run = instance.create_run_for_job(
        job,
        run_config={"resources": {"cycle": {"config": config}}},
        tags={PARTITION_TAG: "2025-09-08"},
    )
    instance.report_run_failed(run, "failed")
    return run


def test_what_failed_under_another_cycle_id_or_by_a_slip_uses_up_no_attempt_of_the_tick(house):
    home = Home(house)
    job = build_definitions(house, home=home).resolve_job_def("tiny_cycle")
    slips = [
        *({"cycle_id": f"try{n}", "as_of": "2025-09-08T00:00:00Z"} for n in range(3)),
        {"cycle_id": "2025-09-08", "as_of": "2025-09-09"},
        {"as_of": "2199-01-01"},
        {"cycle_id": "../x"},
        {"as_of": "soon"},
    ]
    with open_instance(house) as instance:
        for config in slips:
            _failed_run(job, instance, **config)
        for made in range(len(slips), len(slips) + 3):
            (asked,) = requested(home, "tiny", ["2025-09-08"], instance).run_requests
            assert asked.run_key == f"missed:tiny:2025-09-08:{made}"
            _failed_run(job, instance, actor="ann")
        given_up = requested(home, "tiny", ["2025-09-08"], instance)
    assert not given_up.run_requests


def test_a_run_that_left_its_row_is_one_failed_attempt_and_not_two(house):
    home = Home(house)
    job = build_definitions(house, home=home).resolve_job_def("tiny_cycle")
    with open_instance(house) as instance:
        for _ in range(2):
            run = _failed_run(job, instance)
            record_failure(
                failure(run.run_id),
                home.world,
            )
        assert requested(home, "tiny", ["2025-09-08"], instance).run_requests

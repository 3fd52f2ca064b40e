"""No daemon for thirty weeks: every cycle that was missed is decided, in its order, once."""

from datetime import timedelta

import dagster as dg
import pytest

from fire_risk_assets.actions.append_event import append_event
from fire_risk_assets.actions.check_invariants import check_invariants
from fire_risk_assets.core.instants import parse_as_of
from fire_risk_assets.defs.build import build_definitions
from fire_risk_assets.defs.instance import open_instance
from fire_risk_assets.defs.resources import world_of
from fire_risk_assets.wiring import model_spec
from fire_risk_assets_tests.defs.daemons import SCHEDULE, switch_on
from fire_risk_assets_tests.defs.later import Later
from fire_risk_assets_tests.homes import EARLY, copy_home, tiny_settings
from fire_risk_assets_tests.ledgers import event

pytestmark = pytest.mark.slow
WEEK = timedelta(weeks=1)


@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    "by_job",
    # What is compared with the ticks is the ledger: a row alone costs a hundredth of its cycle.
    [False, pytest.param(True, marks=pytest.mark.soak)],
    ids=["rows", "whole cycles"],
)
def test_thirty_missed_ticks_are_asked_for_one_by_one_oldest_first_and_none_twice__f33(
    served_home, tmp_path, by_job
):
    settings = tiny_settings(copy_home(served_home, tmp_path / "home"))
    switch_on(settings, EARLY + timedelta(hours=1))
    expected = [f"{EARLY + place * WEEK:%Y-%m-%d}" for place in range(1, 31)]
    newest = EARLY + 30 * WEEK
    home = Later(settings, newest + timedelta(hours=2))
    definitions = build_definitions(settings, home=home)
    job = definitions.resolve_job_def("tiny_cycle")
    repository = definitions.get_repository_def()
    schedule = repository.get_schedule_def(SCHEDULE)
    sensor = repository.get_sensor_def("tiny_missed_cycles")
    with open_instance(settings) as instance:

        def tick(instant):
            return schedule.evaluate_tick(
                dg.build_schedule_context(
                    instance=instance,
                    repository_def=repository,
                    scheduled_execution_time=instant,
                )
            )

        # All a scheduler runs of what it missed; decided now, it would overtake the others.
        held = tick(newest)
        assert not held.run_requests
        assert held.skip_message.startswith(
            f"{expected[-1]} waits for 29 missing cycles, {expected[0]} first;"
        )

        def look():
            return sensor.evaluate_tick(
                dg.build_sensor_context(instance=instance, repository_def=repository)
            )

        for key in expected:
            (asked,) = look().run_requests
            assert asked.partition_key == key
            if by_job:
                assert job.execute_in_process(instance=instance, partition_key=key).success
            else:
                row = event("keep", "not_better", key, model_name="tiny", as_of=parse_as_of(key))
                append_event(row, home.world)
        assert look().skip_message == "All expected cycles are decided (30)."
        (asked,) = tick(newest + WEEK).run_requests
        assert asked.partition_key == f"{newest + WEEK:%Y-%m-%d}"
    world = world_of(settings)
    rows = world.ledger.rows("tiny")[1:]
    assert [row.cycle_id for row in rows] == expected
    assert "out_of_order" not in {row.reason_code for row in rows}
    assert check_invariants(model_spec(settings, "tiny"), world, at_rest=True) == []
    world.vault.prover.stop()

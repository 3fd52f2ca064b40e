"""What an operator does in the UI: the same actions as on the command line, on record."""

import dagster as dg
import pytest

from fire_risk_assets.actions.change_pointer import Request, change_pointer
from fire_risk_assets.defs.build import build_definitions
from fire_risk_assets.defs.instance import open_instance
from fire_risk_assets.defs.launch import bring_data_up_to_date, run_cycle
from fire_risk_assets.defs.resources import Home, world_of
from fire_risk_assets.errors import StoreBroken
from fire_risk_assets_tests.homes import FIRST

pytestmark = pytest.mark.slow


def _rollback(settings, **config):
    job = build_definitions(settings, home=Home(settings)).resolve_job_def("move_pointer")
    with open_instance(settings) as instance:
        result = job.execute_in_process(
            instance=instance,
            raise_on_error=False,
            run_config={"ops": {"change_pointer": {"config": config}}},
        )
        event = instance.get_latest_materialization_event(
            dg.AssetKey(["tiny", "production_model_pointer"])
        )
    return result, event.asset_materialization.metadata


def test_a_rollback_by_job_is_a_row_with_actor_and_reason_and_shows_on_the_pointer(house):
    before = world_of(house).ledger.rows("tiny")[-1].production_version
    promoted = run_cycle(house, "tiny", cycle_id=None, as_of=FIRST, actor="test")
    assert promoted.production_version != before
    result, shown = _rollback(house, model="tiny", reason="smoke on the map", actor="ann")
    assert result.success
    row = world_of(house).ledger.rows("tiny")[-1]
    assert (row.kind, row.actor, row.reason) == ("rollback", "ann", "smoke on the map")
    assert row.production_version == before
    assert world_of(house).registry.production_alias("tiny") == before
    assert shown["event_id"].value == row.event_id


HOUSE = []


def served_job():
    """`move_pointer` of the home under test, found again by name as a run worker finds it."""
    return build_definitions(HOUSE[-1], home=Home(HOUSE[-1])).resolve_job_def("move_pointer")


def test_a_run_executed_again_does_not_move_the_pointer_a_second_step(house):
    HOUSE.append(house)
    for version in (1, 2, 1):
        asked = Request(model_name="tiny", kind="promote", version=version, reason="r", actor="a")
        change_pointer(asked, world_of(house))
    config = {"model": "tiny", "reason": "there and back", "actor": "ann"}
    before = len(world_of(house).ledger.rows("tiny"))
    with open_instance(house) as instance:
        parent = None
        for _ in range(2):
            again = dg.ReexecutionOptions(parent_run_id=parent) if parent else None
            with dg.execute_job(
                dg.reconstructable(served_job),
                instance,
                run_config={"ops": {"change_pointer": {"config": config}}},
                reexecution_options=again,
            ) as result:
                assert result.success
                parent = parent or result.run_id
    rows = world_of(house).ledger.rows("tiny")[before:]
    assert [(row.cycle_id, row.production_version) for row in rows] == [(f"run-{parent}", 2)]


def test_a_rollback_to_a_version_that_never_served_changes_nothing(house):
    rows = world_of(house).ledger.rows("tiny")
    result, _ = _rollback(house, model="tiny", reason="why not", actor="ann", version=77)
    assert not result.success
    assert world_of(house).ledger.rows("tiny") == rows


def test_what_ends_the_data_job_reaches_the_caller_as_it_was(house):
    folder = house.landing_folder / "cells"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "cells.csv").write_text("cell_id,latitude,longitude,zone\nz-1,41.9,-6.8,north\n")
    for path in (house.home / "lake" / "cells").glob("*.parquet"):
        path.write_bytes(b"no parquet")
    with pytest.raises(StoreBroken):
        bring_data_up_to_date(house)

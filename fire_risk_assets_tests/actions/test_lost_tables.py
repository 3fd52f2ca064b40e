"""A table of data that is gone, or older than what is on record of it, decides nothing."""

import shutil

import pytest

from fire_risk_assets.actions.preview_cycle import preview_cycle
from fire_risk_assets.core.features.catalogue import FEATURES
from fire_risk_assets.core.tables.observed import BATCHES, CELLS, REPORTS, WEATHER
from fire_risk_assets.errors import StoreBroken
from fire_risk_assets.wiring import model_spec
from fire_risk_assets_tests.homes import SECOND, open_world, run_cycle, take_in

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("table", [WEATHER, REPORTS, CELLS, FEATURES], ids=lambda each: each.name)
def test_a_lost_table_stops_cycles_their_previews_and_intake(settings, tmp_path, table):
    world = open_world(settings)
    rows = world.ledger.rows("tiny")
    shutil.rmtree(settings.lake / table.name)
    late = tmp_path / "cells.csv"
    late.write_text("cell_id,latitude,longitude,zone\n99-99,41.9,-6.7,north\n")
    for act in (
        lambda: run_cycle(settings, SECOND),
        lambda: preview_cycle(model_spec(settings, "tiny"), "c", SECOND, world=world),
        lambda: take_in(world, late),
    ):
        with pytest.raises(StoreBroken, match=f"Table {table.name} is missing"):
            act()
    assert [row for row in world.ledger.rows("tiny") if row.kind != "fail"] == rows


@pytest.mark.parametrize("table", [REPORTS, BATCHES], ids=lambda each: each.name)
def test_a_table_whose_newest_entries_are_gone_is_named(settings, table):
    log = settings.lake / table.name / "_delta_log"
    max(log.glob("*.json")).unlink()
    with pytest.raises(StoreBroken, match=f"Table {table.name} ends at version"):
        run_cycle(settings, SECOND)

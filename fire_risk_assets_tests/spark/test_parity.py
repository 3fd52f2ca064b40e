"""The same inputs through both engines: the same rows, digests, verdicts and ledger rows."""

from datetime import timedelta

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pytest

from fire_risk_assets import wiring
from fire_risk_assets.actions.batches import newest_batch
from fire_risk_assets.actions.build_features import build_features
from fire_risk_assets.core.features.catalogue import FEATURES
from fire_risk_assets.core.tables.observed import BATCHES, CELLS, QUARANTINE, REPORTS, WEATHER
from fire_risk_assets_tests.homes import (
    FIRST,
    SECOND,
    copy_home,
    open_world,
    prepare_cycle,
    take_in,
    tiny_settings,
)
from fire_risk_assets_tests.spark.conftest import MODELS

pytestmark = pytest.mark.slow
DATA_TABLES = (CELLS, WEATHER, REPORTS, FEATURES, QUARANTINE)
OF_THE_ATTEMPT = {"decided_at", "mlflow_run_id", "dagster_run_id", "prev_row_hash", "row_hash"}
OF_THE_FILES = {"artifact_sha256", "candidate_sha256"}
"""MLflow names a model's files after the run and the second that made them."""


@pytest.fixture(scope="module")
def worlds(twins):
    return {
        engine: open_world(tiny_settings(home, engine=engine, models=MODELS))
        for engine, home in twins.items()
    }


@pytest.mark.parametrize("table", DATA_TABLES, ids=lambda table: table.name)
def test_both_engines_keep_the_same_rows(worlds, table):
    # A cell is known from when its file was taken in.
    names = [name for name in table.schema.names if (table, name) != (CELLS, "known_at")]
    local, spark = (_ordered(world.tables.read(table, columns=names)) for world in worlds.values())
    assert local.num_rows > 0 or table is QUARANTINE
    assert local.equals(spark)


def test_both_engines_record_the_same_batches(worlds):
    told = ["batch_seq", "batch_id", "file_sha256", "read", "accepted", "quarantined", "reasons"]
    local, spark = (world.tables.read(BATCHES, columns=told) for world in worlds.values())
    assert local.equals(spark)


def test_features_carry_on_alike_from_day_to_day_and_over_a_correction(twins, tmp_path):
    kept = {}
    for engine, home in twins.items():
        copy = copy_home(home, tmp_path / engine)
        world = open_world(tiny_settings(copy, engine=engine))
        weather = world.tables.read(WEATHER).sort_by("observed_at")
        last = weather.slice(weather.num_rows - 3 * 81)
        for number, (days, warmer) in enumerate([(1, 0.0), (2, 0.0), (0, 4.0), (-2, 2.0)]):
            _offer(world, copy / f"{number}.csv", last, days=days, warmer=warmer)
        built = build_features(world)
        assert built.batches == 4
        kept[engine] = _ordered(world.tables.read(FEATURES).drop_columns("known_at"))
    assert kept["local"].num_rows > 4 * 81
    assert kept["local"].equals(kept["spark"])


def _offer(world, path, rows, *, days, warmer):
    """Take in the last days again: some days later, or corrected."""
    moved = pc.add(rows["observed_at"], pa.scalar(timedelta(days=3 * days), pa.duration("us")))
    weather = {"observed_at": moved, "temp_c": pc.add(rows["temp_c"], warmer)}
    names = ("cell_id", "observed_at", "temp_c", "rh_pct", "wind_km_h", "rain_mm")
    pyarrow.csv.write_csv(pa.table({n: weather.get(n, rows[n]) for n in names}), path)
    assert take_in(world, path).accepted == rows.num_rows


@pytest.mark.parametrize("name", MODELS)
def test_both_engines_label_the_same_rows(worlds, twins, name):
    local, spark = (
        world.engine.labelled_rows(
            wiring.model_spec(tiny_settings(twins[engine], models=MODELS), name),
            as_of=FIRST,
            batch_seq=newest_batch(world.tables),
        )
        for engine, world in worlds.items()
    )
    assert len(local.frame) > 0
    assert local.frame.equals(spark.frame)
    assert (local.counts, local.watermark) == (spark.counts, spark.watermark)


@pytest.mark.parametrize("name", MODELS)
def test_both_engines_decide_alike(twins, tmp_path, name):
    rows = {}
    for engine, home in twins.items():
        copy = copy_home(home, tmp_path / engine)
        settings = tiny_settings(copy, engine=engine, models=MODELS)
        for as_of in (FIRST, SECOND):
            prepare_cycle(settings, as_of, name).decide()
        rows[engine] = [
            {k: v for k, v in row.to_json().items() if k not in OF_THE_ATTEMPT | OF_THE_FILES}
            for row in wiring.open_readers(settings).ledger.rows(name)
        ]
    assert len(rows["local"]) == 2
    assert rows["local"] == rows["spark"]


def _ordered(rows):
    order = pc.sort_indices(rows, sort_keys=[(name, "ascending") for name in rows.column_names])
    return rows.take(order)

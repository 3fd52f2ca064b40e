"""What the local engine says about the tables it read, while others write them."""

from datetime import UTC, datetime

import pyarrow as pa
import pytest

from fire_risk_assets.actions.batches import batch_row, record_batch
from fire_risk_assets.adapters import local_engine
from fire_risk_assets.adapters.delta_tables import DeltaTables
from fire_risk_assets.adapters.local_engine import LocalEngine
from fire_risk_assets.core.features.catalogue import FEATURES
from fire_risk_assets.core.models.burned_area import METRICS
from fire_risk_assets.core.tables.observed import BATCHES, CELLS, REPORTS, WEATHER
from fire_risk_assets.settings import read_settings
from fire_risk_assets.wiring import model_spec
from fire_risk_assets_tests.core.features.weather_stream import observation, weather
from fire_risk_assets_tests.tiny import TINY

NOW = datetime(2026, 1, 1, tzinfo=UTC)


class Overtaken(DeltaTables):
    """A lake that another process appends to as soon as a table has been read."""

    def read(self, table, **asked):
        """Read, then be overtaken."""
        rows = super().read(table, **asked)
        if table in (FEATURES, REPORTS):
            self.append(table, table.schema.empty_table())
        return rows


def test_evidence_names_no_version_newer_than_the_rows(tmp_path):
    tables = Overtaken(tmp_path)
    for table in (FEATURES, REPORTS, BATCHES):
        tables.prepare(table)
    before = {table.name: tables.version(table) for table in (FEATURES, REPORTS)}
    known = LocalEngine(tables, 41.9).labelled_rows(TINY, as_of=NOW, batch_seq=1)
    assert known.delta_versions == before
    assert all(tables.version(table) > before[table.name] for table in (FEATURES, REPORTS))


@pytest.mark.parametrize("metric", METRICS)
def test_steps_that_resolve_the_same_model_share_its_rows(tmp_path, metric):
    engine = LocalEngine(DeltaTables(tmp_path), 41.9)
    settings = read_settings(home=tmp_path, metric={"burned_area": metric})
    first, second = (
        engine.labelled_rows(model_spec(settings, "burned_area"), as_of=NOW, batch_seq=1)
        for _ in range(2)
    )
    assert first is second


def built(folder):
    """The features of three cells and ten days."""
    tables = DeltaTables(folder)
    for table in (FEATURES, WEATHER, CELLS, BATCHES):
        tables.prepare(table)
    rows = weather(observation(day, cell=cell) for cell in "abc" for day in range(10))
    tables.append(WEATHER, rows.append_column("batch_id", pa.array(["w"] * rows.num_rows)))
    row = batch_row(1, tables=WEATHER.name, versions={}, recorded_at=NOW)
    told = {"batch_id": "w", "file_sha256": "w", "read": rows.num_rows}
    record_batch(row | told, tables, after=0)
    assert LocalEngine(tables, 41.9).build_features("w", batch_seq=1) == rows.num_rows
    return tables.read(FEATURES)


def test_a_large_batch_of_weather_taken_by_groups_of_cells_owes_the_same_rows(
    tmp_path, monkeypatch
):
    at_once = built(tmp_path / "at once")
    monkeypatch.setattr(local_engine, "ROWS_A_GROUP", 10)
    monkeypatch.setattr(local_engine, "ROWS_A_RANGE", 6)
    calls = []
    kernel = local_engine.next_features
    monkeypatch.setattr(
        local_engine, "next_features", lambda **given: calls.append(given) or kernel(**given)
    )
    by_groups = built(tmp_path / "by groups")
    assert len(calls) == 3
    order = [("cell_id", "ascending"), ("observed_at", "ascending")]
    assert by_groups.sort_by(order) == at_once.sort_by(order)

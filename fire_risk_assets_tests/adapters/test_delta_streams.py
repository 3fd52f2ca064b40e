"""Rows in parts: read as a whole read would, and appended in one commit or not at all."""

from datetime import UTC, datetime

import pyarrow as pa
import pytest
from deltalake import DeltaTable

from fire_risk_assets.adapters import delta_streams
from fire_risk_assets.adapters.delta_tables import DeltaTables
from fire_risk_assets.core.tables.predictions import PREDICTIONS
from fire_risk_assets.errors import InvalidScores, StoreBroken, StoreBusy

THEN = datetime(2026, 6, 1, 12, tzinfo=UTC)
ALL = PREDICTIONS.schema.names


@pytest.fixture
def tables(tmp_path):
    return DeltaTables(tmp_path, stamp={"fire_risk.clock": "replay"})


def rows_of(*cells, value=0.5, batch="b"):
    """Predictions of some cells at one instant."""
    values = {
        name: [value if name == "prediction" else 3 if name == "model_version" else THEN]
        * len(cells)
        for name in ALL
    }
    texts = [field.name for field in PREDICTIONS.schema if field.type == pa.string()]
    values |= {name: [name] * len(cells) for name in texts}
    values |= {"cell_id": list(cells), "batch_id": [batch] * len(cells)}
    return pa.table(values, schema=PREDICTIONS.schema)


def read(tables):
    return sorted(tables.read(PREDICTIONS, columns=["cell_id"])["cell_id"].to_pylist())


def test_parts_become_readable_together_and_the_same_name_is_written_once(tables):
    def parts():
        yield rows_of("a", "b")
        # A reader looks while the writer is in the middle of it.
        assert read(tables) == []
        yield rows_of("c")

    assert tables.append_once(PREDICTIONS, parts(), name="tiny:b")
    version = tables.version(PREDICTIONS)
    assert read(tables) == ["a", "b", "c"]
    assert not tables.append_once(PREDICTIONS, [rows_of("d")], name="tiny:b")
    assert tables.append_once(PREDICTIONS, [rows_of("d")], name="other:b")
    assert (read(tables), tables.version(PREDICTIONS)) == (["a", "b", "c", "d"], version + 1)


def test_the_name_outlives_compaction_and_a_clean_log(tables):
    for number in range(13):
        assert tables.append_once(PREDICTIONS, [rows_of(f"c{number}")], name=f"tiny:{number}")
    assert tables.compact(PREDICTIONS)
    target = DeltaTable(tables.root / "predictions")
    target.cleanup_metadata()
    assert not DeltaTables(tables.root).append_once(PREDICTIONS, [rows_of("x")], name="tiny:0")
    assert len(read(tables)) == 13


def test_an_error_half_way_is_raised_as_it_was_and_nothing_can_be_read(tables):
    fact = InvalidScores("tiny predicts nan")

    def parts():
        yield rows_of("a")
        raise fact

    with pytest.raises(InvalidScores) as told:
        tables.append_once(PREDICTIONS, parts(), name="tiny:b")
    assert told.value is fact
    assert read(tables) == []
    assert tables.append_once(PREDICTIONS, [rows_of("a")], name="tiny:b")


def test_a_value_that_the_table_refuses_leaves_nothing(tables):
    with pytest.raises(StoreBroken, match="prediction"):
        tables.append_once(PREDICTIONS, [rows_of("a"), rows_of("b", value=-1.0)], name="tiny:b")
    assert read(tables) == []


def test_who_comes_second_with_the_same_batch_is_refused_and_writes_nothing(tables):
    tables.prepare(PREDICTIONS)

    def parts():
        yield rows_of("a")
        assert DeltaTables(tables.root).append_once(PREDICTIONS, [rows_of("z")], name="tiny:b")

    with pytest.raises(StoreBusy, match="another writer committed first"):
        tables.append_once(PREDICTIONS, parts(), name="tiny:b")
    assert read(tables) == ["z"]


def test_another_batch_that_comes_between_does_no_harm(tables):
    tables.prepare(PREDICTIONS)

    def parts():
        yield rows_of("a")
        assert DeltaTables(tables.root).append_once(PREDICTIONS, [rows_of("z")], name="tiny:c")

    assert tables.append_once(PREDICTIONS, parts(), name="tiny:b")
    assert read(tables) == ["a", "z"]


def test_a_table_younger_than_its_home_is_made_with_the_homes_stamp(tables):
    assert list(tables.stream(PREDICTIONS, columns=ALL)) == []
    tables.append_once(PREDICTIONS, [rows_of("a")], name="tiny:b")
    kept = DeltaTable(tables.root / "predictions").metadata().configuration
    assert kept["fire_risk.clock"] == "replay"
    assert "delta.constraints.prediction_valid" in kept


def test_parts_are_what_a_read_gives_and_no_larger_than_said(tables, monkeypatch):
    monkeypatch.setattr(delta_streams, "ROWS_AT_ONCE", 4)
    for batch in "xy":
        tables.append(PREDICTIONS, rows_of(*map(str, range(10)), batch=batch))
    where = [("batch_id", "==", "y"), ("cell_id", "in", ["1", "2", "7"])]
    parts = list(tables.stream(PREDICTIONS, columns=ALL, where=where))
    whole = pa.concat_tables(parts).sort_by("cell_id")
    assert whole.equals(tables.read(PREDICTIONS, where=where).sort_by("cell_id"))
    assert max(part.num_rows for part in tables.stream(PREDICTIONS, columns=ALL)) <= 4

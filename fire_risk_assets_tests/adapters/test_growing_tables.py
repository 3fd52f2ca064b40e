"""Tables made before a column existed: they are read, written and checked like any other."""

from dataclasses import replace
from datetime import UTC, datetime

import pyarrow as pa
import pytest
from deltalake import CommitProperties, DeltaTable, Transaction, write_deltalake

from fire_risk_assets.adapters import delta_ledger
from fire_risk_assets.adapters.delta_growth import grow
from fire_risk_assets.adapters.delta_ledger import DeltaLedger
from fire_risk_assets.adapters.delta_tables import DeltaTables
from fire_risk_assets.core.ledger.chain import chain_findings
from fire_risk_assets.core.ledger.fold import serving_at
from fire_risk_assets.core.tables.observed import CELLS
from fire_risk_assets.core.tables.registry_status import REGISTRY_STATUS
from fire_risk_assets.errors import ForeignWriter, HeadMoved, HomeOfOtherVersion, StoreBroken
from fire_risk_assets_tests.ledgers import better, event, first, ledger_of

NOW = datetime(2026, 9, 28, tzinfo=UTC)


def before(table, *names):
    """The table as an earlier version described it, without these columns."""
    return replace(table, columns=tuple(c for c in table.columns if c.name not in names))


OLD = before(CELLS, "latitude", "zone")


def cells(*ids, table=CELLS, **values):
    common = {"longitude": -6.7, "known_at": NOW, "batch_id": "b", **values}
    return pa.Table.from_pylist([{"cell_id": i, **common} for i in ids], schema=table.schema)


@pytest.fixture
def tables(tmp_path):
    """A store in which the cells were written before latitudes and zones."""
    tables = DeltaTables(tmp_path)
    tables.append(OLD, cells("7-4", "7-5", table=OLD))
    return tables


def test_rows_older_than_a_column_are_null_there_whether_or_not_the_table_has_it(tables):
    wanted = ["zone", "cell_id", "latitude"]
    old = [{"zone": None, "cell_id": each, "latitude": None} for each in ("7-4", "7-5")]
    assert tables.read(CELLS, columns=wanted).to_pylist() == old
    assert tables.read(CELLS, where=[("latitude", ">", 0.0)]).num_rows == 0
    tables.append(CELLS, cells("7-6", zone="north", latitude=41.9))
    rows = tables.read(CELLS, columns=wanted).sort_by("cell_id").to_pylist()
    assert rows == [*old, {"zone": "north", "cell_id": "7-6", "latitude": 41.9}]
    assert tables.read(CELLS).schema.equals(CELLS.schema)
    assert tables.read(CELLS, where=[("zone", "==", "north")]).num_rows == 1


def test_a_column_gained_has_its_check_and_the_table_is_compacted_whole(tables):
    tables.append(CELLS, cells("7-6", zone="north", latitude=41.9))
    with pytest.raises(StoreBroken):
        tables.append(CELLS, cells("7-7", latitude=91.0))
    assert replace(tables, compact_at_files=2).compact(CELLS) is True
    assert sorted(tables.read(CELLS)["zone"].to_pylist(), key=str) == [None, None, "north"]
    assert tables.null_counts(CELLS, ["latitude", "cell_id"]) == (3, {"latitude": 2, "cell_id": 0})


def test_a_check_that_a_kill_left_out_comes_with_the_next_rows(tables, tmp_path):
    unchecked = replace(CELLS, columns=tuple(replace(c, check=None) for c in CELLS.columns))
    grow(unchecked, DeltaTable(tmp_path / "cells"))
    tables.append(CELLS, cells("7-6"))
    with pytest.raises(StoreBroken):
        tables.append(CELLS, cells("7-7", latitude=91.0))


def required(column):
    return replace(column, nullable=False, check=None)


def of_text(column):
    return replace(column, type=pa.string(), check=None)


@pytest.mark.parametrize(
    ("change", "name", "value"), [(required, "zone", "north"), (of_text, "longitude", "west")]
)
def test_a_table_that_lacks_what_must_be_or_has_another_type_gains_nothing(
    tables, change, name, value
):
    other = replace(CELLS, columns=tuple(change(c) if c.name == name else c for c in CELLS.columns))
    with pytest.raises(HomeOfOtherVersion, match="cells lacks latitude, zone"):
        tables.append(other, cells("7-6", table=other, **{name: value}))
    assert tables.stored_schema(CELLS).names == OLD.schema.names


def test_a_table_of_another_engine_gains_nothing(tables):
    theirs = replace(tables, engine="spark")
    theirs.prepare(CELLS)
    with pytest.raises(ForeignWriter):
        theirs.append(CELLS, cells("7-6"))
    assert tables.stored_schema(CELLS).names == OLD.schema.names


def older_ledger(root, rows, *names):
    """A ledger that a version without these columns wrote."""
    table = before(REGISTRY_STATUS, *names)
    DeltaTables(root).prepare(table)
    for row in rows:
        values = {name: [getattr(row, name)] for name in table.schema.names}
        done = [Transaction(f"registry:{row.model_name}", row.seq)]
        write_deltalake(
            root / table.name,
            pa.table(values, schema=table.schema),
            mode="append",
            commit_properties=CommitProperties(app_transactions=done),
        )
    return DeltaLedger(root, compact_at_files=3)


def test_a_ledger_gains_columns_and_stays_whole(tmp_path):
    rows = ledger_of(first(1), event(cycle_id="b"), better(2, "c", seed=7, alpha=0.05))
    ledger = older_ledger(tmp_path, rows[:2], "seed", "alpha")
    assert ledger.rows("burned_area") == rows[:2]
    assert chain_findings(ledger.rows("burned_area")) == []
    ledger.append(rows[2])
    ledger.make_durable(rows[2])
    for _ in range(2):
        assert ledger.rows("burned_area") == rows
        assert chain_findings(ledger.rows("burned_area")) == []
        for row in rows:
            at = row.decided_at
            assert ledger.serving_at("burned_area", at) == serving_at(rows, at)
        ledger.compact()
    assert DeltaTables(tmp_path).stored_schema(REGISTRY_STATUS).names[-2:] == ["alpha", "seed"]
    with pytest.raises(HeadMoved):
        ledger.append(rows[2])


def test_a_promoter_that_meets_another_one_growing_the_ledger_tries_again(tmp_path, monkeypatch):
    rows = ledger_of(first(1), event(cycle_id="b", seed=7))
    ledger = older_ledger(tmp_path, rows[:1], "seed")
    stale = DeltaTable(tmp_path / REGISTRY_STATUS.name)
    grow(REGISTRY_STATUS, DeltaTable(tmp_path / REGISTRY_STATUS.name))
    with monkeypatch.context() as patched:
        patched.setattr(delta_ledger, "opened", lambda _: stale)
        with pytest.raises(HeadMoved):
            ledger.append(rows[1])
    ledger.append(rows[1])
    assert ledger.rows("burned_area") == rows

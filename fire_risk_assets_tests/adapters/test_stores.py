"""Homes in odd places, stores that are not ours, files that went missing."""

import json
import shutil
import sqlite3
from datetime import UTC, datetime

import pyarrow as pa
import pytest

from fire_risk_assets.adapters.delta_ledger import DeltaLedger
from fire_risk_assets.adapters.delta_tables import DeltaTables
from fire_risk_assets.adapters.home_document import HomeDocument, require_in_place, write_home
from fire_risk_assets.adapters.mlflow_store import require_store
from fire_risk_assets.core.tables.observed import CELLS
from fire_risk_assets.core.tables.registry_status import REGISTRY_STATUS
from fire_risk_assets.errors import HomeUnusable, StoreBroken, StoreBusy
from fire_risk_assets_tests.ledgers import first, ledger_of

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("name", ["plain", "with space", "montesinho é", "100% here"])
def test_a_lake_may_lie_under_any_name(tmp_path, name):
    tables = DeltaTables(tmp_path / name)
    row = {"cell_id": "7-4", "latitude": 41.9, "longitude": -6.7, "zone": None}
    rows = pa.Table.from_pylist([row | {"known_at": NOW, "batch_id": "b"}], schema=CELLS.schema)
    tables.append(CELLS, rows)
    assert tables.read(CELLS).to_pylist()[0]["cell_id"] == "7-4"
    tables.prepare(REGISTRY_STATUS)
    ledger = DeltaLedger(tmp_path / name)
    written = ledger_of(first(1))[0]
    ledger.append(written)
    ledger.make_durable(written)
    assert ledger.rows("burned_area") == [written]


def test_a_missing_or_torn_ledger_file_is_named_in_one_sentence(tmp_path):
    DeltaTables(tmp_path).prepare(REGISTRY_STATUS)
    ledger = DeltaLedger(tmp_path)
    ledger.append(ledger_of(first(1))[0])
    folder = tmp_path / "registry_status"
    backup = tmp_path / "backup"
    shutil.copytree(folder, backup)
    next(folder.glob("*.parquet")).unlink()
    with pytest.raises(StoreBroken, match="registry_status cannot be used"):
        ledger.rows("burned_area")
    shutil.rmtree(folder)
    shutil.copytree(backup, folder)
    newest = max((folder / "_delta_log").glob("*.json"))
    newest.write_text(newest.read_text()[:40])
    with pytest.raises(StoreBroken) as told:
        ledger.rows("burned_area")
    assert "<unknown>" not in str(told.value)


def test_a_copied_home_is_not_written_to(tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    document = HomeDocument(clock="system", location=str(home))
    write_home(home, document)
    require_in_place(home, document)
    shutil.copytree(home, tmp_path / "copy")
    copied = HomeDocument(**json.loads((tmp_path / "copy" / "home.json").read_text()))
    with pytest.raises(HomeUnusable, match="is a copy of"):
        require_in_place(tmp_path / "copy", copied)


def test_a_foreign_a_broken_and_a_missing_database_are_told_apart(tmp_path):
    foreign, broken = tmp_path / "foreign.db", tmp_path / "broken.db"
    with sqlite3.connect(foreign) as database:
        database.execute("CREATE TABLE t (x)")
    broken.write_bytes(b"no database" * 500)
    for file, said in ((foreign, "something else"), (broken, "cannot be read")):
        with pytest.raises(StoreBroken, match=said):
            require_store(f"sqlite:///{file}")
    with pytest.raises(StoreBroken, match="missing"):
        require_store(f"sqlite:///{tmp_path / 'none.db'}")
    require_store("http://127.0.0.1:5000")


def test_a_locked_database_is_busy_not_broken(tmp_path):
    file = tmp_path / "mlflow.db"
    holder = sqlite3.connect(file, isolation_level=None)
    holder.execute("CREATE TABLE experiments (x)")
    holder.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StoreBusy, match="locked"):
        require_store(f"sqlite:///{file}")
    holder.close()


def test_a_table_of_many_small_files_is_compacted_and_holds_the_same_rows(tmp_path):
    tables = DeltaTables(tmp_path, compact_at_files=5)
    row = {"latitude": 41.9, "longitude": -6.7, "zone": None, "known_at": NOW}
    for number in range(5):
        assert tables.compact(CELLS) is False
        one = [row | {"cell_id": f"{number}-1", "batch_id": f"b{number}"}]
        tables.append(CELLS, pa.Table.from_pylist(one, schema=CELLS.schema))
    before = tables.read(CELLS).sort_by("cell_id")
    assert tables.compact(CELLS) is True
    assert tables.read(CELLS).sort_by("cell_id") == before
    assert tables.compact(CELLS) is False

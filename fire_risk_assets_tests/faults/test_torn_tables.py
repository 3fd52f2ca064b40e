"""Torn and foreign files in a table's folders: refused in words or passed over, no row is lost."""

import json
import shutil

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fire_risk_assets.adapters.delta_ledger import DeltaLedger
from fire_risk_assets.adapters.delta_tables import DeltaTables
from fire_risk_assets.core.ledger.events import row_for
from fire_risk_assets.core.tables.observed import CELLS
from fire_risk_assets.errors import FireRiskError
from fire_risk_assets_tests.cli.asking import sentences
from fire_risk_assets_tests.cli.ledger_homes import make_home, rows_of_a_story
from fire_risk_assets_tests.ledgers import START, event

NAME = "burned_area"


def newest_log(table):
    return max((table / "_delta_log").glob("*.json"))


def newest_data(table):
    entries = map(json.loads, newest_log(table).read_text().splitlines())
    return table / next(entry["add"]["path"] for entry in entries if "add" in entry)


def half(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def replaced_by_a_file(folder):
    shutil.rmtree(folder)
    folder.write_text("?")


HARM = {
    "half-a-log-entry": lambda table: half(newest_log(table)),
    "empty-log-entry": lambda table: newest_log(table).write_bytes(b""),
    "log-entry-of-zeros": lambda table: newest_log(table).write_bytes(bytes(1000)),
    "log-entry-missing-in-between": lambda table: sorted((table / "_delta_log").glob("*.json"))[
        -2
    ].unlink(),
    "half-a-data-file": lambda table: half(newest_data(table)),
    "empty-data-file": lambda table: newest_data(table).write_bytes(b""),
    "file-for-a-log": lambda table: replaced_by_a_file(table / "_delta_log"),
    "file-for-a-table": replaced_by_a_file,
    "missing-data-file": lambda table: newest_data(table).unlink(),
}


def litter(table):
    """What killed writers, people and writers of another version leave lying."""
    log, newest = table / "_delta_log", newest_log(table)
    shutil.copy(newest_data(table), table / "part-00000-orphan-c000.snappy.parquet")
    (log / f"{int(newest.stem) + 1:020d}.json").write_text('{"who": "knows"}\n')
    (log / "00000000000000000099.json#1").write_text('{"add": ')
    (log / "_commit_5a1f0c6e.json.tmp").write_text('{"add": ')
    (log / "notes.txt").write_text("mine")
    (log / ".00000000000000000000.json.crc").write_bytes(b"crc")
    (table / "notes.txt").write_text("mine")
    (table / "part-00000-torn-c000.snappy.parquet#1").write_bytes(b"PAR1")


@pytest.fixture
def kept(tmp_path):
    """Puts a table back as it was: the backup of the remedy."""

    def keep(table):
        shutil.copytree(table, tmp_path / "kept")

        def restore():
            shutil.rmtree(table) if table.is_dir() else table.unlink()
            shutil.copytree(tmp_path / "kept", table)

        return restore

    return keep


@pytest.mark.parametrize("harm", [pytest.param(HARM[name], id=f"F30-{name}") for name in HARM])
def test_a_damaged_ledger_is_refused_in_words_and_never_shorter(cli, tmp_path, kept, harm):
    rows = rows_of_a_story()
    home = make_home(tmp_path / "home", rows=rows)
    table, ledger = home / "lake" / "registry_status", DeltaLedger(home / "lake")
    restore = kept(table)
    harm(table)
    for command in (("history", NAME), ("at", "2026-08-25", "--model", NAME)):
        ended = cli(*command, "--home", home)
        assert ended.code in (1, 3)
        (sentence,) = sentences(ended)
        assert "registry_status" in sentence
        assert "Restore the file from a backup" in ended.err
    with pytest.raises(FireRiskError):
        ledger.rows(NAME)
    restore()
    assert cli("history", NAME, "--home", home).code == 0
    assert ledger.rows(NAME) == rows


@pytest.fixture
def cells(tmp_path):
    """A table of data with three rows in three commits."""
    tables = DeltaTables(tmp_path / "lake")
    for number in range(1, 4):
        add(tables, f"{number}-{number}")
    return tables


def add(tables, cell):
    row = {"cell_id": cell, "latitude": 41.9, "longitude": -6.7, "zone": None, "batch_id": "b"}
    tables.append(CELLS, pa.Table.from_pylist([row | {"known_at": START}], schema=CELLS.schema))


@pytest.mark.parametrize("harm", [pytest.param(HARM[name], id=f"F30-{name}") for name in HARM])
def test_a_damaged_table_of_data_is_refused_in_words_and_never_shorter(cells, kept, harm):
    table = cells.root / CELLS.name
    restore = kept(table)
    harm(table)
    with pytest.raises(FireRiskError, match=CELLS.name) as told:
        cells.read(CELLS)
    assert "Restore the file from a backup" in told.value.remedy
    assert "\n" not in str(told.value)
    restore()
    assert cells.read(CELLS).num_rows == 3


def test_what_lies_about_in_a_table_is_passed_over__f30(cells, tmp_path):
    litter(cells.root / CELLS.name)
    add(cells, "9-9")
    assert sorted(cells.read(CELLS)["cell_id"].to_pylist()) == ["1-1", "2-2", "3-3", "9-9"]
    rows = rows_of_a_story()
    ledger = DeltaLedger(make_home(tmp_path / "home", rows=rows) / "lake")
    litter(ledger.root / "registry_status")
    assert ledger.rows(NAME) == rows
    more = row_for(event(cycle_id="next"), rows, now=rows[-1].decided_at)
    ledger.append(more)
    ledger.make_durable(more)
    assert ledger.rows(NAME) == [*rows, more]


def test_rows_another_writer_put_in_the_ledger_are_called_damage__f30(cli, tmp_path, kept):
    home = make_home(tmp_path / "home", rows=rows_of_a_story())
    table = home / "lake" / "registry_status"
    restore = kept(table)
    twice = pq.read_table(newest_data(table))
    pq.write_table(twice, table / "part-foreign.parquet")
    log = newest_log(table)
    add_again = next(line for line in log.read_text().splitlines() if '"add"' in line)
    doubled = json.loads(add_again)
    doubled["add"] |= {"path": "part-foreign.parquet", "stats": None}
    doubled["add"]["size"] = (table / "part-foreign.parquet").stat().st_size
    log.with_name(f"{int(log.stem) + 1:020d}.json").write_text(json.dumps(doubled))
    ended = cli("status", "--home", home)
    assert ended.code == 1
    assert "I3" in ended.out + ended.err
    restore()
    assert cli("status", "--home", home).code == 0

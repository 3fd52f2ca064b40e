"""One writing engine a table, and one JVM at a time that commits."""

import json
import subprocess
import sys
from dataclasses import replace

import pyarrow as pa
import pytest
from deltalake import DeltaTable

from fire_risk_assets.actions.take_over import data_tables, table_writers, take_over
from fire_risk_assets.adapters.delta_filters import small_files
from fire_risk_assets.adapters.delta_tables import COMPACT_BYTES
from fire_risk_assets.core.tables.observed import CELLS
from fire_risk_assets.core.tables.spec import text
from fire_risk_assets.errors import ForeignWriter, StoreBusy
from fire_risk_assets.wiring.landing import open_intake
from fire_risk_assets_tests.homes import copy_home, tiny_settings

pytestmark = pytest.mark.slow
COMMITS = 50


def settings_of(home, engine):
    return tiny_settings(home, engine=engine)


@pytest.mark.parametrize(("owner", "other"), [("local", "spark"), ("spark", "local")])
def test_the_other_engine_refuses_to_write_and_names_the_way_out(twins, tmp_path, owner, other):
    home = copy_home(twins[owner], tmp_path / "home")
    tables = open_intake(settings_of(home, other)).store
    rows = tables.read(CELLS)
    with pytest.raises(ForeignWriter) as refused:
        tables.append(CELLS, rows)
    assert "engine take-over" in refused.value.remedy
    assert tables.read(CELLS).equals(rows)


@pytest.mark.parametrize(("owner", "other"), [("local", "spark"), ("spark", "local")])
def test_tables_that_were_taken_over_are_written_by_the_other_engine(twins, tmp_path, owner, other):
    home = copy_home(twins[owner], tmp_path / "home")
    intake = open_intake(settings_of(home, other))
    before = intake.store.read(CELLS)
    taken = take_over(intake.store, intake.lease)
    assert [each.table for each in taken if each.taken_over] == [t.name for t in data_tables()]
    assert {each.taken_over for each in take_over(intake.store, intake.lease)} == {False}
    intake.store.append(CELLS, before)
    assert intake.store.read(CELLS).num_rows == 2 * before.num_rows
    with pytest.raises(ForeignWriter):
        open_intake(settings_of(home, owner)).store.append(CELLS, before)


def test_the_command_hands_over_and_shows_who_writes(cli, twins, tmp_path, monkeypatch):
    home = copy_home(twins["local"], tmp_path / "home")
    monkeypatch.setenv("FIRE_RISK_ENGINE", "spark")
    planned = cli("engine", "take-over", "--dry-run", "--json", "--home", home)
    assert planned.code == 0
    store = open_intake(settings_of(home, "spark")).store
    assert {each.writer for each in table_writers(store)} == {"delta-rs"}
    done = cli("engine", "take-over", "--yes", "--json", "--home", home)
    assert done.code == 0
    told = json.loads(done.out)
    assert told["engine"] == "spark"
    assert {each["writer"] for each in told["tables"]} == {"spark"}
    assert "spark" in cli("engine", "show", "--home", home).out


APPEND = """
import sys
from pathlib import Path
import pyarrow as pa
from fire_risk_assets.core.tables.observed import CELLS
from fire_risk_assets.settings import read_settings
from fire_risk_assets.wiring.landing import open_intake

home, name, commits = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
tables = open_intake(read_settings(home=home, engine="spark", lease_patience_s=600)).store
one = tables.read(CELLS).slice(0, 1)
at = one.schema.get_field_index("cell_id")
for number in range(commits):
    tables.append(CELLS, one.set_column(at, "cell_id", pa.array([f"{name}-{number}"])))
    print(number, flush=True)
"""


@pytest.mark.timeout(900)
@pytest.mark.parametrize("commits", [COMMITS, pytest.param(500, marks=pytest.mark.soak)])
def test_two_jvms_lose_no_commit_of_each_other__f36(twins, tmp_path, commits):
    home = copy_home(twins["spark"], tmp_path / "home")
    children = [
        subprocess.Popen(
            [sys.executable, "-c", APPEND, str(home), name, str(commits)],
            stdout=subprocess.PIPE,
            text=True,
        )
        for name in ("a", "b")
    ]
    acknowledged = {
        f"{name}-{number}"
        for name, child in zip("ab", children, strict=True)
        for number in child.communicate()[0].split()
    }
    assert [child.returncode for child in children] == [0, 0]
    tables = open_intake(settings_of(home, "spark")).store
    kept = tables.read(CELLS)["cell_id"].to_pylist()
    assert len(acknowledged) == 2 * commits
    assert sorted(each for each in kept if each in acknowledged) == sorted(acknowledged)


def test_rows_behind_an_empty_chunk_are_written(twins, tmp_path):
    tables = open_intake(settings_of(copy_home(twins["spark"], tmp_path / "home"), "spark")).store
    rows = tables.read(CELLS)
    tables.append(CELLS, pa.concat_tables([rows.slice(0, 0), rows.slice(0, 3), rows.slice(3)]))
    assert tables.read(CELLS).num_rows == 2 * rows.num_rows


def test_a_commit_that_another_put_its_own_in_place_of_is_not_acknowledged(
    twins, tmp_path, monkeypatch
):
    tables = open_intake(settings_of(copy_home(twins["spark"], tmp_path / "home"), "spark")).store
    rows, seen = tables.read(CELLS), iter([None, 1])
    # As if the commit of that name came between the look and the write.
    tables.append_once(CELLS, [rows], name="mine")
    monkeypatch.setattr(DeltaTable, "transaction_version", lambda *_: next(seen))
    with pytest.raises(StoreBusy, match="in place of"):
        tables.append_once(CELLS, [rows], name="mine")
    assert tables.read(CELLS).num_rows == 2 * rows.num_rows


def test_small_files_are_merged_and_no_row_changes(twins, tmp_path):
    tables = open_intake(settings_of(copy_home(twins["spark"], tmp_path / "home"), "spark")).store
    tables, rows = replace(tables, compact_at_files=4), tables.read(CELLS)
    for _ in range(4):
        tables.append(CELLS, rows)
    assert tables.compact(CELLS)
    assert not tables.compact(CELLS)
    assert tables.read(CELLS).num_rows == 5 * rows.num_rows
    assert small_files(tables._open(CELLS), below=COMPACT_BYTES) < 4


def test_a_table_older_than_a_column_has_nulls_there(twins):
    tables = open_intake(settings_of(twins["spark"], "spark")).store
    newer = replace(CELLS, columns=(*CELLS.columns, text("slope", "New.", nullable=True)))
    frame = tables.frame(newer)
    assert frame.columns == newer.schema.names
    assert frame.where("slope IS NULL").count() == frame.count() > 0


def test_a_counted_append_that_others_overtook_is_refused(twins, tmp_path):
    home = copy_home(twins["spark"], tmp_path / "home")
    tables = open_intake(settings_of(home, "spark")).store
    rows, before = tables.read(CELLS), tables.appends(CELLS)
    tables.append(CELLS, rows, after=before)
    with pytest.raises(StoreBusy):
        tables.append(CELLS, rows, after=before)
    assert tables.appends(CELLS) == before + 1
    assert tables.read(CELLS).num_rows == 2 * rows.num_rows

"""Repaired rows, as laws: a form gives back what was set aside, and untouched it brings nothing."""

import csv
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fire_risk_assets.adapters.landing import LandingFile, Limits
from fire_risk_assets.core.border.check import check
from fire_risk_assets.core.border.header import recognise
from fire_risk_assets.core.border.repaired import Repaired, as_typed, places_of, repaired_header
from fire_risk_assets.core.border.set_aside import AsideBatch, AsideRow, inert, repair_form
from fire_risk_assets.core.border.source import LINE
from fire_risk_assets.core.border.terms import Terms

pytestmark = pytest.mark.slow

NOW = datetime(2026, 9, 28, tzinfo=UTC)
NAMES = ("cell_id", "latitude", "longitude", "zone", "known_at")
WORDS = ["", "7-4", "7-5", "41.9", "-6.7", "95", "+5", "'+5", "''-5", "=1+1", "'=1", "@x", "a b"]
CELL = st.sampled_from([*WORDS, '"a,b"', '"say ""no"""', "é", " 7", "2026-09-01", "2027-01-01"])
ROW = st.lists(CELL, min_size=4, max_size=6).map(",".join)
ROWS = st.lists(st.one_of(ROW, st.sampled_from(["", '7"-"4,1,2,,', "7-4,1,2,north,"])), max_size=6)


def nothing_stored(table, _offered):
    return table.schema.append(pa.field("batch_seq", pa.int64())).empty_table()


def checked(source, header):
    return check(
        source.chunks(header),
        kind="cells",
        terms=Terms(now=NOW),
        file_sha256="sha",
        file_name=source.name,
        raw_lines=source.raw_lines,
        stored=nothing_stored,
    )


def aside(found, columns):
    told = found.quarantined.select(["line", "raw", "reason_code", "reason"]).to_pylist()
    return tuple(AsideRow(**row, open=True, columns=columns) for row in told)


def batch_of(rows, columns):
    return AsideBatch(
        batch_seq=1,
        file_name="a.csv",
        file_sha256="sha",
        tables="cells",
        kind="cells",
        recorded_at=NOW,
        columns=columns,
        last_replay=None,
        rows=rows,
    )


def replayed(path, form, limits):
    path.write_text(form, encoding="utf-8", newline="")
    file = LandingFile(path, limits=limits)
    header = repaired_header(file.header(), kind="cells")
    source = Repaired(file, "a.csv", "sha", places_of(file, header))
    return (checked(source, header) if source.places else None), source, header


@settings(max_examples=150, deadline=None)
@given(rows=ROWS, order=st.permutations(NAMES), block=st.sampled_from([16, 64, 4096]))
def test_a_form_left_as_it_is_holds_the_cells_of_the_file_and_brings_nothing_in(rows, order, block):
    limits = Limits(block_bytes=block, line_bytes=512)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.csv"
        text = f"{','.join(order)}\n9-9,9-9,9-9,9-9,9-9\n" + "".join(f"{row}\n" for row in rows)
        path.write_text(text, encoding="utf-8")
        source = LandingFile(path, limits=limits)
        found = checked(source, recognise(source.header()))
        batch = batch_of(aside(found, tuple(order)), tuple(order))
        again, repaired, header = replayed(Path(folder) / "fix.csv", repair_form(batch), limits)
        came = {row.pop(LINE): row for c in repaired.chunks(header) for row in c.cells.to_pylist()}
    for row in batch.rows:
        texts = next(csv.reader([row.raw]))
        whole = len(texts) == len(order) and row.reason_code != "misquoted_row" and any(texts)
        assert came.get(row.line) == (dict(zip(order, texts, strict=True)) if whole else None)
    if again is not None:
        assert (again.read, again.accepted) == (len(came), 0)
        assert again.quarantined["line"].to_pylist() == sorted(came)
        assert set(again.quarantined["file_name"].to_pylist()) == {"a.csv"}


@given(st.text())
def test_a_cell_marked_as_text_is_read_as_it_was(cell):
    assert as_typed(pa.chunked_array([[inert(cell)]])).to_pylist() == [cell]


@pytest.mark.parametrize("cell", ["=1+1", "@SUM(A1)", "+cmd|x", "-2+3", "\t=1"])
def test_no_cell_of_a_form_is_a_formula__s16(cell):
    assert inert(cell).startswith("'")


@pytest.mark.parametrize("cell", ["\x1b[2Jz", "z\x07", "z\x9b2J", "z\u202e", "z\0", "z\x0b"])
def test_a_form_acts_on_no_terminal_and_guesses_nothing__s16(cell):
    columns = ("cell_id", "zone")
    told = {"reason_code": "zone_not_plain_text", "reason": "So.", "open": True}
    rows = (
        AsideRow(line=2, raw=f"7-4,{cell}", columns=columns, **told),
        AsideRow(line=3, raw="7-5,=z\tz", columns=columns, **told),
    )
    found = batch_of(rows, columns)
    assert repair_form(found) == "line,cell_id,zone\n2,,\n3,7-5,'=z\tz\n"


@given(order=st.permutations(["3", "5", "9"]))
def test_a_row_is_known_by_its_line_wherever_it_stands(order):
    form = "zone,line,cell_id,latitude,longitude\n" + "".join(
        f"z{n},{n},7-{n},95,\n" for n in order
    )
    with tempfile.TemporaryDirectory() as folder:
        found, *_ = replayed(Path(folder) / "fix.csv", form, Limits())
    lines, raws = (found.quarantined[name].to_pylist() for name in ("line", "raw"))
    assert lines == [3, 5, 9]
    assert raws == [f"z{line},{line},7-{line},95," for line in lines]

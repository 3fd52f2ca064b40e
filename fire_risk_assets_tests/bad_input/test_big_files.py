"""B7: how much memory a large file takes, measured in a process that does nothing else."""

import json
import os
import subprocess
import sys

import pytest

HEADER = "cell_id,observed_at,temp_c,rh_pct,wind_km_h,rain_mm\n"
CELLS = 2_000
HELD = 6
"""Memory a file takes at most, in its own sizes: the text is streamed, and its rows are held as
numbers, to be compared with one another and written at once."""


def cost(verb, path):
    command = [sys.executable, "-m", "fire_risk_assets_tests.bad_input.big_child", verb, path]
    ended = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(ended.stdout)


def write_rows(path, megabytes):
    """Weather of 2,000 cells, a moment after another; returns how many rows."""
    moments = 0
    with path.open("w") as file:
        file.write(HEADER)
        while file.tell() < megabytes * 1e6:
            day, minute = divmod(moments, 1440)
            at = f"20{day // 336:02}-{day // 28 % 12 + 1:02}-{day % 28 + 1:02}"
            at += f"T{minute // 60:02}:{minute % 60:02}:00Z"
            file.writelines(
                f"c{cell},{at},2{cell % 10}.{moments % 10},{40 + cell % 50},7.5,0\n"
                for cell in range(CELLS)
            )
            moments += 1
    return moments * CELLS


@pytest.mark.parametrize(
    "megabytes",
    [40, pytest.param(500, marks=[pytest.mark.soak, pytest.mark.timeout(1200)])],
)
def test_a_large_file_is_streamed_and_only_its_rows_are_held__b7(tmp_path, megabytes):
    path = tmp_path / "large.csv"
    rows = write_rows(path, megabytes)
    streamed = cost("read", path)
    assert streamed["rows"] == rows
    assert streamed["mb"] < 220
    taken = cost("ingest", path)
    assert (taken["rows"], taken["code"]) == (rows, None)
    assert taken["mb"] < 220 + HELD * megabytes


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_a_file_over_the_cap_is_refused_without_reading_it__b7_s17(tmp_path, form):
    path = tmp_path / f"huge.{form}"
    path.touch()
    os.truncate(path, 5 * 1024**3)
    refused = cost("ingest", path)
    assert refused["code"] == "too_big"
    assert refused["bytes"] < 2_000_000
    assert refused["mb"] < 100

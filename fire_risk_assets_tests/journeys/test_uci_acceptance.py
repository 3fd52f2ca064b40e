"""The acceptance run: 517 real fires, five half-yearly cycles, and what an operator does then."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

CONFIG = Path(__file__).parents[2] / "examples" / "uci" / "fire_risk.toml"
CYCLES = ("2002-01-01", "2002-07-01", "2003-01-01", "2003-07-01", "2004-01-01")


class CommandLine:
    def __init__(self, home):
        self.home = home

    def __call__(self, *arguments, exit_code=0):
        done = subprocess.run(
            [
                *(sys.executable, "-m", "fire_risk_assets.cli"),
                *("--home", str(self.home), "--config", str(CONFIG)),
                *arguments,
                "--json",
            ],
            capture_output=True,
            text=True,
            timeout=180,
        )
        assert done.returncode == exit_code, done.stderr
        return json.loads(done.stdout)


@pytest.mark.timeout(900)
def test_a_right_system_learns_nothing_from_the_uci_table_and_says_so(tmp_path):
    folder = os.environ.get("FIRE_RISK_TEST_DATA")
    if not folder:
        pytest.skip("FIRE_RISK_TEST_DATA is not set: the real UCI table is not here")
    fire_risk = CommandLine(tmp_path / "home")
    report = fire_risk("ingest", f"{folder}/forestfires.csv", "--format", "uci")
    assert (report["read"], report["accepted"], report["quarantined"]) == (517, 517, 0)
    rows = [fire_risk("cycle", "--model", "burned_area", "--as-of", day) for day in CYCLES]
    assert (rows[0]["kind"], rows[0]["reason_code"]) == ("promote", "first_baseline")
    assert [row["kind"] for row in rows[1:]] == ["keep"] * 4
    assert all(row["production_version"] == 1 for row in rows)
    assert all(100 <= row["holdout_rows"] <= 150 for row in rows)

    forced = fire_risk(
        *("promote", "--model", "burned_area", "--version", "3"),
        *("--reason", "a field trial", "--yes"),
    )
    assert (forced["kind"], forced["reason_code"], forced["production_version"]) == (
        "promote",
        "forced",
        3,
    )
    back = fire_risk(
        *("rollback", "--model", "burned_area", "--to", "1", "--reason", "trial over", "--yes")
    )
    assert (back["kind"], back["production_version"]) == ("rollback", 1)
    assert back["actor"].startswith("cli:")
    late = fire_risk(*("cycle", "--model", "burned_area", "--as-of", "2001-07-01"), exit_code=1)
    assert (late["kind"], late["reason_code"]) == ("refuse", "out_of_order")

    (status,) = fire_risk("status")
    assert (status["production_version"], status["cycles"], status["promotions"]) == (1, 6, 2)
    assert (status["ledger_ok"], status["consistent"]) == (True, True)
    served = fire_risk("at", "2003-05-01", "--model", "burned_area")
    assert (served["production_version"], served["seq"]) == (1, 1)
    history = fire_risk("history", "burned_area")
    assert [row["seq"] for row in history] == list(range(1, 9))

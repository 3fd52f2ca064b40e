"""What a reading command may import: it answers at once, or nobody asks it."""

import json
import subprocess
import sys

import pytest

from fire_risk_assets_tests.actions.offering import WEATHER_FILE, Home
from fire_risk_assets_tests.cli.ledger_homes import make_home

READS = (
    ("status",),
    ("status", "--json"),
    ("history", "burned_area"),
    ("at", "2026-08-10T12:00", "--model", "burned_area"),
)
QUARANTINE = (("quarantine", "list"), ("quarantine", "show", "1"))
PROGRAM = """
import json, sys
from fire_risk_assets.cli.main import ended
code = ended(sys.argv[1:])
print(json.dumps([code, sorted({name.partition(".")[0] for name in sys.modules})]), file=sys.stderr)
"""


def loaded_by(arguments, home):
    """Exit code and top-level modules loaded by a command in a fresh process."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments, "--home", str(home)],
        capture_output=True,
        text=True,
        timeout=60,
    )
    return json.loads(done.stderr.splitlines()[-1])


@pytest.fixture(scope="module")
def loaded(told_home, tmp_path_factory):
    """What each command loads."""
    aside = Home(make_home(tmp_path_factory.mktemp("light") / "home"))
    aside.take(WEATHER_FILE)
    return {arguments: loaded_by(arguments, told_home) for arguments in READS} | {
        arguments: loaded_by(arguments, aside.folder) for arguments in QUARANTINE
    }


@pytest.mark.parametrize("arguments", [*READS, *QUARANTINE], ids=" ".join)
def test_reading_loads_no_registry_no_orchestrator_and_no_trainer(loaded, arguments):
    code, modules = loaded[arguments]
    assert code == 0
    heavy = {"mlflow", "dagster", "sklearn", "pyspark", "scipy", "xclim", "optuna", "matplotlib"}
    assert not heavy & set(modules)


@pytest.mark.parametrize("arguments", READS, ids=" ".join)
def test_reading_loads_no_pandas(loaded, arguments):
    assert "pandas" not in loaded[arguments][1]


def test_json_is_written_without_the_library_that_draws(loaded):
    assert "rich" not in loaded["status", "--json"][1]

"""What a reading command may import: it answers at once, or nobody asks it."""

import json
import subprocess
import sys

import pytest

READS = (
    ("status",),
    ("status", "--json"),
    ("history", "burned_area"),
    ("at", "2026-08-10T12:00", "--model", "burned_area"),
)
PROGRAM = """
import json, sys
from fire_risk_assets.cli.main import ended
code = ended(sys.argv[1:])
print(json.dumps([code, sorted({name.partition(".")[0] for name in sys.modules})]), file=sys.stderr)
"""


@pytest.fixture(scope="module")
def loaded(told_home):
    """Exit code and top-level modules loaded, by command, each in a fresh process."""

    def loaded_by(arguments):
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, *arguments, "--home", str(told_home)],
            capture_output=True,
            text=True,
            timeout=60,
        )
        return json.loads(done.stderr.splitlines()[-1])

    return {arguments: loaded_by(arguments) for arguments in READS}


@pytest.mark.parametrize("arguments", READS, ids=" ".join)
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

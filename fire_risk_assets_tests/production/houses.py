"""Homes as in production, their databases on Postgres; cycles in processes of their own."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from fire_risk_assets_tests.homes import make_tiny_home
from fire_risk_assets_tests.production.postgres import PASSWORD

PROFILE = Path(__file__).parents[2] / "profiles" / "production"

CYCLES = """
import json, sys
from datetime import datetime
from pathlib import Path
from fire_risk_assets.defs.launch import run_cycle
from fire_risk_assets.defs.resources import world_of
from fire_risk_assets_tests.homes import tiny_settings
home, changes, dates = json.loads(sys.stdin.readline())
settings = tiny_settings(Path(home), **changes)
print("ready", flush=True)
sys.stdin.readline()
for date in dates:
    row = run_cycle(
        settings, "tiny", cycle_id=None, as_of=datetime.fromisoformat(date), actor="test"
    )
    print(row.seq, row.event_id, flush=True)
world_of(settings).vault.prover.stop()
"""


def variables_of(postgres) -> dict[str, str]:
    """What the profile's dagster.yaml asks of the environment, for a new database."""
    return {
        "DAGSTER_POSTGRES_HOST": "127.0.0.1",
        "DAGSTER_POSTGRES_PORT": str(postgres.port),
        "DAGSTER_POSTGRES_USER": "ann",
        "DAGSTER_POSTGRES_PASSWORD": PASSWORD,
        "DAGSTER_POSTGRES_DB": postgres.made("dagster").rpartition("/")[2],
    }


def make_house(home: Path, **changes) -> None:
    """A home with the profile's dagster.yaml, data and features, and no cycle yet."""
    (home / "dagster").mkdir(parents=True)
    shutil.copy(PROFILE / "dagster.yaml", home / "dagster")
    make_tiny_home(home, **changes)


def run_at_once(home: Path, changes, *walks):
    """Run the cycles of several walks at once, each in a process; returns what each has printed.

    The addresses are told on stdin, as arguments are everybody's to read.
    """
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    command = [sys.executable, "-c", CYCLES]
    children = [subprocess.Popen(command, text=True, env=os.environ, **pipes) for _ in walks]
    try:
        for child, walk in zip(children, walks, strict=True):
            dates = [as_of.isoformat() for as_of in walk]
            child.stdin.write(json.dumps([str(home), changes, dates]) + "\n")
            child.stdin.flush()
        for child in children:
            assert child.stdout.readline() == "ready\n", child.stderr.read()
        for child in children:
            child.stdin.write("\n")
            child.stdin.flush()
        told = [child.communicate(timeout=240) for child in children]
    finally:
        for child in children:
            child.kill()
            child.communicate()
    return [(child.returncode, *said) for child, said in zip(children, told, strict=True)]

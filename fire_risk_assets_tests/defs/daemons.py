"""Real daemons over a home of the tiny model, whose schedule has been on for a while."""

import json
import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from pathlib import Path

from fire_risk_assets.cli.processes import Server, running
from fire_risk_assets.cli.servers import environment_of
from fire_risk_assets.defs.instance import open_instance
from fire_risk_assets_tests.homes import TINY

SCHEDULE = "tiny_retraining"
PATIENCE_S = 150.0


def told(settings):
    """What a process of this home is told."""
    file = settings.home / "fire_risk.toml"
    file.write_text(f'models = ["{TINY}"]\n[training]\ntrials = 0\n')
    # A code server stands in no folder of ours, and the model is one of the tests.
    ours = str(Path(__file__).parents[2])
    return environment_of(settings) | {"FIRE_RISK_CONFIG": str(file), "PYTHONPATH": ours}


def switch_on(settings, since):
    """Switch the schedule on as an operator does, and let it be so since then."""
    with open_instance(settings):
        pass
    dagster = Path(sys.executable).with_name("dagster")
    subprocess.run(
        [dagster, "schedule", "start", SCHEDULE, "-w", settings.dagster_home / "workspace.yaml"],
        env=os.environ | told(settings),
        check=True,
        capture_output=True,
        timeout=PATIENCE_S,
    )
    database = settings.dagster_home / "schedules" / "schedules.db"
    with closing(sqlite3.connect(database)) as opened, opened:
        for table, column in (("jobs", "job_body"), ("instigators", "instigator_body")):
            for number, body in opened.execute(f"SELECT id, {column} FROM {table}").fetchall():  # noqa: S608
                state = json.loads(body)
                data = next(
                    v for v in state.values() if isinstance(v, dict) and "cron_schedule" in v
                )
                data["start_timestamp"] = since.timestamp()
                data["last_iteration_timestamp"] = None
                changed = f"UPDATE {table} SET {column} = ? WHERE id = ?"  # noqa: S608
                opened.execute(changed, (json.dumps(state), number))


@contextmanager
def daemons(settings, count):
    """So many daemons run inside the `with`."""
    command = (
        str(Path(sys.executable).with_name("dagster-daemon")),
        "run",
        "-w",
        str(settings.dagster_home / "workspace.yaml"),
    )
    servers = [Server(f"daemon{number}", command) for number in range(count)]
    with running(servers, told(settings), settings.home / "logs") as started:
        yield [process for _, process in started]


def until(answer, what):
    """Ask over and over until there is an answer; returns it."""
    deadline = time.monotonic() + PATIENCE_S
    while not (found := answer()):
        assert time.monotonic() < deadline, what
        time.sleep(0.1)
    return found

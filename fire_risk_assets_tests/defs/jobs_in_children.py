"""Cycles through their job in processes of their own, as a daemon has them: started, maybe killed.

Not forked: Dagster and delta-rs have threads. So each costs its imports.
"""

import json
import subprocess
import sys

RUNS = """
import json, sys
from pathlib import Path
from fire_risk_assets.defs.build import build_definitions
from fire_risk_assets.defs.instance import open_instance
from fire_risk_assets.defs.resources import Home
from fire_risk_assets_tests.homes import tiny_settings
home, key, tags, changes = json.loads(sys.argv[1])
settings = tiny_settings(Path(home), **changes)
job = build_definitions(settings, home=Home(settings)).resolve_job_def("tiny_cycle")
print("ready", flush=True)
sys.stdin.readline()
with open_instance(settings) as instance:
    done = job.execute_in_process(
        instance=instance, partition_key=key, tags=tags, raise_on_error=False
    )
sys.exit(0 if done.success else 1)
"""


def run_at_once(*asked, code=None):
    """Run cycles, each (home, partition key, tags, settings); returns their exit statuses.

    `code` is a folder with another `fire_risk_assets` than the one under test.
    """
    children = [_started(json.dumps([str(home), *rest]), code) for home, *rest in asked]
    try:
        for child in children:
            assert child.stdout.readline() == "ready\n"
        for child in children:
            child.stdin.write("\n")
            child.stdin.flush()
        for child in children:
            child.communicate(timeout=240)
    finally:
        for child in children:
            child.kill()
            child.communicate()
    return [child.returncode for child in children]


def _started(arguments, code):
    return subprocess.Popen(
        [sys.executable, "-c", RUNS, arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=code,
    )

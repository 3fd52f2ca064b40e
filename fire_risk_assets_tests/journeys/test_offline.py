"""After set-up nothing is asked of the network: the main job where there is loopback alone."""

import json
import os
import subprocess
import sys
from pathlib import Path
from shutil import which

import pytest

from fire_risk_assets_tests.homes import TINY

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
# Other interfaces than loopback would be a network that is not cut.
CUT_OFF = 'ip link set lo up; test $(grep -c : /proc/net/dev) = 1 || exit 90; exec "$@"'
# Who is not root may have a network of his own only together with users of his own.
ALONE = ("unshare", "--net") if os.geteuid() == 0 else ("unshare", "--net", "--map-root-user")


def test_an_empty_home_is_filled_and_judged_without_a_network(tmp_path):
    if which("unshare") is None or subprocess.run([*ALONE, "true"], capture_output=True).returncode:
        pytest.skip("unshare --net is not there or not permitted here")
    told = {
        "FIRE_RISK_MODELS": f'["{TINY}"]',
        "FIRE_RISK_TRAINING__TRIALS": "0",
        "FIRE_RISK_SIMULATE__YEARS": "1",
        "FIRE_RISK_SIMULATE__CYCLES": "1",
        "PYTHONPATH": str(ROOT),
    }
    inherited = {
        name: value
        for name, value in os.environ.items()
        # Where MLflow finds these it is silent by itself.
        if not name.startswith("FIRE_RISK_") and name not in ("CI", "PYTEST_CURRENT_TEST")
    }
    command = [sys.executable, "-m", "fire_risk_assets.cli", "--home", "home", "run", "--json"]
    ended = subprocess.run(
        [*ALONE, "sh", "-c", CUT_OFF, "sh", *command],
        cwd=tmp_path, env={**inherited, **told}, capture_output=True, text=True,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    cycles = json.loads(ended.stdout)["cycles"]
    assert [each["model_name"] for each in cycles] == ["tiny", "tiny"]
    assert cycles[-1]["production_version"] is not None

"""The first start of a home is safe under several processes, and written once."""

import subprocess
import sys

import pytest

from fire_risk_assets.defs.instance import open_instance
from fire_risk_assets_tests.homes import tiny_settings

pytestmark = pytest.mark.slow

OPEN = """
import sys
from pathlib import Path
from fire_risk_assets.defs.instance import open_instance
from fire_risk_assets_tests.homes import tiny_settings
with open_instance(tiny_settings(Path(sys.argv[1]))) as instance:
    print(len(instance.get_runs()))
"""


def test_four_processes_may_make_a_home_at_once(tmp_path):
    children = [
        subprocess.Popen(
            [sys.executable, "-c", OPEN, str(tmp_path / "home")],
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    outputs = [child.communicate(timeout=120)[0] for child in children]
    assert [child.returncode for child in children] == [0] * 4
    assert outputs == ["0\n"] * 4


def test_telemetry_is_off_and_an_operators_dagster_yaml_is_kept__s20(tmp_path):
    settings = tiny_settings(tmp_path / "home")
    with open_instance(settings) as instance:
        assert instance.get_concurrency_config().run_queue_config.max_concurrent_runs == 1
        assert not instance.telemetry_enabled
    config = settings.home / "dagster" / "dagster.yaml"
    config.write_text("telemetry:\n  enabled: false\n")
    with open_instance(settings):
        pass
    assert config.read_text() == "telemetry:\n  enabled: false\n"

"""Servers that ask for no login are for this host alone."""

import os
import subprocess
import sys

import pytest

from fire_risk_assets.cli.servers import servers_of
from fire_risk_assets.errors import InvalidSetting
from fire_risk_assets.settings import read_settings
from fire_risk_assets_tests.cli.asking import sentences

OPEN_HOSTS = ["0.0.0.0", "::", "", "*", "192.168.0.7", "example.org", "127.0.0.1,0.0.0.0"]  # noqa: S104


@pytest.mark.parametrize("host", OPEN_HOSTS)
def test_no_setting_opens_a_server_to_other_hosts__s8_s9(cli, told_home, tmp_path, host):
    (tmp_path / "open.toml").write_text(f'[servers]\nhost = "{host}"\n')
    with pytest.raises(InvalidSetting, match=r"servers\.host"):
        read_settings(home=told_home, servers={"host": host})
    ended = cli("ui", "--home", told_home, "--config", tmp_path / "open.toml")
    assert (ended.code, ended.out, len(sentences(ended))) == (2, "", 1)
    assert "servers.host" in ended.err
    assert not (told_home / "logs").exists()


def test_both_servers_are_told_the_loopback_address__s8_s9_s10(tmp_path):
    dagster, _, mlflow = servers_of(read_settings(home=tmp_path))
    assert dagster.arguments[dagster.arguments.index("-h") + 1] == "127.0.0.1"
    assert mlflow.arguments[mlflow.arguments.index("--host") + 1] == "127.0.0.1"
    # With other server programs MLflow drops its checks of hosts and origins.
    assert not [each for each in mlflow.arguments if "gunicorn" in each or "waitress" in each]


REPORTS = """
import {first}
from mlflow.telemetry.client import get_telemetry_client
print(get_telemetry_client())
"""


@pytest.mark.slow
@pytest.mark.parametrize("first", ["fire_risk_assets.definitions", "fire_risk_assets.wiring"])
def test_mlflow_reports_to_nobody_whoever_imports_it__s20(first):
    # MLflow is silent on its own where it finds these.
    silent = ("CI", "PYTEST_CURRENT_TEST", "MLFLOW_DISABLE_TELEMETRY", "GITHUB_ACTIONS")
    told = {name: value for name, value in os.environ.items() if name not in silent}
    ended = subprocess.run(
        [sys.executable, "-c", REPORTS.format(first=first)],
        env=told,
        capture_output=True,
        text=True,
    )
    assert ended.stdout.strip() == "None", ended

"""A registry that loses replies, answers errors, is slow or down: a cycle completes or says so."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from urllib.request import urlopen

import pytest

from fire_risk_assets.errors import RegistryUnavailable
from fire_risk_assets_tests.faults.aftermath import require_promoted
from fire_risk_assets_tests.faults.proxy import LOSE, PASS, REFUSE, Proxy
from fire_risk_assets_tests.homes import SECOND, copy_home, open_world, run_cycle, tiny_settings
from fire_risk_assets_tests.proc import free_port

pytestmark = pytest.mark.slow
GIVES_UP_WITHIN_S = 60
"""Of which a cycle without a fault takes some three."""
REGISTER = ("POST", "model-versions/create")
ALIAS = ("POST", "registered-models/alias")
STAGE = ("POST", "model-versions/transition-stage")
TAG = ("POST", "model-versions/set-tag")
SEARCH = ("GET", "model-versions/search")


@pytest.fixture(scope="module")
def served(baseline_home, tmp_path_factory):
    """A home, a copy of it to go back to, and a proxy before the MLflow server of that home."""
    folder = tmp_path_factory.mktemp("registry")
    home = copy_home(baseline_home, folder / "home")
    shutil.copytree(home, folder / "before")
    port = free_port()
    server = subprocess.Popen(
        [
            *(sys.executable, "-m", "mlflow", "server", "--workers", "1", "--port", str(port)),
            *("--backend-store-uri", f"sqlite:///{home / 'mlflow' / 'mlflow.db'}"),
        ],
        env=os.environ | {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        _wait_for(port)
        proxy = Proxy(port)
        yield home, folder / "before", proxy
        proxy.stop()
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


@pytest.fixture
def registry(served, monkeypatch):
    """The proxy, before a home whose baseline serves; and its settings."""
    home, before, proxy = served
    for name in ("MAX_RETRIES", "TIMEOUT", "BACKOFF_FACTOR"):
        # Set for the whole process when a home is opened: put back after the test.
        monkeypatch.setenv(f"MLFLOW_HTTP_REQUEST_{name}", "1")
    proxy.behave()
    for path in before.iterdir():
        if path.name != "mlflow":
            _replace(path, home / path.name)
    # In place, since the server has it open.
    database = "mlflow/mlflow.db"
    with (
        closing(sqlite3.connect(before / database)) as kept,
        closing(sqlite3.connect(home / database)) as now,
    ):
        kept.backup(now)
    settings = tiny_settings(home, mlflow_uri=proxy.uri, registry={"retries": 1, "timeout_s": 3})
    return proxy, settings


def _replace(source, target):
    if source.is_dir():
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(source, target)
    else:
        shutil.copy2(source, target)


def _wait_for(port):
    deadline = time.monotonic() + 120
    while True:
        try:
            with urlopen(f"http://127.0.0.1:{port}/health", timeout=1):
                return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def once(which, action):
    """Do something to the first request of a kind."""
    return lambda method, path, before: action if (method, path) == which and not before else PASS


@pytest.mark.parametrize("which", [REGISTER, ALIAS, STAGE, TAG], ids=lambda each: each[1])
def test_a_lost_reply_doubles_nothing_that_counts__f18(registry, which):
    proxy, settings = registry
    proxy.behave(once(which, LOSE))
    run_cycle(settings, SECOND)
    assert proxy.asked[which] > 1
    row = require_promoted(settings)
    candidates = [
        version.version
        for version in open_world(settings).registry.versions("tiny")
        if version.tags.get("cycle_id") == row.cycle_id
    ]
    # Repeated by the client, a creation makes a second version: it never serves.
    assert row.production_version == min(candidates)


@pytest.mark.parametrize(("action", "asked"), [(503, 2), (500, 2), (1.5, 1)], ids=str)
@pytest.mark.parametrize("which", [REGISTER, STAGE], ids=lambda each: each[1])
def test_a_burst_of_errors_or_a_slow_answer_is_outlasted__f20(registry, which, action, asked):
    proxy, settings = registry
    proxy.behave(once(which, action))
    run_cycle(settings, SECOND)
    assert proxy.met[which] == 1
    assert proxy.asked[which] >= asked
    require_promoted(settings)


@pytest.mark.parametrize("action", [REFUSE, 503, 30.0], ids=["F19-down", "F20-503", "F20-30 s"])
@pytest.mark.parametrize("which", [SEARCH, REGISTER, ALIAS, STAGE], ids=lambda each: each[1])
def test_where_it_is_down_the_cycle_gives_up_in_words_and_the_next_start_completes_it(
    registry, which, action
):
    proxy, settings = registry
    down = False

    def from_then_on(method, path, _before):
        nonlocal down
        down = down or (method, path) == which
        return action if down else PASS

    proxy.behave(from_then_on)
    started = time.monotonic()
    with pytest.raises(RegistryUnavailable, match="MLflow, "):
        run_cycle(settings, SECOND)
    assert time.monotonic() - started < GIVES_UP_WITHIN_S
    proxy.behave()
    run_cycle(settings, SECOND)
    require_promoted(settings)

"""Starting and stopping several servers together, with real processes that do nothing."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from fire_risk_assets.cli.processes import PATIENCE_S, Server, asked_to_stop, running, stop
from fire_risk_assets.cli.servers import (
    environment_of,
    pages,
    require_ports,
    served_once,
    servers_of,
)
from fire_risk_assets.errors import FireRiskError, StoreBusy
from fire_risk_assets.settings import read_settings
from fire_risk_assets.wiring import prepare_home

# A server with a child of its own; it says both numbers, then waits.
FAMILY = (
    sys.executable,
    "-c",
    "import os, subprocess, sys\n"
    "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
    "print(os.environ['TOLD'], child.pid, flush=True)\n"
    "child.wait()",
)


# A server that will not end when asked to, and says when it was.
STUBBORN = (
    sys.executable,
    "-c",
    "import signal\n"
    "signal.signal(signal.SIGTERM, lambda *_: print('asked', flush=True))\n"
    "print('up', flush=True)\n"
    "while True:\n"
    "    signal.pause()",
)
SERVES = """
import signal
import sys
from pathlib import Path
from fire_risk_assets.cli.processes import Server, asked_to_stop, running
# Whoever runs the tests may have it ignored, as under `nohup`.
signal.signal(signal.SIGHUP, signal.SIG_DFL)
servers = [Server(name, sys.argv[2:]) for name in ("One", "Two")]
with asked_to_stop() as asked, running(servers, {}, Path(sys.argv[1])) as up:
    print(*(process.pid for _, process in up), flush=True)
    asked.wait(600)
"""


def alive(number):
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def said_by(log, *, lines=1):
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if log.exists() and (text := log.read_text()).count("\n") >= lines:
            return text.split()
        os.sched_yield()
    raise AssertionError("the server said nothing")


def test_servers_stop_together_with_everything_they_started(tmp_path):
    servers = [Server("One", FAMILY), Server("Two", FAMILY)]
    with running(servers, {"TOLD": "something"}, tmp_path) as started:
        words = [said_by(tmp_path / name) for name in ("one.log", "two.log")]
        assert [each[0] for each in words] == ["something"] * 2
        numbers = [int(each[1]) for each in words] + [process.pid for _, process in started]
        assert all(alive(number) for number in numbers)
    # Killed by now, but the kernel buries in its own time.
    deadline = time.monotonic() + 10
    while any(alive(number) for number in numbers) and time.monotonic() < deadline:
        os.sched_yield()
    assert not any(alive(number) for number in numbers)


def test_servers_stop_when_the_one_who_runs_them_fails(tmp_path):
    with (
        pytest.raises(ZeroDivisionError),
        running([Server("One", FAMILY)], {"TOLD": "x"}, tmp_path) as started,
    ):
        raise ZeroDivisionError
    assert not alive(started[0][1].pid)


@pytest.mark.parametrize("again", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("first", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_second_signal_ends_the_patience_and_leaves_no_server_behind(tmp_path, first, again):
    command = [sys.executable, "-c", SERVES, tmp_path, *STUBBORN]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as serving:
        numbers = [int(each) for each in serving.stdout.readline().split()]
        logs = [tmp_path / name for name in ("one.log", "two.log")]
        assert [said_by(log) for log in logs] == [["up"]] * 2
        begun = time.monotonic()
        serving.send_signal(first)
        assert [said_by(log, lines=2)[1] for log in logs] == ["asked"] * 2
        serving.send_signal(again)
        assert serving.wait(timeout=PATIENCE_S) == 0
        assert time.monotonic() - begun < PATIENCE_S
    assert not any(alive(number) for number in numbers)


def test_what_is_to_outlive_its_terminal_does():
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with asked_to_stop() as asked:
            os.kill(os.getpid(), signal.SIGHUP)
            assert not asked.wait(0.2)
            os.kill(os.getpid(), signal.SIGTERM)
            assert asked.wait(5)
    finally:
        signal.signal(signal.SIGHUP, before)


def test_stopping_what_has_ended_already_is_no_error(tmp_path):
    with running([Server("One", (sys.executable, "-c", ""))], {}, tmp_path) as started:
        started[0][1].wait()
        stop([started[0][1]])


def test_a_taken_port_is_named_with_the_setting_that_moves_it():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(StoreBusy, match=str(port)) as refusal:
            require_ports("127.0.0.1", [Server("MLflow", (), port)])
    assert "servers.mlflow_port" in refusal.value.remedy


def test_a_taken_port_stops_the_ui_before_anything_starts(cli, home, monkeypatch):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        monkeypatch.setenv("FIRE_RISK_SERVERS__DAGSTER_PORT", str(taken.getsockname()[1]))
        ended = cli("ui", "--home", home)
    assert ended.code == 3
    assert "is taken" in ended.err
    assert not (home / "logs").exists()


def test_servers_hear_of_this_home_and_of_no_telemetry__s10_s20(tmp_path):
    settings = read_settings(home=tmp_path / "home")
    told = environment_of(settings)
    assert told["DAGSTER_HOME"] == str(tmp_path / "home" / "dagster")
    assert told["FIRE_RISK_HOME"] == str(tmp_path / "home")
    assert told["MLFLOW_SERVER_ENABLE_JOB_EXECUTION"] == "false"
    assert [server.port for server in servers_of(settings)] == [3000, None, 5000]


def test_pages_of_a_simulated_park_begin_with_its_first_cycle_unless_a_setting_says_when(tmp_path):
    settings = read_settings(home=tmp_path / "home")
    prepare_home(settings, simulate={"seed": 0, "until": "2026-09-28"})
    assert environment_of(settings)["FIRE_RISK_CYCLES__START"] == "2025-09-29"
    said = read_settings(home=tmp_path / "home", cycles={"start": "2024-01-01"})
    assert "FIRE_RISK_CYCLES__START" not in environment_of(said)
    own = read_settings(home=tmp_path / "own")
    prepare_home(own, simulate=None)
    assert "FIRE_RISK_CYCLES__START" not in environment_of(own)


def test_no_argument_of_a_server_holds_the_stores_password__s12(tmp_path):
    address = "postgresql+psycopg2://ann:hunter2@db/mlflow"
    settings = read_settings(home=tmp_path, mlflow_uri=address)
    assert not any("hunter2" in "".join(each.arguments) for each in servers_of(settings))
    assert environment_of(settings)["MLFLOW_BACKEND_STORE_URI"] == address
    shows = (sys.executable, "-c", "print(open('/proc/self/cmdline').read().count('hunt' 'er2'))")
    with running([Server("One", shows)], environment_of(settings), tmp_path / "logs"):
        assert said_by(tmp_path / "logs" / "one.log") == ["0"]


def test_people_are_sent_to_the_registered_models_and_see_the_port(tmp_path):
    settings = read_settings(home=tmp_path, servers={"mlflow_port": 5917})
    said = pages({"Dagster": "http://127.0.0.1:3000", "MLflow": "http://127.0.0.1:5917"}, settings)
    assert [line.split()[1] for line in said] == [
        "http://127.0.0.1:3000",
        "http://127.0.0.1:5917/#/models?workflowType=machine_learning",
    ]
    assert pages({"Dagster": "x"}, settings) == ["Dagster    x"]


def test_an_ipv6_host_stands_in_brackets_wherever_a_browser_is_sent(tmp_path):
    settings = read_settings(home=tmp_path, servers={"host": "::1"})
    assert settings.servers.address(3000) == "http://[::1]:3000"
    assert settings.mlflow_page == "http://[::1]:5000"
    assert "::1" in servers_of(settings)[0].arguments
    assert read_settings(home=tmp_path).servers.address(3000) == "http://127.0.0.1:3000"


def test_a_remote_registry_is_not_served_a_second_time(tmp_path):
    settings = read_settings(home=tmp_path, mlflow_uri="http://127.0.0.1:9999")
    assert [server.name for server in servers_of(settings)] == ["Dagster", "daemon"]


def test_a_home_without_room_for_logs_is_one_of_our_errors(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(FireRiskError), running([], {}, tmp_path / "file"):
        raise AssertionError("a log folder that is a file was accepted")


def test_one_home_is_served_once(tmp_path):
    settings = read_settings(home=tmp_path / "home")
    with (
        served_once(settings),
        pytest.raises(StoreBusy, match="served by another"),
        served_once(settings),
    ):
        pass
    with served_once(settings):
        pass

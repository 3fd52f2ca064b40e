"""A running `fire-risk ui` over a home of the tiny model."""

import http.client
import os
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from fire_risk_assets_tests.homes import EARLY, TINY

ROOT = Path(__file__).parents[3]
UP_WITHIN_S = 120.0


def free_ports():
    with socket.socket() as one, socket.socket() as other:
        for each in (one, other):
            each.bind(("127.0.0.1", 0))
        return {"dagster_port": one.getsockname()[1], "mlflow_port": other.getsockname()[1]}


@dataclass
class Ui:
    """A running `fire-risk ui`."""

    process: subprocess.Popen
    ports: dict

    @property
    def dagster(self):
        return f"http://127.0.0.1:{self.ports['dagster_port']}"

    @property
    def mlflow(self):
        return f"http://127.0.0.1:{self.ports['mlflow_port']}"

    def family(self):
        """The process and whatever it started."""
        leader = psutil.Process(self.process.pid)
        return [leader, *leader.children(recursive=True)]

    def wait_until_up(self):
        for port, path in (
            (self.ports["dagster_port"], "/server_info"),
            (self.ports["mlflow_port"], "/health"),
        ):
            deadline = time.monotonic() + UP_WITHIN_S
            while not answers(port, path):
                assert self.process.poll() is None, self.process.stderr.read()
                assert time.monotonic() < deadline, f"nothing answers on port {port}"
                # Waits a moment, or for the end of the process, whichever comes first.
                _wait(self.process, 0.25)

    def end(self):
        """Leave nothing behind, whatever went wrong."""
        if self.process.poll() is None:
            family = self.family()
            self.process.terminate()
            _wait(self.process, 30)
            for each in psutil.wait_procs(family, timeout=1)[1]:
                each.kill()
        for stream in (self.process.stdout, self.process.stderr):
            stream.close()


def _wait(process, seconds):
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return


def answers(port, path):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def started(home, ports):
    told = {f"FIRE_RISK_SERVERS__{name.upper()}": str(port) for name, port in ports.items()}
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("FIRE_RISK_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "fire_risk_assets.cli", "--home", str(home), "ui"],
        cwd=home,
        env={
            **inherited,
            **told,
            "FIRE_RISK_CYCLES__START": EARLY.date().isoformat(),
            "FIRE_RISK_MODELS": f'["{TINY}"]',
            # The tiny model is not in the installed package.
            "PYTHONPATH": str(ROOT),
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # Ctrl-C goes to this process alone here: it must end the others itself.
        start_new_session=True,
    )
    return Ui(process, ports)

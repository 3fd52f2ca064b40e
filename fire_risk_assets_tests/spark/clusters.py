"""Real Spark servers on loopback: a standalone master with workers, and a Connect server."""

import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pyspark

from fire_risk_assets_tests.proc import free_port, wait_until

SPARK_HOME = Path(pyspark.__file__).parent
MASTER = "org.apache.spark.deploy.master.Master"
WORKER = "org.apache.spark.deploy.worker.Worker"
CONNECT = "org.apache.spark.sql.connect.service.SparkConnectServer"
WAIT_S = 90


@contextmanager
def standalone(folder, workers=2):
    """A master with workers of one core each; yields its address, ends all it started."""
    port, started = free_port(), []
    address = f"spark://127.0.0.1:{port}"
    try:
        master = ["--host", "127.0.0.1", "--port", str(port), "--webui-port", "0"]
        started.append(_server(folder / "master.log", MASTER, *master))
        _await(folder / "master.log", "New state: ALIVE", started[-1])
        for number in range(workers):
            log, work = folder / f"worker{number}.log", folder / f"work{number}"
            options = ["--host", "127.0.0.1", "--webui-port", "0", "-c", "1", "-m", "2g"]
            started.append(_server(log, WORKER, *options, "-d", str(work), address))
            _await(log, "Successfully registered with master", started[-1])
        yield address
    finally:
        _end(started)


@contextmanager
def connect_server(folder, options):
    """A Connect server with these options; yields its address."""
    port, log = free_port(), folder / "connect.log"
    options |= {
        "spark.connect.grpc.binding.port": str(port),
        "spark.connect.grpc.binding.address": "127.0.0.1",
        "spark.log.level": "INFO",
    }
    given = [each for name, value in options.items() for each in ("--conf", f"{name}={value}")]
    server = _server(log, "org.apache.spark.deploy.SparkSubmit", *given, "--class", CONNECT)
    try:
        _await(log, "Spark Connect server started at", server)
        yield f"sc://127.0.0.1:{port}"
    finally:
        _end([server])


def _server(log, main, *arguments):
    environment = {**os.environ, "SPARK_HOME": str(SPARK_HOME), "PYSPARK_PYTHON": sys.executable}
    if main.endswith("SparkSubmit"):
        arguments = (*arguments, "spark-internal")
    with log.open("w") as out:
        return subprocess.Popen(
            [str(SPARK_HOME / "bin" / "spark-class"), main, *arguments],
            stdout=out,
            stderr=subprocess.STDOUT,
            env=environment,
        )


def _await(log, sign, server):
    def said():
        return log.read_text(errors="replace")

    wait_until(lambda: sign in said(), server, WAIT_S, lambda: said()[-2000:])


def _end(started):
    for server in reversed(started):
        server.terminate()
    for server in started:
        server.wait(timeout=30)

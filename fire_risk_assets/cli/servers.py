"""`fire-risk ui`: the Dagster webserver, its daemon and the MLflow server, together or not at all.

Each is a process group of its own, so that whatever it started ends with it. Loopback only: none
of them asks for a login. What they show lies in the home.
"""

import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date
from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fire_risk_assets.cli.commands import Command, Invocation, shared_options
from fire_risk_assets.cli.exit_codes import DONE, FAILED
from fire_risk_assets.cli.processes import Server, asked_to_stop, log_name, running
from fire_risk_assets.core.leases import SERVERS
from fire_risk_assets.errors import StoreBusy

if TYPE_CHECKING:
    from fire_risk_assets.settings import Settings

MLFLOW = "MLflow"


class Waited(Enum):
    """Why waiting for servers ended, when none of them did."""

    CAME = auto()
    STOPPED = auto()


@click.command(cls=Command)
@shared_options
@click.pass_obj
def ui(call: Invocation) -> int:
    """Serve Dagster and MLflow over this home until Ctrl-C."""
    from fire_risk_assets.defs.instance import open_instance
    from fire_risk_assets.wiring import open_readers

    settings = call.settings
    open_readers(settings)
    servers = servers_of(settings)
    require_ports(settings.servers.host, servers)
    open_instance(settings).dispose()
    with served_once(settings):
        return _served(call, settings, servers)


@contextmanager
def served_once(settings: "Settings") -> Iterator[None]:
    """Hold the right to serve a home: of two daemons over one home each would start every tick.

    Raises:
        StoreBusy: another process serves it.
    """
    from fire_risk_assets.wiring import lease_of

    with ExitStack() as held:
        try:
            held.enter_context(lease_of(settings).hold(SERVERS, patience_s=0.0))
        except StoreBusy as cause:
            raise StoreBusy(
                f"The home {settings.home} is served by another `fire-risk ui` already.",
                remedy="Use its addresses, or stop it first (Ctrl-C in its terminal).",
            ) from cause
        yield


def _served(call: Invocation, settings: "Settings", servers: "list[Server]") -> int:
    addresses = {
        server.name: settings.servers.address(server.port)
        for server in servers
        if server.port is not None
    }
    logs = settings.home / "logs"
    with asked_to_stop() as asked, running(servers, environment_of(settings), logs) as started:
        call.output.remark("Starting; the addresses follow when they answer.")
        ended = _wait(started, asked, until=lambda: answering(settings.servers.host, servers))
        if ended is Waited.CAME:
            call.output.answer(
                {"addresses": addresses, "processes": {s.name: p.pid for s, p in started}},
                lambda: [
                    *pages(addresses, settings),
                    f"Logs in {logs}. Ctrl-C stops everything.",
                ],
            )
            ended = _wait(started, asked)
    if isinstance(ended, Waited):
        call.output.remark("Stopped.")
        return DONE
    call.output.remark(
        f"fire-risk: {ended.name} ended by itself, so the others were stopped too. Its log is"
        f" {settings.home / 'logs' / log_name(ended)}."
    )
    return FAILED


def pages(addresses: Mapping[str, str], settings: "Settings") -> list[str]:
    """Return where a person looks: MLflow's bare address opens its pages on language models."""
    shown = {**addresses, **({MLFLOW: settings.mlflow_models_page} if MLFLOW in addresses else {})}
    return [f"{name:<10} {address}" for name, address in shown.items()]


def servers_of(settings: "Settings") -> list[Server]:
    """Return what to start; MLflow only when its store is the home's own."""
    host = settings.servers.host
    dagster_port, mlflow_port = settings.servers.dagster_port, settings.servers.mlflow_port
    listen = ("-h", host, "-p", str(dagster_port))
    workspace = str(settings.dagster_home / "workspace.yaml")
    # The script of this installation, whatever PATH says.
    daemon = str(Path(sys.executable).with_name("dagster-daemon"))
    servers = [
        Server(
            "Dagster",
            (sys.executable, "-m", "dagster_webserver", *listen, "-w", workspace),
            dagster_port,
        ),
        Server("daemon", (daemon, "run", "-w", workspace)),
    ]
    if not settings.tracking_uri.startswith("http"):
        where = ("--workers", "1", "--host", host, "--port", str(mlflow_port))
        command = (sys.executable, "-m", "mlflow", "server", *where)
        servers.append(Server(MLFLOW, command, mlflow_port))
    return servers


def environment_of(settings: "Settings") -> dict[str, str]:
    """Return what the servers are told beside what they inherit."""
    told = {
        "DAGSTER_HOME": str(settings.dagster_home),
        "DAGSTER_DISABLE_TELEMETRY": "1",
        "MLFLOW_DISABLE_TELEMETRY": "true",
        # The job runner starts seven workers that nothing here uses.
        "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
        "FIRE_RISK_HOME": str(settings.home),
    }
    if not settings.tracking_uri.startswith("http"):
        # Not an argument: it may hold a password, and arguments are everybody's to read.
        told["MLFLOW_BACKEND_STORE_URI"] = settings.tracking_uri
        told["MLFLOW_REGISTRY_STORE_URI"] = settings.tracking_uri
    if settings.config is not None:
        told["FIRE_RISK_CONFIG"] = str(settings.config.expanduser().absolute())
    if (start := first_cycle(settings)) is not None:
        told["FIRE_RISK_CYCLES__START"] = start.isoformat()
    return told


def first_cycle(settings: "Settings") -> date | None:
    """Return when the cycles of a simulated park begin, None where a setting or nobody says it.

    The pages would list years of partitions before it, which nothing will ever fill.
    """
    from fire_risk_assets.core.park.demo import demo_cycles
    from fire_risk_assets.wiring import find_home

    home = find_home(settings)
    if home is None or "until" not in home.simulate or "start" in settings.cycles.model_fields_set:
        return None
    return demo_cycles(date.fromisoformat(home.simulate["until"]), settings.simulate.cycles)[0]


def require_ports(host: str, servers: Sequence[Server]) -> None:
    """Make sure that every port is free before anything starts.

    Raises:
        StoreBusy: one is taken.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for server in servers:
        if server.port is None:
            continue
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            # As the servers do: a port whose last connections are still closing is free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, server.port))
            except OSError as cause:
                name = server.name.lower()
                raise StoreBusy(
                    f"Port {server.port} of {host}, meant for {server.name}, is taken.",
                    remedy=f"Stop what listens there, or set servers.{name}_port in fire_risk.toml"
                    f" (FIRE_RISK_SERVERS__{name.upper()}_PORT).",
                ) from cause


def answering(host: str, servers: Sequence[Server]) -> bool:
    """Tell whether every port takes connections now."""
    for server in servers:
        if server.port is None:
            continue
        try:
            socket.create_connection((host, server.port), timeout=1.0).close()
        except OSError:
            return False
    return True


def _wait(
    started: Sequence[tuple[Server, subprocess.Popen[bytes]]],
    asked: threading.Event,
    *,
    until: Callable[[], bool] = lambda: False,
) -> Server | Waited:
    """Wait to be asked to stop, for `until` to come true, or for a server that ends."""
    while not until():
        if asked.wait(0.5):
            return Waited.STOPPED
        for server, process in started:
            if process.poll() is not None:
                return server
    return Waited.CAME

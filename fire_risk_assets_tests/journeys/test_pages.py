"""The pages people look at, in a real browser over the real servers of `fire-risk ui`."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from shutil import which
from urllib.parse import quote

import psutil
import pytest

from fire_risk_assets.core.ledger.row import LedgerRow
from fire_risk_assets_tests.homes import EARLY, FIRST, TINY, make_tiny_home, tiny_settings

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

ROOT = Path(__file__).parents[2]
SHOTS = ROOT / "test-output"
UP_WITHIN_S = 120.0
DOWN_WITHIN_S = 30.0
BROWSER = [
    *("--no-sandbox", "--disable-gpu", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--no-first-run"),
]
AT_PRODUCTION = re.compile(r"@\s*production")
GROUPS = {
    "data": ("cells", "weather_observations", "fire_reports", "features"),
    "tiny": (
        *("training_set", "holdout_set", "candidate_model"),
        *("adjudication_result", "production_model_pointer"),
    ),
    "registry": ("registry_status",),
}


def free_ports():
    with socket.socket() as one, socket.socket() as other:
        for each in (one, other):
            each.bind(("127.0.0.1", 0))
        return {"dagster_port": one.getsockname()[1], "mlflow_port": other.getsockname()[1]}


@dataclass
class Seen:
    """A home with runs to look at.

    Attributes:
        ports: Where its links lead.
        row: The last decision.
    """

    home: Path
    ports: dict
    row: LedgerRow


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


def label(asset):
    """The name in the graph, where a long one is cut in the middle."""
    return re.compile(rf"^({asset}|{asset[:3]}\w*…\w*{asset[-5:]})$")


@pytest.fixture(scope="session")
def seen_home(tmp_path_factory):
    """Two cycles run as the schedule runs them, and the ports their links name."""
    from fire_risk_assets.defs.launch import run_cycle
    from fire_risk_assets.defs.resources import world_of

    home, ports = tmp_path_factory.mktemp("pages") / "home", free_ports()
    make_tiny_home(home)
    settings = tiny_settings(home, servers=ports)
    for as_of in (EARLY, FIRST):
        row = run_cycle(settings, "tiny", cycle_id=None, as_of=as_of, actor="test")
    world_of(settings).vault.prover.stop()
    return Seen(home, ports, row)


@pytest.fixture(scope="module")
def ui(seen_home):
    served = started(seen_home.home, seen_home.ports)
    try:
        served.wait_until_up()
        yield served
    finally:
        served.end()


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    program = which("chromium") or which("chromium-browser")
    assert program, "Chromium is needed: make browser"
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, args=BROWSER)
        yield opened
        opened.close()


@pytest.fixture
def page(browser, request):
    """A fresh visitor; what he saw last lies in test-output/."""
    SHOTS.mkdir(exist_ok=True)
    context = browser.new_context(viewport={"width": 1440, "height": 1000})
    context.set_default_timeout(20_000)
    opened = context.new_page()
    yield opened
    opened.screenshot(path=SHOTS / f"{request.node.name}.png")
    context.close()


def test_the_asset_graph_shows_every_group_and_asset(ui, page):
    page.goto(f"{ui.dagster}/asset-groups")
    for group in GROUPS:
        page.locator(f'.group [data-tooltip="{group}"]').wait_for()
    expanded = ",".join(f"global@global:{group}" for group in GROUPS)
    page.goto(f"{ui.dagster}/asset-groups?expanded={quote(expanded)}")
    for asset in chain.from_iterable(GROUPS.values()):
        page.locator("foreignObject").get_by_text(label(asset)).wait_for()


def test_the_verdict_is_shown_with_a_plot_and_leads_to_its_evidence(ui, page, seen_home):
    row = seen_home.row
    page.goto(f"{ui.dagster}/assets/tiny/adjudication_result")
    page.get_by_text(f"{row.kind}: {row.reason_code}").wait_for()
    plot = page.get_by_role("img", name="Loss differences")
    plot.scroll_into_view_if_needed()
    page.wait_for_function("image => image.naturalWidth > 300", arg=plot.element_handle())
    page.screenshot(path=SHOTS / "verdict_in_dagster.png")
    page.get_by_role("link", name="verdict.html").click()
    page.frame_locator("iframe").get_by_role("heading", name="The numbers").wait_for()


def test_the_pointer_leads_to_the_version_that_serves(ui, page, seen_home):
    row = seen_home.row
    page.goto(f"{ui.dagster}/assets/tiny/production_model_pointer")
    link = page.get_by_role("link", name=f"tiny version {row.production_version}").first
    link.wait_for()
    link.scroll_into_view_if_needed()
    page.screenshot(path=SHOTS / "pointer_in_dagster.png")
    link.click()
    page.get_by_text(AT_PRODUCTION).wait_for()
    page.get_by_text(re.compile(r"Candidate of cycle .* fitted on .* rows")).wait_for()


def test_the_registry_page_shows_the_alias_at_the_version_that_serves(ui, page, seen_home):
    page.goto(f"{ui.mlflow}/#/models/tiny?workflowType=machine_learning")
    line = page.get_by_role("row").filter(has_text=AT_PRODUCTION)
    line.get_by_text(f"Version {seen_home.row.production_version}", exact=True).wait_for()


def test_nobody_else_on_the_network_is_served__s8_s9(ui):
    listening = {
        connection.laddr.ip
        for each in ui.family()
        for connection in each.net_connections(kind="inet")
        if connection.status == psutil.CONN_LISTEN
    }
    assert listening == {"127.0.0.1"}


def test_mlflow_answers_no_page_that_sends_people_to_it_under_another_name__s10(ui):
    host = "evil.example"
    statuses = {}
    for name in ("127.0.0.1", host):
        asked = http.client.HTTPConnection("127.0.0.1", ui.ports["mlflow_port"], timeout=30)
        where = "/api/2.0/mlflow/registered-models/search"
        asked.request("GET", where, headers={"Host": f"{name}:{ui.ports['mlflow_port']}"})
        statuses[name] = asked.getresponse().status
        asked.close()
    assert statuses == {"127.0.0.1": 200, host: 403}


def test_ctrl_c_ends_every_process(tmp_path):
    home = tmp_path / "home"
    make_tiny_home(home)
    served = started(home, free_ports())
    try:
        served.wait_until_up()
        # The addresses are told once they answer.
        assert served.process.stdout.readline().startswith("Dagster")
        family = served.family()
        assert len(family) >= 4
        before = time.monotonic()
        served.process.send_signal(signal.SIGINT)
        assert served.process.wait(DOWN_WITHIN_S) == 0
        rest = psutil.wait_procs(
            family, timeout=max(0.0, before + DOWN_WITHIN_S - time.monotonic())
        )[1]
        assert rest == []
    finally:
        served.end()

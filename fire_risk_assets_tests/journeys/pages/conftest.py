from dataclasses import dataclass
from pathlib import Path
from shutil import which

import pytest

from fire_risk_assets.core.ledger.row import LedgerRow
from fire_risk_assets.settings import Settings
from fire_risk_assets_tests.homes import EARLY, FIRST, make_landed_home, tiny_settings
from fire_risk_assets_tests.journeys.pages.served import ROOT, free_ports, started

SHOTS = ROOT / "test-output"
BROWSER = [
    *("--no-sandbox", "--disable-gpu", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--no-first-run"),
]


@dataclass
class Seen:
    """A home with runs to look at.

    Attributes:
        settings: Where it is and where its links lead.
        row: The last decision before anybody looked.
    """

    settings: Settings
    row: LedgerRow

    @property
    def home(self) -> Path:
        return self.settings.home


class Shots:
    """Writes what a page shows into the folder of the test output."""

    def __init__(self, page):
        self._page = page

    def __call__(self, name):
        SHOTS.mkdir(exist_ok=True)
        self._page.screenshot(path=SHOTS / f"{name}.png")


@pytest.fixture(scope="session")
def seen_home(tmp_path_factory):
    """Data landed, two cycles run as the schedule runs them, and the ports their links name."""
    from fire_risk_assets.defs.launch import run_cycle
    from fire_risk_assets.defs.resources import world_of

    home = tmp_path_factory.mktemp("pages") / "home"
    settings = tiny_settings(home, servers=free_ports())
    make_landed_home(settings)
    for as_of in (EARLY, FIRST):
        row = run_cycle(settings, "tiny", cycle_id=None, as_of=as_of, actor="test")
    world_of(settings).vault.prover.stop()
    return Seen(settings, row)


@pytest.fixture(scope="session")
def ui(seen_home):
    servers = seen_home.settings.servers
    ports = {"dagster_port": servers.dagster_port, "mlflow_port": servers.mlflow_port}
    served = started(seen_home.home, ports)
    try:
        served.wait_until_up()
        yield served
    finally:
        served.end()


@pytest.fixture(scope="session")
def browser():
    from playwright.sync_api import sync_playwright

    program = which("chromium") or which("chromium-browser")
    assert program, "Chromium is needed: make tools"
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, args=BROWSER)
        yield opened
        opened.close()


@pytest.fixture
def page(browser, request):
    """A visitor at 1440 px who has closed MLflow's assistant; a failed test leaves its last view.

    The assistant opens by itself on the first visit and takes a quarter of the page.
    """
    context = browser.new_context(viewport={"width": 1440, "height": 1000})
    context.set_default_timeout(20_000)
    context.add_init_script(
        "for (const [k, v] of Object.entries({'mlflow.assistant.fab.autoOpenedOnFirstLoad_v1':"
        " 'true', 'mlflow.assistant.panelOpen_v1': 'false'})) localStorage.setItem(k, v)"
    )
    opened = context.new_page()
    try:
        yield opened
    finally:
        SHOTS.mkdir(exist_ok=True)
        opened.screenshot(path=SHOTS / f"last_view_of_{request.node.name}.png")
        context.close()


@pytest.fixture
def shot(page):
    return Shots(page)

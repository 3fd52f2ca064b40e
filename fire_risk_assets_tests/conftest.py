"""Homes and the command line for several rooms, and what was tried of the contract at the end.

What loads MLflow or Delta is imported by the fixture that needs it: most tests of `core` load none.
"""

import os
from functools import partial

import pytest

from fire_risk_assets_tests.tried import write_tables

SPARK_ROOM = "fire_risk_assets_tests/spark/"


def pytest_collection_modifyitems(items):
    """Put the Spark room first: it is one process's, and would be waited for at the end."""
    items.sort(key=lambda item: not item.nodeid.startswith(SPARK_ROOM))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Deal tests out by file, since those of one share their homes; the Spark room by its JVM."""
    from xdist.scheduler import LoadFileScheduling

    class ByHomes(LoadFileScheduling):
        def _split_scope(self, nodeid):
            file = super()._split_scope(nodeid)
            return SPARK_ROOM if file.startswith(SPARK_ROOM) else file

    return ByHomes(config, log)


def pytest_terminal_summary(terminalreporter):
    write_tables(terminalreporter)


@pytest.fixture(scope="session")
def fresh_home(tmp_path_factory):
    """Nine months of a park with features, no cycle yet. Copy it: one is made for all rooms."""
    from fire_risk_assets_tests.homes import make_tiny_home

    home = tmp_path_factory.mktemp("homes") / "fresh"
    make_tiny_home(home)
    return home


@pytest.fixture(scope="session")
def served_home(tmp_path_factory, fresh_home):
    """The same, where one cycle has put the first version into production; copy it too."""
    from fire_risk_assets.defs.launch import run_cycle
    from fire_risk_assets.defs.resources import world_of
    from fire_risk_assets_tests.homes import EARLY, copy_home, tiny_settings

    home = copy_home(fresh_home, tmp_path_factory.mktemp("homes") / "served")
    settings = tiny_settings(home)
    run_cycle(settings, "tiny", cycle_id=None, as_of=EARLY, actor="test")
    world_of(settings).vault.prover.stop()
    return home


@pytest.fixture
def house(served_home, tmp_path):
    """Settings of a home of its own where version 2 serves."""
    from fire_risk_assets.defs.resources import world_of
    from fire_risk_assets_tests.homes import copy_home, tiny_settings

    settings = tiny_settings(copy_home(served_home, tmp_path / "home"))
    yield settings
    world_of(settings).vault.prover.stop()


@pytest.fixture(scope="session")
def forecast_home(tmp_path_factory, fresh_home):
    """Boosted trees that served and predicted September, after two cycles; copy it too."""
    from fire_risk_assets_tests.homes import copy_home
    from fire_risk_assets_tests.incidents import make_forecasts

    home = copy_home(fresh_home, tmp_path_factory.mktemp("homes") / "forecast")
    make_forecasts(home)
    return home


@pytest.fixture
def forecasts(forecast_home, tmp_path):
    """Settings of such a home of its own."""
    from fire_risk_assets.defs.resources import world_of
    from fire_risk_assets_tests.homes import copy_home
    from fire_risk_assets_tests.incidents import forecast_settings

    settings = forecast_settings(copy_home(forecast_home, tmp_path / "home"))
    yield settings
    world_of(settings).vault.prover.stop()


@pytest.fixture(scope="session")
def told_home(tmp_path_factory):
    """A small ledger and no MLflow; read it only."""
    from fire_risk_assets_tests.cli.ledger_homes import make_told_home

    return make_told_home(tmp_path_factory.mktemp("homes") / "told")


@pytest.fixture
def cli(capsys, monkeypatch, tmp_path):
    """Run `fire-risk` in this process, in an empty folder, with nothing from the environment."""
    from fire_risk_assets_tests.cli.asking import ask

    for name in list(os.environ):
        if name.startswith("FIRE_RISK_") or name == "COLUMNS":
            monkeypatch.delenv(name)
    (tmp_path / "cwd").mkdir()
    monkeypatch.chdir(tmp_path / "cwd")
    return partial(ask, capsys)

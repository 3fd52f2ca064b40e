import pytest

from fire_risk_assets.defs.resources import world_of
from fire_risk_assets_tests.homes import EARLY, copy_home, make_tiny_home, tiny_settings


@pytest.fixture(scope="session")
def fresh_home(tmp_path_factory):
    """Nine months of a park with features, no cycle yet."""
    home = tmp_path_factory.mktemp("defs") / "fresh"
    make_tiny_home(home)
    return home


@pytest.fixture(scope="session")
def served_home(tmp_path_factory, fresh_home):
    """The same, where one cycle has put the first version into production."""
    from fire_risk_assets.defs.launch import run_cycle

    home = copy_home(fresh_home, tmp_path_factory.mktemp("defs") / "served")
    settings = tiny_settings(home)
    run_cycle(settings, "tiny", cycle_id=None, as_of=EARLY, actor="test")
    world_of(settings).vault.prover.stop()
    return home


@pytest.fixture
def house(served_home, tmp_path):
    """Settings of a home of its own where version 2 serves."""
    settings = tiny_settings(copy_home(served_home, tmp_path / "home"))
    yield settings
    world_of(settings).vault.prover.stop()

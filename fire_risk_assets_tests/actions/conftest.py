import pytest

from fire_risk_assets.actions.check_invariants import batch_findings
from fire_risk_assets_tests.actions.offering import BAD_FILE, Home
from fire_risk_assets_tests.homes import (
    EARLY,
    PROVER,
    SECOND,
    copy_home,
    make_tiny_home,
    open_world,
    run_cycle,
    tiny_settings,
)


@pytest.fixture(scope="session")
def data_home(tmp_path_factory):
    """Nine months of a park with features, no cycle yet."""
    home = tmp_path_factory.mktemp("actions") / "data"
    make_tiny_home(home)
    return home


@pytest.fixture(scope="session")
def served_home(tmp_path_factory, data_home):
    """The same, where the baseline serves, so that the next candidate is promoted over it."""
    home = copy_home(data_home, tmp_path_factory.mktemp("actions") / "served")
    run_cycle(tiny_settings(home, windows={"min_rows": 5000}), EARLY)
    yield home
    PROVER.stop()


@pytest.fixture(scope="session")
def promoted_home(tmp_path_factory, served_home):
    """The same, where a candidate was promoted over the baseline."""
    home = copy_home(served_home, tmp_path_factory.mktemp("actions") / "promoted")
    run_cycle(tiny_settings(home), SECOND)
    return home


@pytest.fixture
def settings(served_home, tmp_path):
    """Settings of a home of its own where version 1, the baseline, serves."""
    return tiny_settings(copy_home(served_home, tmp_path / "home"))


@pytest.fixture
def world(settings):
    return open_world(settings)


@pytest.fixture
def promoted(promoted_home, tmp_path):
    """The world of a home of its own where a candidate serves and the baseline served before."""
    return open_world(tiny_settings(copy_home(promoted_home, tmp_path / "home")))


@pytest.fixture
def home(tmp_path):
    """A home with one batch, two of whose rows are set aside; whole at the end too."""
    home = Home(tmp_path)
    home.take(BAD_FILE)
    yield home
    assert batch_findings(home) == []

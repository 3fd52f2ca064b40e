import pytest

from fire_risk_assets.actions.check_invariants import batch_findings
from fire_risk_assets_tests.actions.offering import BAD_FILE, Home
from fire_risk_assets_tests.homes import (
    EARLY,
    PROVER,
    SECOND,
    copy_home,
    open_world,
    run_cycle,
    tiny_settings,
)


@pytest.fixture(scope="session")
def baseline_home(tmp_path_factory, fresh_home):
    """A home where the baseline serves, so that the next candidate is promoted over it."""
    home = copy_home(fresh_home, tmp_path_factory.mktemp("actions") / "baseline")
    run_cycle(tiny_settings(home, windows={"min_rows": 5000}), EARLY)
    yield home
    PROVER.stop()


@pytest.fixture(scope="session")
def promoted_home(tmp_path_factory, baseline_home):
    """The same, where a candidate was promoted over the baseline."""
    home = copy_home(baseline_home, tmp_path_factory.mktemp("actions") / "promoted")
    run_cycle(tiny_settings(home), SECOND)
    return home


@pytest.fixture
def settings(baseline_home, tmp_path):
    """Settings of a home of its own where version 1, the baseline, serves."""
    return tiny_settings(copy_home(baseline_home, tmp_path / "home"))


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

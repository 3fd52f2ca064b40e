import pytest

from fire_risk_assets_tests.faults.children import Children
from fire_risk_assets_tests.homes import (
    EARLY,
    SECOND,
    THIRD,
    TINY,
    copy_home,
    open_world,
    tiny_settings,
)


@pytest.fixture(scope="session")
def children():
    running = Children()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def baseline_home(tmp_path_factory, fresh_home, children):
    """A home where the baseline serves, so that the next candidate is promoted over it."""
    home = copy_home(fresh_home, tmp_path_factory.mktemp("faults") / "baseline")
    assert children.cycle(home, EARLY, windows={"min_rows": 5000}) == 0
    return home


@pytest.fixture(scope="session")
def promoted_home(tmp_path_factory, baseline_home, children):
    """The same, where version 2 was promoted over the baseline."""
    home = copy_home(baseline_home, tmp_path_factory.mktemp("faults") / "promoted")
    assert children.cycle(home, SECOND) == 0
    return home


@pytest.fixture(scope="session")
def judged_home(tmp_path_factory, promoted_home, children):
    """The same, where version 3 was promoted over that."""
    home = copy_home(promoted_home, tmp_path_factory.mktemp("faults") / "judged")
    assert children.cycle(home, THIRD) == 0
    return home


@pytest.fixture
def home(baseline_home, tmp_path):
    """A home of the test's own; modules that start from another one say so."""
    return copy_home(baseline_home, tmp_path / "home")


@pytest.fixture
def settings(home):
    return tiny_settings(home)


@pytest.fixture
def world(settings):
    return open_world(settings)


@pytest.fixture
def shell(cli, home, tmp_path):
    """`fire-risk` on the home, with the one tiny model."""
    (tmp_path / "tiny.toml").write_text(f'models = ["{TINY}"]\n[training]\ntrials = 0\n')
    return lambda *arguments: cli(*arguments, "--home", home, "--config", tmp_path / "tiny.toml")

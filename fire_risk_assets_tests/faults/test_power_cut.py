"""The power goes: all that was not flushed is lost, and what was acknowledged is not among it."""

import signal

import pytest

from fire_risk_assets.actions.reconcile import reconcile
from fire_risk_assets_tests.faults.aftermath import acknowledged, findings, require_promoted
from fire_risk_assets_tests.faults.power_cut import Unflushed, noting
from fire_risk_assets_tests.homes import SECOND, open_world, run_cycle

pytestmark = pytest.mark.slow


@pytest.fixture
def cut(children, baseline_home, home, tmp_path):
    """Run a cycle on the home and cut the power where it ends; returns the files lost."""

    def run(crash=None):
        protocol = tmp_path / "calls"
        status = children.cycle(home, SECOND, crash=crash, strace=noting(protocol))
        assert status == (-signal.SIGKILL if crash else 0)
        lost = Unflushed(protocol, home).cut(baseline_home)
        # A protocol that was not understood would lose nothing: the evidence page is not flushed.
        assert lost
        return [path.relative_to(home).as_posix() for path in lost]

    return run


def test_what_a_cycle_has_acknowledged_outlives_a_power_cut__f26(cut, home, settings):
    lost = cut()
    # A mark beside a table says what need not be flushed again: lost, it costs flushing again.
    kept = [
        path for path in lost if path.startswith(("lake/", "references/")) or "/models/" in path
    ]
    assert [path for path in kept if not path.endswith("/_flushed_until")] == []
    world = open_world(settings)
    assert [row.kind for row in world.ledger.rows("tiny")] == ["promote", "promote"]
    assert reconcile("tiny", world, actor="test").consistent is True
    assert findings(settings) == []


@pytest.mark.parametrize(
    "point",
    [
        pytest.param("COMMIT:after", id="F26-COMMIT:after", marks=pytest.mark.soak),
        pytest.param("ALIAS:after", id="F26-ALIAS:after"),
    ],
)
def test_an_alias_never_outlives_the_row_that_justifies_it(cut, settings, point):
    cut(crash=point)
    rows = acknowledged(settings)
    seen = open_world(settings).registry.production_alias("tiny")
    assert (seen == 2) == (point == "ALIAS:after")
    run_cycle(settings, SECOND)
    require_promoted(settings, rows)

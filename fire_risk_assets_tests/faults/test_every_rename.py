"""SIGKILL after the N-th rename or link of a cycle, for every N until the cycle ends by itself."""

import signal

import pytest

from fire_risk_assets import wiring
from fire_risk_assets.actions.check_invariants import check_invariants
from fire_risk_assets_tests.homes import SECOND, copy_home, open_world, tiny_settings

pytestmark = pytest.mark.slow
FEWEST = 10
"""References and Delta commits of a cycle alone are more; fewer would mean that none is counted."""


@pytest.mark.timeout(900)
def test_a_cycle_killed_after_any_rename_is_completed_by_the_next_start__f13(
    children, baseline_home, tmp_path
):
    for number in range(1, 200):
        home = copy_home(baseline_home, tmp_path / f"home{number}")
        status = children.cycle(home, SECOND, kill_at_rename=number)
        if status == 0:
            break
        assert status == -signal.SIGKILL
        _require_whole(children, home)
    assert number > FEWEST


def _require_whole(children, home):
    settings = tiny_settings(home)
    world = open_world(settings)
    acknowledged = world.ledger.rows("tiny")
    seen = world.registry.production_alias("tiny")
    assert seen in {row.production_version for row in acknowledged}
    assert children.cycle(home, SECOND) == 0
    rows = world.ledger.rows("tiny")
    assert rows[: len(acknowledged)] == acknowledged
    decisions = [row for row in rows if row.cycle_id == "2025-09-15" and row.kind != "fail"]
    assert [(row.kind, row.reason_code) for row in decisions] == [("promote", "better")]
    assert check_invariants(wiring.model_spec(settings, "tiny"), world, at_rest=True) == []

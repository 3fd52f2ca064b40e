"""SIGKILL after the N-th rename or link of a cycle, for every N until the cycle ends by itself."""

import signal

import pytest

from fire_risk_assets_tests.faults.aftermath import acknowledged, require_promoted
from fire_risk_assets_tests.homes import SECOND, copy_home, tiny_settings

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
        settings = tiny_settings(home)
        rows = acknowledged(settings)
        assert children.cycle(home, SECOND) == 0
        require_promoted(settings, rows)
    assert number > FEWEST

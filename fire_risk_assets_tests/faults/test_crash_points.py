"""SIGKILL at every named point, restart, and the checker: nothing lost, nothing doubled."""

import signal

import pytest

from fire_risk_assets_tests.faults.aftermath import acknowledged, findings, require_promoted
from fire_risk_assets_tests.faults.points import POINTS, numbered
from fire_risk_assets_tests.homes import FIRST, SECOND, copy_home, tiny_settings

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("point", POINTS, ids=numbered)
def test_a_cycle_killed_here_is_completed_by_the_next_start(point, children, home, settings):
    assert children.cycle(home, SECOND, crash=point) == -signal.SIGKILL
    rows = acknowledged(settings)
    # The first row is the baseline's: a kill at a late point must have come after COMMIT.
    assert len(rows) == (2 if point in POINTS[POINTS.index("COMMIT:after") :] else 1)
    assert children.cycle(home, SECOND) == 0
    require_promoted(settings, rows)


@pytest.mark.parametrize("point", ["TRAIN:after", "REGISTER:after", "COMMIT:after", "ALIAS:before"])
def test_the_very_first_cycle_survives_too(point, children, fresh_home, tmp_path):
    home = copy_home(fresh_home, tmp_path / "empty")
    assert children.cycle(home, FIRST, crash=point) == -signal.SIGKILL
    assert children.cycle(home, FIRST) == 0
    settings = tiny_settings(home)
    rows = [row for row in acknowledged(settings) if row.kind != "fail"]
    assert [(row.kind, row.reason_code) for row in rows] == [("promote", "first")]
    assert findings(settings) == []


def test_a_killed_attempt_is_named_and_does_not_block_the_retry(children, home, settings):
    for _ in range(2):
        assert children.cycle(home, SECOND, crash="JUDGE:after") == -signal.SIGKILL
    assert children.cycle(home, SECOND) == 0
    story = [(row.kind, row.reason_code) for row in acknowledged(settings)[1:]]
    assert story == [("fail", "killed"), ("fail", "killed"), ("promote", "better")]


def test_a_duplicate_tick_returns_the_recorded_row__f14(children, home, settings):
    for _ in range(3):
        assert children.cycle(home, SECOND) == 0
    assert [row.kind for row in acknowledged(settings)] == ["promote", "promote"]
    assert findings(settings) == []

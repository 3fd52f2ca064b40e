"""SIGKILL at every named point, restart, and the checker: nothing lost, nothing doubled."""

import signal

import pytest

from fire_risk_assets import wiring
from fire_risk_assets.actions.check_invariants import check_invariants
from fire_risk_assets_tests.homes import FIRST, SECOND, copy_home, tiny_settings

pytestmark = pytest.mark.slow

STEPS = (
    "LEASE",
    "RECONCILE",
    "TRAIN",
    "LOADS",
    "REGISTER",
    "JUDGE",
    "COMMIT",
    "READBACK",
    "ALIAS",
    "STAGE",
    "VERIFY",
)
POINTS = [f"{step}:{side}" for step in STEPS for side in ("before", "after")]


def _numbered(point):
    return f"F{STEPS.index(point.partition(':')[0]) + 1}-{point}"


def ledger(home):
    settings = tiny_settings(home)
    return wiring.open_world(settings).ledger.rows("tiny")


def findings(home):
    settings = tiny_settings(home)
    spec = wiring.model_spec(settings, "tiny")
    return check_invariants(spec, wiring.open_world(settings), at_rest=True)


@pytest.mark.parametrize("point", POINTS, ids=_numbered)
def test_a_cycle_killed_here_is_completed_by_the_next_start(
    point, children, baseline_home, tmp_path
):
    home = copy_home(baseline_home, tmp_path / "home")
    assert children.cycle(home, SECOND, crash=point) == -signal.SIGKILL
    acknowledged = ledger(home)
    # The first row is the baseline's: a kill at a late point must have come after COMMIT.
    assert len(acknowledged) == (2 if point in POINTS[POINTS.index("COMMIT:after") :] else 1)
    # I1: whatever a reader sees in between was put there by a row.
    seen = wiring.open_world(tiny_settings(home)).registry.production_alias("tiny")
    assert seen in {row.production_version for row in acknowledged}
    assert children.cycle(home, SECOND) == 0
    rows = ledger(home)
    decisions = [row for row in rows if row.cycle_id == "2025-09-15" and row.kind != "fail"]
    assert [(row.kind, row.reason_code) for row in decisions] == [("promote", "better")]
    assert rows[: len(acknowledged)] == acknowledged
    assert rows[-1].production_version == decisions[0].candidate_version
    assert findings(home) == []
    versions = wiring.open_world(tiny_settings(home)).registry.versions("tiny")
    assert [v.version for v in versions if v.stage == "Production"] == [rows[-1].production_version]


@pytest.mark.parametrize("point", ["TRAIN:after", "REGISTER:after", "COMMIT:after", "ALIAS:before"])
def test_the_very_first_cycle_survives_too(point, children, empty_ledger_home, tmp_path):
    home = copy_home(empty_ledger_home, tmp_path / "home")
    assert children.cycle(home, FIRST, crash=point) == -signal.SIGKILL
    assert children.cycle(home, FIRST) == 0
    rows = [row for row in ledger(home) if row.kind != "fail"]
    assert [(row.kind, row.reason_code) for row in rows] == [("promote", "first")]
    assert findings(home) == []


def test_a_killed_attempt_is_named_and_does_not_block_the_retry(children, baseline_home, tmp_path):
    home = copy_home(baseline_home, tmp_path / "home")
    for _ in range(2):
        assert children.cycle(home, SECOND, crash="JUDGE:after") == -signal.SIGKILL
    assert children.cycle(home, SECOND) == 0
    story = [(row.kind, row.reason_code) for row in ledger(home)[1:]]
    assert story == [("fail", "killed"), ("fail", "killed"), ("promote", "better")]


def test_a_duplicate_tick_returns_the_recorded_row__f14(children, baseline_home, tmp_path):
    home = copy_home(baseline_home, tmp_path / "home")
    for _ in range(3):
        assert children.cycle(home, SECOND) == 0
    assert [row.kind for row in ledger(home)] == ["promote", "promote"]
    assert findings(home) == []

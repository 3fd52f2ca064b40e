"""Long runs of cycles with kills at random points; `make soak` runs them."""

import random
import signal
from datetime import timedelta

import pytest

from fire_risk_assets import wiring
from fire_risk_assets.actions.check_invariants import check_invariants
from fire_risk_assets_tests.faults.test_crash_points import POINTS
from fire_risk_assets_tests.homes import SECOND, copy_home, tiny_settings

CYCLES = 40


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_many_cycles_with_random_kills_lose_and_double_nothing(
    seed, children, baseline_home, tmp_path
):
    home = copy_home(baseline_home, tmp_path / "home")
    draw = random.Random(seed)  # noqa: S311  (a test draws, no secret)
    settings = tiny_settings(home)
    spec = wiring.model_spec(settings, "tiny")
    ledger = wiring.open_world(settings).ledger
    for number in range(CYCLES):
        as_of = SECOND + timedelta(hours=number)
        before = ledger.rows("tiny")
        if draw.random() < 0.4:
            status = children.cycle(home, as_of, crash=draw.choice(POINTS), cycle_id=f"c{number}")
            assert status in (0, -signal.SIGKILL)
        assert children.cycle(home, as_of, cycle_id=f"c{number}") == 0
        world = wiring.open_world(settings)
        assert check_invariants(spec, world, at_rest=True, earlier=before) == []
    decided = {row.cycle_id for row in ledger.rows("tiny") if row.kind not in ("fail", "repair")}
    assert {f"c{number}" for number in range(CYCLES)} <= decided

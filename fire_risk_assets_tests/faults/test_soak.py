"""Long runs of cycles with kills at random points; `make soak` runs them."""

import random
import signal
from dataclasses import replace
from datetime import timedelta

import pytest

from fire_risk_assets import wiring
from fire_risk_assets.actions.change_pointer import Request, change_pointer
from fire_risk_assets.core.ledger.fold import is_cycle_decision
from fire_risk_assets_tests.faults.aftermath import findings
from fire_risk_assets_tests.faults.children import request
from fire_risk_assets_tests.faults.points import POINTS
from fire_risk_assets_tests.faults.twenty import ADDRESSES, NAMES
from fire_risk_assets_tests.homes import FIRST, SECOND, copy_home, tiny_settings

pytestmark = pytest.mark.soak
TRIES = 50


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_many_cycles_with_random_kills_lose_and_double_nothing(
    seed, children, baseline_home, tmp_path
):
    home = copy_home(baseline_home, tmp_path / "home")
    draw = random.Random(seed)  # noqa: S311  (a test draws, no secret)
    settings = tiny_settings(home)
    ledger = wiring.open_world(settings).ledger
    for number in range(40):
        as_of = SECOND + timedelta(hours=number)
        before = ledger.rows("tiny")
        if draw.random() < 0.4:
            status = children.cycle(home, as_of, crash=draw.choice(POINTS), cycle_id=f"c{number}")
            assert status in (0, -signal.SIGKILL)
        assert children.cycle(home, as_of, cycle_id=f"c{number}") == 0
        assert findings(settings, earlier=before) == []
    decided = {row.cycle_id for row in ledger.rows("tiny") if is_cycle_decision(row)}
    assert {f"c{number}" for number in range(40)} <= decided


@pytest.mark.timeout(8 * 3600)
@pytest.mark.parametrize(("models", "cycles"), [(5, 40), (20, 250)])
def test_twenty_models_decide_each_of_their_cycles_once(
    models, cycles, children, fresh_home, tmp_path
):
    """G1: two processes at a time, each killed somewhere in one round of five.

    Operators move one pointer in ten after each round: of cycles that follow each other so closely
    most would find their holdout spent, and nothing would move.
    """
    home = copy_home(fresh_home, tmp_path / "home")
    draw = random.Random(models)  # noqa: S311  (a test draws, no secret)
    names, addresses = NAMES[:models], ADDRESSES[:models]
    settings = tiny_settings(home, models=addresses)
    world = wiring.open_world(settings)
    for number in range(cycles):
        walks = [names[0::2], names[1::2]]
        crashes = [draw.choice(POINTS) if draw.random() < 0.2 else None for _ in walks]
        for _ in range(TRIES):
            asked = [
                request(
                    home,
                    FIRST + timedelta(hours=number),
                    cycle_id=f"c{number}",
                    walk=walk,
                    crash=crash,
                    models=addresses,
                )
                for walk, crash in zip(walks, crashes, strict=True)
            ]
            statuses = children.at_once(*asked)
            assert set(statuses) <= {0, -signal.SIGKILL}
            walks = [walk for walk, status in zip(walks, statuses, strict=True) if status]
            if not walks:
                break
            crashes = [None for _ in walks]
        for name in names:
            if draw.random() < 0.1:
                _operator_moves(name, f"k{number}", draw, world)
        if number % 50 == 49:
            world.ledger.compact()
    for name in names:
        decided = [row.cycle_id for row in world.ledger.rows(name) if is_cycle_decision(row)]
        assert decided == [f"c{number}" for number in range(cycles)]
        assert len({row.production_version for row in world.ledger.rows(name)}) > 1
        assert findings(settings, name) == []


def _operator_moves(name, key, draw, world):
    """Promote a version by hand, or go back to the one before."""
    asked = Request(model_name=name, kind="rollback", reason="A soak.", actor="test", key=key)
    versions = [each.version for each in world.registry.versions(name)]
    before = {row.production_version for row in world.ledger.rows(name)} - {None}
    if len(before) < 2 or draw.random() < 0.7:
        asked = replace(asked, kind="promote", version=draw.choice(versions))
    move = change_pointer(asked, world)
    assert move.outcome in ("written", "serves")

"""A promoter that is stopped, overtaken and let go on: what it knows is old, what it leaves is not.

The lease does not help: somebody has removed its file, so that both hold it.
"""

import os
import signal
import time
from contextlib import contextmanager

import pytest

from fire_risk_assets.actions.change_pointer import Request, change_pointer
from fire_risk_assets_tests.faults.aftermath import findings
from fire_risk_assets_tests.faults.children import request
from fire_risk_assets_tests.homes import SECOND, open_world, run_cycle, tiny_settings
from fire_risk_assets_tests.proc import states_of_children

pytestmark = pytest.mark.slow
PATIENCE_S = 60.0


@contextmanager
def _stopped(children, asked):
    """Inside the `with` a cycle stands still at the point it was asked to stop at."""
    children.start(asked)
    statuses = []
    try:
        until = time.monotonic() + PATIENCE_S
        while "T" not in states_of_children(children.server.pid).values():
            assert time.monotonic() < until, "the child never came to where it stops"
            time.sleep(0.02)
        yield statuses
    finally:
        for number in states_of_children(children.server.pid):
            os.kill(number, signal.SIGCONT)
        statuses.extend(children.statuses())


@pytest.mark.parametrize("point", ["COMMIT:before", "ALIAS:before", "STAGE:before"])
def test_an_overtaken_promoter_leaves_alias_and_stage_at_the_newer_head__f17(children, home, point):
    settings = tiny_settings(home)
    with _stopped(children, request(home, SECOND, crash=point, stops=True)) as statuses:
        (home / "locks" / "promote_tiny.lock").unlink()
        world = open_world(settings)
        overtaking = Request(
            model_name="tiny", kind="promote", version=1, reason="moved on purpose", actor="ann"
        )
        change_pointer(overtaking, world)
        # One more cycle, so that the ledger has gone on by more than one row.
        run_cycle(settings, SECOND, cycle_id="another")
        newer = world.ledger.rows("tiny")
        assert world.registry.production_alias("tiny") == newer[-1].production_version
    assert statuses == [0]
    rows = world.ledger.rows("tiny")
    assert rows[: len(newer)] == newer
    decided = [row for row in rows if row.cycle_id == f"{SECOND:%Y-%m-%d}"]
    assert len(decided) == 1
    assert (decided[0] not in newer) == (point == "COMMIT:before")
    shown = [v.version for v in world.registry.versions("tiny") if v.stage == "Production"]
    assert shown == [world.registry.production_alias("tiny")] == [rows[-1].production_version]
    assert findings(settings, earlier=newer) == []

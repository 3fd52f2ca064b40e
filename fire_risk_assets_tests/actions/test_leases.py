"""What is done under the promotion lease, and what is not: others wait for it."""

from contextlib import contextmanager
from dataclasses import dataclass, replace

import pytest

from fire_risk_assets.actions.adjudicate_cycle import adjudicate_cycle
from fire_risk_assets.actions.plan_cycle import plan_cycle
from fire_risk_assets.adapters.evidence import EvidencePages
from fire_risk_assets.adapters.file_lease import FileLease
from fire_risk_assets_tests.homes import SECOND, prepare_cycle

pytestmark = pytest.mark.slow


@dataclass(frozen=True, slots=True)
class Counting(FileLease):
    """Leases that note who was let in."""

    held: list = None

    @contextmanager
    def hold(self, name, *, patience_s=None):
        self.held.append(name)
        with FileLease.hold(self, name, patience_s=patience_s):
            yield


def test_another_promoter_may_work_while_the_evidence_is_drawn(settings):
    prepared = prepare_cycle(settings, SECOND)
    drawn = []

    class Drawing(EvidencePages):
        def verdict_page(self, **what):
            with prepared.world.lease.hold("promote_tiny", patience_s=0.0):
                drawn.append(what["cycle_id"])
            return EvidencePages.verdict_page(self, **what)

    watched = replace(prepared.world, evidence=Drawing())
    adjudicate_cycle(
        prepared.spec, prepared.plan, prepared.trained, world=watched, run=prepared.run
    )
    assert drawn == [f"{SECOND:%Y-%m-%d}"]


def test_a_cycle_is_reconciled_and_planned_under_one_hold_of_the_lease(world):
    held = []
    watched = replace(world, lease=Counting(world.lease.folder, held=held))
    plan = plan_cycle("tiny", "c", SECOND, actor="test", run_id="r", seed=0, world=watched)
    assert (plan.cycle_id, plan.decided_event) == ("c", None)
    assert held == ["promote_tiny"]

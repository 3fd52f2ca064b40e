"""Histories nobody thought of: cycles under way side by side, operators, deaths, hand edits.

After every step the checker looks at the whole home (I1 to I15).
"""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from itertools import count

import pyarrow as pa
import pyarrow.csv
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from mlflow import MlflowClient

from fire_risk_assets import wiring
from fire_risk_assets.actions.change_pointer import Request, change_pointer
from fire_risk_assets.actions.check_invariants import check_invariants
from fire_risk_assets.actions.reconcile import adopt, inspect
from fire_risk_assets.actions.recover import recover
from fire_risk_assets.core.ledger.fold import decision_of, promoted_versions, serving
from fire_risk_assets.core.tables.observed import REPORTS
from fire_risk_assets.errors import NothingServed, RequestRefused
from fire_risk_assets_tests.faults.in_process import Died, Lives
from fire_risk_assets_tests.faults.points import POINTS
from fire_risk_assets_tests.homes import (
    SECOND,
    Attempt,
    copy_home,
    open_world,
    take_in,
    tiny_settings,
)

pytestmark = pytest.mark.slow
AT_ONCE = 3
TINY = "tiny"
MET = {
    "promote: better",
    "promote: forced",
    "keep: not_better",
    "keep: withdrawn",
    "refuse: out_of_order",
    "fail: killed",
    "rollback: operator",
    "adopt: drift",
    "repair: drift",
}
"""How rows must have come about in some history: others would not have tried much."""


class Retraining(RuleBasedStateMachine):
    """One home of one model.

    Attributes:
        left: as_of by cycle_id of the cycles that a death left.
        at_rest: Nothing died, and no hand moved anything, since MLflow was last brought into line.
        edited: A hand moved something since then.
        met: How many rows of which kind all histories together ended with.
    """

    def __init__(self, template, folder, met):
        super().__init__()
        self.met = met
        self.home = copy_home(template, folder)
        self.settings = tiny_settings(self.home)
        self.lives = Lives()
        self.world = replace(open_world(self.settings), crash=self.lives, processes=self.lives)
        self.spec = wiring.model_spec(self.settings, TINY)
        self.mlflow = MlflowClient(self.settings.tracking_uri)
        self.numbers = count(1)
        self.under_way = []
        self.left = {}
        self.acknowledged = self.rows()
        self.at_rest = True
        self.edited = False

    def rows(self):
        return self.world.ledger.rows(TINY)

    def lives_through(self, act):
        """Do something that reconciles; after a death what was under way is left to others."""
        self.at_rest = False
        try:
            done = act()
        except Died:
            self.left |= {each.cycle_id: each.as_of for each in self.under_way}
            self.under_way.clear()
            return None
        self.at_rest, self.edited = True, False
        return done

    @precondition(lambda self: len(self.under_way) < AT_ONCE)
    @rule(hours=st.integers(-2, 8), again=st.booleans())
    def train(self, hours, again):
        """A new cycle, or one that death left: plan and fit."""
        if self.left and again:
            cycle_id, as_of = self.left.popitem()
        else:
            number = next(self.numbers)
            cycle_id, as_of = f"c{number}", SECOND + timedelta(hours=6 * number + hours)
        cycle = Attempt(self.settings, self.world, as_of, cycle_id=cycle_id)
        self.under_way.append(cycle)
        if self.lives_through(cycle.start) is not None and cycle.next_step == "train":
            self.take(cycle)

    @precondition(lambda self: self.at("judge"))
    @rule(place=st.integers(0, AT_ONCE - 1))
    def judge(self, place):
        self.take(self.at("judge")[place % len(self.at("judge"))])

    @precondition(lambda self: self.at("decide"))
    @rule(place=st.integers(0, AT_ONCE - 1))
    def promote(self, place):
        cycle = self.at("decide")[place % len(self.at("decide"))]
        decision = self.lives_through(cycle.take)
        if decision is not None:
            self.under_way.remove(cycle)
            assert decision.consistent
            assert decision_of(self.rows(), cycle.cycle_id) == decision.row

    def at(self, step):
        """The cycles under way that come to this step next."""
        return [each for each in self.under_way if each.next_step == step]

    def take(self, cycle):
        """Train or judge: neither looks at MLflow's alias, so drift stays where it was."""
        before = self.edited, self.at_rest
        if self.lives_through(cycle.take) is not None:
            self.edited, self.at_rest = before

    @rule(point=st.sampled_from(POINTS))
    def arm(self, point):
        self.lives.arm(point)

    @rule()
    def roll_back(self):
        request = Request(model_name=TINY, kind="rollback", reason="It burned.", actor="test")
        try:
            move = self.lives_through(lambda: change_pointer(request, self.world))
        except NothingServed:
            return
        if move is not None and move.outcome == "written":
            assert serving(self.rows()) == move.row

    @rule(place=st.integers(0, 20))
    def force(self, place):
        known = [each.version for each in self.world.registry.versions(TINY)]
        request = Request(
            model_name=TINY,
            kind="promote",
            version=known[place % len(known)],
            reason="Asked for.",
            actor="test",
        )
        self.lives_through(lambda: change_pointer(request, self.world))

    @rule()
    def reconcile(self):
        self.lives_through(lambda: recover(TINY, self.world, actor="test"))

    @rule(place=st.integers(0, 20), what=st.sampled_from(["alias", "no alias", "stage"]))
    def edit_by_hand(self, place, what):
        known = [each.version for each in self.world.registry.versions(TINY)]
        version = str(known[place % len(known)])
        if what == "alias":
            self.mlflow.set_registered_model_alias(TINY, "production", version)
        elif what == "no alias":
            self.mlflow.delete_registered_model_alias(TINY, "production")
        else:
            self.mlflow.transition_model_version_stage(TINY, version, "Production")
        self.at_rest, self.edited = False, True

    @precondition(lambda self: self.edited)
    @rule()
    def adopt(self):
        shown = inspect(TINY, self.world)
        try:
            self.lives_through(
                lambda: adopt(TINY, self.world, actor="test", reason="It shall stay.")
            )
        except RequestRefused:
            assert not shown.drift or shown.alias is None

    @rule(place=st.integers(0, 200), area=st.floats(0, 50))
    def correct_a_label(self, place, area):
        known = self.world.tables.read(REPORTS).to_pylist()
        report = known[place % len(known)] | {"burned_area_ha": area}
        columns = ("report_id", "cell_id", "started_at", "burned_area_ha", "known_at")
        path = self.home / f"correction{next(self.numbers)}.csv"
        pyarrow.csv.write_csv(pa.Table.from_pylist([{c: report[c] for c in columns}]), path)
        assert take_in(self.world, path).read == 1

    @invariant()
    def nothing_is_lost_doubled_or_unexplained(self):
        found = check_invariants(
            self.spec, self.world, at_rest=self.at_rest, earlier=self.acknowledged
        )
        # What a hand did to the alias no row explains, until somebody reconciles.
        assert [each for each in found if not (self.edited and each.startswith("I1"))] == []
        self.acknowledged = self.rows()

    def teardown(self):
        """Complete everything: what was left under way gets its decision."""
        self.lives.armed = None
        self.left |= {each.cycle_id: each.as_of for each in self.under_way}
        for cycle_id, as_of in self.left.items():
            cycle = Attempt(self.settings, self.world, as_of, cycle_id=cycle_id)
            while cycle.next_step is not None:
                cycle.take()
        recover(TINY, self.world, actor="test")
        self.at_rest, self.edited = True, False
        self.nothing_is_lost_doubled_or_unexplained()
        assert all(decision_of(self.rows(), cycle_id) for cycle_id in self.left)
        assert self.world.registry.production_alias(TINY) in promoted_versions(self.rows())
        self.met.update(f"{row.kind}: {row.reason_code}" for row in self.rows())


@pytest.mark.timeout(4 * 3600)
@pytest.mark.parametrize(
    ("histories", "steps"), [(50, 30), pytest.param(500, 50, marks=pytest.mark.soak)]
)
def test_no_history_breaks_an_invariant(histories, steps, baseline_home, tmp_path):
    folders, met = (tmp_path / f"home{number}" for number in count()), Counter()
    run_state_machine_as_test(
        lambda: Retraining(baseline_home, next(folders), met),
        settings=settings(
            max_examples=histories,
            stateful_step_count=steps,
            deadline=None,
            derandomize=True,
            database=None,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert set(met) >= MET

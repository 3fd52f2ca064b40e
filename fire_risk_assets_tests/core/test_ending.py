"""The order of the rules that end a cycle without scores."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from fire_risk_assets.core.ending import ending_without_scores, out_of_order
from fire_risk_assets.core.verdict import Kind, Reason
from fire_risk_assets.core.windows import Stop
from fire_risk_assets_tests.ledgers import event, first, ledger_of

STOPS = [
    None,
    Stop(kind=Kind.UNDECIDED, reason_code=Reason.TOO_FEW_ROWS, reason="Few."),
    Stop(kind=Kind.UNDECIDED, reason_code=Reason.ONE_CLASS, reason="One."),
    Stop(kind=Kind.REFUSE, reason_code=Reason.HOLDOUT_SPENT, reason="Spent."),
]
WAYS = {
    "training": st.sampled_from(STOPS[:3]),
    "holdout": st.sampled_from(STOPS),
    "leaks": st.sampled_from([(), ("temp_c is the label.",)]),
    "baseline": st.booleans(),
}


@given(st.fixed_dictionaries(WAYS))
def test_what_cannot_be_fitted_comes_before_what_cannot_be_judged_before_a_leak(way):
    found = ending_without_scores(**way)
    code = None if found is None else found.reason_code
    if way["training"]:
        assert code == way["training"].reason_code
    elif way["holdout"]:
        expected = Reason.FIRST_BASELINE if way["baseline"] else way["holdout"].reason_code
        assert code == expected
    else:
        assert code == (Reason.LEAK if way["leaks"] else None)


def test_a_baseline_is_promoted_only_where_one_can_be_fitted():
    found = ending_without_scores(training=STOPS[2], holdout=STOPS[1], leaks=(), baseline=True)
    assert (found.kind, found.reason_code) == (Kind.UNDECIDED, Reason.ONE_CLASS)


def test_only_a_later_decision_makes_a_cycle_late_and_its_refusal_names_it():
    rows = ledger_of(first(), event(cycle_id="b", as_of=datetime(2026, 8, 10, tzinfo=UTC)))
    late = out_of_order(rows, datetime(2026, 8, 9, tzinfo=UTC))
    assert (late.kind, late.reason_code) == (Kind.REFUSE, Reason.OUT_OF_ORDER)
    assert "Cycle b was decided as of 2026-08-10" in late.reason
    assert out_of_order(rows, datetime(2026, 8, 10, tzinfo=UTC)) is None

"""An operator moves the pointer: verified, recorded with actor and reason, shown by MLflow."""

from datetime import timedelta

import pytest

from fire_risk_assets.actions.change_pointer import Request, change_pointer, plan_pointer_change
from fire_risk_assets.errors import NothingServed, RequestRefused

pytestmark = pytest.mark.slow


def asked(kind="rollback", reason="smoke on the map", **values):
    return Request(model_name="tiny", kind=kind, reason=reason, actor="ann", **values)


def test_a_rollback_goes_to_what_served_before_and_is_shown(promoted):
    moved = change_pointer(asked(run_id="run-1"), promoted)
    row = promoted.ledger.rows("tiny")[-1]
    assert (moved.outcome, moved.consistent, moved.row) == ("written", True, row)
    assert (row.kind, row.reason_code, row.production_version) == ("rollback", "operator", 1)
    assert (row.actor, row.reason, row.dagster_run_id) == ("ann", "smoke on the map", "run-1")
    assert promoted.registry.production_alias("tiny") == 1
    assert row.artifact_sha256 == promoted.ledger.rows("tiny")[0].artifact_sha256
    with pytest.raises(NothingServed, match="No earlier version"):
        change_pointer(asked(), promoted)


def test_a_forced_promotion_brings_it_back_with_its_training_window(promoted):
    first = promoted.ledger.rows("tiny")[-1]
    change_pointer(asked(), promoted)
    back = change_pointer(asked("promote", version=first.production_version), promoted).row
    assert (back.kind, back.reason_code, back.updated) == ("promote", "forced", True)
    assert back.training_until == first.training_until
    assert back.candidate_sha256 == first.artifact_sha256


def test_a_rollback_may_name_the_time_whose_model_is_wanted(promoted):
    baseline, candidate = promoted.ledger.rows("tiny")
    planned = plan_pointer_change(asked(at=baseline.decided_at), promoted)
    assert (planned.outcome, planned.row.production_version) == ("planned", 1)
    with pytest.raises(NothingServed, match="Nothing of tiny served at"):
        change_pointer(asked(at=baseline.decided_at - timedelta(seconds=1)), promoted)
    serves = change_pointer(asked(at=candidate.decided_at), promoted)
    assert (serves.outcome, serves.row) == ("serves", candidate)
    assert promoted.ledger.rows("tiny") == [baseline, candidate]


def test_the_same_key_is_the_same_event_whatever_serves_now(promoted):
    first = change_pointer(asked(key="incident-7"), promoted)
    change_pointer(asked("promote", version=first.row.previous_version), promoted)
    rows = promoted.ledger.rows("tiny")
    again = change_pointer(asked(key="incident-7"), promoted)
    assert (again.outcome, again.row) == ("recorded", first.row)
    assert promoted.ledger.rows("tiny") == rows


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        (asked(reason=" "), "A reason is required"),
        (asked("promote"), "names its version"),
        (asked(version=99), "never served; these did"),
        (asked("promote", version=99), "has no version 99"),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_what_the_protocol_does_not_allow_is_refused_and_writes_nothing(promoted, request_, said):
    rows = promoted.ledger.rows("tiny")
    for ask in (plan_pointer_change, change_pointer):
        with pytest.raises(RequestRefused, match=said):
            ask(request_, promoted)
    assert promoted.ledger.rows("tiny") == rows

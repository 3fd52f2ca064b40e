"""An operator moves the pointer: verified, recorded with actor and reason, shown by MLflow."""

from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from fire_risk_assets.actions.change_pointer import (
    Request,
    as_shown,
    change_pointer,
    plan_pointer_change,
)
from fire_risk_assets.actions.reconcile import reconcile
from fire_risk_assets.actions.resolve_version import resolve_version
from fire_risk_assets.errors import FireRiskError, NothingServed, ProjectionOwed, RequestRefused
from fire_risk_assets_tests.homes import SECOND, THIRD, open_world, run_cycle, tiny_settings

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
    with pytest.raises(NothingServed, match="no earlier version to go back to"):
        change_pointer(asked(), promoted)


def test_a_forced_promotion_brings_it_back_with_its_training_window(promoted):
    first = promoted.ledger.rows("tiny")[-1]
    change_pointer(asked(), promoted)
    back = change_pointer(asked("promote", version=first.production_version), promoted).row
    assert (back.kind, back.reason_code, back.updated) == ("promote", "forced", True)
    assert back.training_until == first.training_until
    assert back.candidate_sha256 == first.artifact_sha256


def test_a_kept_version_is_known_by_the_hash_of_its_row_and_not_by_a_tag_anybody_edits(settings):
    run_cycle(settings, SECOND)
    strict = tiny_settings(settings.home, adjudication={"alpha": 0.006, "staleness": False})
    row = run_cycle(strict, THIRD).row
    world = open_world(settings)
    assert (row.kind, row.candidate_version) == ("keep", 3)
    world.registry.tag("tiny", 3, {"sha256": "0" * 64})
    assert resolve_version("tiny", 3, world).sha256 == row.candidate_sha256


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


@dataclass
class Ending:
    """Ends the call at a named step: MLflow's store goes away, or a person presses Ctrl-C."""

    at: str
    store: Path | None = None
    kept: bytes = b""

    def reach(self, point):
        if point != self.at:
            return
        if self.store is None:
            raise KeyboardInterrupt
        self.kept = self.store.read_bytes()
        self.store.write_bytes(b"none of yours" * 1000)


@pytest.fixture
def store(promoted):
    """MLflow's database, with two versions to go back to: 1, 2, and 1 again by force."""
    change_pointer(asked("promote", version=1), promoted)
    return Path(promoted.vault.tracking_uri.removeprefix("sqlite:///"))


@pytest.mark.parametrize("cause", ["MLflow gone", "Ctrl-C"])
@pytest.mark.parametrize("point", ["COMMIT:after", "READBACK:after", "ALIAS:before"])
def test_a_rollback_that_ended_after_commit_says_so_and_repeating_it_moves_nothing(
    promoted, store, cause, point
):
    ending = Ending(point, store if cause == "MLflow gone" else None)
    with pytest.raises(ProjectionOwed, match=r"to version 2 is recorded as row 4") as told:
        change_pointer(asked(), replace(promoted, crash=ending))
    assert "Do not ask for it again" in told.value.remedy
    assert isinstance(told.value.__cause__, (FireRiskError, KeyboardInterrupt))
    if ending.kept:
        with pytest.raises(ProjectionOwed, match="is recorded as row 4"):
            change_pointer(asked(), promoted)
        store.write_bytes(ending.kept)
    rows = promoted.ledger.rows("tiny")
    assert (rows[-1].kind, rows[-1].production_version) == ("rollback", 2)
    planned = plan_pointer_change(asked(), promoted)
    again = change_pointer(as_shown(asked(), planned), promoted)
    assert (planned.outcome, again.outcome, again.row) == ("recorded", "recorded", rows[-1])
    assert promoted.ledger.rows("tiny") == rows
    assert promoted.registry.production_alias("tiny") == 2


def test_once_mlflow_shows_a_move_the_same_words_are_a_new_request(promoted, store):
    with pytest.raises(ProjectionOwed):
        change_pointer(asked(), replace(promoted, crash=Ending("ALIAS:before")))
    reconcile("tiny", promoted, actor="sensor")
    assert change_pointer(asked(), promoted).row.production_version == 1


def test_an_end_before_commit_is_told_as_it_is_and_records_nothing(promoted, store):
    rows = promoted.ledger.rows("tiny")
    with pytest.raises(KeyboardInterrupt):
        change_pointer(asked(), replace(promoted, crash=Ending("COMMIT:before")))
    assert promoted.ledger.rows("tiny") == rows
    assert change_pointer(asked(), promoted).row.production_version == 2


def test_what_was_shown_happens_or_nothing_does(promoted, store):
    planned = plan_pointer_change(asked(), promoted)
    assert (planned.row.production_version, planned.row.previous_version) == (2, 1)
    change_pointer(asked("promote", version=2, reason="meanwhile"), promoted)
    change_pointer(asked("promote", version=1, reason="and back"), promoted)
    rows = promoted.ledger.rows("tiny")
    with pytest.raises(RequestRefused, match=r"no longer so: row 5 \(promote, ann\) put version 1"):
        change_pointer(as_shown(asked(), planned), promoted)
    assert promoted.ledger.rows("tiny") == rows
    planned = plan_pointer_change(asked(at=rows[0].decided_at), promoted)
    assert change_pointer(as_shown(asked(), planned), promoted).outcome == "serves"


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

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from fire_risk_assets.core.ledger.fold import (
    asked_before,
    explaining,
    later_decision,
    next_links,
    served_before,
    serving,
    serving_at,
    withdrawn_versions,
)
from fire_risk_assets.core.ledger.lineage import production_since, training_until
from fire_risk_assets.core.ledger.row import GENESIS
from fire_risk_assets_tests.ledgers import START, WEEK, better, event, first, ledger_of, rollback


def version_at(rows, instant):
    row = serving_at(rows, instant)
    return row.production_version if row else None


def test_an_empty_ledger_serves_nothing():
    assert serving([]) is None
    assert served_before([]) is None
    assert next_links([]) == (1, GENESIS)


def test_the_fold_of_a_prefix_is_a_past_state():
    rows = ledger_of(first(1), better(2, "b"), event(cycle_id="c"), rollback(1), better(3, "e"))
    for end in range(len(rows) + 1):
        prefix = rows[:end]
        instant = START + end * WEEK - timedelta(microseconds=1)
        now = serving(prefix)
        assert version_at(rows, instant) == (now.production_version if now else None)


def test_a_reader_may_use_what_serves_or_served_just_before_and_nothing_older():
    rows = ledger_of(first(1), better(2, "b"), better(3, "c"), event(cycle_id="d"))
    assert [explaining(rows, version) for version in (3, 2, 1, 4)] == [rows[2], rows[1], None, None]
    back = ledger_of(first(1), better(2, "b"), rollback(1))
    # Of two rows that made it serve, the one in force.
    assert explaining(back, 1) == back[2]
    assert explaining([], 1) is None


def test_a_move_counts_from_its_own_instant_on():
    rows = ledger_of(first(1), better(2, "b"))
    assert version_at(rows, START - timedelta(microseconds=1)) is None
    assert version_at(rows, START) == 1
    assert version_at(rows, START + WEEK - timedelta(microseconds=1)) == 1
    assert version_at(rows, START + WEEK) == 2


def test_of_two_moves_at_the_same_instant_the_higher_seq_counts():
    rows = ledger_of(first(1))
    rows += [row for row in ledger_of(first(1), better(2, "b"), start=START - WEEK) if row.seq == 2]
    assert rows[0].decided_at == rows[1].decided_at
    assert version_at(rows, START) == 2


def test_a_keep_row_changes_nothing_that_serves():
    rows = ledger_of(first(1), event(cycle_id="b"))
    assert rows[1].production_version == 1
    assert rows[1].updated is False
    assert rows[1].artifact_sha256 == rows[0].artifact_sha256


def test_a_rolled_back_version_is_withdrawn_until_it_is_promoted_on_purpose():
    rows = ledger_of(first(1), better(2, "b"), rollback(1))
    assert withdrawn_versions(rows) == {2}
    forced = event("promote", "forced", "again", request="promote", moves_to=2)
    assert withdrawn_versions(ledger_of(first(1), better(2, "b"), rollback(1), forced)) == set()


def test_repeating_a_rollback_walks_back_instead_of_to_and_fro():
    rows = ledger_of(first(1), better(2, "b"), better(3, "c"))
    assert served_before(rows) == 2
    rows = ledger_of(first(1), better(2, "b"), better(3, "c"), rollback(2))
    assert served_before(rows) == 1


def test_a_rollback_past_a_version_leaves_that_version_behind():
    story = (first(1), better(2, "b"), better(3, "c"))
    assert served_before(ledger_of(*story, rollback(1))) is None
    assert served_before(ledger_of(*story, rollback(1), better(4, "e"))) == 1
    assert served_before(ledger_of(*story, rollback(1), rollback(3, "again"))) == 1


def test_a_version_put_back_on_purpose_was_preceded_by_what_it_replaced():
    forced = event("promote", "forced", "f", request="promote", moves_to=1)
    assert served_before(ledger_of(first(1), better(2, "b"), forced)) == 2
    rows = ledger_of(first(1), better(2, "b"), forced, rollback(2))
    assert served_before(rows) == 1


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 4)), min_size=1, max_size=12))
def test_repeating_a_rollback_ends_and_never_returns_to_the_state_it_came_from(moves):
    story = [first(1)]
    for place, (back, version) in enumerate(moves):
        known = [each.moves_to for each in story]
        if back and version in known:
            story.append(rollback(version, f"k{place}"))
        else:
            story.append(better(version, f"c{place}"))
    for step in range(len(story) + 1):
        target = served_before(ledger_of(*story))
        if target is None:
            break
        assert target != story[-1].moves_to
        story.append(rollback(target, f"back{step}"))
    assert served_before(ledger_of(*story)) is None


def test_only_a_move_mlflow_has_not_shown_is_taken_for_the_same_request():
    rows = ledger_of(first(1), better(2, "b"), rollback(1))
    asked = {"kind": "rollback", "reason": "Because.", "actor": "test"}
    assert asked_before(rows, **asked, verified_seq=2) == rows[-1]
    assert asked_before(rows, **asked, verified_seq=3) is None
    for name in asked:
        assert asked_before(rows, **asked | {name: "other"}, verified_seq=2) is None
    assert asked_before([], **asked, verified_seq=0) is None


def test_only_cycles_that_compared_something_make_an_older_one_late():
    newer = datetime(2026, 9, 7, tzinfo=UTC)
    older = datetime(2026, 8, 31, tzinfo=UTC)
    failed = event("fail", "TRAIN", "2026-09-07", request="fail:1", as_of=newer)
    refused = event("refuse", "leak", "2026-09-07", as_of=newer)
    forced = event("promote", "forced", "f", request="promote", moves_to=2, as_of=newer)
    assert later_decision(ledger_of(first(1), failed, refused, forced), older) is None
    assert later_decision(ledger_of(first(1), event(cycle_id="n", as_of=newer)), older)
    assert later_decision(ledger_of(first(1), event(cycle_id="n", as_of=older)), older) is None


def test_a_rollback_restarts_the_age_of_what_it_brings_back():
    rows = ledger_of(first(1), better(2, "b"), event(cycle_id="c"), rollback(1))
    assert production_since(rows[:3]) == START + WEEK
    assert production_since(rows) == START + 3 * WEEK
    assert production_since([]) is None


def test_training_until_is_found_in_the_row_that_judged_the_version():
    until = datetime(2026, 7, 1, tzinfo=UTC)
    trained = {"training_digest": "d", "training_until": until, "training_rows": 5}
    rows = ledger_of(first(1), event(cycle_id="b", candidate_version=4, **trained))
    assert training_until(rows, 4) == until
    assert training_until(rows, 1) is None

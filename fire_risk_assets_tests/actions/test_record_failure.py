"""Attempts under way are marked in the home; a mark changed by hand is named, never guessed at."""

import pytest

from fire_risk_assets.actions.attempts import ATTEMPT, close_attempts_of, open_attempt
from fire_risk_assets.actions.record_failure import record_failure, record_killed
from fire_risk_assets.actions.recover import recover
from fire_risk_assets.errors import StoreBroken
from fire_risk_assets_tests.homes import SECOND, failure

pytestmark = pytest.mark.slow
MARK = f"{ATTEMPT}theirs"


def marked(world, **changed):
    """Save a mark of an attempt of cycle "c" with these fields changed by hand."""
    document = {"run_id": "r", "as_of": "2025-09-15T00:00:00Z", "process": world.processes.me()}
    world.references.save("tiny", "c", MARK, document | changed)


@pytest.mark.parametrize(
    "changed",
    [
        {"run": "r"},
        {"as_of": "soon"},
        {"process": {"host": "here"}},
        {"process": "4711"},
        {"process": None},
    ],
    ids=str,
)
def test_a_mark_changed_by_hand_is_named_with_what_to_do_and_records_nothing(world, changed):
    before = world.ledger.rows("tiny")
    marked(world, **changed)
    with pytest.raises(StoreBroken, match=f"references/tiny/c/{MARK}.json of the home") as broken:
        recover("tiny", world, actor="test")
    assert "delete it when no cycle of the model is running" in broken.value.remedy
    assert world.ledger.rows("tiny") == before
    world.references.forget("tiny", "c", MARK)
    assert recover("tiny", world, actor="test").killed == ()


def test_a_mark_cut_short_is_named_with_the_same_way_out(world):
    marked(world)
    path = world.references.path_of("tiny", "c", MARK)
    path.write_text(path.read_text()[:20])
    with pytest.raises(StoreBroken, match=f"references/tiny/c/{MARK}.json of the home") as broken:
        recover("tiny", world, actor="test")
    assert "delete it when no cycle of the model is running" in broken.value.remedy


def test_a_number_that_is_none_of_a_process_is_told_too(world):
    marked(world, process=world.processes.me() | {"pid": "four"})
    with pytest.raises(StoreBroken, match="'four' is no number of a process"):
        record_killed("tiny", world, actor="test")


def test_the_own_mark_changed_by_hand_fails_in_words_as_well(world):
    open_attempt("tiny", "c", SECOND, "r", world)
    ((_, mine),) = world.references.find("tiny", ATTEMPT)
    world.references.save("tiny", "c", mine, {"run": "r"})
    with pytest.raises(StoreBroken, match=mine):
        record_failure(
            failure("r", cycle_id="c", as_of=SECOND),
            world,
        )
    with pytest.raises(StoreBroken, match=mine):
        close_attempts_of("r", ["tiny"], world.references)


def test_a_run_that_ended_well_leaves_the_marks_of_others(world):
    open_attempt("tiny", "c", SECOND, "mine", world)
    marked(world, run_id="theirs")
    close_attempts_of("mine", ["tiny"], world.references)
    assert [name for _, name in world.references.find("tiny", ATTEMPT)] == [MARK]

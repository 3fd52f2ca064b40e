"""A batch of predictions: by one version that a row explains, written once, known in time."""

import shutil
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from deltalake import DeltaTable

from fire_risk_assets.actions.change_pointer import Request, change_pointer
from fire_risk_assets.actions.check_predictions import prediction_findings
from fire_risk_assets.actions.find_owed_days import find_owed_days
from fire_risk_assets.actions.predicted import predicted_days
from fire_risk_assets.actions.score_batch import ScoreRequest, score_batch
from fire_risk_assets.adapters import local_scoring
from fire_risk_assets.core.features.catalogue import FEATURES
from fire_risk_assets.core.scoring.batch import THEN
from fire_risk_assets.core.scoring.days import Days, end_of
from fire_risk_assets.core.tables.observed import BATCHES
from fire_risk_assets.core.tables.predictions import PREDICTIONS
from fire_risk_assets.core.tables.spec import INSTANT
from fire_risk_assets.errors import (
    FeaturesOwed,
    InvalidScores,
    LedgerBroken,
    NothingServed,
    NothingToScore,
    RegistryDrift,
    UsageError,
)
from fire_risk_assets_tests.clocks import FixedClock
from fire_risk_assets_tests.homes import SECOND, open_world, tiny_settings
from fire_risk_assets_tests.tiny import TINY

pytestmark = pytest.mark.slow

NOW = datetime(2025, 9, 29, 6, tzinfo=UTC)
WEEK = Days(date(2025, 9, 12), date(2025, 9, 18))
"""Its Monday, 15 September, is that of the promotion."""


@pytest.fixture
def live(promoted):
    """The home on a real clock that stands at the end of its data."""
    return replace(promoted, clock=FixedClock(NOW))


@pytest.fixture
def spec():
    return TINY


def score(world, spec, days=WEEK, *, as_known=None, key=None, **options):
    return score_batch(spec, ScoreRequest(days=days, as_known=as_known, key=key), world, **options)


def stored(world, **where):
    conditions = [(name, "==", value) for name, value in where.items()]
    return world.tables.read(PREDICTIONS, where=conditions)


def test_now_is_the_version_under_the_alias_and_every_row_says_so(live, spec):
    (scored,) = score(live, spec)
    serving = live.ledger.rows("tiny")[-1]
    assert (scored.outcome, scored.batch.rows, scored.batch.days) == ("written", 567, 7)
    rows = stored(live)
    alike = {
        "model_name": "tiny",
        "model_version": 2,
        "event_id": serving.event_id,
        "artifact_sha256": serving.artifact_sha256,
        "as_known": NOW,
        "predicted_at": NOW,
        "known_at": NOW,
        "batch_id": scored.batch.batch_id,
    }
    assert {name: pc.unique(rows[name]).to_pylist() for name in alike} == {
        name: [value] for name, value in alike.items()
    }
    assert len(pc.unique(rows["features_digest"])) == 7
    assert prediction_findings("tiny", live.ledger.rows("tiny"), live.tables) == []


def test_a_second_call_writes_nothing_and_returns_what_is_on_record(live, spec):
    (first,) = score(live, spec)
    version = live.tables.version(PREDICTIONS)
    later = replace(live, clock=FixedClock(NOW + timedelta(days=3)))
    (again,) = score(later, spec)
    assert (again.outcome, again.batch) == ("recorded", first.batch)
    assert live.tables.version(PREDICTIONS) == version


def test_another_version_is_another_batch_of_the_same_days(live, spec):
    (first,) = score(live, spec)
    change_pointer(Request(model_name="tiny", kind="rollback", reason="r", actor="a"), live)
    (second,) = score(live, spec)
    assert [each.batch.model_version for each in (first, second)] == [2, 1]
    assert first.batch.features_digest == second.batch.features_digest
    assert stored(live).num_rows == 2 * 567


def test_features_learned_since_are_another_batch_and_an_instant_leaves_them_out(live, spec):
    (first,) = score(live, spec)
    monday = live.tables.read(FEATURES, where=[("observed_at", ">=", SECOND)]).slice(0, 5)
    # One row of the batch was known in time, and says what was known before.
    known_at = pa.array([monday["known_at"][0].as_py(), *[NOW] * 4], INSTANT)
    changes = {
        "known_at": known_at,
        "batch_id": pa.array(["correction"] * 5),
        "fwi": pc.add(monday["fwi"], pa.array([0.0, 1.0, 1.0, 1.0, 1.0])),
    }
    columns = [changes.get(name, monday[name]) for name in monday.column_names]
    warmer = pa.table(columns, monday.schema)
    live.tables.append(FEATURES, warmer)
    # Nothing of it exists before its batch is on record.
    assert score(live, spec)[0].outcome == "recorded"
    batches = live.tables.read(BATCHES)
    row = batches.slice(0, 1).to_pylist()[0] | {"batch_seq": batches.num_rows + 1}
    row |= {"batch_id": "correction", "tables": "features"}
    live.tables.append(BATCHES, pa.Table.from_pylist([row], schema=BATCHES.schema))
    (second,) = score(live, spec)
    assert (second.outcome, second.batch.rows) == ("written", 567)
    assert second.batch.features_digest != first.batch.features_digest
    (then,) = score(live, spec, as_known=NOW - timedelta(seconds=1))
    assert then.outcome == "written"
    assert then.batch.features_digest == first.batch.features_digest
    assert then.batch.as_known_until == NOW - timedelta(seconds=1)


def test_a_past_day_is_scored_by_the_version_that_served_then(promoted, spec):
    found = score(promoted, spec)
    assert [(str(e.batch.first_day), e.batch.days, e.batch.model_version) for e in found] == [
        ("2025-09-12", 3, 1),
        ("2025-09-15", 4, 2),
    ]
    rows = stored(promoted)
    ends = [end_of(at.date()) for at in rows["observed_at"].to_pylist()]
    assert rows["as_known"].to_pylist() == rows["known_at"].to_pylist() == ends
    assert prediction_findings("tiny", promoted.ledger.rows("tiny"), promoted.tables) == []
    assert [each.outcome for each in score(promoted, spec, as_known=THEN)] == ["recorded"] * 2


def test_a_home_that_lives_now_can_be_asked_what_then_would_have_said(live, spec):
    found = score(live, spec, as_known=THEN)
    assert [each.batch.model_version for each in found] == [1, 2]
    # It is known since now: nobody had it then.
    assert set(stored(live)["known_at"].to_pylist()) == {NOW}


def test_a_key_names_one_batch_whatever_is_asked_under_it(live, spec):
    (first,) = score(live, spec, key="morning")
    assert first.batch.batch_id == "morning"
    change_pointer(Request(model_name="tiny", kind="rollback", reason="r", actor="a"), live)
    (again,) = score(live, spec, Days(WEEK.first, WEEK.first), key="morning")
    assert (again.outcome, again.batch) == ("recorded", first.batch)
    with pytest.raises(UsageError, match="2 versions served in these days") as told:
        score(live, spec, as_known=THEN, key="past")
    assert "2025-09-12 to 2025-09-14, 2025-09-15 to 2025-09-18" in told.value.remedy


def test_a_dry_run_verifies_and_counts_and_writes_nothing(live, spec):
    version = live.tables.version(PREDICTIONS)
    (planned,) = score(live, spec, dry_run=True)
    assert live.tables.version(PREDICTIONS) == version
    (done,) = score(live, spec)
    same = ("batch_id", "model_version", "event_id", "days", "first_day", "last_day")
    assert planned.outcome == "planned"
    assert [getattr(planned.batch, n) for n in same] == [getattr(done.batch, n) for n in same]


@pytest.mark.parametrize("at_once", [1, 200, 10_000])
def test_the_rows_are_the_same_however_they_are_read_and_shared_out(
    live, spec, monkeypatch, at_once
):
    (whole,) = score(live, spec, key="whole")
    monkeypatch.setattr(local_scoring, "RANGE_ROWS", at_once)
    monkeypatch.setattr(local_scoring, "TASK_ROWS", at_once)
    (parts,) = score(live, spec, key="parts")
    order = [("observed_at", "ascending"), ("cell_id", "ascending")]
    rows = [stored(live, batch_id=key).drop_columns("batch_id") for key in ("whole", "parts")]
    assert rows[0].sort_by(order).equals(rows[1].sort_by(order))
    assert replace(parts.batch, batch_id="whole") == whole.batch


def test_days_without_features_are_named_and_days_with_none_are_refused(live, spec):
    last = date(2025, 9, 30)
    (scored,) = score(live, spec, Days(date(2025, 9, 28), last + timedelta(days=2)))
    # Of the 29th the weather is known only from the evening on.
    assert [str(each) for each in scored.days_without] == [
        *("2025-09-29", "2025-09-30", "2025-10-01", "2025-10-02"),
    ]
    with pytest.raises(NothingToScore, match="No features of 2025-10-02 were known at 2025-09-29"):
        score(live, spec, Days(date(2025, 10, 2), date(2025, 10, 2)))


def test_features_of_another_version_are_no_features(live, spec, monkeypatch):
    monkeypatch.setattr(local_scoring, "FEATURE_VERSION", "2")
    with pytest.raises(FeaturesOwed, match="are of version 1"):
        score(live, spec)


def test_what_no_row_explains_does_not_score(live, spec):
    change_pointer(Request(model_name="tiny", kind="rollback", reason="r", actor="a"), live)
    live.registry.point_alias("tiny", 2)
    # The row before the rollback explains it: the alias may follow late.
    assert score(live, spec)[0].batch.model_version == 2
    candidate = live.registry.versions("tiny")[1]
    made = live.registry.register("tiny", source=candidate.source, run_id=candidate.run_id, tags={})
    live.registry.point_alias("tiny", made)
    with pytest.raises(RegistryDrift, match=f"names version {made}, which no row makes serve"):
        score(live, spec)
    live.registry.point_alias("tiny", None)
    with pytest.raises(RegistryDrift, match="is not set"):
        score(live, spec)


def test_while_nothing_serves_nothing_is_scored_or_owed(fresh_home, spec):
    world = open_world(tiny_settings(fresh_home))
    with pytest.raises(NothingServed, match="none was ever promoted"):
        score(replace(world, clock=FixedClock(NOW)), spec)
    assert find_owed_days("tiny", WEEK, ledger=world.ledger, tables=world.tables) == []


class Edited:
    """A ledger whose rows somebody changed."""

    def __init__(self, ledger):
        self.ledger = ledger

    def rows(self, model_name):
        return [replace(row, reason="another") for row in self.ledger.rows(model_name)]


def test_a_row_that_was_edited_explains_nothing(live, spec):
    with pytest.raises(LedgerBroken, match="was changed after it was written"):
        score(replace(live, ledger=Edited(live.ledger)), spec)


@pytest.mark.parametrize(
    ("days", "as_known", "said"),
    [
        (WEEK, NOW + timedelta(seconds=1), "has not come yet"),
        (Days(NOW.date(), NOW.date()), THEN, "is not over until 2025-09-30 00:00"),
        (Days(date(2025, 2, 1), date(2025, 2, 1)), THEN, "the first version served from"),
        (WEEK, datetime(2025, 2, 1, tzinfo=UTC), "the first version served from"),
    ],
)
def test_an_instant_at_which_nothing_can_be_said_is_refused(live, spec, days, as_known, said):
    with pytest.raises((UsageError, NothingServed), match=said):
        score(live, spec, days, as_known=as_known)


def test_predictions_that_are_no_scores_leave_nothing_behind(live, spec):
    class Broken:
        def predict(self, frame):
            return [float("nan")] * len(frame)

    class Vault:
        def load(self, source, sha256):
            return Broken()

    with pytest.raises(InvalidScores, match="predicts nan"):
        score(replace(live, vault=Vault()), spec)
    assert stored(live).num_rows == 0


def test_the_days_owed_are_those_after_the_first_promotion_without_predictions(promoted, spec):
    days = Days(date(2025, 5, 25), date(2025, 6, 10))
    ask = {"ledger": promoted.ledger, "tables": promoted.tables}
    (owed,) = find_owed_days("tiny", days, **ask)
    assert owed == Days(date(2025, 6, 2), date(2025, 6, 10))
    score(promoted, spec, Days(date(2025, 6, 4), date(2025, 6, 5)))
    assert predicted_days("tiny", days, promoted.tables) == {date(2025, 6, 4), date(2025, 6, 5)}
    assert [str(each) for each in find_owed_days("tiny", days, **ask)] == [
        "2025-06-02 to 2025-06-03",
        "2025-06-06 to 2025-06-10",
    ]


def test_a_home_older_than_the_table_gains_it_with_its_first_batch(settings, spec):
    shutil.rmtree(settings.lake / "predictions")
    world = open_world(settings)
    days = Days(date(2025, 9, 1), date(2025, 9, 1))
    assert [each.outcome for each in score(world, spec, days)] == ["written"]
    kept = DeltaTable(settings.lake / "predictions").metadata().configuration
    assert kept["fire_risk.clock"] == "replay"

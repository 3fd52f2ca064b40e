"""The days of a batch: what they hold, when each is over, and what identifies the batch."""

from datetime import UTC, date, datetime, timedelta

import pyarrow as pa
import pytest

from fire_risk_assets.core.scoring.batch import THEN, KnownFeatures, batch_id_of
from fire_risk_assets.core.scoring.days import Days, end_of, known_by, segments, stretches
from fire_risk_assets.core.tables.spec import INSTANT
from fire_risk_assets.errors import UsageError

MONDAY = date(2026, 9, 28)
WEEK = Days(MONDAY, MONDAY + timedelta(days=6))
NOON = datetime(2026, 9, 28, 12, tzinfo=UTC)


def test_days_hold_both_ends_and_the_observations_up_to_the_midnight_after():
    assert next(iter(WEEK)) == MONDAY
    assert (len(WEEK), list(WEEK)[-1]) == (7, WEEK.last)
    assert WEEK.window == (datetime(2026, 9, 28, tzinfo=UTC), datetime(2026, 10, 5, tzinfo=UTC))


@pytest.mark.parametrize("last", [MONDAY - timedelta(days=1), date.max])
def test_days_that_cannot_be_are_a_usage_error(last):
    with pytest.raises(UsageError):
        Days(MONDAY, last)


def test_a_row_stands_at_the_named_instant_or_at_the_end_of_its_own_day():
    observed = pa.chunked_array([pa.array([NOON, NOON + timedelta(hours=11)], INSTANT)])
    assert known_by(observed, None).to_pylist() == [end_of(MONDAY)] * 2
    assert known_by(observed, NOON).to_pylist() == [NOON] * 2
    assert known_by(observed, None).type == INSTANT


def test_a_gap_and_another_version_both_end_a_stretch():
    days = list(WEEK)
    served = dict.fromkeys(days[:3], 1) | dict.fromkeys(days[4:], 2)
    assert stretches(days, served) == [(Days(days[0], days[2]), 1), (Days(days[4], days[6]), 2)]
    assert stretches(days, {}) == []


def test_ranges_hold_whole_days_and_every_day_once():
    counts = dict.fromkeys(WEEK, 40) | {WEEK.last: 500}
    ranges = segments(counts, at_most=100)
    assert [day for days in ranges for day in days] == list(WEEK)
    assert [len(days) for days in ranges] == [2, 2, 2, 1]


def known(**batches):
    return KnownFeatures(by_batch=batches, by_day={MONDAY: 1})


def asked(days=WEEK, *, as_known=None, event="e1", features=None, model="tiny"):
    features = features or known(a=3, b=2)
    return batch_id_of(model, days, as_known=as_known, event_id=event, features=features)


def test_the_same_question_about_the_same_facts_is_the_same_batch():
    assert asked() == asked(features=known(b=2, a=3))
    assert len(asked()) == 16


def test_whatever_would_change_a_row_is_another_batch():
    others = [
        asked(model="other"),
        asked(Days(MONDAY, MONDAY)),
        asked(event="e2"),
        asked(features=known(a=3, b=3)),
        asked(as_known=THEN),
        asked(as_known=NOON),
        asked(as_known=NOON + timedelta(seconds=1)),
    ]
    assert len({asked(), *others}) == len(others) + 1

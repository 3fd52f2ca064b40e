"""Clocks that jump, run backwards or change their hour: order comes from seq, and answers agree."""

from datetime import UTC, datetime, timedelta

import pytest

from fire_risk_assets.core.ledger.events import row_for
from fire_risk_assets.core.ledger.fold import serving_at
from fire_risk_assets.errors import InvalidTime
from fire_risk_assets_tests.cli.ledger_homes import make_home
from fire_risk_assets_tests.clocks import FixedClock
from fire_risk_assets_tests.faults.aftermath import findings
from fire_risk_assets_tests.homes import SECOND, THIRD, open_world, prepare_cycle
from fire_risk_assets_tests.ledgers import better, first, rollback

pytestmark = pytest.mark.slow
NOW = datetime(2025, 9, 22, 8, tzinfo=UTC)
LATER, EARLIER = NOW.replace(year=2035), NOW.replace(year=2015)


class RunsBackwards:
    """A clock that shows an hour less whenever it is asked."""

    def __init__(self, start):
        self.shown = start

    def now(self):
        self.shown -= timedelta(hours=1)
        return self.shown

    def deciding(self, rows, as_of):
        return self.now()


def require_ordered(settings):
    """Rows follow one another by seq and time, and every way to ask what served agrees."""
    world = open_world(settings)
    rows = world.ledger.rows("tiny")
    assert [row.seq for row in rows] == list(range(1, len(rows) + 1))
    assert sorted(row.decided_at for row in rows) == [row.decided_at for row in rows]
    moment = timedelta(microseconds=1)
    for row in rows:
        for instant in (row.decided_at - moment, row.decided_at, row.decided_at + moment):
            assert world.ledger.serving_at("tiny", instant) == serving_at(rows, instant)
    assert world.ledger.serving_at("tiny", LATER + moment) == rows[-1]
    assert findings(settings) == []
    return rows


def test_after_a_jump_of_ten_years_and_back_cycles_go_on_in_the_order_of_their_rows__f25(settings):
    for as_of, now in ((SECOND, LATER), (THIRD, NOW)):
        assert prepare_cycle(settings, as_of, clock=FixedClock(now)).decide().consistent is True
    rows = require_ordered(settings)
    assert [row.kind for row in rows] == ["promote"] * 3
    # Never before the row it follows, though the clock is right again.
    assert rows[2].decided_at == rows[1].decided_at == LATER


def test_a_clock_ten_years_slow_is_named_and_one_that_falls_back_in_mid_cycle_is_outlasted__f25(
    settings,
):
    with pytest.raises(InvalidTime, match=r"cannot stand at 2025-09-15.* to now, 2015-09-22"):
        prepare_cycle(settings, SECOND, clock=FixedClock(EARLIER))
    prepared = prepare_cycle(settings, SECOND, clock=RunsBackwards(NOW))
    prepared.world.clock.shown = EARLIER
    assert prepared.decide().consistent is True
    rows = require_ordered(settings)
    assert rows[1].decided_at == rows[0].decided_at


def test_in_the_night_that_has_an_hour_twice_what_served_is_told_apart__f25(
    cli, tmp_path, monkeypatch
):
    monkeypatch.setenv("FIRE_RISK_TIMEZONE", "Europe/Lisbon")
    # Both at 01:30 by the clock on the wall, before and after it was put back.
    nights = [datetime(2025, 10, 26, hour, 30, tzinfo=UTC) for hour in (0, 1)]
    rows = []
    events = (first(), better(2, "b"), rollback(1))
    for event, now in zip(events, [nights[0] - timedelta(days=1), *nights], strict=True):
        rows.append(row_for(event, rows, now=now))
    home = make_home(tmp_path / "home", rows=rows)

    def served(when):
        ended = cli("at", when, "--model", "burned_area", "--home", home, "--json")
        assert ended.code == 0, ended.err
        return ended.document

    assert served("2025-10-26T01:45+01:00")["production_version"] == 2
    assert served("2025-10-26T01:45+00:00")["production_version"] == 1
    assert served("2025-10-26T01:45")["production_version"] == 2
    # The hour that clocks skip in spring is one instant too.
    assert served("2026-03-29T01:30") == served("2026-03-29T01:30+00:00")

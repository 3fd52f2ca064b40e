"""A past training set is rebuilt from the current table, whatever has happened since."""

from datetime import UTC, datetime, timedelta

import pytest

from fire_risk_assets import wiring
from fire_risk_assets.actions.batches import newest_batch
from fire_risk_assets.actions.build_features import build_features
from fire_risk_assets.core.snapshots import digests
from fire_risk_assets.core.tables.observed import REPORTS, WEATHER
from fire_risk_assets_tests.homes import (
    SECOND,
    copy_home,
    open_world,
    rewrite_every_file,
    take_in,
    tiny_settings,
)

pytestmark = pytest.mark.slow


@pytest.fixture
def home(fresh_home, tmp_path):
    return copy_home(fresh_home, tmp_path / "home")


def digests_of(home, as_of, batch_seq):
    settings = tiny_settings(home)
    spec = wiring.model_spec(settings, "tiny")
    rows = open_world(settings).engine.labelled_rows(spec, as_of=as_of, batch_seq=batch_seq).frame
    assert len(rows) > 100
    return digests(rows, spec=spec)


def offer(world, path, text):
    path.write_text(text)
    report = take_in(world, path)
    assert (report.rejected, report.quarantined) == (False, 0)
    build_features(world)


def correct_everything(home, known_at):
    """Correct weather and reports of the past, known at the given instant."""
    world = open_world(tiny_settings(home))
    weather = world.tables.read(WEATHER).to_pylist()[:200]
    lines = [
        f"{row['cell_id']},{row['observed_at'].isoformat()},{row['temp_c'] + 5},{row['rh_pct']},"
        f"{row['wind_km_h']},{row['rain_mm']},{known_at.isoformat()}"
        for row in weather
    ]
    header = "cell_id,observed_at,temp_c,rh_pct,wind_km_h,rain_mm,known_at"
    offer(world, home / f"weather-{known_at:%Y}.csv", "\n".join([header, *lines]) + "\n")
    known = [r for r in world.tables.read(REPORTS).to_pylist() if r["known_at"] < known_at]
    reports = list({row["report_id"]: row for row in known}.values())[:100]
    lines = [
        f"{row['report_id']},{row['cell_id']},{row['started_at'].isoformat()},"
        f"{row['burned_area_ha'] + 1},{known_at.isoformat()}"
        for row in reports
    ]
    header = "report_id,cell_id,started_at,burned_area_ha,known_at"
    offer(world, home / f"reports-{known_at:%Y}.csv", "\n".join([header, *lines]) + "\n")


def test_later_corrections_compaction_and_vacuum_change_no_past_snapshot__f31(home):
    batch = newest_batch(open_world(tiny_settings(home)).tables)
    before = digests_of(home, SECOND, batch)
    correct_everything(home, datetime(2026, 1, 1, tzinfo=UTC))
    rewrite_every_file(home)
    assert digests_of(home, SECOND, batch) == before
    later = newest_batch(open_world(tiny_settings(home)).tables)
    assert digests_of(home, datetime(2026, 2, 1, tzinfo=UTC), later) != before


def test_a_late_import_with_an_old_known_at_changes_no_decided_snapshot(home):
    batch = newest_batch(open_world(tiny_settings(home)).tables)
    before = digests_of(home, SECOND, batch)
    correct_everything(home, SECOND - timedelta(days=20))
    assert digests_of(home, SECOND, batch) == before
    later = newest_batch(open_world(tiny_settings(home)).tables)
    assert digests_of(home, SECOND, later) != before


def test_the_digest_survives_every_layout_of_the_same_rows(home):
    settings = tiny_settings(home)
    spec = wiring.model_spec(settings, "tiny")
    rows = open_world(settings).engine.labelled_rows(spec, as_of=SECOND, batch_seq=9).frame
    shuffled = rows.sample(frac=1.0, random_state=1)
    assert digests(shuffled, spec=spec) == digests(rows, spec=spec)
    changed = rows.assign(target=rows["target"] + 1e-12)
    assert digests(changed, spec=spec) != digests(rows, spec=spec)


def test_rows_of_many_instants_are_the_same_from_held_tables(home):
    world = open_world(tiny_settings(home))
    spec = wiring.model_spec(tiny_settings(home), "tiny")
    before = newest_batch(world.tables)
    correct_everything(home, SECOND - timedelta(days=20))
    asked = [
        (SECOND - timedelta(weeks=weeks), batch)
        for weeks in (0, 4, 12)
        for batch in (before, before + 9)
    ]

    def known():
        frames = (
            world.engine.labelled_rows(spec, as_of=as_of, batch_seq=batch).frame
            for as_of, batch in asked
        )
        return [digests(frame, spec=spec) for frame in frames]

    read_anew = known()
    with world.engine.held():
        assert known() == read_anew
    assert len(set(read_anew)) > len(asked) // 2

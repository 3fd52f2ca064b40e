"""Features of weather that came in several files: the same as of one file, whenever built."""

import shutil
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pyarrow.compute as pc
import pytest

from fire_risk_assets.actions.batches import of_files
from fire_risk_assets.actions.build_features import build_features, weather_without_features
from fire_risk_assets.actions.ingest import ingest
from fire_risk_assets.adapters import local_engine
from fire_risk_assets.adapters.crash_point import CrashPoint
from fire_risk_assets.adapters.delta_tables import DeltaTables
from fire_risk_assets.adapters.file_lease import FileLease
from fire_risk_assets.adapters.landing import LandingFile
from fire_risk_assets.adapters.local_engine import LocalEngine
from fire_risk_assets.core.as_known import as_known_at
from fire_risk_assets.core.features import build as features_built
from fire_risk_assets.core.features import catalogue, codes, columns, versions
from fire_risk_assets.core.features.catalogue import FEATURES
from fire_risk_assets.core.models.fire_occurrence import SPEC
from fire_risk_assets.core.tables.observed import BATCHES, WEATHER
from fire_risk_assets_tests.clocks import FixedClock

pytestmark = pytest.mark.slow

NOW = datetime(2026, 9, 28, tzinfo=UTC)
FIRST_NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
CELL_DAYS = replace(SPEC, features=("temp_c", "ffmc"))
CONTENT = [name for name in FEATURES.schema.names if name not in ("known_at", "batch_id")]


class OutOfSpace(Exception):
    """Stands for whatever ends a features step."""


@dataclass(frozen=True)
class Failing(LocalEngine):
    """An engine whose features step ends before anything is written."""

    def build_features(self, weather_batch, *, batch_seq):
        raise OutOfSpace


@dataclass(frozen=True)
class Lake:
    """Real tables, engine and lease, without MLflow."""

    folder: Path
    engine: type[LocalEngine] = LocalEngine

    @property
    def world(self):
        tables = DeltaTables(self.folder / "lake")
        return SimpleNamespace(
            tables=tables,
            engine=self.engine(tables, 41.9),
            lease=FileLease(self.folder / "locks", patience_s=0.1),
            clock=FixedClock(NOW),
            crash=CrashPoint(),
        )

    def take(self, days, *, warmer=0.0, later=timedelta(), isi=""):
        """Take in one file with the weather of some days at two cells."""
        self.folder.mkdir(exist_ok=True)
        name = next(f"{n}.csv" for n in count() if not (self.folder / f"{n}.csv").exists())
        lines = ["cell_id,observed_at,temp_c,rh_pct,wind_km_h,rain_mm,isi"]
        lines += [
            f"{cell},{(FIRST_NOON + timedelta(days=day)).isoformat()},"
            f"{15 + day % 7 + warmer},{40 + day % 11},{5 + day % 3},{4.0 * (day % 9 == 0)},{isi}"
            for cell in ("7-4", "7-5")
            for day in days
        ]
        (self.folder / name).write_text("\n".join(lines) + "\n")
        world = self.world
        report = ingest(
            LandingFile(self.folder / name),
            store=world.tables,
            lease=world.lease,
            clock=FixedClock(NOW + later),
            crash=world.crash,
        )
        assert report.accepted == 2 * len(days)

    def build(self):
        return build_features(self.world)

    def features(self):
        """What is known in the end, without when it was learned."""
        rows, batches = self.world.tables.read(FEATURES), self.world.tables.read(BATCHES)
        rows = rows.filter(pc.field("feature_version") == columns.FEATURE_VERSION)
        end = NOW + timedelta(days=1)
        known = as_known_at(rows, batches, key=FEATURES.key, as_of=end, batch_seq=10**6)
        return known.select(CONTENT)


def of_one_file(folder, *days):
    lake = Lake(folder)
    for each in days:
        lake.take(each)
        lake.build()
    assert weather_without_features(lake.world.tables) == []
    return lake.features()


@pytest.fixture
def lake(tmp_path):
    return Lake(tmp_path / "many")


def test_two_files_before_the_features_are_those_of_one(lake, tmp_path):
    lake.take(range(30))
    lake.take(range(30, 60))
    report = lake.build()
    assert (report.batches, report.rows) == (2, 120)
    assert lake.features().equals(of_one_file(tmp_path / "one", range(60)))
    assert lake.build().batches == 0


def test_three_files_out_of_the_order_of_their_days_are_those_of_one(lake, tmp_path):
    for days in (range(20, 40), range(20), range(40, 60)):
        lake.take(days)
    assert lake.build().batches == 3
    assert lake.features().equals(of_one_file(tmp_path / "one", range(60)))


def test_a_features_step_that_failed_is_made_up_for_after_the_next_file(lake, tmp_path):
    lake.take(range(30))
    with pytest.raises(OutOfSpace):
        Lake(lake.folder, engine=Failing).build()
    lake.take(range(30, 60))
    assert lake.build().batches == 2
    assert lake.features().equals(of_one_file(tmp_path / "one", range(60)))


def new_formula(monkeypatch):
    """Version 2: the codes start drier."""
    for module in (catalogue, columns, versions):
        monkeypatch.setattr(module, "FEATURE_VERSION", "2")
    monkeypatch.setattr(codes, "_START", np.array([90.0, 30.0, 200.0]))


def test_a_new_version_builds_all_weather_anew_and_never_carries_on_from_the_old(
    lake, tmp_path, monkeypatch
):
    lake.take(range(30))
    lake.build()
    lake.take(range(30, 60))
    lake.build()
    old = lake.features()
    new_formula(monkeypatch)
    assert lake.build().batches == 2
    found = lake.features()
    assert found.equals(of_one_file(tmp_path / "one", range(60)))
    assert not found.select(["dc"]).equals(old.select(["dc"]))


def test_rows_of_two_versions_never_meet_and_an_old_snapshot_keeps_its_own(lake, monkeypatch):
    lake.take(range(60))
    # A correction of a day, which by version 2 changes fewer of the days after it.
    lake.take(range(10, 11), warmer=4.0, later=timedelta(hours=1))
    lake.build()

    def rows(batch_seq):
        as_of = NOW + timedelta(days=1)
        engine = lake.world.engine
        return engine.labelled_rows(CELL_DAYS, as_of=as_of, batch_seq=batch_seq).frame

    before = rows(4)
    new_formula(monkeypatch)
    # Version 2 knows no moisture at all, so that the correction changes nothing after its day.
    fill = columns.fill_codes
    monkeypatch.setattr(columns, "fill_codes", lambda *given: np.full_like(fill(*given), 50.0))
    lake.build()
    assert rows(4).equals(before)
    stored = lake.world.tables.read(FEATURES).to_pandas()
    corrected = stored[stored["known_at"] > NOW].groupby("feature_version").size()
    assert corrected["2"] < corrected["1"]
    assert len(rows(6)) == len(before)
    assert set(rows(6)["ffmc"]) == {50.0}


@contextmanager
def before(monkeypatch, *names, version):
    """An earlier version of us, whose features lacked some columns."""
    older = replace(FEATURES, columns=tuple(c for c in FEATURES.columns if c.name not in names))
    with monkeypatch.context() as patched:
        patched.setattr(local_engine, "FEATURES", older)
        patched.setattr(features_built, "CONTENT", [c for c in columns.CONTENT if c not in names])
        for module in (catalogue, columns, versions):
            patched.setattr(module, "FEATURE_VERSION", version)
        yield


def test_a_feature_that_is_new_is_built_for_all_weather_and_the_old_rows_stay(
    lake, tmp_path, monkeypatch
):
    lake.take(range(30))
    with before(monkeypatch, "cell_y", version="0"):
        lake.build()
    assert "cell_y" not in lake.world.tables.stored_schema(FEATURES).names
    lake.take(range(30, 60))
    assert lake.build().batches == 2
    assert lake.features().equals(of_one_file(tmp_path / "one", range(60)))
    stored = lake.world.tables.read(FEATURES).to_pandas()
    assert stored.groupby("feature_version")["cell_y"].count().to_dict() == {"0": 0, "1": 120}
    as_of = NOW + timedelta(days=1)
    rows = lake.world.engine.labelled_rows(CELL_DAYS, as_of=as_of, batch_seq=10**6).frame
    assert len(rows) == len(lake.features())


def test_weather_and_features_go_on_in_tables_that_are_older_than_a_column(lake, monkeypatch):
    lake.take(range(30))
    weather = lake.world.tables.read(WEATHER)
    shutil.rmtree(lake.folder / "lake" / WEATHER.name)
    older = replace(WEATHER, columns=tuple(c for c in WEATHER.columns if c.name != "isi"))
    lake.world.tables.append(older, weather)
    with before(monkeypatch, "cell_y", version="1"):
        lake.build()
    lake.take(range(30, 31), isi=7.5)
    assert lake.build().rows == 2
    assert lake.world.tables.read(WEATHER)["isi"].drop_null().to_pylist() == [7.5, 7.5]
    assert lake.features()["cell_y"].drop_null().to_pylist() == [4.0, 5.0]


def test_the_record_tells_files_from_the_features_no_file_brought(lake):
    lake.take(range(3))
    lake.build()
    offered, built = lake.world.tables.read(BATCHES).sort_by("batch_seq").to_pylist()
    assert of_files(lake.world.tables.read(BATCHES)).to_pylist() == [offered]
    assert built["file_name"] is None
    assert built["file_sha256"] == offered["batch_id"]
    assert built["batch_id"] == versions.features_batch_of(offered["batch_id"])

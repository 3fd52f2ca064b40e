"""Two that ingest or build at once, as when a lease on another host is lost: numbers stay whole."""

from contextlib import nullcontext
from dataclasses import dataclass
from types import SimpleNamespace

import pytest

from fire_risk_assets.actions.build_features import build_features
from fire_risk_assets.actions.check_invariants import batch_findings
from fire_risk_assets.adapters.local_engine import LocalEngine
from fire_risk_assets.core.features.catalogue import FEATURES
from fire_risk_assets.core.tables.observed import WEATHER
from fire_risk_assets.errors import StoreBusy
from fire_risk_assets_tests.actions.offering import REPORTS_FILE, WEATHER_FILE, Home

BEFORE_RECORD = [f"{step}:before" for step in ("INGEST_DATA", "INGEST_QUARANTINE", "INGEST_RECORD")]


class Lost:
    """A lease nobody respects."""

    def hold(self, name, *, patience_s=None):
        return nullcontext()


@dataclass
class MeanwhileAt:
    """A crash hook at which something else happens, once."""

    point: str
    happens: object

    def reach(self, point):
        if point == self.point and self.happens is not None:
            happens, self.happens = self.happens, None
            happens()


@pytest.mark.parametrize("point", BEFORE_RECORD)
@pytest.mark.parametrize("other", [WEATHER_FILE, REPORTS_FILE], ids=["same-file", "other-file"])
def test_of_two_that_ingest_at_once_one_is_refused_and_repeats(tmp_path, point, other):
    home = Home(tmp_path)
    home.take("cell_id,latitude,longitude,zone\n7-4,41.9,-6.8,a\n7-5,41.9,-6.8,a\n", "cells.csv")
    meanwhile = MeanwhileAt(point, lambda: home.take(other, "other.csv"))
    with pytest.raises(StoreBusy, match="another process added to it meanwhile"):
        home.take(WEATHER_FILE, lease=Lost(), crash=meanwhile)
    assert [batch["batch_seq"] for batch in home.batches()] == [1, 2]
    assert home.take(WEATHER_FILE).repeated is (other == WEATHER_FILE)
    assert [row["cell_id"] for row in home.visible(WEATHER)] == ["7-4"]
    assert batch_findings(home) == []


@dataclass(frozen=True)
class MeanwhileTables:
    """Tables where something else happens before the next look or append of the features."""

    tables: object
    happens: list
    when: str

    def __getattr__(self, name):
        return getattr(self.tables, name)

    def append(self, table, rows, **asked):
        self._meanwhile(table, "append")
        return self.tables.append(table, rows, **asked)

    def read(self, table, **asked):
        self._meanwhile(table, "read")
        return self.tables.read(table, **asked)

    def _meanwhile(self, table, what):
        if table is FEATURES and what == self.when and self.happens:
            self.happens.pop()()


@pytest.mark.slow
@pytest.mark.parametrize("when", ["read", "append"])
def test_of_two_that_build_features_at_once_one_is_refused(tmp_path, when):
    home = Home(tmp_path)
    home.take(WEATHER_FILE)

    def world(tables, **ports):
        engine = LocalEngine(tables, 41.9)
        return SimpleNamespace(tables=tables, engine=engine, **home.ports({}) | ports)

    meanwhile = [lambda: build_features(world(home.tables))]
    with pytest.raises(StoreBusy, match="another process added to it meanwhile"):
        build_features(world(MeanwhileTables(home.tables, meanwhile, when), lease=Lost()))
    assert home.tables.read(FEATURES, columns=["batch_id"]).num_rows == 2
    assert build_features(world(home.tables)).batches == 0
    assert [batch["batch_seq"] for batch in home.batches()] == [1, 2]

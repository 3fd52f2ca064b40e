"""Spark's JVM is killed at work: a sentence, no half batch, and the next call completes it."""

import json
import subprocess
import sys
import threading

import psutil
import pytest

from fire_risk_assets.actions.build_features import build_features, weather_without_features
from fire_risk_assets.core.features.catalogue import FEATURES
from fire_risk_assets.core.tables.observed import WEATHER
from fire_risk_assets_tests.homes import copy_home, make_weathered_home, open_world, tiny_settings

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

BUILD = """
import json, sys
from pathlib import Path
from fire_risk_assets.errors import FireRiskError
from fire_risk_assets.actions.build_features import build_features
from fire_risk_assets_tests.homes import open_world, tiny_settings

world = open_world(tiny_settings(Path(sys.argv[1]), engine="spark"))
world.engine.tables.session()
print("begun", flush=True)
try:
    build_features(world)
except FireRiskError as fact:
    print(json.dumps([type(fact).__name__, fact.permanent, str(fact), fact.remedy]))
"""


@pytest.fixture(scope="module")
def weathered(tmp_path_factory):
    """A home whose features are owed."""
    home = tmp_path_factory.mktemp("weathered") / "home"
    make_weathered_home(home, engine="spark")
    return home


@pytest.mark.parametrize("after_s", [0.5, 4.0])
def test_a_killed_jvm_leaves_nothing_half_done__f36(weathered, tmp_path, after_s):
    home = copy_home(weathered, tmp_path / "home")
    child = subprocess.Popen(
        [sys.executable, "-c", BUILD, str(home)], stdout=subprocess.PIPE, text=True
    )
    assert child.stdout.readline().strip() == "begun"
    (java,) = (p for p in psutil.Process(child.pid).children(recursive=True) if p.name() == "java")
    threading.Timer(after_s, java.kill).start()
    kind, permanent, said, remedy = json.loads(child.stdout.readline())
    assert (child.wait(), kind, permanent) == (0, "EngineFailed", False)
    assert "Traceback" not in said and remedy
    world = open_world(tiny_settings(home, engine="spark"))
    assert len(weather_without_features(world.tables)) == 1
    owed = world.tables.read(WEATHER, columns=["cell_id"]).num_rows
    assert build_features(world).rows == owed
    assert world.tables.read(FEATURES, columns=["cell_id"]).num_rows == owed
    assert weather_without_features(world.tables) == []

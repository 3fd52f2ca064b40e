"""Two homes of the same inputs, one an engine."""

import pytest

from fire_risk_assets_tests.homes import make_tiny_home

MODELS = ("burned_area", "fire_occurrence")


@pytest.fixture(scope="session")
def twins(tmp_path_factory):
    """Folders of a home made by the local engine and of one made by Spark, without a cycle."""
    folder = tmp_path_factory.mktemp("twins")
    homes = {engine: folder / engine for engine in ("local", "spark")}
    for engine, home in homes.items():
        make_tiny_home(home, engine=engine)
    return homes


@pytest.fixture(scope="session")
def spark(twins):
    """The one session of this process."""
    from fire_risk_assets.wiring.engine import spark_of
    from fire_risk_assets_tests.homes import tiny_settings

    return spark_of(tiny_settings(twins["spark"], engine="spark")).session()

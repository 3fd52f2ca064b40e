"""Dagster's runs on Spark: one session for all assets of a process, from Dagster's own resource."""

import psutil
import pytest

from fire_risk_assets.core.ledger.fold import serving
from fire_risk_assets.defs.launch import run_cycle
from fire_risk_assets.wiring import open_readers
from fire_risk_assets_tests.homes import EARLY, copy_home, tiny_settings

pytestmark = pytest.mark.slow


def test_a_cycle_of_many_assets_has_one_jvm(twins, spark, tmp_path, monkeypatch):
    import dagster_pyspark

    asked = []
    session = dagster_pyspark.LazyPySparkResource.spark_session
    monkeypatch.setattr(
        dagster_pyspark.LazyPySparkResource,
        "spark_session",
        property(lambda self: asked.append(self) or session.fget(self)),
    )
    settings = tiny_settings(copy_home(twins["spark"], tmp_path / "home"), engine="spark")
    run_cycle(settings, "tiny", cycle_id=None, as_of=EARLY, actor="test")
    assert serving(open_readers(settings).ledger.rows("tiny")) is not None
    assert asked
    children = psutil.Process().children(recursive=True)
    assert [child.name() for child in children].count("java") == 1

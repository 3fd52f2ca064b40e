"""Queries as people write them: tables by name, in Spark's own words."""

import pytest

from fire_risk_assets.core.tables import every_table
from fire_risk_assets.on_spark import open_spark
from fire_risk_assets.wiring import open_readers
from fire_risk_assets_tests.homes import FIRST, SECOND, copy_home, prepare_cycle, tiny_settings

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def home(twins, tmp_path_factory):
    folder = copy_home(twins["spark"], tmp_path_factory.mktemp("catalog") / "it's a home")
    for as_of in (FIRST, SECOND):
        prepare_cycle(tiny_settings(folder, engine="spark"), as_of).decide()
    return folder


def test_the_ledger_is_queried_as_the_book_does(home):
    from pyspark.sql.functions import col

    spark = open_spark(home)
    found = (
        spark.table("fire_risk.registry_status")
        .filter(col("model_name") == "tiny")
        .orderBy("training_time")
        .collect()
    )
    recorded = open_readers(tiny_settings(home)).ledger.rows("tiny")
    assert [(r["seq"], r["production_version"], r["event_id"]) for r in found] == [
        (r.seq, r.production_version, r.event_id) for r in recorded
    ]
    assert len(found) == 2
    assert {"model_name", "production_version", "updated", "training_time"} <= set(
        spark.table("fire_risk.registry_status").columns
    )


def test_every_table_of_the_home_has_its_name(home):
    spark = open_spark(home)
    named = {row["tableName"] for row in spark.sql("SHOW TABLES IN fire_risk").collect()}
    assert named == {table.name for table in every_table()}


def test_a_name_stands_for_the_home_that_was_opened_last(home, twins):
    for folder in (twins["local"], home):
        recorded = open_readers(tiny_settings(folder)).ledger.all_rows()
        named = open_spark(folder).table("fire_risk.registry_status").count()
        assert named == sum(map(len, recorded.values()))
    assert named == 2

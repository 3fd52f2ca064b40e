"""One session a process; what it needs is named in a sentence where it is missing."""

from pathlib import Path

import pytest

from fire_risk_assets.adapters.spark.session import PACKAGE, Spark, require_java
from fire_risk_assets.errors import EngineUnavailable, InvalidSetting
from fire_risk_assets.settings import read_settings
from fire_risk_assets.wiring.engine import spark_of, tables_of
from fire_risk_assets_tests.homes import tiny_settings

pytestmark = pytest.mark.slow


def test_without_java_the_engine_says_so(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(EngineUnavailable, match="Java 17") as refused:
        require_java()
    assert "openjdk-17" in refused.value.remedy


def test_jars_are_fetched_once_and_given_as_files_afterwards(spark, tmp_path):
    fetched = Spark(Path(spark.conf.get("spark.jars.ivy")).parent).options()
    assert "spark.jars.packages" not in fetched
    assert "delta-spark" in fetched["spark.jars"]
    assert "delta-storage" in fetched["spark.jars"]
    assert Spark(tmp_path).options()["spark.jars.packages"] == PACKAGE


def test_jars_of_a_fetch_that_was_killed_are_fetched_again(tmp_path):
    (tmp_path / "4.4.0" / "jars").mkdir(parents=True)
    (tmp_path / "4.4.0" / "jars" / "io.delta_delta-storage-4.4.0.jar").touch()
    assert Spark(tmp_path).options()["spark.jars.packages"] == PACKAGE


def test_the_package_is_of_the_release_python_has():
    from importlib.metadata import version

    assert PACKAGE.endswith(f":{version('delta-spark')}")
    assert f"_{'.'.join(version('pyspark').split('.')[:2])}_" in PACKAGE


def test_an_operator_configures_spark_by_its_own_names(tmp_path):
    given = {"spark.executor.memory": "3g", "spark.sql.shuffle.partitions": "64"}
    spark = Spark(tmp_path, master="spark://host:7077", conf=given)
    assert given.items() <= spark.options().items()
    assert spark.options()["spark.master"] == "spark://host:7077"
    assert "spark.driver.bindAddress" not in spark.options()


def test_a_connect_server_is_told_nothing_it_was_started_with(tmp_path):
    options = Spark(tmp_path, remote="sc://host:15002").options()
    assert options["spark.remote"] == "sc://host:15002"
    assert not {"spark.master", "spark.jars", "spark.jars.packages"} & set(options)


@pytest.mark.parametrize("name", ["FIRE_RISK_SPARK_REMOTE", "SPARK_REMOTE"])
def test_the_server_is_named_by_spark_s_own_variable_too(monkeypatch, name):
    monkeypatch.setenv(name, "sc://host:15002")
    assert read_settings().connect_server == "sc://host:15002"


def test_what_spark_reads_itself_is_handed_to_nobody(monkeypatch, tmp_path):
    monkeypatch.setenv("SPARK_REMOTE", "sc://host:15002/;token=hush")
    settings = read_settings(home=tmp_path, engine="spark")
    assert "hush" not in f"{settings!r} {spark_of(settings).options()}"


def test_what_is_no_server_of_ours_changes_nothing(monkeypatch):
    monkeypatch.setenv("SPARK_REMOTE", "local[2]")
    assert read_settings().connect_server is None


@pytest.mark.parametrize("address", ["host:15002", "sc://host:15002/;token=hush"])
def test_what_is_no_address_or_holds_a_token_is_refused_unseen(monkeypatch, address):
    monkeypatch.setenv("FIRE_RISK_SPARK_REMOTE", address)
    with pytest.raises(InvalidSetting, match="spark_remote") as refused:
        read_settings()
    assert "hush" not in str(refused.value)


def test_secrets_are_no_configuration(monkeypatch):
    monkeypatch.setenv("FIRE_RISK_SPARK_CONF", '{"spark.hadoop.fs.s3a.secret.key": "hush"}')
    with pytest.raises(InvalidSetting, match="spark_conf") as refused:
        read_settings()
    assert "hush" not in str(refused.value)


def test_the_operator_cannot_say_where_a_day_ends(tmp_path):
    spark = Spark(tmp_path, conf={"spark.sql.session.timeZone": "Asia/Tokyo"})
    assert spark.options()["spark.sql.session.timeZone"] == "UTC"


def test_an_object_store_is_the_local_engine_s(tmp_path):
    settings = read_settings(home=tmp_path, engine="spark", lake_uri="s3://bucket/lake")
    with pytest.raises(InvalidSetting, match="lake_uri"):
        tables_of(settings)


def test_a_session_somebody_else_started_counts_days_as_we_do(spark, twins):
    spark.conf.set("spark.sql.session.timeZone", "America/Los_Angeles")
    session = spark_of(tiny_settings(twins["local"], engine="spark")).session()
    assert session.conf.get("spark.sql.session.timeZone") == "UTC"


def test_one_process_has_one_session(spark, twins):
    assert spark_of(tiny_settings(twins["local"], engine="spark")).session() is spark

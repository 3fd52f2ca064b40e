"""The whole chain where Spark runs elsewhere: a standalone cluster, and a Connect server."""

import json
import subprocess
import sys

import pytest

from fire_risk_assets.wiring.engine import spark_options
from fire_risk_assets_tests.homes import FIRST, prepare_cycle, tiny_settings
from fire_risk_assets_tests.spark.clusters import connect_server, standalone
from fire_risk_assets_tests.spark.conftest import MODELS
from fire_risk_assets_tests.spark.predicted import predicted

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

CHAIN = """
import json, sys
from pathlib import Path
from fire_risk_assets_tests.homes import FIRST, make_tiny_home, prepare_cycle, tiny_settings
from fire_risk_assets_tests.spark.predicted import predicted

home, models, changes = Path(sys.argv[1]), json.loads(sys.argv[2]), json.loads(sys.argv[3])
make_tiny_home(home, engine="spark", **changes)
settings = tiny_settings(home, engine="spark", models=models, **changes)
decided = [prepare_cycle(settings, FIRST, name).decide().row.to_json() for name in models]
print(json.dumps([decided, [predicted(settings, name) for name in models]]))
"""


def chain(home, **changes):
    """Ingestion, features, a cycle and a batch of both models in a process of its own."""
    ended = subprocess.run(
        [sys.executable, "-c", CHAIN, str(home), json.dumps(MODELS), json.dumps(changes)],
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 0, ended.stderr[-3000:]
    decided, scored = json.loads(ended.stdout.splitlines()[-1])
    return [_told(row) for row in decided], scored


@pytest.fixture(scope="module")
def expected(tmp_path_factory):
    """What the local engine decides on the same inputs."""
    from fire_risk_assets_tests.homes import make_tiny_home

    home = tmp_path_factory.mktemp("expected") / "home"
    make_tiny_home(home)
    settings = tiny_settings(home, models=MODELS)
    decided = [_told(prepare_cycle(settings, FIRST, n).decide().row.to_json()) for n in MODELS]
    return decided, [predicted(settings, name) for name in MODELS]


def test_a_standalone_cluster_decides_as_one_machine_does(tmp_path, expected):
    few = {"spark.sql.shuffle.partitions": "4", "spark.databricks.delta.snapshotPartitions": "2"}
    with standalone(tmp_path) as master:
        assert chain(tmp_path / "home", spark_master=master, spark_conf=few) == expected
    worked = [bool(list((tmp_path / f"work{n}").glob("app-*/*/stderr"))) for n in range(2)]
    assert worked == [True, True]


def test_a_connect_server_decides_as_one_machine_does(tmp_path, expected, twins):
    options = spark_options(tiny_settings(twins["spark"], engine="spark"))
    options["spark.sql.warehouse.dir"] = str(tmp_path / "warehouse")
    with connect_server(tmp_path, options) as remote:
        assert chain(tmp_path / "home", spark_remote=remote) == expected


def _told(row):
    names = ("kind", "reason_code", "event_id", "training_digest", "holdout_digest")
    figures = ("candidate_score", "baseline_score", "p_value", "training_rows", "holdout_rows")
    return {name: row[name] for name in (*names, *figures)}

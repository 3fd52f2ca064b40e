"""The first start of a home is safe under several processes, and written once."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import dagster
import mlflow
import pytest
from alembic.script import ScriptDirectory

from fire_risk_assets.actions.check_invariants import check_invariants
from fire_risk_assets.adapters.delta_tables import DeltaTables
from fire_risk_assets.core.tables import every_table
from fire_risk_assets.defs.instance import DATABASES, open_instance
from fire_risk_assets.errors import StoreBroken
from fire_risk_assets.wiring import model_spec, open_world
from fire_risk_assets_tests.homes import tiny_settings

pytestmark = pytest.mark.slow

OPEN = """
import sys
from pathlib import Path
from fire_risk_assets.defs.instance import DATABASES, open_instance
from fire_risk_assets.errors import StoreBroken
from fire_risk_assets.wiring import prepare_home
from fire_risk_assets_tests.homes import tiny_settings
settings = tiny_settings(Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
print("made" if prepare_home(settings) else "found")
with open_instance(settings) as instance:
    print(len(instance.get_runs()))
"""


def _heads(package, folder):
    return set(ScriptDirectory(str(Path(package.__file__).parent / folder)).get_heads())


def _schema(database):
    with closing(sqlite3.connect(database)) as opened:
        return {version for (version,) in opened.execute("SELECT version_num FROM alembic_version")}


def test_of_four_processes_that_start_an_empty_home_at_once_one_makes_it__f35(tmp_path):
    command = [sys.executable, "-c", OPEN, str(tmp_path / "home")]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    children = [subprocess.Popen(command, text=True, **pipes) for _ in range(4)]
    # Imports take longer than the start itself: together only when all have come this far.
    assert [child.stdout.readline() for child in children] == ["ready\n"] * 4
    for child in children:
        child.stdin.write("\n")
        child.stdin.flush()
    outputs = [child.communicate(timeout=120)[0] for child in children]
    assert [child.returncode for child in children] == [0] * 4
    assert sorted(outputs) == ["found\n0\n"] * 3 + ["made\n0\n"]
    settings = tiny_settings(tmp_path / "home")
    assert _schema(settings.home / "mlflow" / "mlflow.db") == _heads(mlflow, "store/db_migrations")
    databases = list(settings.dagster_home.rglob("*.db"))
    assert len(databases) == 3
    for database in databases:
        assert _schema(database) == _heads(dagster, "_core/storage/alembic")
    tables = DeltaTables(settings.lake)
    assert all(tables.version(table) is not None for table in every_table())
    world = open_world(settings)
    assert check_invariants(model_spec(settings, "tiny"), world, at_rest=True) == []


def test_telemetry_is_off_and_an_operators_dagster_yaml_is_kept__s20(tmp_path):
    settings = tiny_settings(tmp_path / "home")
    with open_instance(settings) as instance:
        assert instance.get_concurrency_config().run_queue_config.max_concurrent_runs == 1
        assert not instance.telemetry_enabled
    config = settings.home / "dagster" / "dagster.yaml"
    config.write_text("telemetry:\n  enabled: false\n")
    with open_instance(settings):
        pass
    assert config.read_text() == "telemetry:\n  enabled: false\n"


@pytest.mark.parametrize("name", DATABASES)
def test_a_database_of_dagster_that_is_none_is_named_and_can_be_let_go(tmp_path, name):
    settings = tiny_settings(tmp_path / "home")
    with open_instance(settings) as instance:
        assert instance.get_runs() == []
    (settings.dagster_home / name).write_bytes(b"none of yours" * 1000)
    with pytest.raises(StoreBroken, match=f"{name} is no SQLite database") as told:
        open_instance(settings)
    assert f"move {settings.dagster_home} away" in told.value.remedy
    settings.dagster_home.rename(tmp_path / "away")
    with open_instance(settings) as instance:
        assert instance.get_runs() == []

"""What lies in a home is its owner's alone, and the ledger takes appends only."""

import os
import shutil

import pytest
from deltalake import DeltaTable, write_deltalake
from deltalake.exceptions import DeltaError

from fire_risk_assets.core.tables import every_table
from fire_risk_assets.defs.instance import open_instance
from fire_risk_assets_tests.homes import tiny_settings


@pytest.fixture
def wide_open():
    """As most systems set it: whoever makes a file without a word shows it to everybody."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def closed(path):
    return path.stat().st_mode & 0o077 == 0


@pytest.mark.slow
@pytest.mark.parametrize("made_before", [False, True], ids=["ours", "made-by-a-person"])
def test_nobody_else_gets_at_a_file_of_a_home__s14(tmp_path, wide_open, made_before):
    settings = tiny_settings(tmp_path / "new" / "home")
    if made_before:
        settings.home.mkdir(parents=True)
    open_instance(settings).dispose()
    files = [path for path in settings.home.rglob("*") if path.is_file()]
    assert {"mlflow.db", "runs.db", "dagster.yaml"} <= {path.name for path in files}
    for path in files:
        way = path.relative_to(settings.home).parents
        open_way = not any(closed(settings.home / each) for each in way)
        # Of a folder a person made, its mode is theirs; our facts in it are no secret.
        assert not open_way or (made_before and path.name == "home.json"), path
    assert closed(settings.home) is not made_before


@pytest.mark.parametrize("table", [each.name for each in every_table()])
def test_no_row_of_a_table_can_be_changed_or_removed__s19(told_home, tmp_path, table):
    home = shutil.copytree(told_home, tmp_path / "home")
    before = DeltaTable(home / "lake" / table)
    for change in (
        lambda: DeltaTable(home / "lake" / table).delete(),
        lambda: write_deltalake(home / "lake" / table, before.to_pyarrow_table(), mode="overwrite"),
    ):
        with pytest.raises(DeltaError, match="append"):
            change()
    assert DeltaTable(home / "lake" / table).version() == before.version()

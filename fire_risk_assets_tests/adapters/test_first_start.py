"""A first start that fails leaves nothing of its own; one that was killed is completed."""

from pathlib import Path

import pytest
from deltalake import DeltaTable

from fire_risk_assets import wiring
from fire_risk_assets.adapters.delta_tables import DeltaTables
from fire_risk_assets.core.tables import every_table
from fire_risk_assets.errors import HomeUnusable
from fire_risk_assets.settings import read_settings

pytestmark = pytest.mark.slow


def failing(home: Path):
    """Settings under which the last store of a new home cannot be made."""
    return read_settings(home=home, mlflow_uri="sqlite:////nowhere/at/all/mlflow.db")


def test_a_start_that_fails_leaves_no_folder_of_its_own(tmp_path):
    with pytest.raises(HomeUnusable, match="no folder /nowhere"):
        wiring.prepare_home(failing(tmp_path / "new" / "home"))
    assert list(tmp_path.iterdir()) == []


def test_a_start_that_fails_keeps_what_was_there_before_it(tmp_path):
    home = tmp_path / "home"
    (home / "landing" / "weather").mkdir(parents=True)
    (home / "landing" / "weather" / "day.csv").write_text("mine")
    (home / ".keep").touch()
    with pytest.raises(HomeUnusable, match="no folder /nowhere"):
        wiring.prepare_home(failing(home))
    assert sorted(path.name for path in home.iterdir()) == [".keep", "landing"]
    assert (home / "landing" / "weather" / "day.csv").read_text() == "mine"


def test_a_start_after_a_failed_and_after_a_killed_one_completes_the_home(tmp_path):
    home = tmp_path / "home"
    with pytest.raises(HomeUnusable, match="no folder /nowhere"):
        wiring.prepare_home(failing(home))
    # What a kill leaves: some tables, no home.json.
    DeltaTables(home / "lake").prepare(every_table()[0])
    (home / "locks").mkdir()
    settings = read_settings(home=home)
    assert wiring.prepare_home(settings) is True
    wiring.require_changeable(settings)
    tables = DeltaTables(settings.lake)
    assert all(tables.version(table) is not None for table in every_table())


@pytest.mark.parametrize(("clock", "hours"), [("replay", "6"), ("system", None)])
def test_every_table_tells_whether_its_past_is_replayed(tmp_path, clock, hours):
    settings = read_settings(home=tmp_path / "home", clock=clock)
    wiring.prepare_home(settings)
    for folder in settings.lake.iterdir():
        properties = DeltaTable(folder).metadata().configuration
        assert properties["fire_risk.clock"] == clock
        assert properties.get("fire_risk.replay_delay_hours") == hours

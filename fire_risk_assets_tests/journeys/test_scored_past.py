"""The main job leaves a past that can be investigated: each day predicted by what served then."""

from datetime import date

import pyarrow.compute as pc
import pytest

from fire_risk_assets import wiring
from fire_risk_assets.actions.check_invariants import check_invariants
from fire_risk_assets.core.ledger.fold import serving_at
from fire_risk_assets.core.scoring.days import Days, end_of
from fire_risk_assets.core.tables.predictions import PREDICTIONS
from fire_risk_assets.settings import read_settings
from fire_risk_assets_tests.homes import TINY

pytestmark = pytest.mark.slow

UNTIL = date(2025, 9, 28)


def test_each_day_of_the_last_year_is_predicted_by_the_version_that_served_then(cli, tmp_path):
    (tmp_path / "demo.toml").write_text(
        f'models = ["{TINY}"]\n[training]\ntrials = 0\n'
        f"[simulate]\nyears = 2\nuntil = {UNTIL}\ncycles = 3\n"
    )
    asked = ("run", "--home", tmp_path / "home", "--config", tmp_path / "demo.toml", "--json")
    plan = cli(*asked, "--dry-run").document["scoring"]
    assert plan == [{"model_name": "tiny", "first_day": "2024-09-23", "last_day": str(UNTIL)}]
    first = cli(*asked)
    assert first.code == 0, first.err
    settings = read_settings(home=tmp_path / "home", config=tmp_path / "demo.toml")
    world = wiring.open_world(settings)
    ledger = world.ledger.rows("tiny")
    rows = world.tables.read(PREDICTIONS)
    days = Days(date(2024, 9, 23), UNTIL)
    assert rows.num_rows == len(days) * 81
    by_day = rows.append_column("day", pc.cast(rows["observed_at"], "date32"))
    made = by_day.group_by(["day", "event_id", "model_version", "as_known"]).aggregate([])
    found = {each["day"]: each for each in made.to_pylist()}
    assert list(found) == list(dict.fromkeys(found))
    assert set(found) == set(days)
    for day, each in found.items():
        served = serving_at(ledger, end_of(day))
        assert (each["event_id"], each["as_known"]) == (served.event_id, end_of(day))
        assert each["model_version"] == served.production_version
    versions = {each["model_version"] for each in found.values()}
    assert len(versions) > 1, "the demonstration has a promotion in its last year"
    assert [each["model_version"] for each in first.document["scored"]] == sorted(versions)
    assert check_invariants(wiring.model_spec(settings, "tiny"), world, at_rest=True) == []

    again = cli(*asked)
    assert (again.code, again.document["scored"], again.document["cycles"]) == (0, [], [])
    assert cli(*asked, "--dry-run").document["scoring"] == []

"""Which landed files are still to be offered: by content and by what they are offered as."""

import os

import pytest

from fire_risk_assets.actions.find_owed_data import data_is_owed, undecided_files
from fire_risk_assets.actions.ingest import ingest
from fire_risk_assets.adapters.landing import LandingFile
from fire_risk_assets.wiring import landing
from fire_risk_assets_tests.cli.conftest import make_home
from fire_risk_assets_tests.homes import tiny_settings

WEATHER = """cell_id,observed_at,temp_c,rh_pct,wind_km_h,rain_mm
7-4,2025-09-01T12:00:00Z,21.5,40,7,0
"""


@pytest.fixture
def house(tmp_path):
    """Settings of a home with an empty landing folder."""
    settings = tiny_settings(make_home(tmp_path / "home", clock="system", simulate=None))
    for kind in ("cells", "weather", "reports"):
        (settings.landing_folder / kind).mkdir(parents=True)
    return settings


def owed_names(settings):
    """Names the next run would offer."""
    landed = landing.landed_files(settings)
    undecided = undecided_files(landed, landing.open_intake(settings).store)
    return [f"{file.kind}/{file.path.name}" for file in undecided]


def take_in(settings):
    """Offer what is owed, as the data job does."""
    intake = landing.open_intake(settings)
    for name in owed_names(settings):
        kind, _, _ = name.partition("/")
        ingest(
            LandingFile(settings.landing_folder / name, inbox=settings.landing_folder),
            store=intake.store,
            lease=intake.lease,
            clock=intake.clock,
            crash=intake.crash,
            kind=kind,
            settings=intake.settings,
        )


def test_a_file_refused_among_the_reports_is_offered_again_among_the_weather(house):
    wrong = house.landing_folder / "reports" / "a.csv"
    wrong.write_text(WEATHER)
    take_in(house)
    assert owed_names(house) == []
    wrong.rename(house.landing_folder / "weather" / "a.csv")
    assert owed_names(house) == ["weather/a.csv"]
    assert data_is_owed(landing.landed_files(house), landing.open_intake(house).store)
    take_in(house)
    assert owed_names(house) == []


def test_one_unreadable_file_on_record_hides_no_other(house):
    folder = house.landing_folder / "weather"
    (folder / "one.csv").symlink_to("/nowhere")
    take_in(house)
    assert owed_names(house) == []
    (folder / "two.csv").symlink_to("/nowhere")
    (folder / "three.csv").mkdir()
    assert owed_names(house) == ["weather/three.csv", "weather/two.csv"]
    take_in(house)
    assert owed_names(house) == []


@pytest.mark.parametrize(("name", "content"), [("notes.txt", "x"), ("empty.csv", "")])
def test_a_file_refused_unread_is_offered_once_and_again_when_it_is_mended(house, name, content):
    path = house.landing_folder / "weather" / name
    path.write_text(content)
    take_in(house)
    assert owed_names(house) == []
    path.unlink()
    path.with_name("empty.csv").write_text(WEATHER)
    assert owed_names(house) == ["weather/empty.csv"]


def test_content_refused_for_its_name_is_offered_under_another(house):
    folder = house.landing_folder / "weather"
    (folder / "a.csv").write_text(WEATHER)
    take_in(house)
    (folder / "a.csv").write_text(WEATHER.replace("21.5", "22.5"))
    take_in(house)
    assert owed_names(house) == []
    (folder / "a.csv").rename(folder / "b.csv")
    assert owed_names(house) == ["weather/b.csv"]


def test_a_file_refused_for_its_name_is_decided_once_under_every_name_it_gets(house):
    folder = house.landing_folder / "weather"
    for name, degrees in (("a.csv", "22.5"), ("b.csv", "23.5")):
        (folder / name).write_text(WEATHER.replace("21.5", degrees))
    take_in(house)
    (folder / "a.csv").write_text(WEATHER)
    take_in(house)
    assert owed_names(house) == []
    (folder / "a.csv").rename(folder / "b.csv")
    assert owed_names(house) == ["weather/b.csv"]
    take_in(house)
    assert owed_names(house) == []


def test_a_file_with_the_wrong_ending_is_offered_under_the_right_one(house):
    folder = house.landing_folder / "weather"
    (folder / "a.txt").write_text(WEATHER)
    take_in(house)
    (folder / "a.txt").rename(folder / "a.csv.gz")
    assert owed_names(house) == ["weather/a.csv.gz"]
    take_in(house)
    assert owed_names(house) == []
    (folder / "a.csv.gz").rename(folder / "a.csv")
    assert owed_names(house) == ["weather/a.csv"]
    take_in(house)
    assert owed_names(house) == []


def test_a_file_that_looks_as_before_is_not_read_again(house):
    path = house.landing_folder / "weather" / "a.csv"
    path.write_text(WEATHER)
    (file,) = landing.landed_files(house)
    (again,) = landing.landed_files(house, {str(path): [file.look, "remembered"]})
    assert again.sha256 == "remembered"
    (changed,) = landing.landed_files(house, {str(path): ["another look", "remembered"]})
    assert changed.sha256 == file.sha256


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads whatever the mode says")
def test_a_file_nobody_may_read_stops_nothing(house):
    path = house.landing_folder / "weather" / "a.csv"
    path.write_text(WEATHER)
    path.chmod(0)
    assert owed_names(house) == ["weather/a.csv"]

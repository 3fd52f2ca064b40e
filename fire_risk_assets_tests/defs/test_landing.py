"""Which landed files are still to be offered: by content and by what they are offered as."""

import json
import os
import re

import dagster as dg
import pytest

from fire_risk_assets.actions.build_features import weather_without_features
from fire_risk_assets.actions.find_owed_data import data_is_owed, refused_files, undecided_files
from fire_risk_assets.actions.ingest import ingest
from fire_risk_assets.actions.replay import replay
from fire_risk_assets.actions.take_in_landed import take_in_landed
from fire_risk_assets.adapters.landing import LandingFile
from fire_risk_assets.adapters.landing_folder import looked_again
from fire_risk_assets.defs.instance import open_instance
from fire_risk_assets.defs.launch import bring_data_up_to_date
from fire_risk_assets.wiring import landing
from fire_risk_assets_tests.cli.ledger_homes import make_home
from fire_risk_assets_tests.faults.modes import modes_minded
from fire_risk_assets_tests.homes import copy_home, tiny_settings

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


def take_in(settings, *, meanwhile=lambda: None):
    """Offer what is owed, as the data job does; between its two looks `meanwhile` happens."""
    intake = landing.open_intake(settings)
    return take_in_landed(
        landing.landed_files(settings),
        store=intake.store,
        look_again=lambda files: looked_again(files, pause=lambda _seconds: meanwhile()),
        offer=lambda file: ingest(
            LandingFile(file.path, inbox=settings.landing_folder),
            store=intake.store,
            lease=intake.lease,
            clock=intake.clock,
            crash=intake.crash,
            kind=file.kind,
            settings=intake.settings,
        ),
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
    (file,) = landing.landed_files(house, remember=True)
    memory = house.home / "landing_looks.json"
    assert json.loads(memory.read_text()) == {str(path): [file.look, file.sha256]}

    def remembered(look):
        memory.write_text(json.dumps({str(path): [look, "remembered"]}))
        return landing.landed_files(house)[0].sha256

    assert remembered(file.look) == "remembered"
    assert remembered("another look") == file.sha256
    for damaged in ("", "[]", '{"a": 1}', "\0"):
        memory.write_text(damaged)
        assert landing.landed_files(house) == [file]


def test_a_file_nobody_may_read_stops_nothing__f23(house):
    path = house.landing_folder / "weather" / "a.csv"
    path.write_text(WEATHER)
    path.chmod(0)
    with modes_minded():
        assert owed_names(house) == ["weather/a.csv"]


def append(path, text):
    with path.open("a") as more:
        more.write(text)


def test_a_file_still_written_is_left_alone_and_taken_in_when_it_holds_still__b6(house):
    folder = house.landing_folder / "weather"
    (folder / "growing.csv").write_text(WEATHER)
    (folder / "written.csv").write_text(WEATHER.replace("7-4", "7-5"))
    row = "7-6,2025-09-01T12:00:00Z,21.5,40,7,0\n"
    done = take_in(house, meanwhile=lambda: append(folder / "growing.csv", row))
    assert [file.name for file in done.left] == ["growing.csv"]
    assert [report.file_name for _, report in done.reports] == ["written.csv"]
    assert owed_names(house) == ["weather/growing.csv"]
    ((_, report),) = take_in(house).reports
    assert (report.accepted, owed_names(house)) == (2, [])


def test_nothing_is_set_aside_for_a_cell_that_is_just_being_described(house):
    cells = house.landing_folder / "cells" / "cells.csv"
    cells.write_text("cell_id,latitude,longitude,zone\n7-5,41.9,-6.8,north\n")
    (house.landing_folder / "weather" / "a.csv").write_text(WEATHER)
    done = take_in(house, meanwhile=lambda: append(cells, "7-4,41.9,-6.8,north\n"))
    assert (done.reports, len(done.left)) == ((), 2)
    assert [report.quarantined for _, report in take_in(house).reports] == [0, 0]


def test_a_file_nobody_wrote_to_lately_is_not_waited_for(house):
    path = house.landing_folder / "weather" / "a.csv"
    path.write_text(WEATHER)
    os.utime(path, (1_700_000_000, 1_700_000_000))
    done = take_in(house, meanwhile=lambda: pytest.fail("waited"))
    assert len(done.reports) == 1


def test_a_file_taken_away_between_two_looks_is_no_offer(house):
    path = house.landing_folder / "weather" / "a.csv"
    path.write_text(WEATHER)
    done = take_in(house, meanwhile=path.unlink)
    assert (done.reports, done.left) == ((), ())


def test_refused_files_are_told_apart_from_those_taken_in(house):
    folder = house.landing_folder / "weather"
    (folder / "good.csv").write_text(WEATHER)
    (folder / "bad.csv").write_text("who,what\n1,2\n")
    take_in(house)
    store = landing.open_intake(house).store
    refused = refused_files(landing.landed_files(house), store)
    assert [file.name for file in refused] == ["bad.csv"]
    (folder / "good.csv").write_text(WEATHER.replace("21.5", "22.5"))
    take_in(house)
    refused = refused_files(landing.landed_files(house), store)
    assert [file.name for file in refused] == ["bad.csv", "good.csv"]


def test_what_lies_beside_the_sub_folders_is_named_and_nothing_is_simulated_over_it(house):
    folder = house.landing_folder
    assert landing.nothing_landed(house)
    (folder / "day.csv").write_text(WEATHER)
    (folder / "wheather").mkdir()
    (folder / ".hidden").touch()
    (folder / "day.csv.partial").touch()
    assert landing.misplaced(house) == ["day.csv", "wheather"]
    assert not landing.nothing_landed(house)


def test_files_are_offered_in_the_order_in_which_they_were_written(house):
    """By name a correction would often come first, and the value it corrects would count."""
    folder = house.landing_folder / "weather"
    folder.mkdir(parents=True, exist_ok=True)
    for place, name in enumerate(("day.csv", "day-corr.csv", "a.csv")):
        (folder / name).write_text("x")
        os.utime(folder / name, ns=(place, 10**18 + place))
    assert [file.name for file in landing.landed_files(house)] == [
        "day.csv",
        "day-corr.csv",
        "a.csv",
    ]


def test_after_a_replay_no_file_is_owed_and_only_the_features_are(house):
    path = house.landing_folder / "weather" / "a.csv"
    path.write_text(WEATHER + "7-5,2025-09-01T12:00:00Z,21.5,140,7,0\n")
    take_in(house)
    repaired = house.home / "fix.csv"
    repaired.write_text("line," + WEATHER.splitlines()[0] + "\n3,7-5,2025-09-01,21.5,14,7,0\n")
    intake = landing.open_quarantine(house, change=True)
    report = replay(
        landing.offered_file(repaired),
        1,
        store=intake.store,
        lease=intake.lease,
        clock=intake.clock,
        crash=intake.crash,
        settings=intake.settings,
    )
    assert (report.accepted, owed_names(house)) == (1, [])
    landed = landing.landed_files(house)
    assert refused_files(landed, intake.store) == []
    assert [seq for _, seq in weather_without_features(intake.store)] == [1, 2]
    path.rename(path.with_name("b.csv"))
    assert owed_names(house) == []
    repaired.rename(path)
    assert owed_names(house) == ["weather/a.csv"]


def test_a_file_in_the_place_of_a_folder_is_named(house):
    weather = house.landing_folder / "weather"
    assert weather.is_dir()
    weather.rmdir()
    weather.write_text("cell_id")
    assert landing.misplaced(house) == ["weather"]
    assert landing.nothing_landed(house) is False


def test_names_and_headers_of_landed_files_are_shown_as_written_and_do_nothing__s16(
    fresh_home, tmp_path
):
    house = tiny_settings(copy_home(fresh_home, tmp_path / "home"))
    name = "![x](b.png)\x1b[2J <img src=x>|`www.evil.example.csv"
    landed = house.landing_folder / "weather" / name
    landed.parent.mkdir(parents=True, exist_ok=True)
    landed.write_text(WEATHER.replace("temp_c", "<b>_[c]\x1b"))
    assert bring_data_up_to_date(house).refused == 1
    with open_instance(house) as instance:
        event = instance.get_latest_materialization_event(dg.AssetKey("weather_observations"))
    files = event.asset_materialization.metadata["files"].value
    # Code, so that nothing in it is a mark or an address to the page.
    assert r"| `` ![x](b.png)[2J <img src=x>\|`www.evil.example.csv `` |" in files
    assert re.search(r"\| ` [^`]*<b>_\[c\][^`]* ` \|", files)
    assert "\x1b" not in files
    header, _, row = files.splitlines()
    assert len(re.findall(r"(?<!\\)\|", row)) == header.count("|")

"""The pages of a home follow its ledger: by the sensor while the daemon runs, else by a run."""

import dagster as dg
import pytest

from fire_risk_assets.core.ledger.events import row_for
from fire_risk_assets.defs.build import build_definitions
from fire_risk_assets.defs.instance import open_instance
from fire_risk_assets.defs.launch import execute, house_of
from fire_risk_assets.defs.launch_site import bring_site_up_to_date
from fire_risk_assets.settings import read_settings
from fire_risk_assets.wiring.site import open_site
from fire_risk_assets_tests.ledgers import START, WEEK, rollback
from fire_risk_assets_tests.site_story import file_incident, make_story_home

pytestmark = pytest.mark.slow


@pytest.fixture
def settings(tmp_path):
    home = make_story_home(tmp_path / "home")
    for folder in ("dagster", "mlflow"):
        (home / folder).mkdir()
    return read_settings(home=home)


@pytest.fixture
def asked(settings):
    """What the sensor asks for, or why it does not."""
    sensor = build_definitions(settings).get_repository_def().get_sensor_def("site_follows_ledger")

    def ask():
        with dg.build_sensor_context() as context:
            found = sensor(context)
        return [each.run_key for each in found.run_requests or ()] or found.skip_reason.skip_message

    return ask


def made(settings, steps=None):
    return bring_site_up_to_date(settings, (steps if steps is not None else []).append)


def test_the_asset_makes_the_pages_in_the_home_and_says_what_they_show(settings):
    with open_instance(settings) as instance:
        result = execute(house_of(settings), "make_site", instance)
    (event,) = result.asset_materializations_for_node("site")
    index = settings.home / "site" / "index.html"
    assert event.metadata["pages"].value == str(index) and index.is_file()
    shown = {name: event.metadata[name].value for name in ("files", "incidents", "models")}
    assert shown == {"files": 5, "incidents": 1, "models": 2}


def test_a_run_makes_them_once_and_again_when_the_ledger_has_moved(settings):
    steps = []
    assert made(settings, steps) == settings.home / "site" / "index.html"
    assert made(settings, steps) is None
    ledger = open_site(settings).ledger
    rows = ledger.rows("burned_area")
    ledger.append(row_for(rollback(2, key="again"), rows, now=START + 20 * WEEK))
    assert made(settings, steps) is not None
    assert steps == ["Making the site"] * 2
    page = (settings.home / "site" / "models" / "burned_area.html").read_text()
    assert "row 9 of its ledger" in page


def test_a_new_dossier_or_a_changed_one_is_shown_too(settings):
    made(settings)
    folder = file_incident(settings.home, "fire-2")
    assert made(settings) is not None
    assert made(settings) is None
    text = (folder / "dossier.json").read_text()
    (folder / "dossier.json").write_text(text.replace("0.4 ha", "0.5 ha"))
    assert made(settings) is not None
    assert "0.5 ha" in (settings.home / "site" / "index.html").read_text()


def test_the_sensor_asks_once_a_state_and_rests_while_the_site_shows_it(settings, asked):
    (before,) = asked()
    assert asked() == [before]
    made(settings)
    assert asked() == "The site shows the newest rows."
    file_incident(settings.home, "fire-2")
    (after,) = asked()
    assert after != before


def test_the_sensor_waits_for_a_home(tmp_path):
    settings = read_settings(home=tmp_path / "none")
    sensor = build_definitions(settings).get_repository_def().get_sensor_def("site_follows_ledger")
    with dg.build_sensor_context() as context:
        assert "There is no home yet" in sensor(context).skip_reason.skip_message


def test_a_cycle_does_not_pay_for_the_pages(settings):
    job = build_definitions(settings).resolve_job_def("burned_area_cycle")
    assert dg.AssetKey("site") not in job.asset_layer.executable_asset_keys

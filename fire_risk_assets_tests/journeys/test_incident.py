"""A cell burned: from the question to the dossier, by command line, by job and by the sensor."""

import json
import re
from datetime import UTC, datetime, timedelta

import dagster as dg
import pytest

from fire_risk_assets.actions.find_low_scored_fires import find_low_scored_fires
from fire_risk_assets.core.incident.bands import BANDS
from fire_risk_assets.core.incident.question import Question
from fire_risk_assets.core.instants import iso
from fire_risk_assets.core.tables.observed import REPORTS
from fire_risk_assets.core.tables.predictions import PREDICTIONS
from fire_risk_assets.defs.build import build_definitions
from fire_risk_assets.defs.instance import open_instance
from fire_risk_assets.defs.resources import Home, world_of
from fire_risk_assets.pages.dossier import dossier_page
from fire_risk_assets_tests.homes import copy_home, take_in
from fire_risk_assets_tests.incidents import AT, CELL, MODEL, asked, forecast_settings

pytestmark = pytest.mark.slow

HOSTILE = "<script>alert(1)</script>\x1b[2J=cmd|' /C calc'!A0"


@pytest.fixture(scope="module")
def settings(tmp_path_factory, forecast_home):
    """One home for the whole story."""
    found = forecast_settings(copy_home(forecast_home, tmp_path_factory.mktemp("story") / "home"))
    (found.home.parent / "forecast.toml").write_text(
        f'models = ["{MODEL}"]\n[training]\ntrials = 0\n'
    )
    yield found
    world_of(found).vault.prover.stop()


@pytest.fixture
def told(cli, settings):
    """`fire-risk investigate` on the home."""

    def ask(*arguments):
        config = settings.home.parent / "forecast.toml"
        return cli("--home", settings.home, "--config", config, "investigate", *arguments)

    return ask


QUESTION = ("--model", MODEL, "--at", iso(AT), "--cell", CELL)


def test_one_command_answers_with_a_page_and_a_document_of_the_same_content(told, settings):
    said = told(*QUESTION, "--json")
    assert said.code == 0, said.err
    incident = Question(model_name=MODEL, cell_id=CELL, at=AT).incident_id
    folder = settings.home / "incidents" / incident
    assert json.loads((folder / "dossier.json").read_text()) == said.document
    page = (folder / "index.html").read_text()
    for claim in said.document["claims"]:
        assert claim["says"] in page
    assert said.document["headline"] in page
    assert "who served" in said.err


def test_the_page_asks_nothing_of_the_network_and_runs_nothing(told, tmp_path):
    assert told(*QUESTION, "--out", tmp_path / "out").code == 0
    page = (tmp_path / "out" / "index.html").read_text()
    assert "<script" not in page
    assert not re.findall(r'(?:src|href)="(?!#|data:|http://127\.0\.0\.1)', page)
    assert page.count('role="img"') == 6


def test_what_others_wrote_stays_text__s16(settings):
    document = asked(settings).to_json()

    def poisoned(value):
        if isinstance(value, dict):
            return {name: poisoned(each) for name, each in value.items()}
        if isinstance(value, list):
            return [poisoned(each) for each in value]
        return value

    hostile = poisoned(document)
    for row in (hostile["served"]["row"], *hostile["served"]["around"]):
        row["reason"] = row["actor"] = HOSTILE
    for fire in hostile["said"]["fires"]:
        fire["report_id"] = HOSTILE
    hostile["claims"][0]["detail"] = hostile["headline"] = HOSTILE
    page = dossier_page(hostile)
    assert "<script" not in page
    assert "\x1b" not in page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--model", MODEL, "--at", iso(AT), "--cell", "../../etc"), 2),
        (("--model", "../x", "--at", iso(AT), "--cell", CELL), 2),
        (("--model", "unknown", "--at", iso(AT), "--cell", CELL), 2),
        (("--model", MODEL, "--at", "yesterday", "--cell", CELL), 2),
        (("--model", MODEL, "--at", "2999-01-01", "--cell", CELL), 1),
        (("--model", MODEL, "--at", "2020-01-01", "--cell", CELL), 1),
        ((*QUESTION, "--version", "0"), 2),
    ],
)
def test_a_bad_question_is_one_sentence_and_files_nothing__s5(told, settings, arguments, code):
    folder = settings.home / "incidents"
    before = sorted(folder.iterdir()) if folder.exists() else []
    said = told(*arguments)
    assert said.code == code, said.err
    assert "Traceback" not in said.err
    assert (sorted(folder.iterdir()) if folder.exists() else []) == before


def test_a_version_that_there_is_not_is_named_in_the_answer(told):
    said = told(*QUESTION, "--version", "77", "--json")
    other = next(each for each in said.document["what_if"]["versions"] if each["version"] == 77)
    assert (other["prediction"], other["role"]) == (None, "asked")
    assert "no version 77" in other["why_not"]


def run(settings, job, **given):
    definitions = build_definitions(settings, home=Home(settings))
    with open_instance(settings) as instance:
        result = definitions.resolve_job_def(job).execute_in_process(
            instance=instance, raise_on_error=False, **given
        )
        incidents = instance.get_dynamic_partitions("incidents")
        event = instance.get_latest_materialization_event(dg.AssetKey("incident_report"))
    return result, incidents, event.asset_materialization if event else None


def test_the_form_opens_a_partition_and_the_asset_makes_it_anew(settings):
    at = AT + timedelta(hours=1)
    config = {"model": MODEL, "cell": CELL, "at": iso(at)}
    form = {"ops": {"investigate": {"config": config}}}
    result, incidents, made = run(settings, "investigate_incident", run_config=form)
    assert result.success
    incident = Question(model_name=MODEL, cell_id=CELL, at=at).incident_id
    assert incidents == [incident]
    assert made.partition == incident
    assert made.metadata["claims contradicted"].value == 0
    page = settings.home / "incidents" / incident / "index.html"
    page.unlink()
    # Of the dossier that is filed only the document is left: it says what was asked.
    page.write_text("lost")
    result, _, again = run(settings, "incident_reports", partition_key=incident)
    assert result.success
    assert "Who served" in page.read_text()
    assert again.metadata["answer"].value == made.metadata["answer"].value


def test_another_question_than_the_partition_is_of_is_refused(settings):
    incident = Question(model_name=MODEL, cell_id=CELL, at=AT + timedelta(hours=1)).incident_id
    other = {"model": MODEL, "cell": "1-1", "at": iso(AT)}
    config = {"ops": {"incident_report": {"config": {"question": other}}}}
    result, _, _ = run(settings, "incident_reports", partition_key=incident, run_config=config)
    assert not result.success


def lowest_cell(settings, observed_at):
    rows = (
        world_of(settings)
        .tables.read(PREDICTIONS, where=[("observed_at", "==", observed_at)])
        .to_pylist()
    )
    return min(rows, key=lambda row: row["prediction"])["cell_id"]


def test_a_fire_where_the_lowest_risk_was_shown_opens_an_incident(settings, tmp_path):
    world = world_of(settings)
    observed = datetime(2025, 9, 10, 12, tzinfo=UTC)
    started = observed + timedelta(hours=3)
    cell = lowest_cell(settings, observed)
    sensor = build_definitions(settings, home=Home(settings)).get_repository_def()
    sensor = sensor.get_sensor_def("low_scored_fires")
    with open_instance(settings) as instance:
        with dg.build_sensor_context(instance=instance) as context:
            first = sensor(context)
        assert not first.run_requests, "what is on record already is no news"
        path = tmp_path / "late.csv"
        path.write_text(
            "report_id,cell_id,started_at,burned_area_ha,known_at\n"
            f"late-1,{cell},{iso(started)},3.5,2025-09-29T00:00:00Z\n"
        )
        assert take_in(world, path).accepted == 1
        with dg.build_sensor_context(instance=instance, cursor=first.cursor) as context:
            found = sensor(context)
        with dg.build_sensor_context(instance=instance, cursor=found.cursor) as context:
            again = sensor(context)
    question = Question(model_name=MODEL, cell_id=cell, at=started)
    assert [each.partition_key for each in found.run_requests] == [question.incident_id]
    (added,) = found.dynamic_partitions_requests
    assert added.partition_keys == [question.incident_id]
    assert not again.run_requests
    dossier = asked(settings, at=started, cell=cell)
    assert dossier.said.band.name == BANDS[0]
    assert [fire["report_id"] for fire in dossier.said.fires] == ["late-1"]


def test_only_fires_scored_lowest_are_a_question(settings):
    tables = world_of(settings).tables
    newest = 99
    found = find_low_scored_fires((MODEL,), tables, after_batch=0, up_to_batch=newest)
    assert found, "some fires are missed"
    fires = {(r["cell_id"], r["started_at"]) for r in tables.read(REPORTS).to_pylist()}
    assert {(each.cell_id, each.at) for each in found} < fires
    for question in found[:3]:
        dossier = asked(settings, at=question.at, cell=question.cell_id)
        assert dossier.said.band.name == BANDS[0]

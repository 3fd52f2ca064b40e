"""`fire-risk site`: what it writes, what it says, how it ends."""

from dataclasses import replace

import pytest

from fire_risk_assets_tests.cli.ledger_homes import make_home
from fire_risk_assets_tests.cli.test_reading_is_light import loaded_by
from fire_risk_assets_tests.site_story import file_incident, make_story_home, story_rows


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    """A home to read only."""
    return make_story_home(tmp_path_factory.mktemp("story") / "home")


def test_the_site_is_written_and_its_document_says_of_which_rows(cli, story, tmp_path):
    out = tmp_path / "made" / "here"
    said = cli("--home", story, "site", "--out", out, "--json")
    assert said.code == 0
    made_at = said.document.pop("made_at")
    assert made_at.endswith("Z")
    assert said.document == {
        "out": str(out),
        "files": 5,
        "heads": {"burned_area": 8, "fire_occurrence": 1},
        "incidents": 1,
        "findings": [],
        "problems": [],
        "made_at": made_at,
    }
    assert (out / "index.html").is_file()
    # The dossier goes along: the site is whole without the home.
    filed = story / "incidents" / "fire-7-4" / "index.html"
    assert (out / "incidents" / "fire-7-4" / "index.html").read_bytes() == filed.read_bytes()


def test_a_person_is_told_where_it_is_and_each_page_while_it_is_drawn(cli, story, tmp_path):
    said = cli("--home", story, "site", "--out", tmp_path / "out")
    where = tmp_path / "out" / "index.html"
    assert said.out == f"The site of 2 models and 1 incident: {where} (5 files).\n"
    assert said.err.splitlines() == [
        "models/burned_area.html",
        "models/fire_occurrence.html",
        "index.html",
    ]


def test_made_again_it_replaces_what_it_made(cli, story, tmp_path):
    for _ in range(2):
        assert cli("--home", story, "site", "--out", tmp_path / "out").code == 0


def test_a_folder_of_other_things_is_refused_and_left_as_it_was(cli, story, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.tex").write_text("")
    said = cli("--home", story, "site", "--out", tmp_path / "mine")
    assert said.code == 2
    assert "holds other things (thesis.tex)" in said.err and "--out" in said.err
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["thesis.tex"]


def test_without_a_folder_or_a_home_there_is_no_site(cli, story, tmp_path):
    assert cli("--home", story, "site").code == 2
    assert cli("--home", tmp_path / "none", "site", "--out", tmp_path / "out").code == 3
    assert not (tmp_path / "out").exists()


def test_a_ledger_that_is_not_whole_is_shown_and_ends_in_one(cli, tmp_path):
    rows = story_rows()
    rows[2] = replace(rows[2], p_value=0.001)
    home = make_home(tmp_path / "home", rows=rows)
    said = cli("--home", home, "site", "--out", tmp_path / "out", "--json")
    assert said.code == 1
    (finding,) = said.document["findings"]
    assert finding.startswith("burned_area: ") and "row seq 3 was changed" in finding
    assert "not whole" in (tmp_path / "out" / "index.html").read_text()


def test_a_damaged_dossier_is_named_and_the_rest_is_written(cli, tmp_path):
    home = make_home(tmp_path / "home", rows=story_rows())
    (file_incident(home, "a") / "dossier.json").write_text("{")
    said = cli("--home", home, "site", "--out", tmp_path / "out", "--json")
    assert said.code == 1
    assert said.document["incidents"] == 0
    assert "The dossier of a is no JSON" in said.document["problems"][0]
    assert "The dossier of a is no JSON" in (tmp_path / "out" / "index.html").read_text()


def test_it_needs_no_registry_no_orchestrator_and_no_trainer(story, tmp_path):
    code, modules = loaded_by(("site", "--out", str(tmp_path / "out")), story)
    assert code == 0
    assert not {"mlflow", "dagster", "sklearn", "pyspark", "scipy", "xclim"} & set(modules)

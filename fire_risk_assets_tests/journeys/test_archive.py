"""An incident in one file: whole where the home is not, and every change to it is named."""

import json
import stat
import zipfile

import pytest

from fire_risk_assets.adapters import incident_archive
from fire_risk_assets.core.incident.archive import LEDGER, MANIFEST, check_archive
from fire_risk_assets.core.incident.question import Question
from fire_risk_assets.core.instants import iso
from fire_risk_assets.defs.resources import world_of
from fire_risk_assets.errors import FileRejected, StoreBroken
from fire_risk_assets_tests.cli.asking import ask
from fire_risk_assets_tests.homes import copy_home
from fire_risk_assets_tests.incidents import AT, CELL, MODEL, forecast_settings

pytestmark = pytest.mark.slow

INCIDENT = Question(model_name=MODEL, cell_id=CELL, at=AT).incident_id
CLAIMS = {
    "files_listed",
    "same_incident",
    "ledger_whole",
    "served_by_ledger",
    "model_same",
    "training_same",
    "holdout_same",
    "environment_same",
}


@pytest.fixture(scope="module")
def house(tmp_path_factory, forecast_home):
    """A home and its settings file; returns the folder both are in."""
    folder = tmp_path_factory.mktemp("archive")
    copy_home(forecast_home, folder / "home")
    (folder / "forecast.toml").write_text(f'models = ["{MODEL}"]\n[training]\ntrials = 0\n')
    yield folder
    world_of(forecast_settings(folder / "home")).vault.prover.stop()


@pytest.fixture
def of_home(house, cli):
    def said(*arguments):
        return cli("--home", house / "home", "--config", house / "forecast.toml", *arguments)

    return said


@pytest.fixture
def archive(of_home, house):
    """The archive of one incident, made once."""
    path = house / "incident.zip"
    if not path.exists():
        asked = ("--model", MODEL, "--at", iso(AT), "--cell", CELL)
        assert of_home("investigate", *asked).code == 0
        said = of_home("export-incident", INCIDENT, "--out", path, "--json")
        assert said.code == 0, said.err
        assert said.document["archive"] == str(path)
    return path


def states(content):
    return {claim.code: claim.state for claim in check_archive(content)}


def test_it_verifies_where_no_home_is(archive, capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FIRE_RISK_HOME", str(tmp_path / "no home"))
    said = ask(capsys, "verify", archive, "--json")
    assert said.code == 0, said.err
    assert {each["code"]: each["state"] for each in said.document} == dict.fromkeys(
        CLAIMS, "verified"
    )


def test_two_archives_of_one_dossier_are_the_same_bytes(archive, of_home, tmp_path):
    again = tmp_path / "again.zip"
    assert of_home("export-incident", INCIDENT, "--out", again).code == 0
    assert again.read_bytes() == archive.read_bytes()


@pytest.mark.parametrize(
    ("member", "code"),
    [
        ("model/model.skops", "model_same"),
        ("dossier/index.html", "files_listed"),
    ],
)
def test_a_changed_file_is_named(archive, member, code):
    content = dict(incident_archive.read_archive(archive))
    content[member] += b" "
    assert states(content)[code] == "contradicted"


def test_an_edited_row_of_the_ledger_is_named_even_where_the_manifest_was_made_to_fit(archive):
    content = dict(incident_archive.read_archive(archive))
    rows = json.loads(content[LEDGER])
    rows[0]["reason"] = "because"
    content[LEDGER] = json.dumps(rows).encode()
    found = states(content)
    assert (found["ledger_whole"], found["files_listed"]) == ("contradicted", "contradicted")


def test_rows_of_another_snapshot_are_named(archive):
    content = dict(incident_archive.read_archive(archive))
    content["training.parquet"] = content["holdout.parquet"]
    assert states(content)["training_same"] == "contradicted"


def test_what_is_gone_is_named_and_not_taken_for_whole(archive):
    content = dict(incident_archive.read_archive(archive))
    for name in [name for name in content if name.startswith("model/")]:
        del content[name]
    found = states(content)
    assert (found["model_same"], found["files_listed"]) == ("unverifiable", "contradicted")


def test_without_a_manifest_it_is_no_archive(archive):
    content = dict(incident_archive.read_archive(archive))
    del content[MANIFEST]
    with pytest.raises(StoreBroken):
        check_archive(content)


@pytest.mark.parametrize(
    "name",
    ["../evil", "/etc/evil", "a/../../evil", "a\\..\\evil", "C:evil", "a//b", "a/", "%2e%2e"],
)
def test_a_path_that_leads_elsewhere_is_refused_and_nothing_is_written__s6(
    name, tmp_path, monkeypatch, capsys
):
    (tmp_path / "cwd").mkdir()
    monkeypatch.chdir(tmp_path / "cwd")
    with zipfile.ZipFile(tmp_path / "evil.zip", "w") as packed:
        packed.writestr(name, b"evil")
    before = sorted(tmp_path.rglob("*"))
    said = ask(capsys, "verify", tmp_path / "evil.zip")
    assert said.code == 1
    assert "Traceback" not in said.err
    assert sorted(tmp_path.rglob("*")) == before


def test_links_names_given_twice_and_too_much_are_refused__s6_s17(tmp_path, monkeypatch):
    link = zipfile.ZipInfo("link")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    for members in ([(link, b"/etc/passwd")], [("a", b"1"), ("a", b"2")]):
        with zipfile.ZipFile(tmp_path / "evil.zip", "w") as packed:
            for member, data in members:
                packed.writestr(member, data)
        with pytest.raises(FileRejected):
            incident_archive.read_archive(tmp_path / "evil.zip")
    monkeypatch.setattr(incident_archive, "MOST_BYTES", 1_000)
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("zeros", bytes(1_000_000))
    with pytest.raises(FileRejected, match="1000000 bytes"):
        incident_archive.read_archive(tmp_path / "bomb.zip")


def test_what_is_no_archive_is_one_sentence(tmp_path, capsys):
    (tmp_path / "text.zip").write_text("no archive")
    for path in (tmp_path / "text.zip", tmp_path / "missing.zip", tmp_path):
        said = ask(capsys, "verify", path)
        assert said.code == 1
        assert "cannot be read as an archive" in said.err
        assert "Traceback" not in said.err


@pytest.mark.parametrize("incident", ["../inc", "inc_1", "inc_0123456789abcdef"])
def test_an_incident_that_there_is_not_is_refused(of_home, incident):
    said = of_home("export-incident", incident)
    assert said.code in {1, 2, 3}
    assert "Traceback" not in said.err

"""Dossiers are read with suspicion: one that is damaged is named and holds no other back."""

import json

import pytest

from fire_risk_assets.adapters.incident_folder import IncidentFolder
from fire_risk_assets.errors import InvalidName, StoreBroken
from fire_risk_assets_tests.site_story import file_incident


@pytest.fixture
def filed(tmp_path):
    return IncidentFolder(tmp_path / "incidents")


def test_a_home_without_incidents_has_none(filed):
    assert filed.all() == ([], [])


def test_incidents_come_with_the_latest_instant_first(filed, tmp_path):
    file_incident(tmp_path, "a", instant="2026-08-14T12:00:00Z")
    file_incident(tmp_path, "b", instant="2026-09-14T12:00:00+02:00", headline="Why.")
    found, wrong = filed.all()
    assert wrong == []
    assert [(each.incident_id, f"{each.instant:%d %H}") for each in found] == [
        ("b", "14 10"),
        ("a", "14 12"),
    ]
    assert found[0].headline == "Why."
    assert json.loads(filed.content("a", "dossier.json"))["cell_id"] == "7-4"
    assert filed.content("a", "index.html").startswith(b"<!DOCTYPE html>")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"incident_id": "other"}, "is that of 'other'"),
        ({"model_name": "../x"}, "model name"),
        ({"cell_id": "<b>"}, "cell id"),
        ({"instant": "yesterday"}, "not a date or time"),
        ({"headline": None}, "lacks headline"),
        ({"model_name": 3, "cell_id": []}, "lacks model_name, cell_id"),
    ],
)
def test_a_head_that_cannot_be_trusted_is_named_and_the_others_stand(
    filed, tmp_path, changes, said
):
    file_incident(tmp_path, "good")
    file_incident(tmp_path, "bad", **changes)
    found, (wrong,) = filed.all()
    assert [each.incident_id for each in found] == ["good"]
    assert "bad" in wrong and said in wrong


def test_a_dossier_without_its_files_is_named(filed, tmp_path):
    (file_incident(tmp_path, "a") / "index.html").unlink()
    (file_incident(tmp_path, "b") / "dossier.json").unlink()
    (file_incident(tmp_path, "c") / "dossier.json").write_text("{")
    (file_incident(tmp_path, "d") / "dossier.json").write_text("[]")
    found, wrong = filed.all()
    assert found == []
    assert [said.split(":")[0] for said in wrong] == [
        "Incident a has no index.html.",
        "dossier.json of incident b cannot be read",
        "The dossier of c is no JSON",
        "The dossier of d is no document.",
    ]


def test_a_link_is_not_followed_out_of_the_home(filed, tmp_path):
    outside = tmp_path / "passwd"
    outside.write_text("root:x")
    for name in ("index.html", "dossier.json"):
        path = file_incident(tmp_path, f"by-{name}") / name
        path.unlink()
        path.symlink_to(outside)
    (tmp_path / "incidents" / "linked").symlink_to(file_incident(tmp_path / "other", "linked"))
    found, wrong = filed.all()
    assert found == [] and len(wrong) == 2
    with pytest.raises(StoreBroken):
        filed.content("by-index.html", "index.html")
    with pytest.raises(InvalidName):
        filed.content("..", "passwd")


def test_what_is_no_incident_is_passed_over(filed, tmp_path):
    file_incident(tmp_path, "a")
    (tmp_path / "incidents" / ".a.partial").mkdir()
    (tmp_path / "incidents" / "README").write_text("")
    assert len(filed.all()[0]) == 1 and filed.all()[1] == []

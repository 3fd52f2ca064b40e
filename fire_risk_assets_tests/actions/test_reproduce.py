"""A version is made again to the last bit; what is missing or otherwise is named."""

import json
import shutil
import sqlite3
from pathlib import Path

import pyarrow as pa
import pytest
from deltalake import write_deltalake
from mlflow import MlflowClient

from fire_risk_assets import wiring
from fire_risk_assets.actions.reproduce import reproduce
from fire_risk_assets.adapters.provenance import installed
from fire_risk_assets.core.tables.observed import REPORTS
from fire_risk_assets.errors import RequestRefused
from fire_risk_assets_tests.homes import (
    DRAWN,
    FIRST,
    PROVER,
    copy_home,
    open_world,
    run_cycle,
    tiny_settings,
)

pytestmark = pytest.mark.slow
CYCLE = "2025-09-08"
BASELINE, CANDIDATE = 1, 2


def drawn(home, **changes):
    return tiny_settings(home, models=(DRAWN,), **changes)


@pytest.fixture(scope="module")
def cycled(fresh_home, tmp_path_factory):
    """A home where one cycle has made a baseline and a candidate."""
    home = copy_home(fresh_home, tmp_path_factory.mktemp("reproduce") / "home")
    assert run_cycle(drawn(home), FIRST, "drawn").row.candidate_version == CANDIDATE
    yield home
    PROVER.stop()


@pytest.fixture
def settings(cycled, tmp_path):
    return drawn(copy_home(cycled, tmp_path / "home"))


def made_again(settings, version=CANDIDATE):
    found = reproduce(wiring.model_spec(settings, "drawn"), version, open_world(settings))
    return found, {each.name: each for each in found.ingredients}


def edit(document, **changes):
    document.write_text(json.dumps(json.loads(document.read_text()) | changes))


def documents(settings, pattern):
    found = list((settings.home / "references" / "drawn" / CYCLE).glob(pattern))
    assert found
    return found


def artifact_of(settings, version=CANDIDATE):
    source = open_world(settings).registry.versions("drawn")[version - 1].source
    model = MlflowClient(settings.tracking_uri).get_logged_model(source.removeprefix("models:/"))
    return Path(model.artifact_location.removeprefix("file://"))


def tag(settings, **tags):
    open_world(settings).registry.tag("drawn", CANDIDATE, tags)


def relabel(settings, *, judging):
    """Write the table of reports anew with other areas, of fires that train or that judge."""
    world = open_world(settings)
    reports = world.tables.read(REPORTS)
    stored = world.references.load("drawn", CYCLE, "holdout_set")["snapshot"]["window_from"]
    areas = [
        row["burned_area_ha"] + (1.0 if (row["started_at"].isoformat() >= stored) is judging else 0)
        for row in reports.to_pylist()
    ]
    place = reports.schema.get_field_index("burned_area_ha")
    changed = reports.set_column(place, reports.schema.field(place), pa.array(areas))
    folder = settings.home / "lake" / REPORTS.name
    shutil.rmtree(folder)
    write_deltalake(folder, changed)


@pytest.mark.parametrize(
    ("version", "role", "params"),
    [
        (BASELINE, "baseline", {}),
        (CANDIDATE, "candidate", {"half_life_weeks": None, "leaf_rows": 10}),
    ],
)
def test_a_version_is_made_again_to_the_last_bit(settings, version, role, params):
    found, by_name = made_again(settings, version)
    assert {each.state for each in found.ingredients} == {"verified"}
    assert found.answer == "reproduced"
    assert (found.role, found.cycle_id, found.params, found.seed) == (role, CYCLE, params, 0)
    assert found.compared_rows > 50
    for name in ("archived_predictions", "frozen_scores"):
        assert by_name[name].detail == f"{found.compared_rows} rows, equal to the last bit"


def flip_a_byte(settings):
    path = artifact_of(settings) / "model.skops"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def other_params_on_every_record(settings):
    params = {"half_life_weeks": None, "leaf_rows": 11}
    tag(settings, params=json.dumps(params))
    for document in documents(settings, "fit_*.json"):
        if json.loads(document.read_text())["role"] == "candidate":
            edit(document, params=params)


def forget_the_fit(settings, **tags):
    for document in documents(settings, "fit_*.json"):
        document.unlink()
    tag(settings, **tags)


def delete_run(settings):
    run_id = open_world(settings).registry.versions("drawn")[1].run_id
    MlflowClient(settings.tracking_uri).delete_run(run_id)


def delete_version(settings):
    MlflowClient(settings.tracking_uri).delete_model_version("drawn", str(CANDIDATE))


DIFFER = {
    "row-that-trained": (
        lambda s: relabel(s, judging=False),
        {"training_set": "differs", "archived_predictions": "missing", "artifact": "verified"},
    ),
    "row-that-judged": (
        lambda s: relabel(s, judging=True),
        {"holdout_set": "differs", "training_set": "verified", "frozen_scores": "verified"},
    ),
    "seed": (
        lambda s: tag(s, seed="7"),
        {"seed": "differs", "archived_predictions": "verified"},
    ),
    "params-of-a-tag": (
        lambda s: tag(s, params='{"half_life_weeks": null, "leaf_rows": 11}'),
        {"params": "differs", "archived_predictions": "verified"},
    ),
    "params-on-every-record": (
        other_params_on_every_record,
        {"params": "verified", "archived_predictions": "differs", "frozen_scores": "differs"},
    ),
    "artifact-byte": (
        flip_a_byte,
        {"artifact": "differs", "archived_predictions": "missing", "frozen_scores": "verified"},
    ),
    "hash-of-a-tag": (lambda s: tag(s, sha256="0" * 64), {"artifact": "differs"}),
    "digest-of-a-tag": (
        lambda s: tag(s, training_digest="0" * 64),
        {"training_set": "differs", "archived_predictions": "missing"},
    ),
}


@pytest.mark.parametrize("case", DIFFER)
def test_what_was_changed_is_named_and_the_version_differs(settings, case):
    plant, expected = DIFFER[case]
    plant(settings)
    found, by_name = made_again(settings)
    assert {name: by_name[name].state for name in expected} == expected
    assert found.answer == "differs"


MISSING = {
    "artifact": (
        lambda s: shutil.rmtree(artifact_of(s)),
        {"artifact": "missing", "archived_predictions": "missing", "frozen_scores": "verified"},
    ),
    "record-of-training-rows": (
        lambda s: documents(s, "training_set.json")[0].unlink(),
        {"training_set": "missing", "archived_predictions": "missing"},
    ),
    "record-of-rows-that-judged": (
        lambda s: documents(s, "holdout_set.json")[0].unlink(),
        {"holdout_set": "missing", "archived_predictions": "verified", "frozen_scores": "missing"},
    ),
    "params": (lambda s: forget_the_fit(s, params="{half"), {"params": "missing"}),
    "params-that-fit-nothing": (
        lambda s: forget_the_fit(s, params="{}"),
        {"params": "verified", "archived_predictions": "missing"},
    ),
}


@pytest.mark.parametrize("case", MISSING)
def test_what_is_gone_is_named_and_the_version_cannot_be_reproduced(settings, case):
    plant, expected = MISSING[case]
    plant(settings)
    found, by_name = made_again(settings)
    assert {name: by_name[name].state for name in expected} == expected
    assert found.answer == "not_reproducible"


NOT_NEEDED = {
    "run": (delete_run, {"mlflow_run": "missing"}),
    "registered-version": (delete_version, {"mlflow_version": "missing"}),
    "record-of-the-fit": (forget_the_fit, {"params": "verified"}),
    "what-stood-behind-the-digests": (
        lambda s: shutil.rmtree(s.home / "provenance"),
        {"environment": "verified"},
    ),
}


@pytest.mark.parametrize("case", NOT_NEEDED)
def test_what_is_gone_but_not_needed_is_named_and_the_version_reproduced(settings, case):
    plant, expected = NOT_NEEDED[case]
    plant(settings)
    found, by_name = made_again(settings)
    assert {name: by_name[name].state for name in expected} == expected
    assert found.answer == "reproduced"


def test_a_lost_list_of_packages_is_named(settings):
    assert not made_again(settings)[1]["environment"].detail.endswith("is not kept")
    shutil.rmtree(settings.home / "provenance")
    assert made_again(settings)[1]["environment"].detail.endswith("its list is not kept")


def install(folder, **versions):
    """Make packages of these versions be found in a folder, and no others there."""
    shutil.rmtree(folder, ignore_errors=True)
    for name, version in versions.items():
        place = folder / f"{name}-{version}.dist-info"
        place.mkdir(parents=True)
        (place / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        )
    installed.cache_clear()


def test_a_drifted_environment_is_named_package_by_package(cycled, tmp_path, monkeypatch):
    settings, site = drawn(copy_home(cycled, tmp_path / "home")), tmp_path / "site"
    before = installed().digest()
    try:
        install(site, driftwood="1.0", jetsam="3.1")
        monkeypatch.syspath_prepend(site)
        installed.cache_clear()
        version = run_cycle(settings, FIRST.replace(day=22), "drawn").row.candidate_version
        install(site, driftwood="2.0", flotsam="0.1")
        found, by_name = made_again(settings, version)
    finally:
        monkeypatch.undo()
        installed.cache_clear()
    assert installed().digest() == before != found.environment.then
    assert by_name["environment"].state == "differs"
    assert by_name["environment"].detail == "1 added, 1 removed, 1 of another version"
    assert found.environment.drift.changed == {"driftwood": ("1.0", "2.0")}
    assert found.environment.drift.added == {"flotsam": "0.1"}
    assert found.environment.drift.removed == {"jetsam": "3.1"}
    assert found.answer == "reproduced"


def test_a_first_baseline_that_too_few_rows_were_there_to_judge_is_reproduced(fresh_home, tmp_path):
    settings = drawn(copy_home(fresh_home, tmp_path / "home"), windows={"min_rows": 5000})
    row = run_cycle(settings, FIRST, "drawn").row
    assert (row.reason_code, row.candidate_version) == ("first_baseline", None)
    found, by_name = made_again(settings, BASELINE)
    assert (found.answer, found.role) == ("reproduced", "baseline")
    assert by_name["archived_predictions"].state == "verified"
    assert (by_name["frozen_scores"].state, by_name["frozen_scores"].needed) == ("missing", False)


def test_a_version_nobody_knows_is_refused(settings):
    with pytest.raises(RequestRefused, match=r"no version 9.*has \[1, 2\]"):
        made_again(settings, 9)


def test_stage_and_alias_are_not_asked(settings):
    with sqlite3.connect(settings.home / "mlflow" / "mlflow.db") as store:
        store.execute("DELETE FROM registered_model_aliases")
        store.execute("UPDATE model_versions SET current_stage = 'None'")
    assert made_again(settings)[0].answer == "reproduced"

"""A version is made again to the last bit; what is missing or otherwise is named."""

import shutil
import sqlite3

import pytest

from fire_risk_assets import wiring
from fire_risk_assets.actions.reproduce import reproduce
from fire_risk_assets.adapters.provenance import installed
from fire_risk_assets.errors import RequestRefused
from fire_risk_assets_tests.actions.damaged_fits import (
    BASELINE,
    CANDIDATE,
    CYCLE,
    artifact_of,
    delete_run,
    delete_version,
    documents,
    forget_the_fit,
    other_params_on_every_record,
    relabel,
    tag,
)
from fire_risk_assets_tests.damage import flip_a_byte
from fire_risk_assets_tests.homes import (
    DRAWN,
    FIRST,
    PROVER,
    SECOND,
    THIRD,
    copy_home,
    open_world,
    prepare_cycle,
    run_cycle,
    tiny_settings,
)

pytestmark = pytest.mark.slow


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
        lambda s: flip_a_byte(artifact_of(s)),
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
        version = run_cycle(settings, THIRD, "drawn").row.candidate_version
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


@pytest.mark.parametrize(("least", "judges"), [(5, True), (10, False)], ids=["rows", "too-few"])
def test_a_cycle_judged_again_is_compared_on_the_last_rows_that_were_scored(
    cycled, tmp_path, least, judges
):
    windows = {"holdout_weeks": 2, "min_rows": least, "min_clusters": 2}
    settings = drawn(copy_home(cycled, tmp_path / "home"), windows=windows)
    late = prepare_cycle(settings, THIRD, "drawn")
    for between in ("one", "other"):
        # A row may judge in two cycles: those of the first judgement of the late one are used up.
        run_cycle(settings, SECOND, "drawn", between)
    row = late.decide().row
    stored = open_world(settings).references.load("drawn", row.cycle_id, "holdout_set")
    assert row.holdout_digest != stored["snapshot"]["content_digest"]
    found, by_name = made_again(settings, row.candidate_version)
    assert found.answer == "reproduced"
    assert (found.compared_rows == row.holdout_rows) is judges
    assert by_name["holdout_set"].state == by_name["frozen_scores"].state == "verified"


def test_a_version_nobody_knows_is_refused(settings):
    with pytest.raises(RequestRefused, match=r"no version 9.*has \[1, 2\]"):
        made_again(settings, 9)


def test_stage_and_alias_are_not_asked(settings):
    with sqlite3.connect(settings.home / "mlflow" / "mlflow.db") as store:
        store.execute("DELETE FROM registered_model_aliases")
        store.execute("UPDATE model_versions SET current_stage = 'None'")
    assert made_again(settings)[0].answer == "reproduced"

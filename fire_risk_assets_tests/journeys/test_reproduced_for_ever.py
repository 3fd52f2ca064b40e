"""`fire-risk reproduce` on a home where everything but the rows themselves was cleaned away."""

import hashlib
import shutil
from datetime import UTC, datetime

import pytest

from fire_risk_assets_tests.cli.asking import sentences
from fire_risk_assets_tests.damage import wipe_aliases_and_stages
from fire_risk_assets_tests.homes import (
    DRAWN,
    FIRST,
    copy_home,
    rewrite_every_file,
    run_cycle,
    tiny_settings,
)
from fire_risk_assets_tests.journeys.test_snapshots_for_ever import correct_everything

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def lived_in(fresh_home, tmp_path_factory):
    """A home of two versions whose rows were corrected and whose files were all rewritten since."""
    home = copy_home(fresh_home, tmp_path_factory.mktemp("for_ever") / "home")
    run_cycle(tiny_settings(home, models=(DRAWN,)), FIRST, "drawn")
    correct_everything(home, datetime(2026, 1, 1, tzinfo=UTC))
    rewrite_every_file(home)
    wipe_aliases_and_stages(home)
    return home


@pytest.fixture
def asked(cli, lived_in, tmp_path):
    (tmp_path / "fire_risk.toml").write_text(f'models = ["{DRAWN}"]\n[training]\ntrials = 0\n')

    def ask(*arguments, home=lived_in):
        where = ("--home", home, "--config", tmp_path / "fire_risk.toml")
        return cli("reproduce", "--model", "drawn", *arguments, *where)

    return ask


def files_of(home):
    return {
        path.relative_to(home): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in home.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize("version", [1, 2])
def test_a_version_is_reproduced_after_vacuum_cleanup_and_a_wiped_registry__f31(
    asked, lived_in, version
):
    before = files_of(lived_in)
    ended = asked("--version", version, "--json")
    assert ended.code == 0, ended.err
    found = ended.document
    assert (found["answer"], found["version"]) == ("reproduced", version)
    assert {each["state"] for each in found["ingredients"]} == {"verified"}
    assert files_of(lived_in) == before, "nothing is written"


def test_what_differs_is_told_to_a_person_and_ends_in_one(asked, lived_in, tmp_path):
    home = copy_home(lived_in, tmp_path / "home")
    shutil.rmtree(home / "mlflow" / "artifacts")
    (home / "references" / "drawn" / "2025-09-08" / "training_set.json").unlink()
    ended = asked("--version", "2", home=home)
    assert ended.code == 1
    assert "drawn version 2, candidate of cycle 2025-09-08, cannot be reproduced" in ended.out
    told = [line.split()[:2] for line in ended.out.splitlines() if line.strip()]
    assert ["training_set", "missing"] in told
    assert ["artifact", "missing"] in told
    assert ["seed", "verified"] in told


def test_a_version_nobody_knows_is_refused_in_one_sentence(asked):
    ended = asked("--version", "9")
    assert ended.code == 1
    assert len(sentences(ended)) == 1
    assert "drawn has no version 9" in ended.err
    assert asked("--version", "0").code == 2

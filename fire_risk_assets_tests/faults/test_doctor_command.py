"""`fire-risk doctor`: what it says, how it ends, and that it mends only what is safe."""

import pytest

from fire_risk_assets_tests.damage import wipe_aliases_and_stages
from fire_risk_assets_tests.faults.losses import (
    client_of,
    flip_a_byte,
    replaced,
    rewrite,
    version_of,
)
from fire_risk_assets_tests.homes import copy_home, open_world, rewrite_every_file

pytestmark = pytest.mark.slow


@pytest.fixture
def home(promoted_home, tmp_path):
    return copy_home(promoted_home, tmp_path / "home")


def kinds(settings):
    return [row.kind for row in open_world(settings).ledger.rows("tiny")]


def test_a_healthy_home_ends_in_zero_and_says_what_was_looked_at(shell):
    ended = shell("doctor")
    assert (ended.code, ended.err) == (0, "")
    assert "snapshots rebuilt 4" in ended.out
    assert ended.out.endswith("Nothing is wrong.\n")
    document = shell("doctor", "--json").document
    assert (document["healthy"], document["findings"], document["full"]) == (True, [], False)
    whole = shell("doctor", "--full", "--json")
    assert (whole.code, whole.document["full"]) == (0, True)
    assert "Judging the comparisons of tiny again" in whole.err


def test_each_loss_is_a_sentence_with_its_remedy_and_ends_in_one(shell, settings):
    client_of(settings).delete_run(version_of(settings, 1).run_id)
    client_of(settings).set_registered_model_alias("tiny", "production", "1")
    ended = shell("doctor")
    assert ended.code == 1
    assert "of version 1 is deleted." in ended.out
    assert "mlflow runs restore --run-id RUN" in ended.out
    assert "doctor --repair` does so." in ended.out
    document = shell("doctor", "--json").document
    assert [(each["code"], each["repairable"]) for each in document["findings"]] == [
        ("I5", True),
        ("I20", False),
    ]
    assert kinds(settings) == ["promote", "promote"]


def test_repair_puts_mlflow_right_writes_its_row_and_leaves_the_rest(shell, settings):
    client = client_of(settings)
    run_id = version_of(settings, 1).run_id
    client.delete_run(run_id)
    client.set_registered_model_alias("tiny", "production", "1")
    client.transition_model_version_stage("tiny", "1", "Production")
    ended = shell("doctor", "--repair", "--yes", "--json")
    assert ended.code == 1
    assert [each["code"] for each in ended.document["findings"]] == ["I20"]
    assert "tiny: alias production: 1 -> 2" in ended.document["repaired"]
    row = open_world(settings).ledger.rows("tiny")[-1]
    assert (row.kind, row.reason_code, row.actor.partition(":")[0]) == ("repair", "drift", "cli")
    client.restore_run(run_id)
    again = shell("doctor", "--repair", "--yes", "--json")
    assert (again.code, again.document["repaired"]) == (0, [])
    assert kinds(settings) == ["promote", "promote", "repair"]


def test_repair_deletes_nothing_and_touches_no_file(shell, settings):
    flip_a_byte(settings, 1)
    world = open_world(settings)
    before = [each.version for each in world.registry.versions("tiny")]
    for arguments in (("--repair", "--yes"), ()):
        assert shell("doctor", *arguments).code == 1
    assert [each.version for each in world.registry.versions("tiny")] == before
    assert kinds(settings) == ["promote", "promote"]


def test_repair_asks_where_somebody_can_answer(shell, settings):
    client_of(settings).set_registered_model_alias("tiny", "production", "1")
    ended = shell("doctor", "--repair")
    assert ended.code == 2
    assert "Add --yes" in ended.err
    assert shell("doctor", "--yes").code == 2
    assert open_world(settings).registry.production_alias("tiny") == 1


def test_a_repair_that_cannot_be_made_says_why_and_the_losses_stay_told(shell, settings):
    client_of(settings).set_registered_model_alias("tiny", "production", "1")
    rewrite(settings, "registry_status", lambda rows: replaced(rows, "reason", lambda _: "Fine."))
    ended = shell("doctor", "--repair", "--yes", "--json")
    assert ended.code == 1
    assert "is not whole" in ended.document["failures"]["tiny"]["error"]
    assert {each["code"] for each in ended.document["findings"]} == {"I4", "I5"}


def test_a_wiped_registry_over_rewritten_tables_is_named_and_put_right__f31(shell, settings):
    rewrite_every_file(settings.home)
    wipe_aliases_and_stages(settings.home)
    assert {each["code"] for each in shell("doctor", "--json").document["findings"]} == {"I5"}
    mended = shell("doctor", "--full", "--repair", "--yes", "--json")
    assert (mended.code, mended.document["healthy"]) == (0, True)
    assert open_world(settings).registry.production_alias("tiny") == 2


def test_without_a_home_there_is_nothing_to_look_at(cli, tmp_path):
    assert cli("doctor", "--home", tmp_path / "none").code == 3

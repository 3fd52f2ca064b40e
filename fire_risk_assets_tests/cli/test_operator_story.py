"""An operator's day on a real home: a cycle, a forced promotion, a rollback, a hand-moved alias."""

import io
import shutil

import pytest
from mlflow import MlflowClient

from fire_risk_assets_tests.homes import TINY, open_world, tiny_house, tiny_settings

pytestmark = pytest.mark.slow

ASKED = ("--reason", "because I say so", "--yes")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return tiny_house(tmp_path_factory.mktemp("operator"))


@pytest.fixture
def tiny(cli, made):
    """`fire-risk` on the home of this module: its tests tell one story, in their order."""
    return lambda *arguments: cli(
        *arguments, "--home", made / "home", "--config", made / "tiny.toml", "--json"
    )


def alias_of(made):
    from fire_risk_assets import wiring

    return wiring.open_world(tiny_settings(made / "home")).registry.production_alias("tiny")


def test_a_cycle_ends_in_the_row_it_wrote(tiny):
    ended = tiny("cycle", "--model", "tiny", "--as-of", "2025-09-08")
    assert ended.code == 0, ended.err
    row = ended.document
    assert (row["kind"], row["reason_code"], row["cycle_id"]) == ("promote", "first", "2025-09-08")
    assert row["actor"].startswith("cli:")
    assert tiny("cycle", "--model", "tiny", "--as-of", "2025-09-08").document == row


def test_a_bare_date_is_the_schedules_cycle_whatever_the_time_zone(tiny, monkeypatch):
    monkeypatch.setenv("FIRE_RISK_TIMEZONE", "Europe/Lisbon")
    row = tiny("history", "tiny").document[-1]
    assert tiny("cycle", "--model", "tiny", "--as-of", "2025-09-08").document == row
    plan = tiny("cycle", "--model", "tiny", "--as-of", "2025-09-08T00:00", "--dry-run").document
    assert (plan["cycle_id"], plan["as_of"]) == ("2025-09-07", "2025-09-07T23:00:00Z")


def test_a_reused_cycle_id_at_another_instant_is_refused_and_leaves_no_row(tiny):
    rows = tiny("history", "tiny").document
    ended = tiny("cycle", "--model", "tiny", "--as-of", "2025-09-15", "--cycle-id", "2025-09-08")
    assert (ended.code, ended.document["exit_code"]) == (1, 1)
    assert "was planned as of 2025-09-08T00:00:00Z" in ended.document["error"]
    assert tiny("history", "tiny").document == rows


def test_a_cycle_of_an_earlier_time_is_refused_with_its_row(tiny):
    ended = tiny("cycle", "--model", "tiny", "--as-of", "2025-09-01", "--cycle-id", "late")
    assert ended.code == 1
    assert (ended.document["kind"], ended.document["reason_code"]) == ("refuse", "out_of_order")


def test_a_dry_run_shows_the_row_and_writes_none(tiny, made):
    before = tiny("history", "tiny").document
    ended = tiny("promote", "--model", "tiny", "--version", "1", *ASKED, "--dry-run")
    assert (ended.code, ended.document["production_version"]) == (0, 1)
    assert "Dry run" in ended.err
    assert tiny("history", "tiny").document == before
    assert alias_of(made) == 2


def test_an_unknown_version_is_refused(tiny):
    ended = tiny("promote", "--model", "tiny", "--version", "99", *ASKED)
    assert (ended.code, ended.document["exit_code"]) == (1, 1)


def test_a_forced_promotion_names_who_and_why(tiny, made):
    ended = tiny("promote", "--model", "tiny", "--version", "1", *ASKED)
    row = ended.document
    assert (ended.code, row["kind"], row["reason_code"]) == (0, "promote", "forced")
    assert (row["production_version"], row["reason"]) == (1, "because I say so")
    assert alias_of(made) == 1


def test_a_rollback_goes_to_what_served_before_and_asking_again_for_it_changes_nothing(tiny, made):
    row = tiny("rollback", "--model", "tiny", *ASKED).document
    assert (row["kind"], row["production_version"], row["previous_version"]) == ("rollback", 2, 1)
    again = tiny("rollback", "--model", "tiny", "--to", "2", *ASKED)
    assert (again.code, again.document) == (0, row)
    assert "serves already" in again.err
    assert alias_of(made) == 2


class Answering(io.StringIO):
    """A terminal at which somebody says yes, after something else has happened."""

    def __init__(self, meanwhile):
        super().__init__()
        self.meanwhile = meanwhile

    def isatty(self):
        return True

    def readline(self, *_):
        self.meanwhile()
        return "y\n"


def test_what_a_person_agreed_to_is_refused_once_the_pointer_moved(tiny, cli, made, monkeypatch):
    from fire_risk_assets.actions.change_pointer import Request, change_pointer

    def cycle_promotes():
        world = open_world(tiny_settings(made / "home"))
        for version in (1, 2):
            asked = Request(
                model_name="tiny", kind="promote", version=version, reason="r", actor="another"
            )
            change_pointer(asked, world)

    monkeypatch.setattr("sys.stdin", Answering(cycle_promotes))
    where = ("--home", made / "home", "--config", made / "tiny.toml")
    ended = cli("rollback", "--model", "tiny", "--to", "1", "--reason", "smoke", *where)
    assert "Put tiny version 1 in place of 2?" in ended.err
    assert ended.code == 1
    assert "no longer so: row" in ended.err
    assert "(promote, another) put version 2 into service" in ended.err
    assert tiny("history", "tiny").document[-1]["actor"] == "another"
    monkeypatch.setattr("sys.stdin", Answering(lambda: None))
    assert cli("rollback", "--model", "tiny", "--to", "1", "--reason", "smoke", *where).code == 0
    assert alias_of(made) == 1
    tiny("promote", "--model", "tiny", "--version", "2", *ASKED)


def test_ctrl_c_after_commit_says_that_the_move_is_recorded(tiny, made, monkeypatch):
    from fire_risk_assets.adapters.crash_point import CrashPoint

    def interrupted(_, point):
        if point == "ALIAS:before":
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(CrashPoint, "reach", interrupted)
        ended = tiny("rollback", "--model", "tiny", *ASKED)
    assert (ended.code, ended.document["exit_code"]) == (130, 130)
    assert "is recorded as row" in ended.document["error"]
    assert "Do not ask for it again" in ended.document["remedy"]
    rows = tiny("history", "tiny").document
    again = tiny("rollback", "--model", "tiny", *ASKED)
    assert (again.code, again.document) == (0, rows[-1])
    assert "this request is on record" in again.err
    assert tiny("history", "tiny").document == rows
    assert alias_of(made) == rows[-1]["production_version"]
    tiny("promote", "--model", "tiny", "--version", "2", *ASKED)


def test_a_hand_moved_alias_is_found_restored_and_recorded(tiny, made):
    from fire_risk_assets import wiring

    wiring.open_world(tiny_settings(made / "home")).registry.point_alias("tiny", 1)
    found = tiny("reconcile", "--dry-run")
    assert found.code == 1
    assert found.document["consistent"] is False
    assert [each["model_name"] for each in found.document["models"]] == ["tiny"]
    assert found.document["actions"][0].startswith("tiny: alias production names 1")
    done = tiny("reconcile")
    assert (done.code, done.document["consistent"]) == (0, True)
    assert alias_of(made) == 2
    assert tiny("history", "tiny").document[-1]["kind"] == "repair"
    assert tiny("reconcile", "--dry-run").code == 0


def test_what_a_decided_cycle_finds_and_puts_right_is_said(tiny, made):
    from fire_risk_assets import wiring

    again = ("cycle", "--model", "tiny", "--as-of", "2025-09-08")
    quiet = tiny(*again)
    assert "put right" not in quiet.err
    wiring.open_world(tiny_settings(made / "home")).registry.point_alias("tiny", 1)
    ended = tiny(*again)
    assert (ended.code, ended.document) == (0, quiet.document)
    assert "put right for tiny: alias production names 1, the ledger says 2" in ended.err
    assert alias_of(made) == 2


def test_what_no_reconciliation_mends_is_told_with_what_to_do(tiny, made):
    from fire_risk_assets import wiring

    world = wiring.open_world(tiny_settings(made / "home"))
    run_id = next(v.run_id for v in world.registry.versions("tiny") if v.version == 2)
    registry = MlflowClient(world.vault.tracking_uri)
    registry.delete_run(run_id)
    ended = tiny("reconcile")
    registry.restore_run(run_id)
    assert (ended.code, len(ended.document["findings"])) == (1, 1)
    assert f"tiny: I16: MLflow run {run_id} of version 2, which serves, is deleted." in ended.err
    assert "  I16: Restore it (`mlflow runs restore" in ended.err


def test_lost_documents_and_scores_are_missed_at_once(tiny, made):
    home = made / "home"
    for lost in (home / "references", home / "lake" / "adjudication_scores"):
        shutil.move(lost, made / "lost")
        found = tiny("reconcile")
        shutil.rmtree(lost, ignore_errors=True)
        shutil.move(made / "lost", lost)
        (finding,) = found.document["findings"]
        assert (found.code, lost.name in finding) == (1, True)
        assert "back from a backup" in found.err
    assert tiny("reconcile").code == 0


def test_an_unreadable_memo_of_the_last_check_stops_the_model_until_a_person_lets_it_go(tiny, made):
    check = made / "home" / "references" / "tiny" / "registry" / "check.json"
    check.write_text("")
    for command in (("reconcile", "--model", "tiny"), ("promote", "--model", "tiny", *ASKED)):
        told = tiny(*command, *(("--version", "1") if command[0] == "promote" else ()))
        assert (told.code, str(check) in told.document["error"]) == (3, True)
        assert (
            f"{check.relative_to(made / 'home')} back from a backup, or remove it and run `"
            in (told.document["remedy"])
        )
    check.unlink()
    assert tiny("reconcile").code == 0
    assert check.is_file()


def test_a_hand_moved_alias_can_be_adopted_with_a_reason(tiny, made):
    from fire_risk_assets import wiring

    refused = tiny("reconcile", "--model", "tiny", "--adopt", "--reason", "meant so")
    assert refused.code == 1
    wiring.open_world(tiny_settings(made / "home")).registry.point_alias("tiny", 1)
    done = tiny("reconcile", "--model", "tiny", "--adopt", "--reason", "meant so")
    assert (done.code, done.document["consistent"]) == (0, True)
    last = tiny("history", "tiny").document[-1]
    assert (last["kind"], last["production_version"], last["reason"]) == ("adopt", 1, "meant so")


def test_status_tells_the_end_of_the_story(tiny):
    found = tiny("status").document[0]
    assert (found["model_name"], found["production_version"]) == ("tiny", 1)
    assert (found["ledger_ok"], found["consistent"]) == (True, True)


def test_a_registry_that_is_no_database_ends_in_three(tiny, made):
    store = made / "home" / "mlflow" / "mlflow.db"
    kept = store.read_bytes()
    store.write_bytes(b"none of yours" * 1000)
    try:
        ended = tiny("reconcile")
        assert (ended.code, ended.document["exit_code"]) == (3, 3)
        assert "MLflow" in ended.document["error"]
    finally:
        store.write_bytes(kept)


def test_a_model_beyond_repair_keeps_no_other_from_being_reconciled(cli, tiny, made):
    from fire_risk_assets import wiring

    (made / "two.toml").write_text(f'models = ["{TINY}", "burned_area"]\n')
    world = wiring.open_world(tiny_settings(made / "home"))
    serving = world.ledger.rows("tiny")[-1].production_version
    MlflowClient(world.vault.tracking_uri).delete_model_version("tiny", str(serving))
    memo = (made / "home" / "references" / "tiny" / "registry" / "check.json").read_bytes()
    for command in ("reconcile", "cycle"):
        asked = () if command == "reconcile" else ("--as-of", "2025-09-22")
        foretold = tiny(command, "--model", "tiny", *asked, "--dry-run")
        assert (foretold.code, "was deleted" in foretold.document["error"]) == (1, True)
    plan = tiny("run", "--dry-run")
    assert (plan.code, "was deleted" in plan.document["registry"][0]["error"]) == (1, True)
    assert "tiny failed. " in plan.err
    assert (made / "home" / "references" / "tiny" / "registry" / "check.json").read_bytes() == memo
    alone = tiny("reconcile", "--model", "tiny")
    assert (alone.code, alone.document["exit_code"]) == (1, 1)
    where = ("--home", made / "home", "--config", made / "two.toml")
    ended = cli("reconcile", *where, "--json")
    broken, whole = ended.document["models"]
    assert (broken["model_name"], broken["consistent"], broken["actions"]) == ("tiny", False, [])
    assert "was deleted" in broken["error"]
    assert whole == {"model_name": "burned_area", "consistent": True, "actions": [], "findings": []}
    assert (ended.code, ended.document["consistent"]) == (1, False)
    assert "tiny failed." in ended.err
    assert "failed" in cli("reconcile", *where).out

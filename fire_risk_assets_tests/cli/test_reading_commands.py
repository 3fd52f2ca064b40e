"""status, history, at, models: what they say, in tables and in JSON."""

import pytest

from fire_risk_assets.adapters.file_references import FileReferences
from fire_risk_assets.core.ledger.row import COLUMNS
from fire_risk_assets_tests.cli.ledger_homes import make_home
from fire_risk_assets_tests.ledgers import event, first, ledger_of


def test_status_in_json_keeps_its_contract(cli, told_home):
    ended = cli("status", "--home", told_home, "--json")
    assert (ended.code, ended.err) == (0, "")
    by_name = {each["model_name"]: each for each in ended.document}
    assert set(by_name) == {"burned_area", "fire_occurrence"}
    found = by_name["burned_area"]
    expected = {
        "production_version": 1,
        "since": "2026-08-24T06:00:00Z",
        "seq": 4,
        "kind": "rollback",
        "reason_code": "operator",
        "cycle_id": "key",
        "cycles": 3,
        "promotions": 2,
        "ledger_ok": True,
        "consistent": True,
        "registry_checked_at": "2026-08-24T07:00:00Z",
    }
    assert {name: found[name] for name in expected} == expected
    assert len(found["event_id"]) == 64
    assert {"metric_name", "production_score", "candidate_score"} <= set(found)
    assert by_name["fire_occurrence"]["production_version"] is None
    assert by_name["fire_occurrence"]["cycles"] == 0


def test_status_tells_a_person_what_serves_why_and_where_to_look_next(cli, told_home):
    said = cli("status", "--home", told_home).out
    assert "burned_area: key rolled back to version 1 (operator). Because." in said
    assert "fire_occurrence: no cycle has run yet." in said
    assert "replays the past" in said
    assert "2023-09-28 to 2026-09-28, seed 0" in said
    assert " history burned_area: every decision" in said


def test_what_was_verified_before_the_last_move_of_the_pointer_does_not_count(cli, home):
    references = FileReferences(home / "references")
    check = {"consistent": True, "checked_at": "2026-08-20T07:00:00Z", "serving_seq": 2}
    references.save("burned_area", "registry", "check", check)
    found = cli("status", "--home", home, "--json").document
    assert {each["model_name"]: each["consistent"] for each in found}["burned_area"] is False
    assert "reconcile: bring MLflow into line" in cli("status", "--home", home).out


def test_a_long_key_of_an_operator_leaves_the_table_its_width(cli, tmp_path):
    key = "rollback-8522008c2b307cb9"
    back = event("rollback", "operator", key, request="rollback", moves_to=1, reason="it burned")
    rows = ledger_of(first(), back)
    home = make_home(tmp_path / "home", rows=rows)
    lines = cli("status", "--home", home).out.splitlines()
    assert any(" rollback-8522… " in line for line in lines)
    assert all(len(line.rstrip()) <= 120 for line in lines if "│" in line or "…" in line)
    assert any(f"{key} rolled back to version 1 (operator). it burned." in line for line in lines)


def test_a_home_on_the_systems_clock_is_not_called_a_replay(cli, tmp_path):
    home = make_home(tmp_path / "home", clock="system", simulate=None, rows=ledger_of(first()))
    said = cli("status", "--home", home).out
    assert "replays" not in said
    assert "simulated" not in said


def test_options_are_understood_before_and_after_the_command(cli, told_home):
    before = cli("--json", "--home", told_home, "status")
    after = cli("status", "--home", told_home, "--json")
    assert before == after


def test_status_reads_the_home_from_the_environment(cli, told_home, monkeypatch):
    monkeypatch.setenv("FIRE_RISK_HOME", str(told_home))
    assert cli("status", "--json").code == 0


def test_history_in_json_is_the_full_rows_by_seq(cli, told_home):
    rows = cli("history", "burned_area", "--home", told_home, "--json").document
    assert [row["seq"] for row in rows] == [1, 2, 3, 4]
    assert all(set(row) == set(COLUMNS) for row in rows)
    assert rows[1]["decided_at"] == "2026-08-10T06:00:00Z"
    assert rows[1]["candidate_score"] == 0.9


@pytest.mark.parametrize("columns", [None, "90", "200"])
def test_piped_tables_keep_one_width_and_every_word(cli, told_home, monkeypatch, columns):
    monkeypatch.delenv("COLUMNS", raising=False)
    if columns is not None:
        monkeypatch.setenv("COLUMNS", columns)
    status, _, _ = cli("status", "--home", told_home).out.partition("Where to look next")
    said = status + cli("models").out
    tables = [line for line in said.splitlines() if line.startswith(" ")]
    # Wider only where the longest words of the columns, which are never broken, do not fit.
    assert max(map(len, tables)) <= max(int(columns or 120), 105)
    for word in ("fire_occurrence", "rollback:", "2026-08-24", "(probability)"):
        assert word in said
    assert "…" not in said


def test_history_shows_each_event_on_one_line_outside_a_terminal(cli, told_home):
    lines = cli("history", "burned_area", "--home", told_home).out.splitlines()
    assert sum("Because." in line for line in lines) == 4


def test_the_history_of_a_model_without_cycles_is_empty(cli, told_home):
    ended = cli("history", "fire_occurrence", "--home", told_home, "--json")
    assert (ended.code, ended.document) == (0, [])


@pytest.mark.parametrize(
    ("time", "version", "seq"),
    [
        ("2026-08-03T06:00:00Z", 1, 1),
        ("2026-08-10T05:59:59Z", 1, 1),
        ("2026-08-10T06:00:00Z", 2, 2),
        ("2026-08-20", 2, 2),
        ("2026-11-01", 1, 4),
    ],
)
def test_at_says_which_version_served(cli, told_home, time, version, seq):
    found = cli("at", time, "--model", "burned_area", "--home", told_home, "--json").document
    assert (found["production_version"], found["seq"]) == (version, seq)
    assert set(found) == {"model_name", "production_version", "event_id", "seq", "since"}


def test_a_time_without_a_zone_is_in_the_configured_one(cli, told_home, tmp_path):
    config = tmp_path / "zone.toml"
    config.write_text('timezone = "Europe/Lisbon"\n')
    asked = ("at", "2026-08-10T06:30:00", "--model", "burned_area", "--home", told_home, "--json")
    assert cli(*asked).document["production_version"] == 2
    assert cli(*asked, "--config", config).document["production_version"] == 1


def test_the_future_is_not_told_as_a_fact(cli, told_home):
    ended = cli("at", "2999-01-01", "--model", "burned_area", "--home", told_home)
    assert ended.code == 1
    assert "has not come yet" in ended.err


def test_at_before_the_first_promotion_ends_in_one(cli, told_home):
    ended = cli("at", "2026-08-01", "--model", "burned_area", "--home", told_home)
    assert (ended.code, ended.out) == (1, "")
    assert "first version served from 2026-08-03 06:00 UTC" in ended.err


def test_a_changed_row_is_seen_and_ends_in_one(cli, tmp_path):
    from dataclasses import replace

    rows = ledger_of(first())
    home = make_home(tmp_path / "home", rows=[replace(rows[0], reason="Never said.")])
    ended = cli("status", "--home", home, "--json")
    assert ended.code == 1
    found = next(each for each in ended.document if each["model_name"] == "burned_area")
    assert found["ledger_ok"] is False
    assert "changed after it was written" in cli("status", "--home", home).out
    shown = cli("history", "burned_area", "--home", home)
    assert (shown.code, "Never said." in shown.out) == (1, True)
    assert "I4: row seq 1 was changed after it was written" in shown.err
    what_to_do = "I4: Bring `lake/registry_status` back from a backup"
    assert what_to_do in shown.err
    assert what_to_do in cli("status", "--home", home).out
    served = cli("at", "2026-08-20", "--model", "burned_area", "--home", home)
    assert (served.code, served.out) == (1, "")
    assert "I4: row seq 1 was changed after it was written" in served.err


def test_history_misses_the_rows_that_status_misses(cli, home):
    FileReferences(home / "references").save(
        "burned_area",
        "registry",
        "check",
        {"consistent": True, "checked_at": "2026-08-24T07:00:00Z", "serving_seq": 4, "head_seq": 6},
    )
    missed = "I6: the ledger ends at row seq 4, and row seq 6 was acknowledged"
    found = cli("status", "--home", home, "--json")
    assert (found.code, found.document[0]["ledger_findings"]) == (1, [missed])
    shown = cli("history", "burned_area", "--home", home)
    assert (shown.code, missed in shown.err) == (1, True)
    assert "removing `references/MODEL/registry/check.json` accepts the loss" in shown.err


@pytest.mark.parametrize("text", ["", '{"consistent": tr', "{}"], ids=["empty", "torn", "bare"])
def test_reading_goes_on_without_the_memo_of_what_was_acknowledged_and_says_so(cli, home, text):
    (home / "references" / "burned_area" / "registry" / "check.json").write_text(text)
    for command in (("status",), ("history", "burned_area")):
        ended = cli(*command, "--home", home)
        assert ended.code == 1
        said = ended.out + ended.err
        assert "I6: which row was acknowledged last cannot be told" in said
        assert "where that file cannot be read, bring it back or remove it" in said
        assert ".." not in said


def test_models_lists_how_each_is_judged(cli):
    ended = cli("models", "--json")
    by_name = {each["model_name"]: each for each in ended.document}
    assert by_name["burned_area"]["metric_name"] == "rmsle"
    assert by_name["fire_occurrence"]["metric_direction"] == "ASC"
    assert by_name["fire_occurrence"]["features"] > 5
    assert by_name["burned_area"]["windows"]["label_lag_days"] == 14
    assert "rmsle, lower wins" in cli("models").out

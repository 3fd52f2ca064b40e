"""Whatever is asked wrongly ends in one sentence, the right code, and nothing half-written."""

import pytest

from fire_risk_assets.core.plain_text import plain
from fire_risk_assets_tests.cli.asking import sentences
from fire_risk_assets_tests.cli.ledger_homes import make_home
from fire_risk_assets_tests.ledgers import first, ledger_of

HOLE = ("--model", "burned_area", "--reason", "because", "--yes")


@pytest.mark.parametrize(
    "arguments",
    [
        ("history", "no_such_model"),
        ("history", "../etc"),
        ("at", "yesterday", "--model", "burned_area"),
        ("at", "2026-08-10", "--model", "no_such_model"),
        ("at", "0001-01-01T00:00:00+10:00", "--model", "burned_area"),
        ("at", "2026-08-10"),
        ("cycle", "--model", "no_such_model", "--as-of", "2026-08-10"),
        ("cycle", "--model", "burned_area", "--as-of", "soon"),
        ("cycle", "--model", "burned_area"),
        ("cycle", "--model", "burned_area", "--as-of", "2026-08-10", "--due"),
        ("cycle", "--model", "burned_area", "--as-of", "2026-08-10", "--cycle-id", "../x"),
        ("ingest", "no_such_file.csv"),
        ("quarantine",),
        ("quarantine", "show"),
        ("quarantine", "show", "0"),
        ("quarantine", "show", "first"),
        ("quarantine", "show", "1"),
        ("quarantine", "replay", "1", "no_such_file.csv"),
        ("quarantine", "replay", "1", __file__),
        ("quarantine", "replay", "1", __file__, "--known-at", "yesterday"),
        ("rollback", "--model", "burned_area"),
        ("rollback", "--model", "burned_area", "--reason", "because"),
        ("rollback", "--model", "burned_area", "--reason", " ", "--yes"),
        ("rollback", *HOLE, "--to", "1", "--to-time", "2026-08-10"),
        ("rollback", *HOLE, "--to", "zero"),
        ("rollback", *HOLE, "--to-time", "soon"),
        ("rollback", *HOLE, "--key", "a b"),
        ("promote", *HOLE),
        ("promote", *HOLE, "--version", "0"),
        ("reconcile", "--adopt"),
        ("reconcile", "--adopt", "--reason", "because"),
        ("reconcile", "--model", "no_such_model"),
        ("simulate",),
        ("simulate", "--out", "x", "--from", "2026-02-30"),
        ("simulate", "--out", "x", "--from", "2026-02-03", "--until", "2026-02-01"),
        ("no_such_command",),
        ("status", "--no-such-option"),
    ],
    ids=" ".join,
)
def test_a_question_that_cannot_be_understood_ends_in_two(cli, told_home, arguments, tmp_path):
    ended = cli(*arguments, "--home", told_home)
    assert (ended.code, ended.out) == (2, "")
    assert len(sentences(ended)) == 1
    assert list((tmp_path / "cwd").iterdir()) == []


READS = (
    ("status",),
    ("history", "burned_area"),
    ("at", "2026-08-10", "--model", "burned_area"),
    ("quarantine", "list"),
    ("quarantine", "show", "1"),
)
CHANGES = (
    ("cycle", "--model", "burned_area", "--as-of", "2026-08-10"),
    ("rollback", *HOLE),
    ("promote", *HOLE, "--version", "1"),
    ("reconcile",),
    ("quarantine", "replay", "1", __file__),
    ("ui",),
)


@pytest.mark.parametrize("arguments", [*READS, *CHANGES], ids=" ".join)
def test_a_missing_home_ends_in_three_and_is_not_made(cli, tmp_path, arguments):
    ended = cli(*arguments, "--home", tmp_path / "none")
    assert ended.code == 3
    assert "There is no fire-risk home at" in sentences(ended)[0]
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("arguments", [*READS, *CHANGES, ("run",)], ids=" ".join)
def test_a_home_that_is_a_file_ends_in_three(cli, tmp_path, arguments):
    (tmp_path / "file").write_text("mine")
    ended = cli(*arguments, "--home", tmp_path / "file")
    assert ended.code == 3
    assert "is a file, not a folder" in sentences(ended)[0]
    assert "--home at a folder" in ended.err
    assert " run" not in ended.err.splitlines()[1]
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.parametrize(
    "arguments",
    [
        ("history", "no_such_model"),
        ("at", "2026-08-10", "--model", "no_such_model"),
        ("cycle", "--model", "no_such_model", "--as-of", "2026-08-10"),
        ("cycle", "--model", "no_such_model", "--as-of", "2026-08-10", "--dry-run"),
        ("rollback", "--model", "no_such_model", "--reason", "because", "--yes"),
        ("promote", "--model", "no_such_model", "--reason", "because", "--yes", "--version", "1"),
        ("reconcile", "--model", "no_such_model"),
    ],
    ids=" ".join,
)
def test_what_is_misspelt_ends_in_two_before_the_home_and_what_is_unknown_after_it(
    cli, told_home, tmp_path, arguments
):
    # Which names are known may be on the record of the home alone.
    assert cli(*arguments, "--home", tmp_path / "none").code == 3
    assert cli(*arguments, "--home", told_home).code == 2
    misspelt = [each.replace("no_such_model", "../etc") for each in arguments]
    assert cli(*misspelt, "--home", tmp_path / "none").code == 2


def test_a_usage_error_names_the_help_of_its_command(cli, told_home):
    both = ("--to", "1", "--to-time", "2026-08-10", "--home", told_home)
    ended = cli("rollback", *HOLE, *both, "--json")
    assert "rollback --help`" in ended.document["remedy"]
    assert "reconcile --help`" in cli("reconcile", "--adopt", "--home", told_home).err
    below = cli("quarantine", "show", "first", "--home", told_home)
    assert "quarantine show --help`" in below.err


@pytest.mark.parametrize("arguments", [*READS, ("run",)], ids=" ".join)
def test_a_file_on_the_way_to_a_home_is_the_one_named(cli, tmp_path, arguments):
    (tmp_path / "file").write_text("mine")
    ended = cli(*arguments, "--home", tmp_path / "file" / "deep" / "home")
    assert ended.code == 3
    assert f"{tmp_path / 'file'} is a file, not a folder" in sentences(ended)[0]


@pytest.mark.parametrize(
    ("arguments", "option"),
    [
        (("ingest", __file__, "--known-at", "yesterday"), "--known-at"),
        (("quarantine", "replay", "1", __file__, "--known-at", "yesterday"), "--known-at"),
        (("simulate", "--out", "x", "--from", "2026-02-03", "--until", "2026-02-01"), "--until"),
        (("cycle", "--model", "burned_area", "--as-of", "soon"), "--as-of"),
        (("cycle", "--model", "burned_area", "--as-of", "2026-08-10", "--cycle-id", "a b"), "--cy"),
        (("rollback", *HOLE, "--to-time", "soon"), "--to-time"),
        (("rollback", *HOLE, "--key", "a b"), "--key"),
        (("at", "soon", "--model", "burned_area"), "TIME"),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_the_remedy_names_the_option_that_was_given_not_the_settings(
    cli, told_home, arguments, option
):
    ended = cli(*arguments, "--home", told_home, "--json")
    assert ended.code == 2
    assert option in ended.document["remedy"]
    assert "fire_risk.toml" not in ended.document["remedy"]


def test_a_crash_point_that_is_none_is_refused_with_those_there_are(cli, told_home, monkeypatch):
    monkeypatch.setenv("FIRE_RISK_CRASH", "BOGUS")
    ended = cli("status", "--home", told_home)
    assert ended.code == 2
    assert "COMMIT:before" in sentences(ended)[0]
    monkeypatch.setenv("FIRE_RISK_CRASH", "COMMIT:before")
    assert cli("status", "--home", told_home).code == 0


def test_a_home_document_that_is_none_of_ours_ends_in_three(cli, home):
    (home / "home.json").write_text("{")
    assert cli("status", "--home", home).code == 3


def test_a_home_of_a_newer_version_ends_in_three(cli, home):
    (home / "home.json").write_text('{"clock": "system", "format": 99}')
    ended = cli("status", "--home", home)
    assert ended.code == 3
    assert "Upgrade" in ended.err
    (home / "home.json").write_text('{"clock": "system", "format": 99, "moods": []}')
    assert "Upgrade" in cli("status", "--home", home).err


def test_a_home_of_an_older_format_ends_in_three_and_is_not_called_edited(cli, home):
    (home / "home.json").write_text('{"clock": "system", "format": 1}')
    ended = cli("status", "--home", home)
    assert ended.code == 3
    assert "has format 1, this version reads format 2" in ended.err
    assert "Use the version of fire_risk_assets that made the home" in ended.err


def test_a_ledger_that_is_no_table_ends_in_three(cli, home):
    log = home / "lake" / "registry_status" / "_delta_log" / f"{0:020d}.json"
    log.write_text("not a log")
    assert cli("status", "--home", home).code == 3


def test_a_missing_configuration_file_ends_in_two(cli, tmp_path):
    ended = cli("status", "--config", tmp_path / "none.toml")
    assert ended.code == 2
    assert "--config" in ended.err


@pytest.mark.parametrize("text", ["clock = 'sundial'", "no_such = 1", "[training]\ntrials = -1"])
def test_a_setting_out_of_its_domain_ends_in_two(cli, tmp_path, text):
    (tmp_path / "bad.toml").write_text(text)
    ended = cli("status", "--config", tmp_path / "bad.toml")
    assert ended.code == 2
    assert len(sentences(ended)) == 1


def test_a_configuration_file_that_is_no_toml_ends_in_two(cli, tmp_path):
    (tmp_path / "bad.toml").write_text("= = =")
    assert cli("status", "--config", tmp_path / "bad.toml").code == 2


def test_with_json_an_error_is_one_document_too(cli, tmp_path):
    ended = cli("status", "--home", tmp_path / "none", "--json")
    assert ended.document["exit_code"] == ended.code == 3
    assert set(ended.document) == {"error", "remedy", "exit_code"}
    assert ended.err == ""


def test_with_json_even_unparsable_arguments_are_answered_in_json(cli):
    ended = cli("status", "--json", "--no-such-option")
    assert ended.document["exit_code"] == ended.code == 2


def test_an_unexpected_error_is_one_sentence_and_the_rest_is_in_the_log(cli, home, monkeypatch):
    from fire_risk_assets.actions import status

    def broken(*_args):
        raise ZeroDivisionError("deep down\nsecond line")

    monkeypatch.setattr(status, "status", broken)
    ended = cli("status", "--home", home)
    assert ended.code == 3
    assert sentences(ended) == ["fire-risk: Failed with ZeroDivisionError: deep down"]
    assert "ZeroDivisionError" in (home / "fire-risk.log").read_text()
    assert "Traceback" in cli("status", "--home", home, "--debug").err


def test_control_characters_of_data_never_reach_the_terminal__s16(cli, tmp_path):
    evil = "\x1b]0;owned\x07\x1b[2Jred\u202e [bold]not markup[/bold]"
    rows = ledger_of(first(reason=evil))
    home = make_home(tmp_path / "home", rows=rows)
    for arguments in (("status",), ("history", "burned_area"), ("history", "\x1b[2J")):
        ended = cli(*arguments, "--home", home)
        said = ended.out + ended.err
        assert not set(said) & set("\x1b\x07\u202e")
    assert "[bold]not markup[/bold]" in cli("history", "burned_area", "--home", home).out
    found = cli("history", "burned_area", "--home", home, "--json")
    assert found.document[0]["reason"] == evil
    assert "\x1b" not in found.out


def test_plain_text_keeps_every_letter():
    assert plain("Queimada em Bragança – 7 ha") == "Queimada em Bragança – 7 ha"


def test_a_misspelt_variable_is_named_instead_of_leaving_the_default_in_force(cli, monkeypatch):
    monkeypatch.setenv("FIRE_RISK_TIMEZON", "Europe/Lisbon")
    ended = cli("status")
    assert ended.code == 2
    assert "FIRE_RISK_TIMEZON" in ended.err

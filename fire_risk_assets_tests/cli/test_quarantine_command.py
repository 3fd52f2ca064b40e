"""quarantine: what was set aside, a form to repair it on, and the replay, as a person types it."""

import json
import shutil

import pytest

from fire_risk_assets_tests.actions.offering import UCI_FILE, WEATHER_FILE
from fire_risk_assets_tests.cli.asking import sentences
from fire_risk_assets_tests.cli.ledger_homes import make_home

FACTS = {
    *("batch_seq", "file_name", "file_sha256", "tables", "kind", "recorded_at"),
    *("set_aside", "open", "reasons"),
}


@pytest.fixture
def house(cli, tmp_path):
    """A function that runs `fire-risk` on a home of its own, whose batch 1 set line 3 aside."""
    home = make_home(tmp_path / "house", clock="system", simulate=None)

    def call(*arguments):
        return cli(*arguments, "--home", home)

    def take(text, name="day.csv"):
        (tmp_path / name).write_text(text)
        return call("ingest", tmp_path / name)

    call.take, call.home = take, home
    assert take(WEATHER_FILE).code == 0
    return call


def repaired(tmp_path, house, *change):
    """The form of batch 1 with one text put in the place of another."""
    form = tmp_path / "fix.csv"
    if not form.exists():
        assert house("quarantine", "show", "1", "--out", form).code == 0
    form.write_text(form.read_text().replace(*change))
    return form


def test_a_row_is_found_repaired_and_taken_in(house, tmp_path):
    said = house("quarantine", "list").out
    for word in ("day.csv", "weather", "rh_pct_out_of_range 1", "quarantine show BATCH"):
        assert word in said
    form = tmp_path / "fix.csv"
    said = house("quarantine", "show", "1", "--out", form).out
    assert "1 rows set aside, 1 open" in said
    assert "7-5,2026-09-01T12:00:00Z,20.5,140,7,0" in said
    assert f"quarantine replay 1 {form}`" in said
    header = WEATHER_FILE.splitlines()[0]
    assert form.read_text() == f"line,{header}\n3,7-5,2026-09-01T12:00:00Z,20.5,140,7,0\n"
    ended = house("quarantine", "replay", "1", repaired(tmp_path, house, "140", "14"))
    assert ended.code == 0
    assert "Batch 1, day.csv, repaired: 1 rows read, 1 accepted (0 known already)" in ended.out
    again = house("quarantine", "replay", "1", form)
    assert (again.code, "nothing changed" in again.out) == (0, True)
    assert house("quarantine", "list", "--json").document[0]["open"] == 0
    assert "fire-risk quarantine replay" not in house("quarantine", "show", "1").out
    unasked = house("quarantine", "show", "1", "--out", tmp_path / "nothing.csv").out
    assert "No row is open, so no file was written." in unasked
    assert not (tmp_path / "nothing.csv").exists()


def test_documents_have_what_the_contracts_say(house, tmp_path):
    (listed,) = house("quarantine", "list", "--json").document
    assert set(listed) == FACTS
    assert (listed["kind"], listed["set_aside"], listed["open"]) == ("weather", 1, 1)
    assert listed["reasons"] == {"rh_pct_out_of_range": 1}
    shown = house("quarantine", "show", "1", "--json").document
    assert set(shown) == FACTS | {"columns", "out", "rows"}
    assert {name: shown[name] for name in FACTS} == listed
    (row,) = shown["rows"]
    assert set(row) == {"line", "open", "reason_code", "reason", "raw", "columns"}
    form = repaired(tmp_path, house, "140", "14")
    taken = house("ingest", tmp_path / "day.csv", "--json").document
    done = house("quarantine", "replay", "1", form, "--json").document
    assert set(done) == {*taken, "replay_of"}
    assert (done["replay_of"], done["batch_seq"], done["file_name"]) == (1, 2, "day.csv")


def test_an_empty_quarantine_says_so(cli, tmp_path):
    home = make_home(tmp_path / "home")
    assert "No row was set aside." in cli("quarantine", "list", "--home", home).out
    assert cli("quarantine", "list", "--home", home, "--json").document == []


def test_a_row_that_fails_again_ends_in_one_and_says_why_now(house, tmp_path):
    ended = house("quarantine", "replay", "1", repaired(tmp_path, house, "140", "0"))
    assert ended.code == 1
    assert "No row of day.csv can be used" in sentences(ended)[0]
    assert house("quarantine", "list", "--json").document[0]["open"] == 1


def test_a_refused_repair_ends_in_one_and_names_the_lines_there_are(house, tmp_path):
    ended = house("quarantine", "replay", "1", repaired(tmp_path, house, "\n3,", "\n4,"))
    assert ended.code == 1
    assert "fix.csv was rejected (line_unknown)" in ended.out
    assert "quarantine show 1`" in ended.out


def test_a_dry_run_of_a_replay_writes_nothing(house, tmp_path):
    form = repaired(tmp_path, house, "140", "14")
    before = sorted(house.home.rglob("*"))
    dry = house("quarantine", "replay", "1", form, "--dry-run", "--json")
    assert (dry.code, dry.document["accepted"], dry.document["batch_seq"]) == (0, 1, None)
    assert "nothing was written" in dry.err
    assert sorted(house.home.rglob("*")) == before


def test_a_form_never_takes_the_place_of_a_file(house, tmp_path):
    mine = tmp_path / "mine.csv"
    mine.write_text("mine")
    (tmp_path / "link.csv").symlink_to(tmp_path / "nowhere.csv")
    for out in (mine, tmp_path / "link.csv", tmp_path, tmp_path / "none" / "fix.csv"):
        ended = house("quarantine", "show", "1", "--out", out)
        assert (ended.code, ended.out, len(sentences(ended))) == (2, "", 1)
        assert "--out" in ended.err
    assert mine.read_text() == "mine"
    assert not (tmp_path / "nowhere.csv").exists()


def test_no_form_is_written_when_nothing_is_open(house, tmp_path):
    house("quarantine", "replay", "1", repaired(tmp_path, house, "140", "14"))
    ended = house("quarantine", "show", "1", "--out", tmp_path / "more.csv", "--json")
    assert (ended.code, ended.document["out"]) == (0, None)
    assert not (tmp_path / "more.csv").exists()


def test_rows_of_a_uci_table_are_shown_and_refused_to_be_repaired(house, tmp_path):
    house.take(UCI_FILE, "uci.csv")
    assert "y_off_grid" in house("quarantine", "show", "2").out
    for arguments in (("show", "2", "--out", tmp_path / "x"), ("replay", "2", __file__)):
        ended = house("quarantine", *arguments, "--json")
        assert (ended.code, ended.document["exit_code"]) == (1, 1)
        assert "weather and a reports file" in ended.document["remedy"]
    assert not (tmp_path / "x").exists()


def test_control_characters_set_aside_never_reach_the_terminal__s16(house, tmp_path):
    evil = "\x1b]0;owned\x07\x1b[2J\u202e[bold]b[/bold]"
    header = WEATHER_FILE.splitlines()[0]
    house.take(f"{header}\n{evil},2026-09-01,1,40,7,0\n", "a\x1b[2Jb.csv")
    arguments = ("show", "2", "--out", tmp_path / "f\x1b[2J.csv")
    for said in (house("quarantine", "list"), house("quarantine", *arguments)):
        assert not set(said.out + said.err) & set("\x1b\x07\u202e")
    found = house("quarantine", "show", "2", "--json")
    assert "\x1b" not in found.out
    assert json.loads(found.out)["rows"][0]["raw"].startswith(evil)
    assert "[bold]b[/bold]" in house("quarantine", "show", "2").out


def test_a_great_many_rows_and_long_ones_are_cut_short_for_people_only(house):
    header = WEATHER_FILE.splitlines()[0]
    rows = "".join(f"7-4{'x' * 1000},2026-09-01,{n},40,7,0\n" for n in range(70))
    house.take(f"{header}\n{rows}", "many.csv")
    said = house("quarantine", "show", "2").out
    assert "20 more" in said
    assert "x" * 500 not in said
    assert len(house("quarantine", "show", "2", "--json").document["rows"]) == 70


def test_a_copied_home_can_be_looked_at_and_not_be_replayed_into(cli, house, tmp_path):
    form = repaired(tmp_path, house, "140", "14")
    document = json.loads((house.home / "home.json").read_text())
    (house.home / "home.json").write_text(json.dumps({**document, "location": str(house.home)}))
    copy = shutil.copytree(house.home, tmp_path / "copy")
    assert cli("quarantine", "show", "1", "--home", copy).code == 0
    assert cli("quarantine", "replay", "1", form, "--dry-run", "--home", copy).code == 0
    ended = cli("quarantine", "replay", "1", form, "--home", copy)
    assert (ended.code, "is a copy" in ended.err) == (3, True)


def test_a_batch_that_is_none_ends_in_two_and_the_list_is_named(house, tmp_path):
    form = repaired(tmp_path, house, "140", "14")
    for arguments in (("show", "9"), ("replay", "9", form)):
        ended = house("quarantine", *arguments)
        assert (ended.code, "There is no batch 9" in ended.err) == (2, True)
        assert "quarantine list`" in ended.err

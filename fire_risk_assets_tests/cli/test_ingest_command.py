"""ingest: counts a person can check, the exit code, and nothing silent."""

from fire_risk_assets_tests.cli.ledger_homes import make_home

WEATHER = """cell_id,observed_at,temp_c,rh_pct,wind_km_h,rain_mm
7-4,2026-09-01T12:00:00Z,21.5,40,7,0
7-5,2026-09-01T12:00:00Z,20.5,140,7,0
7-6,2026-09-01T12:00:00Z,19.5,40,7,0
"""
CONTRACT = {
    "read",
    "accepted",
    "quarantined",
    "duplicates",
    "rejected",
    "file_sha256",
    "reasons",
}


def offer(tmp_path, text, name="offered.csv"):
    path = tmp_path / name
    path.write_text(text)
    return path


def test_good_rows_go_in_and_bad_rows_are_counted_by_reason(cli, tmp_path):
    home = make_home(tmp_path / "home", clock="system", simulate=None)
    file = offer(tmp_path, WEATHER)
    ended = cli("ingest", file, "--home", home, "--json")
    assert ended.code == 0
    assert set(ended.document) >= CONTRACT
    found = {name: ended.document[name] for name in ("read", "accepted", "quarantined")}
    assert found == {"read": 3, "accepted": 2, "quarantined": 1}
    assert list(ended.document["reasons"].values()) == [1]
    again = cli("ingest", file, "--home", home)
    assert again.code == 0
    assert "nothing changed" in again.out
    assert "1 set aside" in again.out


def test_a_second_offer_says_when_it_was_taken_in_and_that_nothing_changed(cli, tmp_path):
    home = make_home(tmp_path / "home", clock="system", simulate=None)
    file = offer(tmp_path, "\ufeff" + WEATHER)
    once = cli("ingest", file, "--known-at", "observed+2", "--home", home, "--json").document
    again = cli("ingest", file, "--known-at", "observed+9", "--home", home, "--json").document
    assert once["normalised"]
    assert once["known_from"] == once["known_until"] == "2026-09-03T12:00:00Z"
    assert again == once | {"repeated": True, "normalised": None}
    said = cli("ingest", file, "--known-at", "observed+9", "--home", home).out
    assert f"taken in before, as batch 1 on {once['recorded_at'][:10]}" in said
    assert "known at 2026-09-03 12:00 UTC; nothing changed" in said
    assert "--known-at observed+9 was not applied" in said


def test_a_rejected_file_ends_in_one_and_says_what_to_do(cli, tmp_path):
    home = make_home(tmp_path / "home", clock="system", simulate=None)
    file = offer(tmp_path, "who,what\n1,2\n")
    ended = cli("ingest", file, "--home", home)
    assert ended.code == 1
    assert "was rejected" in ended.out
    document = cli("ingest", file, "--home", home, "--json").document
    assert document["rejected"] is True
    assert document["read"] == document["accepted"] == 0


def test_a_policy_nobody_can_read_ends_in_two_and_makes_no_home(cli, tmp_path):
    file = offer(tmp_path, WEATHER)
    ended = cli("ingest", file, "--known-at", "yesterday", "--home", tmp_path / "none")
    assert ended.code == 2
    assert not (tmp_path / "none").exists()


def test_a_historical_import_knows_rows_when_they_were_observed(cli, tmp_path):
    from fire_risk_assets.adapters.delta_tables import DeltaTables
    from fire_risk_assets.core.tables.observed import WEATHER as TABLE

    home = make_home(tmp_path / "home", clock="system", simulate=None)
    ended = cli("ingest", offer(tmp_path, WEATHER), "--known-at", "observed+2", "--home", home)
    assert ended.code == 0
    rows = DeltaTables(home / "lake").read(TABLE).to_pylist()
    assert {f"{row['known_at']:%Y-%m-%d %H:%M}" for row in rows} == {"2026-09-03 12:00"}


def test_a_file_name_full_of_control_characters_is_shown_without_them(cli, tmp_path):
    home = make_home(tmp_path / "home", clock="system", simulate=None)
    ended = cli("ingest", offer(tmp_path, WEATHER, "a\x1b[2Jb.csv"), "--home", home)
    assert "\x1b" not in ended.out + ended.err


def test_a_file_without_one_usable_row_ends_in_one_and_its_document_is_as_ever(cli, tmp_path):
    home = make_home(tmp_path / "home", clock="system", simulate=None)
    lines = WEATHER.splitlines(keepends=True)
    file = offer(tmp_path, lines[0] + lines[2])
    for _ in range(2):
        ended = cli("ingest", file, "--home", home, "--json")
        assert ended.code == 1
        assert "No row of offered.csv can be used: all 1 were set aside." in ended.err
        assert (ended.document["rejected"], ended.document["quarantined"]) == (False, 1)


def test_a_dry_run_counts_the_same_and_makes_nothing(cli, tmp_path):
    good, bad = offer(tmp_path, WEATHER), offer(tmp_path, "who,what\n1,2\n", "bad.csv")
    home = tmp_path / "home"
    dry = cli("ingest", good, "--dry-run", "--home", home, "--json")
    assert (dry.code, dry.document["batch_seq"]) == (0, None)
    assert "nothing was written" in dry.err
    assert cli("ingest", bad, "--dry-run", "--home", home).code == 1
    assert not home.exists()
    make_home(home, clock="system", simulate=None)
    before = sorted(home.rglob("*"))
    again = cli("ingest", good, "--dry-run", "--home", home, "--json").document
    refused = cli("ingest", bad, "--dry-run", "--home", home, "--json").document
    assert (refused["rejected"], refused["batch_seq"]) == (True, None)
    assert sorted(home.rglob("*")) == before
    real = cli("ingest", good, "--home", home, "--json").document
    told = ("read", "accepted", "quarantined", "duplicates", "reasons", "tables", "normalised")
    assert {name: again[name] for name in told} == {name: real[name] for name in told}
    assert {name: dry.document[name] for name in told} == {name: real[name] for name in told}
    assert cli("ingest", good, "--dry-run", "--home", home, "--json").document["repeated"] is True

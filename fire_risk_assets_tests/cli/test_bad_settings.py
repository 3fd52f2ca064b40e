"""A setting nobody can use is told by name, place, what was found and what is expected."""

import pytest

from fire_risk_assets.core.cron import is_schedule

WRONG = [
    ("MODELS", "burned_area", "models is 'burned_area', expected a list of names"),
    ("MODELS", "[1]", "models is 1, expected a list of names"),
    ("MODELS", "[]", "models is [], expected a list of names"),
    ("MODELS", '["A b"]', "models is 'A b', expected built-in names"),
    ("METRIC", "rmse", "metric is 'rmse', expected a section"),
    ("CYCLES", "weekly", "cycles is 'weekly', expected a section"),
    (
        "CYCLES__DAYS",
        "abc",
        "cycles.days is 'abc', expected a whole number at least 1 and at most 4",
    ),
    ("CYCLES__DAYS__X", "3", "cycles.days is {'x': '3'}, expected a whole number"),
    ("CYCLES__DAYZ", "3", "cycles.dayz is no setting"),
    ("CYCLES__CRON", "monday", "cycles.cron is 'monday', expected a schedule of five fields"),
    ("CYCLES__CRON", "0 0 30 2 *", "expected a schedule of five fields"),
    ("CYCLES__START", "soon", "cycles.start is 'soon', expected a date"),
    (
        "INGEST__CELL_AREA_HA",
        "inf",
        "ingest.cell_area_ha is 'inf', expected a finite number above 0",
    ),
    ("INGEST__CELL_AREA_HA", "nan", "ingest.cell_area_ha is 'nan', expected a finite number"),
    ("INGEST__KNOWN_AT", "x", "ingest.known_at is 'x', expected `now` or `observed+DAYS`"),
    ("INGEST__REQUIRE_KNOWN_CELLS", "maybe", "expected true or false"),
    ("WINDOWS__MIN_ROWS", "0", "windows.min_rows is '0', expected a whole number at least 1"),
    ("CLOCK", "sundial", "clock is 'sundial', expected 'system' or 'replay'"),
    ("TIMEZONE", "Mars", "timezone is 'Mars', expected an IANA time zone"),
]


def _of_ours(said):
    return not any(word in said for word in ("pydantic", "Input should", "http", "valid dict"))


@pytest.mark.parametrize(("name", "value", "said"), WRONG, ids=lambda each: str(each)[:20])
def test_a_wrong_variable_is_named_with_what_is_expected(cli, monkeypatch, name, value, said):
    monkeypatch.setenv(f"FIRE_RISK_{name}", value)
    ended = cli("status", "--json")
    assert ended.code == 2
    assert said in ended.document["error"]
    assert f"(variable FIRE_RISK_{name})" in ended.document["error"]
    assert _of_ours(ended.document["error"])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('models = "burned_area"', "models is 'burned_area', expected a list of names"),
        ("cycles = 3", "cycles is 3, expected a section"),
        ("[cycles]\ncron = 5", "cycles.cron is 5, expected text"),
        ("[ingest]\ncell_area_ha = inf", "ingest.cell_area_ha is inf, expected a finite number"),
        ("no_such = 1", "no_such is no setting"),
        ("= =", "is no TOML"),
    ],
)
def test_a_wrong_value_of_the_file_is_named_with_the_file(cli, tmp_path, text, said):
    file = tmp_path / "bad.toml"
    file.write_text(text)
    ended = cli("status", "--config", file, "--json")
    assert ended.code == 2
    assert said in ended.document["error"]
    assert f"file {file}" in ended.document["error"]
    assert _of_ours(ended.document["error"])


def test_all_wrong_settings_are_told_at_once_each_with_its_place(cli, tmp_path, monkeypatch):
    (tmp_path / "bad.toml").write_text("[training]\ntrials = -1\n[simulate]\nyears = 3\n")
    monkeypatch.setenv("FIRE_RISK_CONFIG", str(tmp_path / "bad.toml"))
    monkeypatch.setenv("FIRE_RISK_SIMULATE", '{"seed": -1}')
    said = cli("status", "--json").document["error"]
    whole = "expected a whole number at least 0"
    assert f"training.trials is -1, {whole} and at most 1000 (file {tmp_path}" in said
    assert f"simulate.seed is -1, {whole} (variable FIRE_RISK_SIMULATE)" in said


def test_two_models_of_one_name_are_refused_before_one_replaces_the_other(cli, monkeypatch):
    twin = "fire_risk_assets.core.models.burned_area:SPEC"
    monkeypatch.setenv("FIRE_RISK_MODELS", f'["burned_area", "{twin}"]')
    ended = cli("models", "--json")
    assert ended.code == 2
    assert "called burned_area" in ended.document["error"]


def test_a_key_below_what_is_no_section_is_told(cli, monkeypatch):
    monkeypatch.setenv("FIRE_RISK_HOME__LAKE", "x")
    ended = cli("status")
    assert ended.code == 2
    assert "FIRE_RISK_HOME__LAKE, which is no setting" in ended.err


@pytest.mark.parametrize(
    "text",
    ["0 0 * * 1", "*/15 0-6 * * *", "0 0 1 jan,jul *", "0 0 * * mon-fri", "0 0 * * 5#2", "@weekly"],
)
def test_what_dagster_takes_as_a_schedule_is_one(text):
    from dagster import ScheduleDefinition

    assert is_schedule(text)
    ScheduleDefinition(job_name="j", cron_schedule=text)

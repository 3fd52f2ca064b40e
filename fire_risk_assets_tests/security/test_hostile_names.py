"""Names made to leave a folder, a filter, a shell or a terminal, at every border that takes one."""

from dataclasses import replace

import pytest

from fire_risk_assets.adapters.delta_ledger import DeltaLedger
from fire_risk_assets.adapters.file_lease import FileLease
from fire_risk_assets.adapters.file_references import FileReferences
from fire_risk_assets.adapters.mlflow_registry import MlflowRegistry
from fire_risk_assets.defs.assets.predictions import ScoringConfig, request_of
from fire_risk_assets.defs.resources import cycle_key
from fire_risk_assets.errors import (
    InvalidName,
    InvalidSetting,
    InvalidTime,
    UnknownModel,
    UsageError,
)
from fire_risk_assets.settings import read_settings
from fire_risk_assets.settings.models import model_spec, model_specs
from fire_risk_assets_tests.actions.offering import WEATHER_FILE
from fire_risk_assets_tests.cli.asking import sentences
from fire_risk_assets_tests.cli.ledger_homes import make_home
from fire_risk_assets_tests.tiny import TINY

NAMES = {
    "parent": "..",
    "a-way-up": "../../x",
    "backslashes": "..\\..\\x",
    "percent": "%2e%2e%2fx",
    "absolute": "/etc/passwd",
    "drive": "C:\\x",
    "sub-folder": "a/b",
    "nul": "a\0b",
    "line-break": "a\nb",
    "escape": "a\x1b]0;owned\x07\x1b[2J",
    "right-to-left": "a\u202eb",
    "quote": "a'b",
    "filter": "a' OR name LIKE '%",
    "statement": 'a"; DROP TABLE runs; --',
    "backtick": "a`b`",
    "shell": "$(touch owned)",
    "option": "--home=/tmp",
    "home": "~root",
    "markup": "<script>alert(1)</script>",
    "template": "{{7*7}}",
    "full-width": "ａｂ",
    "blank": " ",
    "long": "a" * 5000,
}
COMMANDS = {
    "history": ("history", "{}"),
    "at": ("at", "2026-08-10", "--model", "{}"),
    "cycle": ("cycle", "--model", "{}", "--as-of", "2026-08-10"),
    "cycle-id": ("cycle", "--model", "burned_area", "--as-of", "2026-08-10", "--cycle-id", "{}"),
    "rollback": ("rollback", "--model", "{}", "--reason", "r", "--yes"),
    "key": ("rollback", "--model", "burned_area", "--reason", "r", "--yes", "--key", "{}"),
    "promote": ("promote", "--model", "{}", "--reason", "r", "--yes", "--version", "1"),
    "reconcile": ("reconcile", "--model", "{}"),
    "score": ("score", "--model", "{}", "--from", "2026-08-10"),
    "batch": ("score", "--model", "burned_area", "--from", "2026-08-10", "--key", "{}"),
}
every_name = pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)


def content(folder):
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*")}


@every_name
@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_the_command_line_refuses_a_hostile_name_and_changes_nothing__s5_s6(
    cli, told_home, tmp_path, command, name
):
    before = content(told_home)
    ended = cli(*(each.replace("{}", name) for each in command), "--home", told_home)
    assert (ended.code, ended.out, len(sentences(ended))) == (2, "", 1)
    assert not set(ended.err) & set("\0\x1b\x07\u202e")
    assert len(ended.err) < 1000
    assert content(told_home) == before
    assert list((tmp_path / "cwd").iterdir()) == []


@every_name
def test_settings_refuse_a_hostile_name_of_a_model__s5(tmp_path, name):
    with pytest.raises((InvalidSetting, UnknownModel)):
        model_specs(read_settings(home=tmp_path, models=(name,)))
    with pytest.raises(UnknownModel):
        model_specs(read_settings(home=tmp_path, metric={name: "rmse"}))
    with pytest.raises(UnknownModel):
        model_spec(read_settings(home=tmp_path), name)
    with pytest.raises(InvalidName):
        replace(TINY, name=name)


@every_name
def test_run_config_and_partitions_refuse_a_hostile_name_of_a_cycle__s5(name):
    with pytest.raises(InvalidName):
        cycle_key("2025-09-15", name, None, tags={})
    with pytest.raises(UsageError):
        cycle_key(None, None, None, tags={"dagster/partition": name})


@every_name
def test_run_config_refuses_a_hostile_name_of_a_batch__s5(name):
    with pytest.raises(InvalidName):
        request_of(ScoringConfig(first_day="2025-09-15", key=name), [], timezone="UTC")
    for wrong in ({"first_day": name}, {"first_day": "2025-09-15", "as_known": name}):
        with pytest.raises(InvalidTime):
            request_of(ScoringConfig(**wrong), [], timezone="UTC")


@every_name
def test_no_hostile_name_reaches_a_path_or_a_filter__s6_s7(told_home, tmp_path, name):
    tried = (
        lambda: DeltaLedger(told_home / "lake").rows(name),
        lambda: MlflowRegistry("http://127.0.0.1:9").versions(name),
        lambda: FileReferences(tmp_path).save(name, "cycle", "plan", {}),
        lambda: FileReferences(tmp_path).save("tiny", name, "plan", {}),
        lambda: FileReferences(tmp_path).save("tiny", "cycle", name, {}),
        lambda: FileLease(tmp_path / "locks").hold(name).__enter__(),
    )
    for use in tried:
        with pytest.raises(InvalidName):
            use()
    assert list(tmp_path.iterdir()) == []


def test_a_file_of_any_name_is_taken_in_by_its_content_and_nothing_else_is_made__s6_s16(
    cli, tmp_path
):
    home = make_home(tmp_path / "home", clock="system", simulate=None)
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    names = [f"{name}.csv" for name in NAMES.values() if not set(name) & set("/\0")]
    names = [name for name in names if len(name) < 255]
    for number, name in enumerate(names):
        (inbox / name).write_text(WEATHER_FILE.replace("2026-09-01", f"2026-08-{number + 1:02}"))
        ended = cli("ingest", inbox / name, "--home", home)
        assert ended.code == 0, (name, ended)
        assert not set(ended.out + ended.err) & set("\x1b\x07\u202e")
    listed = cli("quarantine", "list", "--home", home, "--json").document
    assert sorted(each["file_name"] for each in listed) == sorted(names)
    assert not set(cli("quarantine", "list", "--home", home).out) & set("\x1b\x07\u202e")
    assert {path.name for path in tmp_path.iterdir()} == {"home", "inbox", "cwd"}
    assert list((tmp_path / "cwd").iterdir()) == []

"""Commands that are named can be typed as they stand, from where the user stands."""

import sys

import pytest

from fire_risk_assets.cli.as_typed import program


def script(folder):
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "fire-risk"
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def called(monkeypatch, tmp_path):
    """Stand in an empty folder, call a script, with these folders on PATH."""
    monkeypatch.chdir(tmp_path)

    def call(path, *on_path):
        monkeypatch.setattr(sys, "argv", [str(path)])
        monkeypatch.setenv("PATH", ":".join(map(str, on_path)))
        return program()

    return call


def test_a_program_on_path_is_called_by_its_name(called, tmp_path):
    path = script(tmp_path / "bin")
    assert called(path, path.parent) == "fire-risk"
    assert called("bin/fire-risk", path.parent) == "fire-risk"


def test_a_program_off_path_is_called_as_it_was(called, tmp_path):
    script(tmp_path / ".venv" / "bin")
    assert called(".venv/bin/fire-risk", "/nowhere") == ".venv/bin/fire-risk"


def test_another_installation_on_path_is_not_mistaken_for_this_one(called, tmp_path):
    script(tmp_path / ".venv" / "bin")
    other = script(tmp_path / "other")
    assert called(".venv/bin/fire-risk", other.parent) == ".venv/bin/fire-risk"


def test_a_path_with_blanks_can_be_pasted(called, tmp_path):
    script(tmp_path / "my venv")
    assert called("my venv/fire-risk", "/nowhere") == "'my venv/fire-risk'"


def test_started_as_a_module_the_script_beside_the_interpreter_is_named(
    called, tmp_path, monkeypatch
):
    beside = script(tmp_path / "bin")
    monkeypatch.setattr(sys, "executable", str(tmp_path / "bin" / "python"))
    assert called("/x/fire_risk_assets/cli/__main__.py", "/nowhere") == str(beside)
    beside.unlink()
    python = tmp_path / "bin" / "python"
    assert called("/x/cli/__main__.py", "/nowhere") == f"{python} -m fire_risk_assets.cli"


def test_the_next_steps_and_the_remedies_lead_to_the_same_home(
    cli, told_home, tmp_path, monkeypatch
):
    script(tmp_path / "cwd" / "venv")
    monkeypatch.setattr(sys, "argv", ["venv/fire-risk"])
    monkeypatch.setenv("PATH", "/nowhere")
    assert (
        f"  venv/fire-risk --home {told_home} history burned_area:"
        in cli("status", "--home", told_home).out
    )
    none = cli("status", "--home", tmp_path / "none", "--json").document
    assert f"make one there: `venv/fire-risk --home {tmp_path / 'none'} run`" in none["remedy"]
    assert "See `venv/fire-risk status --help`" in cli("status", "--no-such").err

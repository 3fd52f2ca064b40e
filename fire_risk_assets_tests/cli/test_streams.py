"""Where answers go: a full disk, a closed stream, a narrow terminal."""

import io
import shlex
import subprocess
import sys

import pytest

from fire_risk_assets.cli.render import Grid, Output
from fire_risk_assets_tests.cli.ledger_homes import make_home


@pytest.mark.parametrize("redirection", ["> /dev/full", ">&-"])
@pytest.mark.parametrize("options", ["", "--json"])
def test_an_answer_nobody_can_write_ends_in_one_sentence(tmp_path, redirection, options):
    home = make_home(tmp_path / "home")
    # Quoted: the checkout may lie under a path with a space.
    command = shlex.join(
        [sys.executable, "-m", "fire_risk_assets.cli", "--home", str(home), "status"]
    )
    done = subprocess.run(
        ["/bin/sh", "-c", f"{command} {options} {redirection}"],
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 3
    assert done.stderr.startswith("fire-risk: ")
    assert "Traceback" not in done.stderr


GRID = Grid(columns=("model", "reason"), rows=[("burned_area", "holdout_overlaps_production")])


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize("columns", [8, 20, 40, 200])
@pytest.mark.parametrize("stream", [io.StringIO, Terminal])
def test_no_width_costs_a_value_or_breaks_a_word(monkeypatch, columns, stream):
    monkeypatch.setenv("COLUMNS", str(columns))
    answers = stream()
    Output(as_json=False, answers=answers, remarks=answers).answer({}, lambda: [GRID])
    assert {"burned_area", "holdout_overlaps_production"} <= set(answers.getvalue().split())


def test_what_a_library_prints_does_not_mix_with_the_answer(cli, told_home, monkeypatch):
    from fire_risk_assets.actions import status

    read = status.status

    def noisy(*arguments):
        print("a library says hello")  # noqa: T201
        return read(*arguments)

    monkeypatch.setattr(status, "status", noisy)
    ended = cli("status", "--home", told_home, "--json")
    assert ended.document[0]["model_name"] == "burned_area"
    assert "a library says hello" in ended.err


@pytest.mark.parametrize(("stream", "shown"), [(Terminal, True), (io.StringIO, False)])
def test_one_long_step_is_told_on_a_terminal_and_nowhere_else(monkeypatch, stream, shown):
    monkeypatch.setenv("TERM", "xterm")
    remarks = stream()
    output = Output(as_json=False, answers=io.StringIO(), remarks=remarks)
    with output.working("Cycle of burned_area"):
        pass
    assert ("Cycle of burned_area" in remarks.getvalue()) is shown

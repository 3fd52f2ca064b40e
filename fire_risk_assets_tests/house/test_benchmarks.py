"""The arithmetic of the benchmarks; their times stay out of the tests."""

import sys

import numpy as np
import pytest

from benchmarks.adjudication.__main__ import markdown
from benchmarks.adjudication.questions import QUESTIONS
from benchmarks.adjudication.streams import LOSSES, areas, equal_risk_levels
from benchmarks.fits import FITS
from benchmarks.harness import (
    Command,
    CommandFailed,
    Target,
    Timing,
    by_turns,
    environment,
    ratio,
    spread,
    timed,
    typical,
)
from fire_risk_assets.settings.sections import Training


def test_a_ratio_compares_within_each_round_and_takes_the_middle_one():
    ours, theirs = [1.0, 10.0, 3.0], [2.0, 20.0, 3.0]
    assert ratio(ours, theirs) == 0.5
    assert typical(ours) / typical(theirs) == 1.0


def test_a_ratio_needs_as_many_rounds_of_both():
    with pytest.raises(ValueError, match="argument 2 is longer"):
        ratio([1.0], [1.0, 2.0])


def test_the_typical_of_an_even_count_lies_between_the_middle_two():
    assert typical([4.0, 1.0, 2.0, 100.0]) == 3.0
    assert spread([4.0, 1.0, 2.0, 100.0]) == {
        "median_s": 3.0,
        "least_s": 1.0,
        "most_s": 100.0,
        "all_s": [4.0, 1.0, 2.0, 100.0],
    }


def test_contestants_run_by_turns_and_the_first_round_is_thrown_away():
    order = []

    def run(command):
        order.append(command.argv)
        return Timing(float(len(order)), "")

    contestants = {name: lambda turn, name=name: Command((name, str(turn))) for name in ("a", "b")}
    found = by_turns(contestants, rounds=2, run=run)
    assert order == [("a", "0"), ("b", "0"), ("a", "1"), ("b", "1"), ("a", "2"), ("b", "2")]
    assert {name: [each.seconds for each in timings] for name, timings in found.items()} == {
        "a": [3.0, 5.0],
        "b": [4.0, 6.0],
    }


def test_a_target_is_met_up_to_and_with_its_limit():
    assert Target("t", 3.0, 3.0).to_json()["met"] is True
    assert Target("t", 3.0001, 3.0).to_json()["met"] is False


def test_a_home_of_whoever_calls_is_not_the_one_measured(monkeypatch):
    monkeypatch.setenv("FIRE_RISK_HOME", "/theirs")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://theirs")
    assert "FIRE_RISK_HOME" not in environment({})
    assert "MLFLOW_TRACKING_URI" not in environment({})
    assert environment({"FIRE_RISK_HOME": "/ours"})["FIRE_RISK_HOME"] == "/ours"


def test_a_process_that_fails_is_never_timed():
    with pytest.raises(CommandFailed, match="exited with 3"):
        timed(Command((sys.executable, "-S", "-c", "raise SystemExit(3)")))


def test_the_shipped_fit_makes_as_many_trials_as_the_settings_ship():
    assert FITS["shipped"][1] == Training().trials


def test_constants_called_equal_in_risk_are_so_and_lie_on_either_side_of_the_best():
    generator = np.random.default_rng(5)
    truth = areas(generator, generator.normal(0.0, np.sqrt(1.36), 200_000))
    for name, loss in LOSSES.items():
        low, high = equal_risk_levels(name)
        risks = [loss(truth, level).mean() for level in (low, (low + high) / 2, high)]
        assert risks[0] == pytest.approx(risks[2], rel=0.02)
        assert risks[1] < min(risks[0], risks[2])


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_question_about_the_decision_has_an_answer_that_prints(question):
    rows = QUESTIONS[question](3)
    assert len(markdown(rows).splitlines()) == len(rows) + 2

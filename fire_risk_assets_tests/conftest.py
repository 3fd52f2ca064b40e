"""Prints, after the tests, what was tried of the contract and how it ended."""

from collections import defaultdict
from dataclasses import dataclass, field

from fire_risk_assets_tests.contract import BAD_INPUTS, FAULTS, numbers_in


@dataclass
class Tried:
    """The cases of one number."""

    outcomes: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def result(self) -> str:
        """The worst outcome among the cases."""
        return next(each for each in ("failed", "skipped", "passed") if each in self.outcomes)


def pytest_terminal_summary(terminalreporter):
    tried = defaultdict(Tried)
    for outcome in ("passed", "failed", "skipped", "error"):
        for report in terminalreporter.stats.get(outcome, []):
            if outcome == "passed" and report.when != "call":
                continue
            for number in numbers_in(report.nodeid.rpartition("::")[2]):
                tried[number].outcomes.append("failed" if outcome == "error" else outcome)
                tried[number].seconds += report.duration
    faults = {number: (what, "") for number, what in FAULTS.items()}
    for title, table in (("faults", faults), ("bad inputs", BAD_INPUTS)):
        if tried.keys() & table:
            terminalreporter.section(title)
            for number, (what, reaction) in table.items():
                if number in tried:
                    terminalreporter.write_line(_line(number, what, reaction, tried[number]))


def _line(number, what, reaction, tried):
    cases = "1 case" if len(tried.outcomes) == 1 else f"{len(tried.outcomes)} cases"
    named = f"{what}: {reaction}" if reaction else what
    return f"{number:<4}{named:<78}{cases:>10} {tried.seconds:7.1f} s  {tried.result()}"

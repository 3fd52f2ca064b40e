"""What was tried of the contract and how it ended, as tables after the tests."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from fire_risk_assets_tests.contract import (
    BAD_INPUTS,
    FAULTS,
    LATER,
    NO_FILES,
    NO_SUCH,
    SECURITY,
    format_of,
    numbers_in,
)


@dataclass
class Tried:
    """The cases of one number."""

    outcomes: list[str] = field(default_factory=list)
    seconds: float = 0.0
    formats: Counter[str] = field(default_factory=Counter)

    def result(self) -> str:
        """The worst outcome among the cases."""
        return next(each for each in ("failed", "skipped", "passed") if each in self.outcomes)


def write_tables(terminalreporter):
    """Write a line for each number of the contract that some test has tried."""
    tried = defaultdict(Tried)
    for outcome in ("passed", "failed", "skipped", "error"):
        for report in terminalreporter.stats.get(outcome, []):
            if outcome == "passed" and report.when != "call":
                continue
            name = report.nodeid.rpartition("::")[2]
            for number in numbers_in(name):
                tried[number].outcomes.append("failed" if outcome == "error" else outcome)
                tried[number].seconds += report.duration
                tried[number].formats[format_of(name)] += 1
    faults = {number: (what, "") for number, what in FAULTS.items()}
    security = {
        number: (what, f"later: {LATER[number]}" if number in LATER else "")
        for number, what in SECURITY.items()
    }
    tables = {"faults": faults, "bad inputs": BAD_INPUTS, "security": security}
    for title, table in tables.items():
        if tried.keys() & table:
            terminalreporter.section(title)
            for number, (what, reaction) in table.items():
                if number in tried:
                    terminalreporter.write_line(_line(number, what, reaction, tried[number]))


def _line(number, what, reaction, tried):
    cases = "1 case" if len(tried.outcomes) == 1 else f"{len(tried.outcomes)} cases"
    if number in BAD_INPUTS and number not in NO_FILES:
        cases = ", ".join(_of_format(each, number, tried.formats) for each in ("csv", "parquet"))
    named = f"{what}: {reaction}" if reaction else what
    return f"{number:<4}{named:<86}{cases:>19} {tried.seconds:7.1f} s  {tried.result()}"


def _of_format(name, number, formats):
    return f"no {name}" if number in NO_SUCH[name] else f"{name} {formats[name]}"

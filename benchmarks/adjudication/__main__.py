"""`python -m benchmarks.adjudication`: error rates and power of the decision, as tables."""

import argparse
import json
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from benchmarks.adjudication.picture import draw
from benchmarks.adjudication.questions import QUESTIONS
from benchmarks.harness import progress

RESULTS = Path(__file__).with_name("results.json")
PICTURE = Path(__file__).parents[2] / "docs" / "power.png"
MOST_FALSE = 0.06
"""Alpha and one point: the most often that equal models may be promoted."""


def main() -> None:
    """Ask what was asked for, print the tables, keep tables and picture; exit 1 past the bound."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.adjudication", description=__doc__)
    parser.add_argument("questions", nargs="*", help=f"of {', '.join(QUESTIONS)}; default: all")
    parser.add_argument("--cycles", type=int, default=2000, help="independent cycles a rate")
    asked = parser.parse_args()
    names = tuple(asked.questions) or tuple(QUESTIONS)
    if unknown := set(names) - set(QUESTIONS):
        parser.error(f"no such question: {', '.join(sorted(unknown))}")
    with ProcessPoolExecutor() as pool:
        answers = {name: pool.submit(QUESTIONS[name], asked.cycles) for name in names}
        tables = {}
        for name, answer in answers.items():
            tables[name] = answer.result()
            progress(f"{name}\n{markdown(tables[name])}")
    RESULTS.write_text(json.dumps({"cycles": asked.cycles, "tables": tables}, indent=2) + "\n")
    if {"power_by_gain", "equal_models"} <= set(tables):
        draw(tables["power_by_gain"], tables["equal_models"], PICTURE)
    print(json.dumps(tables, indent=2))
    passed = [row for row in tables.get("equal_models", []) if row["promoted"] > MOST_FALSE]
    if passed:
        raise SystemExit(f"equal models are promoted more often than {MOST_FALSE}: {passed}")


def markdown(rows: list[dict[str, Any]]) -> str:
    """Return rows as a Markdown table, shares with three decimals."""

    def shown(value: Any) -> str:
        return f"{value:.3f}" if isinstance(value, float) else str(value)

    names = list(rows[0])
    lines = [names, ["---"] * len(names), *([shown(row[name]) for name in names] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


if __name__ == "__main__":
    main()

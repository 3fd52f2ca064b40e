"""Every room names what is in it: who looks for a thing reads one docstring."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = [
    path.parent
    for package in ("fire_risk_assets", "benchmarks")
    for path in sorted((ROOT / package).rglob("__init__.py"))
]
NAMES = re.compile(r"[\w./]+( [→|] [\w./]+)*")
"""Names alone, or in the order of imports: `fire-risk status` is a command and no module."""


def names_in(room):
    """Modules and rooms of a room; `__main__` is the room itself, run."""
    modules = {path.stem for path in room.glob("*.py") if not path.stem.startswith("__")}
    return modules | {path.parent.name for path in room.glob("*/__init__.py")}


def told_of(room):
    return ast.get_docstring(ast.parse((room / "__init__.py").read_text(encoding="utf-8")))


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: str(room.relative_to(ROOT)))
def test_a_room_or_the_one_around_it_names_everything_in_it(room):
    around = told_of(room.parent) if room.parent in ROOMS else ""
    spans = filter(NAMES.fullmatch, re.findall(r"`([^`]+)`", told_of(room) + around))
    assert names_in(room) - {word for span in spans for word in re.findall(r"\w+", span)} == set()


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: str(room.relative_to(ROOT)))
def test_a_room_names_no_file_that_is_gone(room):
    files = set(re.findall(r"`(\w+)\.py`", told_of(room)))
    assert files - names_in(room) == set()

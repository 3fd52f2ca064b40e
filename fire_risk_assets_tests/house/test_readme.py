"""The documents name what exists: settings, commands, targets, codes, files."""

import json
import re
import shlex
from pathlib import Path

import click
import pyarrow as pa
import pytest
from pydantic import BaseModel

from fire_risk_assets.cli.main import fire_risk
from fire_risk_assets.core.border.layout import LAYOUTS
from fire_risk_assets.core.border.rules import SHAPE_REASONS, rules_for
from fire_risk_assets.core.border.terms import Terms
from fire_risk_assets.core.instants import parse_instant
from fire_risk_assets.core.ledger.invariants import Invariant
from fire_risk_assets.core.ledger.row import LedgerRow
from fire_risk_assets.core.verdict import Kind, Reason
from fire_risk_assets.settings import Settings

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONTRACTS = (ROOT / "docs" / "contracts.md").read_text(encoding="utf-8")
PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]
BLOCKS = re.findall(r"^```\w*\n(.*?)^```$", README, flags=re.DOTALL | re.MULTILINE)
TYPED = [
    line.partition(" # ")[0].strip()
    for block in BLOCKS
    for line in block.splitlines()
    if line.startswith(("fire-risk ", "make "))
]


def settings_of(model, path=()):
    for name, field in model.model_fields.items():
        default = field.get_default(call_default_factory=True)
        if isinstance(default, BaseModel):
            yield from settings_of(type(default), (*path, name))
        else:
            yield (*path, name), default


def as_shown(default):
    if default is None:
        return "–"
    if isinstance(default, bool | tuple | dict):
        return f"`{json.dumps(default)}`"
    return f"`{default}`"


def configuration_rows():
    rows = {}
    for line in README.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 4 and "`FIRE_RISK_" in cells[1]:
            rows[cells[0]] = cells[1:]
    return rows


def test_every_setting_is_in_the_configuration_table_with_its_default():
    rows = configuration_rows()
    told = {key: cells[:2] for key, cells in rows.items()}
    assert told == {
        f"`{'.'.join(path)}`": [f"`FIRE_RISK_{'__'.join(path).upper()}`", as_shown(default)]
        for path, default in settings_of(Settings)
    }
    assert all(len(cells[2]) > 10 for cells in rows.values())


def test_the_readme_shows_every_command():
    shown = {shlex.split(line)[1] for line in TYPED if line.startswith("fire-risk ")}
    elsewhere = {name for name in fire_risk.commands if f"`fire-risk {name}" in README}
    assert set(fire_risk.commands) - shown - elsewhere == {"ui"}, "`make ui` stands for it"


@pytest.mark.parametrize("line", [line for line in TYPED if line.startswith("fire-risk ")])
def test_a_command_of_the_readme_can_be_parsed(line):
    name, *arguments = shlex.split(line)[1:]
    with click.Context(fire_risk, info_name="fire-risk") as above:
        fire_risk.commands[name].make_parser(above).parse_args(list(arguments))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_make_targets_and_commands_named_in_prose_exist(page):
    text = page.read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"`make ([a-z-]+)", text)) <= targets
    assert set(re.findall(r"`fire-risk ([a-z-]+)", text)) <= set(fire_risk.commands)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_relative_links_lead_somewhere(page):
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\((?!https?:)([^)\s]+)\)", text):
        path, _, anchor = target.partition("#")
        file = page.parent / path if path else page
        assert file.exists(), target
        if anchor:
            assert anchor in anchors(file.read_text(encoding="utf-8")), target


def anchors(text):
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def test_the_contracts_name_every_kind_and_reason():
    assert [word for word in (*Kind, *Reason) if f"`{word}`" not in CONTRACTS] == []


def test_the_contracts_say_of_every_number_a_finding_carries_what_to_do():
    listed = re.findall(r"^\| (I\d+) \| (.+) \| (.+) \|$", CONTRACTS, re.MULTILINE)
    assert [(number, told) for number, _, told in listed] == [(n, n.remedy) for n in Invariant]
    sources = (ROOT / "fire_risk_assets").rglob("*.py")
    beside = [str(path) for path in sources if re.search(r"[\"']I\d+: ", path.read_text())]
    assert [Path(path).name for path in beside] == ["invariants.py"], "numbers have one source"


def test_the_contracts_name_every_quarantine_code():
    terms = Terms(now=parse_instant("2026-01-01"), known_cells=pa.array(["1-1"]))
    codes = {rule.code for kind in LAYOUTS for rule in rules_for(kind, terms)} | set(SHAPE_REASONS)
    listed = set(re.findall(r"`([a-z_]+)`", CONTRACTS))
    columns = {column for layout in LAYOUTS.values() for column in layout.classes}
    patterns = set(re.findall(r"`COLUMN(_[a-z_]+)`", CONTRACTS))
    listed |= {f"{column.lower()}{ending}" for column in columns for ending in patterns}
    assert codes - listed == set()


def test_the_contracts_show_a_whole_ledger_row():
    shown = set(re.findall(r'^ {4}"([a-z0-9_]+)":', CONTRACTS, re.MULTILINE))
    assert set(LedgerRow.__dataclass_fields__) <= shown

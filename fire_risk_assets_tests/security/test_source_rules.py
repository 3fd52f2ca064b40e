"""What our own source never does, and that the rules which watch over it are on."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "fire_risk_assets").rglob("*.py"))
SQL = re.compile(r"\s*(select|insert|update|delete|create|drop|alter|where|from)\b", re.IGNORECASE)
FILTER = re.compile(r"(=|\b(like|in)) *\(?'…'", re.IGNORECASE)
REVIEWED = {
    # Columns of ours; the name of a model goes through `checked_name`.
    "adapters/delta_ledger.py": ["SELECT … FROM ledger …", "WHERE model_name = '…'"],
    # The id is one Dagster gave.
    "adapters/mlflow_endings.py": [
        "tags.dagster_run_id = '…' and attributes.status = 'RUNNING'",
    ],
    "adapters/mlflow_registry.py": ["name = '…'"],
    # Names of ours; what a path holds is escaped, and tried with a quote in it.
    "adapters/spark/catalog.py": [
        "CREATE DATABASE IF NOT EXISTS …",
        "DROP TABLE IF EXISTS …",
        "CREATE TABLE … USING DELTA LOCATION '…'",
    ],
}
"""Queries made of parts, each looked at."""

UNSAFE = {
    "pickle": "import pickle\n",
    "joblib": "from joblib import load\n",
    "eval": "eval(input())\n",
    "exec": "exec(input())\n",
    "yaml.load": "import yaml\n\nyaml.load(input(), Loader=yaml.Loader)\n",
    "SQL": 'import sys\n\nprint(f"SELECT * FROM x WHERE y = {sys.argv[1]}")\n',
    "shell": "import subprocess\n\nsubprocess.run(input(), shell=True)\n",
    "internals": "import dagster._core\n",
}


def queries_of(source):
    """Every text with outside parts that reads like a query, with `…` for the parts."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.JoinedStr):
            continue
        texts = [each.value if isinstance(each, ast.Constant) else None for each in node.values]
        whole = "".join("…" if each is None else each for each in texts)
        if (SQL.match(whole) and whole.split()[0].isupper()) or FILTER.search(whole):
            found.append(whole)
    return found


def test_no_query_is_made_of_parts_but_those_that_were_reviewed__s7():
    found = {
        str(path.relative_to(ROOT / "fire_risk_assets")): queries
        for path in SOURCES
        if (queries := queries_of(path.read_text()))
    }
    assert found == REVIEWED


@pytest.mark.parametrize(
    "text", ["SELECT {x} FROM y", "DELETE FROM runs WHERE id = {x}", "name = '{x}'", "a LIKE '{x}'"]
)
def test_a_query_made_of_parts_would_be_seen__s7(text):
    assert len(queries_of(f"q = f{text!r}")) == 1


@pytest.mark.parametrize("source", UNSAFE.values(), ids=UNSAFE)
def test_the_linter_refuses_what_runs_foreign_text__s7_s15(source):
    ended = _ruff("--stdin-filename", ROOT / "fire_risk_assets" / "new.py", "-", source=source)
    assert ended.returncode == 1
    assert re.search(r"\b(S\d{3}|TID251)\b", ended.stdout), ended.stdout


def test_no_module_of_ours_is_excused_from_these_rules__s15():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["ruff"]["lint"]
    assert {"S", "TID"} <= set(settings["select"])
    assert not [each for each in settings["ignore"] if each.startswith(("S", "TID"))]
    excused = [
        each for each in settings["per-file-ignores"] if each.startswith("fire_risk_assets/")
    ]
    assert excused == []
    silenced = re.compile(r"noqa(?!.*: *[A-Z])|noqa:.*\b(S30[1267]|S10[27]|S506|S602|TID251)\b")
    # The one file that may know Dagster's inside.
    excused = {ROOT / "fire_risk_assets" / "defs" / "run_origin.py"}
    assert {path for path in SOURCES if silenced.search(path.read_text())} == excused


def test_every_package_of_the_lock_has_a_version_and_hashes__s18():
    entries = re.split(r"\n(?=\S)", (ROOT / "constraints.txt").read_text().strip())
    assert len(entries) > 100
    for entry in entries:
        assert re.match(r"[\w.\[\],-]+==[\w.+!]+ ?(;.*)?\\?\n? *", entry), entry
        assert "--hash=sha256:" in entry, entry
    floors = {"mlflow": (3, 15), "skops": (0, 13)}
    locked = dict(re.findall(r"^([\w-]+)==([\d.]+)", "\n".join(entries), re.MULTILINE))
    for name, floor in floors.items():
        assert tuple(map(int, locked[name].split(".")[:2])) >= floor


def _ruff(*arguments, source):
    return subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--no-cache", "--output-format", "concise",
         *map(str, arguments)],
        cwd=ROOT, input=source, capture_output=True, text=True,
    )  # fmt: skip

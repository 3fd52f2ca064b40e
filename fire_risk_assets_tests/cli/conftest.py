"""A home with a small real ledger and no MLflow, and `fire-risk` called as a shell would."""

import json
import os
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from fire_risk_assets.adapters.delta_ledger import DeltaLedger
from fire_risk_assets.adapters.delta_tables import DeltaTables
from fire_risk_assets.adapters.file_references import FileReferences
from fire_risk_assets.adapters.home_document import HomeDocument, write_home
from fire_risk_assets.cli.main import ended
from fire_risk_assets.core.tables import every_table
from fire_risk_assets_tests.ledgers import better, event, first, ledger_of, rollback

PARK = {
    "seed": 0,
    "start": "2023-09-28",
    "until": "2026-09-28",
    "drift_from": "2026-05-01",
    "drift_strength": 0.5,
}
SCORES = {"candidate_score": 0.9, "production_score": 1.0, "metric_name": "rmsle"}


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str

    @property
    def document(self):
        return json.loads(self.out)


@pytest.fixture
def cli(capsys, monkeypatch, tmp_path):
    """Run `fire-risk` in this process, in an empty folder, with nothing from the environment."""
    for name in list(os.environ):
        if name.startswith("FIRE_RISK_") or name == "COLUMNS":
            monkeypatch.delenv(name)
    (tmp_path / "cwd").mkdir()
    monkeypatch.chdir(tmp_path / "cwd")

    def call(*arguments: object) -> Ended:
        code = ended([str(each) for each in arguments])
        said = capsys.readouterr()
        return Ended(code, said.out, said.err)

    return call


def rows_of_a_story():
    """First promotion, a better one, a keep, a rollback: four events of burned_area."""
    return ledger_of(
        first(),
        better(2, "2026-08-10", as_of=datetime(2026, 8, 10, tzinfo=UTC), **SCORES),
        event(cycle_id="2026-08-17", as_of=datetime(2026, 8, 17, tzinfo=UTC), **SCORES),
        rollback(1),
    )


def make_home(folder: Path, *, clock="replay", simulate=PARK, rows=()) -> Path:
    """A home whose tables are all there, with these rows; MLflow's store is not."""
    folder.mkdir(parents=True)
    for table in every_table():
        DeltaTables(folder / "lake").prepare(table)
    ledger = DeltaLedger(folder / "lake")
    for row in rows:
        ledger.append(row)
    write_home(folder, HomeDocument(clock=clock, simulate=simulate or {}))
    return folder


@pytest.fixture(scope="session")
def told_home(tmp_path_factory):
    """Read it only; `home` is a copy of one's own."""
    folder = make_home(tmp_path_factory.mktemp("cli") / "home", rows=rows_of_a_story())
    FileReferences(folder / "references").save(
        "burned_area",
        "registry",
        "check",
        {"consistent": True, "checked_at": "2026-08-24T07:00:00Z", "serving_seq": 4},
    )
    return folder


@pytest.fixture
def home(told_home, tmp_path):
    return Path(shutil.copytree(told_home, tmp_path / "home"))


def sentences(ended):
    """Return the lines by which a command names a failure; it never shows a traceback."""
    assert "Traceback" not in ended.err
    return [line for line in ended.err.splitlines() if line.startswith("fire-risk: ")]

"""One cycle written by MLflow's client, and its rows copied for five thousand others."""

import hashlib
import shutil
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.many_models import NAMES

if TYPE_CHECKING:
    from fire_risk_assets.core.ledger.row import LedgerRow
    from fire_risk_assets.ports import World
    from fire_risk_assets.settings import Settings

# Rows of one cycle, and by which column they are found.
_OF_RUN = {
    "runs": "run_uuid",
    "tags": "run_uuid",
    "params": "run_uuid",
    "metrics": "run_uuid",
    "latest_metrics": "run_uuid",
    "logged_models": "source_run_id",
}
_OF_VERSION = ("model_versions", "model_version_tags")
_METRICS = ("log_loss", "rmse", "mae", "rmsle", "p_value", "difference", "ci_low", "ci_high")


@dataclass(slots=True)
class Clones:
    """What MLflow has of every cycle; the files of all versions are those of one fit.

    Attributes:
        sha256: Manifest digest of these files.
    """

    settings: "Settings"
    world: "World"
    sha256: str = ""
    _run: str = ""
    _model: str = ""
    _added: "list[LedgerRow]" = field(default_factory=list)

    def __post_init__(self) -> None:
        """Write the first cycle of the first model."""
        import numpy as np
        import pandas as pd
        from mlflow import MlflowClient
        from sklearn.dummy import DummyRegressor
        from sklearn.pipeline import Pipeline

        from fire_risk_assets import wiring
        from fire_risk_assets.adapters.mlflow_store import EXPERIMENT

        client = MlflowClient(self.settings.tracking_uri)
        experiment = client.get_experiment_by_name(EXPERIMENT)
        if experiment is None:
            raise RuntimeError("The home has no experiment.")
        begun = client.create_run(experiment.experiment_id, run_name="2020-12-07 m00")
        self._run = begun.info.run_id
        run = wiring.open_run(self.settings, self._run, self.world)
        run.log(
            params={f"p{number}": number for number in range(8)},
            metrics=dict.fromkeys(_METRICS, 0.5),
            tags={f"fire_risk.t{number}": "of usual length" for number in range(10)},
        )
        example = pd.DataFrame({"temp_c": np.linspace(0.0, 30.0, 20)})
        pipeline = Pipeline([("model", DummyRegressor())]).fit(example, np.ones(20))
        source, self.sha256 = run.log_model(pipeline, role="candidate", example=example)
        self._model = source.removeprefix("models:/")
        tags = {"cycle_id": "2020-12-07", "role": "candidate", "sha256": self.sha256, "seed": "0"}
        self.world.registry.register(NAMES[0], source=source, run_id=self._run, tags=tags)
        client.set_terminated(self._run)

    def run_id(self, name: str, version: int) -> str:
        """Return the run of a version."""
        return self._run if self._is_first(name, version) else _id("run", name, version)

    def _is_first(self, name: str, version: int) -> bool:
        return name == NAMES[0] and version == 1

    def add(self, rows: "Sequence[LedgerRow]") -> None:
        """Add the cycles of a model."""
        self._added.extend(rows)

    def write(self) -> None:
        """Copy rows and files, then show what serves."""
        database = self.settings.home / "mlflow" / "mlflow.db"
        with closing(sqlite3.connect(database)) as store, store:
            found = self._template(store)
            store.executemany(
                "INSERT INTO registered_models SELECT ?, creation_time, last_updated_time,"
                " description, workspace FROM registered_models WHERE name = ?",
                [(name, NAMES[0]) for name in NAMES[1:]],
            )
            for row in self._added:
                version: int = row.candidate_version or 0
                if not self._is_first(row.model_name, version):
                    self._copy(store, found, row.model_name, version, row.cycle_id)
        serves = {row.model_name: row.production_version for row in self._added}
        for name, newest in serves.items():
            self.world.registry.point_alias(name, newest)
            self.world.registry.move_to_production(name, newest or 0)

    def _template(self, store: sqlite3.Connection) -> dict[str, list[dict[str, Any]]]:
        store.row_factory = sqlite3.Row
        where = {table: (column, self._run) for table, column in _OF_RUN.items()}
        where |= dict.fromkeys(_OF_VERSION, ("name", NAMES[0]))
        return {
            table: [
                dict(row)
                for row in store.execute(f"SELECT * FROM {table} WHERE {column} = ?", (value,))  # noqa: S608
            ]
            for table, (column, value) in where.items()
        }

    def _copy(
        self,
        store: sqlite3.Connection,
        found: Mapping[str, Sequence[Mapping[str, Any]]],
        name: str,
        version: int,
        cycle_id: str,
    ) -> None:
        model = f"m-{_id('model', name, version)}"
        others = {self._run: self.run_id(name, version), self._model: model}

        def other(value: object) -> object:
            if isinstance(value, str):
                for mine, theirs in others.items():
                    value = value.replace(mine, theirs)
            return value

        for table, rows in found.items():
            for row in rows:
                values = {column: other(value) for column, value in row.items()}
                if table in _OF_VERSION:
                    values |= {"name": name, "version": version}
                if values.get("key") == "cycle_id":
                    values["value"] = cycle_id
                marks = ", ".join("?" * len(values))
                into = f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks})"  # noqa: S608
                store.execute(into, tuple(values.values()))
        models = Path(self.settings.home) / "mlflow" / "artifacts" / "models"
        shutil.copytree(models / self._model, models / model)


def _id(*parts: object) -> str:
    return hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()[:32]

"""What nobody of ours does to a home: its model's files changed, its registry's pointers wiped."""

import sqlite3
from pathlib import Path

from mlflow import MlflowClient


def files_of(world, model, version) -> Path:
    """The folder with the files of a version."""
    source = next(v.source for v in world.registry.versions(model) if v.version == version)
    found = MlflowClient(world.vault.tracking_uri).get_logged_model(source.rpartition("/")[2])
    return Path(found.artifact_location.removeprefix("file://"))


def flip_a_byte(folder: Path) -> None:
    """Change one bit in the middle of a model's file."""
    file = folder / "model.skops"
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)


def wipe_aliases_and_stages(home: Path) -> None:
    """What the registry shows of who serves is gone, as after a restore of the wrong tables."""
    with sqlite3.connect(home / "mlflow" / "mlflow.db") as store:
        store.execute("DELETE FROM registered_model_aliases")
        store.execute("UPDATE model_versions SET current_stage = 'None'")

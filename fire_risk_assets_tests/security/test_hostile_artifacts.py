"""Artifacts made to run something when loaded, each shown to be armed: the marker never appears."""

import bz2
import gzip
import lzma
import pickle  # noqa: TID251  (to make hostile files; read only to show that they are armed)
import zipfile
from pathlib import Path

import joblib  # noqa: TID251
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import skops.io
import yaml
from sklearn.dummy import DummyRegressor
from sklearn.pipeline import Pipeline

from fire_risk_assets.adapters.artifact_manifest import PREDICTION, PROOF_FILE, manifest_digest
from fire_risk_assets.adapters.model_prover import ModelProver
from fire_risk_assets.adapters.model_vault import ModelVault
from fire_risk_assets.errors import ArtifactMismatch, ArtifactRejected
from fire_risk_assets_tests.defs.daemons import until
from fire_risk_assets_tests.security.evil import Evil

MODEL = "model.skops"
EVIL_TYPE = f"{Evil.__module__}.Evil"


@pytest.fixture(scope="module")
def vault():
    prover = ModelProver(patience_s=60.0)
    yield ModelVault("sqlite:///unused.db", prover)
    prover.stop()


@pytest.fixture
def folder(tmp_path):
    """A sound artifact but for its model file and its flavors."""
    folder = tmp_path / "artifact"
    folder.mkdir()
    skops.io.dump(Pipeline([("model", DummyRegressor(strategy="constant", constant=0.0))]),
                  folder / MODEL)  # fmt: skip
    write_flavors(folder)
    pq.write_table(pa.table({"temp_c": [1.0], PREDICTION: [0.0]}), folder / PROOF_FILE)
    return folder


@pytest.fixture
def marker(tmp_path):
    return tmp_path / "marker"


def write_flavors(folder, **flavors):
    ours = {
        "sklearn": {
            "pickled_model": MODEL,
            "serialization_format": "skops",
            "skops_trusted_types": [],
        },
        "python_function": {"loader_module": "mlflow.sklearn", "model_path": MODEL},
    }
    for name, changed in flavors.items():
        ours[name] = {**ours.get(name, {}), **changed}
    (folder / "MLmodel").write_text(yaml.safe_dump({"flavors": ours}))


def evil_pickle(marker):
    return pickle.dumps(Evil(str(marker)))


def armed(load, marker):
    """Make sure that whoever loads carelessly is harmed, or the test would show nothing."""
    load()
    assert marker.exists()
    marker.unlink()


def refuses(vault, folder, marker):
    digest = manifest_digest(folder)
    for use in (vault.load, vault.prove_loads):
        with pytest.raises((ArtifactRejected, ArtifactMismatch)):
            use(str(folder), digest)
    assert not marker.exists()


PACKED = {"plain": bytes, "gzip": gzip.compress, "bzip2": bz2.compress, "xz": lzma.compress}


@pytest.mark.parametrize("packed", PACKED.values(), ids=PACKED)
def test_a_pickle_named_as_a_model_never_runs__s3_s15(vault, folder, marker, packed):
    (folder / MODEL).write_bytes(packed(evil_pickle(marker)))
    armed(lambda: joblib.load(folder / MODEL), marker)
    refuses(vault, folder, marker)


def test_a_pickle_inside_a_skops_file_never_runs__s3(vault, folder, marker):
    with zipfile.ZipFile(folder / MODEL, "a") as archive:
        archive.writestr("extra.pkl", evil_pickle(marker))
    armed(lambda: pickle.loads(zipfile.ZipFile(folder / MODEL).read("extra.pkl")), marker)  # noqa: S301
    vault.load(str(folder), manifest_digest(folder))
    assert not marker.exists()


@pytest.mark.parametrize("claimed", [[], [EVIL_TYPE]], ids=["unlisted", "listed"])
def test_a_foreign_type_never_runs_though_the_artifact_lists_it__s2_s3(
    vault, folder, marker, claimed
):
    skops.io.dump(Pipeline([("model", Evil(str(marker)))]), folder / MODEL)
    armed(lambda: skops.io.load(folder / MODEL, trusted=[EVIL_TYPE]), marker)
    write_flavors(folder, sklearn={"skops_trusted_types": claimed})
    refuses(vault, folder, marker)


@pytest.mark.parametrize("where", ["../outside.pkl", "/{outside}", "sub/../../outside.pkl"])
def test_a_model_path_that_leads_outside_is_never_followed__s3_s6(vault, folder, marker, where):
    outside = folder.parent / "outside.pkl"
    outside.write_bytes(evil_pickle(marker))
    path = where.replace("/{outside}", str(outside))
    write_flavors(folder, sklearn={"pickled_model": path}, python_function={"model_path": path})
    refuses(vault, folder, marker)


@pytest.mark.parametrize("name", [MODEL, "MLmodel", PROOF_FILE])
def test_a_link_in_the_place_of_a_file_is_never_followed__s3_s6(vault, folder, marker, name):
    outside = folder.parent / "outside"
    outside.write_bytes(evil_pickle(marker))
    digest = manifest_digest(folder)
    (folder / name).unlink()
    (folder / name).symlink_to(outside)
    for use in (vault.load, vault.prove_loads):
        with pytest.raises(ArtifactMismatch, match="symlink"):
            use(str(folder), digest)
    assert not marker.exists()


@pytest.mark.parametrize(
    "flavors",
    [
        {"statsmodels": {"data": "model.pkl"}},
        {"python_function": {"loader_module": "mlflow.statsmodels", "model_path": "model.pkl"}},
        {"python_function": {"loader_module": "harm", "code": "code"}},
        {"sklearn": {"serialization_format": "pickle", "pickled_model": "model.pkl"}},
    ],
    ids=["another-flavor", "another-loader", "code-of-its-own", "pickle-format"],
)
def test_an_artifact_of_another_flavor_is_never_loaded__s2_s3(vault, folder, marker, flavors):
    (folder / "model.pkl").write_bytes(evil_pickle(marker))
    (folder / "code").mkdir()
    harm = f"from pathlib import Path\nPath({str(marker)!r}).touch()\n"
    (folder / "code" / "harm.py").write_text(harm)
    armed(lambda: pickle.loads((folder / "model.pkl").read_bytes()), marker)  # noqa: S301
    write_flavors(folder, **flavors)
    refuses(vault, folder, marker)


def test_the_child_that_loads_models_hears_nothing_of_the_environment__s4(vault, monkeypatch):
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hunter2")
    prover = ModelProver()
    prover.start()
    try:
        environment = Path(f"/proc/{prover._server.pid}/environ")
        # Linux shows nothing while the child's image is being replaced.
        told = until(environment.read_bytes, "the child has no environment")
    finally:
        prover.stop()
    assert told == b"LOKY_MAX_CPU_COUNT=1\0"

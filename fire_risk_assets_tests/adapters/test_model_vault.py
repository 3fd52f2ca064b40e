"""Model files: nothing is deserialised that is not the recorded file in our own format."""

import os
import pickle  # noqa: TID251  (to make a hostile file, never to read one)
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pandas as pd
import psutil
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import skops.io
import yaml
from sklearn.compose import TransformedTargetRegressor
from sklearn.dummy import DummyRegressor
from sklearn.ensemble import ExtraTreesRegressor
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer

from fire_risk_assets.adapters import model_child
from fire_risk_assets.adapters.artifact_manifest import (
    PREDICTION,
    PROOF_FILE,
    manifest_digest,
    refuse_unsafe,
)
from fire_risk_assets.adapters.model_prover import ModelProver
from fire_risk_assets.adapters.model_vault import ModelVault
from fire_risk_assets.errors import ArtifactMismatch, ArtifactRejected, ProofUnfinished

ROWS = pd.DataFrame({"temp_c": [10.0, 20.0, 30.0], "fwi": [1.0, 5.0, 9.0]})
AREAS = np.array([0.0, 2.0, 8.0])
OURS = {
    "flavors": {
        "sklearn": {
            "pickled_model": "model.skops",
            "serialization_format": "skops",
            "skops_trusted_types": ["numpy.dtype"],
            "code": None,
        },
        "python_function": {"loader_module": "mlflow.sklearn", "model_path": "model.skops"},
    }
}


@pytest.fixture(scope="module")
def prover():
    running = ModelProver(patience_s=60.0)
    yield running
    running.stop()


@pytest.fixture
def vault(prover):
    return ModelVault("sqlite:///unused.db", prover)


def fitted(model):
    return Pipeline([("model", model)]).fit(ROWS, AREAS)


def artifact(folder, pipeline=None, document=OURS, predictions=None):
    folder.mkdir()
    pipeline = pipeline or fitted(DummyRegressor())
    skops.io.dump(pipeline, folder / "model.skops")
    (folder / "MLmodel").write_text(yaml.safe_dump(document))
    expected = pipeline.predict(ROWS) if predictions is None else predictions
    table = pa.Table.from_pandas(ROWS.assign(**{PREDICTION: expected}), preserve_index=False)
    pq.write_table(table, folder / PROOF_FILE)
    return folder, manifest_digest(folder)


def altered(**changes):
    flavors = {name: dict(values) for name, values in OURS["flavors"].items()}
    for name, values in changes.items():
        flavors.setdefault(name, {}).update(values)
    return {"flavors": flavors}


def test_a_sound_artifact_loads_here_and_in_the_child(vault, tmp_path):
    folder, digest = artifact(tmp_path / "m", fitted(ExtraTreesRegressor(n_estimators=3)))
    vault.prove_loads(str(folder), digest)
    assert vault.load(str(folder), digest).predict(ROWS).shape == (3,)


def test_the_digest_tells_a_renamed_a_grown_and_a_missing_file(tmp_path):
    folder, digest = artifact(tmp_path / "m")
    (folder / "MLmodel").rename(folder / "MLmodel2")
    renamed = manifest_digest(folder)
    (folder / "MLmodel2").rename(folder / "MLmodel")
    assert manifest_digest(folder) == digest
    with (folder / "MLmodel").open("a") as file:
        file.write(" ")
    assert len({digest, renamed, manifest_digest(folder)}) == 3
    with pytest.raises(ArtifactMismatch, match="missing or empty"):
        manifest_digest(tmp_path / "nothing")


def test_other_files_than_recorded_are_refused__s1(vault, tmp_path):
    folder, digest = artifact(tmp_path / "m")
    (folder / "extra.txt").write_text("x")
    for use in (vault.load, vault.prove_loads):
        with pytest.raises(ArtifactMismatch, match="the record says"):
            use(str(folder), digest)


def test_a_symlink_in_an_artifact_is_refused__s3_s6(vault, tmp_path):
    folder, digest = artifact(tmp_path / "m")
    (folder / "link").symlink_to("/etc/hostname")
    with pytest.raises(ArtifactMismatch, match="symlink"):
        vault.load(str(folder), digest)


@pytest.mark.parametrize(
    "document",
    [
        altered(pytorch={"model_data": "data"}),
        altered(python_function={"loader_module": "os"}),
        altered(python_function={"code": "code"}),
        altered(sklearn={"code": "code"}),
        altered(sklearn={"serialization_format": "cloudpickle"}),
        altered(sklearn={"pickled_model": "../../model.pkl"}),
        altered(python_function={"model_path": "/etc/passwd"}),
        altered(sklearn={"skops_trusted_types": ["os.system"]}),
        {"flavors": {}},
        ["not", "a", "mapping"],
    ],
    ids=lambda document: str(document)[-60:],
)
def test_an_artifact_that_asks_for_more_than_our_format_is_refused__s2(document, vault, tmp_path):
    folder, digest = artifact(tmp_path / "m", document=document)
    with pytest.raises(ArtifactRejected):
        refuse_unsafe(folder)
    with pytest.raises(ArtifactRejected):
        vault.load(str(folder), digest)


class Evil:
    """Leaves a marker wherever it is unpickled."""

    def __init__(self, marker):
        self.marker = marker

    def __reduce__(self):
        return os.mkdir, (self.marker,)


def test_a_pickle_in_the_place_of_the_model_never_runs(vault, tmp_path):
    folder, _ = artifact(tmp_path / "m")
    marker = tmp_path / "marker"
    (folder / "model.skops").write_bytes(pickle.dumps(Evil(str(marker))))
    digest = manifest_digest(folder)
    with pytest.raises(ArtifactRejected):
        vault.prove_loads(str(folder), digest)
    assert not marker.exists()


def test_a_type_outside_the_list_is_refused_whatever_the_artifact_says__s2(vault, tmp_path):
    evil = Pipeline([("evil", FunctionTransformer(os.getcwd)), ("model", DummyRegressor())])
    evil.steps[1][1].fit(ROWS, AREAS)
    folder, digest = artifact(tmp_path / "m", evil, predictions=AREAS)
    with pytest.raises(ArtifactRejected, match="does not load"):
        vault.prove_loads(str(folder), digest)


def test_predictions_other_than_at_saving_are_a_mismatch(vault, tmp_path):
    folder, digest = artifact(tmp_path / "m", predictions=np.array([1.0, 2.0, 3.0]))
    with pytest.raises(ArtifactMismatch, match="other values"):
        vault.prove_loads(str(folder), digest)


def test_the_child_answers_again_after_a_refusal(vault, tmp_path):
    bad, bad_digest = artifact(tmp_path / "bad")
    (bad / "model.skops").write_bytes(b"no zip")
    good, good_digest = artifact(
        tmp_path / "good",
        fitted(
            TransformedTargetRegressor(
                DummyRegressor(), func=np.log1p, inverse_func=np.expm1, check_inverse=False
            )
        ),
    )
    with pytest.raises(ArtifactRejected):
        vault.prove_loads(str(bad), manifest_digest(bad))
    vault.prove_loads(str(good), good_digest)
    assert bad_digest != good_digest


def test_a_child_that_does_not_answer_is_given_up(tmp_path):
    vault = ModelVault("sqlite:///unused.db", ModelProver(patience_s=0.01))
    folder, digest = artifact(tmp_path / "m")
    with pytest.raises(ProofUnfinished, match="No answer") as told:
        vault.prove_loads(str(folder), digest)
    assert not told.value.permanent


def test_a_child_the_system_killed_says_nothing_about_the_model(prover, tmp_path):
    folder, _ = artifact(tmp_path / "m", fitted(ExtraTreesRegressor(n_estimators=3)))
    (folder / "model.skops").unlink()
    os.mkfifo(folder / "model.skops")
    # The fork waits for the pipe until it is killed, as by the system when memory is short.
    killer = threading.Thread(target=_kill_the_fork, args=(prover,))
    killer.start()
    with pytest.raises(ProofUnfinished, match="killed"):
        prover.predictions(folder / "model.skops", folder / PROOF_FILE)
    killer.join()


def test_a_fault_of_the_host_is_not_called_one_of_the_model():
    # /dev/full answers every write with ENOSPC.
    with pytest.raises(OSError, match="No space left") as full:
        Path("/dev/full").write_bytes(b"x")
    assert model_child.fault_of(full.value) == "unfinished"
    assert model_child.fault_of(PermissionError("a model being loaded tried os.system")) == "error"
    assert model_child.fault_of(FileNotFoundError(2, "No such file")) == "error"


def test_a_version_without_proof_rows_is_refused_with_that_word(vault, tmp_path):
    folder, _ = artifact(tmp_path / "m")
    (folder / PROOF_FILE).unlink()
    with pytest.raises(ArtifactRejected, match=r"hold no proof\.parquet"):
        vault.prove_loads(str(folder), manifest_digest(folder))


def _kill_the_fork(prover):
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if prover._server is not None:
            for fork in psutil.Process(prover._server.pid).children():
                fork.kill()
                return
        # The fork opens the file at a moment nobody announces.
        time.sleep(0.05)


FORBIDDEN = {
    "a command": "subprocess.run(['true'])",
    "a shell": "os.system('true')",
    "a spawned process": "os.posix_spawn('/bin/true', ['true'], {})",
    "a fork": "os.fork()",
    "a terminal": "pty.spawn('true')",
    "a connection": "socket.create_connection(('127.0.0.1', 9))",
    "a datagram": "socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', 9))",
    "a name looked up": "socket.getaddrinfo('localhost', 9)",
    "a signal": "os.kill(os.getppid(), 0)",
}
TRIES = """
import os, pty, socket, subprocess, sys
from fire_risk_assets.adapters import model_child
model_child._shut_in()
for what in sys.argv[1:]:
    try:
        exec(what)
        print("done:", what)
    except PermissionError as refusal:
        print(refusal)
"""


def test_a_model_being_loaded_may_start_nothing_and_reach_nothing__s4():
    ended = subprocess.run(
        [sys.executable, "-c", TRIES, *FORBIDDEN.values()], capture_output=True, text=True
    )
    said = ended.stdout.splitlines()
    assert len(said) == len(FORBIDDEN), ended.stderr
    assert all(line.startswith("a model being loaded tried ") for line in said), said

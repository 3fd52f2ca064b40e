"""The child process that proves a model loads: no environment, limits, no network, no commands.

Preloaded once in a fork server with scikit-learn, so that each proof costs milliseconds instead
of seconds. Everything that comes in or goes out is bytes.
"""

import os
import resource
import sys
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np
import pyarrow as pa
import sklearn.ensemble
import sklearn.linear_model
import sklearn.pipeline  # noqa: F401  (preloaded for the models that need them)
import skops.io

_FORBIDDEN = ("socket.connect", "socket.bind", "subprocess.Popen", "os.system", "os.exec")
_MEMORY_BYTES = 4 * 2**30
_CPU_SECONDS = 120


def prove(connection: Connection, model_file: str, trusted: tuple[str, ...], batch: bytes) -> None:
    """Load the file, score the batch, send the predictions as float64 bytes, or the error text.

    Args:
        connection: Where the reply goes: b"+" and bytes, or b"-" and a sentence.
        model_file: A file whose digest the parent has verified.
        trusted: The types that may be constructed.
        batch: Arrow IPC stream of the rows to score.
    """
    _shut_in()
    try:
        predictions = score(model_file, trusted, batch)
    except (
        ValueError,
        TypeError,
        AttributeError,
        KeyError,
        OSError,
        MemoryError,
        RuntimeError,
    ) as e:
        connection.send_bytes(b"-" + f"{type(e).__name__}: {e}"[:2000].encode())
        return
    connection.send_bytes(b"+" + predictions.astype("<f8").tobytes())


def score(model_file: str, trusted: tuple[str, ...], batch: bytes) -> np.ndarray:
    """Return predictions, shape (n_rows,): probability of the positive class, or the value."""
    pipeline = skops.io.load(Path(model_file), trusted=list(trusted))
    with pa.ipc.open_stream(batch) as reader:
        rows = reader.read_pandas()
    if hasattr(pipeline, "predict_proba"):
        return np.asarray(pipeline.predict_proba(rows)[:, 1])
    return np.asarray(pipeline.predict(rows))


def _shut_in() -> None:
    os.environ.clear()
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS, _CPU_SECONDS))
    sys.addaudithook(_refuse)


def _refuse(event: str, _arguments: tuple[object, ...]) -> None:
    if event in _FORBIDDEN:
        raise RuntimeError(f"A model being loaded tried {event}.")

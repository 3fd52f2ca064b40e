"""The child that loads models to be proven, asked or explained: no environment, no network, limits.

A server process imports scikit-learn once and forks for each proof, which makes a proof cost
milliseconds instead of seconds and leaves nothing behind that a model might have changed. It is
started fresh and never touches Delta, because a process that has used delta-rs must not fork.
`multiprocessing` is not used: its children import the caller's `__main__` again.

Requests and answers are JSON lines on stdin and stdout; model and rows are files.
"""

import errno
import gc
import json
import os
import resource
import signal
import sys
import zipfile
import zlib
from dataclasses import asdict
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import sklearn.compose
import sklearn.ensemble
import sklearn.linear_model
import sklearn.pipeline  # noqa: F401  (imported here so that no fork has to)
import skops.io

from fire_risk_assets.errors import InvalidScores

_FORBIDDEN = (
    "socket.",
    "subprocess.",
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "os.spawn",
    "os.fork",
    "os.kill",
    "pty.",
)
"""Beginnings of audit events a model has no use for. A second wall behind the types that are
trusted: code that runs natively raises no events."""
_FAULTS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    ImportError,
    LookupError,
    MemoryError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
    zipfile.BadZipFile,
    zlib.error,
)
"""What a foreign file makes a loader raise; anything else kills the fork, an answer too."""

_OF_THE_HOST = {errno.EIO, errno.ENFILE, errno.ENOSPC, errno.EDQUOT}
"""Errors of the disk and of the whole system's handles say nothing about a model. Want of memory
does: the child has 4 GiB, and where the host has less, the system kills it."""

_MEMORY_BYTES = 4 * 2**30
_CPU_SECONDS = 120


def serve() -> None:
    """Answer requests until stdin ends: one fork a request."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Or a collection in the fork touches, and so copies, all that was imported: half of a proof.
    gc.freeze()
    for line in sys.stdin:
        reader, writer = os.pipe()
        if (child := os.fork()) == 0:
            os.close(reader)
            _answer(json.loads(line), writer)
        os.close(writer)
        with os.fdopen(reader) as pipe:
            text = pipe.read()
        ended_by = os.waitpid(child, 0)[1] & 0x7F
        # What was killed may have left half an answer.
        answer = json.dumps({"killed": ended_by}) if ended_by or not text else text
        sys.stdout.write(answer + "\n")
        sys.stdout.flush()


def predicted(pipeline: Any, rows: pd.DataFrame) -> np.ndarray:  # noqa: ANN401
    """Return predictions, shape (n_rows,): probability of the positive class, or the value."""
    if hasattr(pipeline, "predict_proba"):
        return np.asarray(pipeline.predict_proba(rows)[:, 1])
    return np.asarray(pipeline.predict(rows))


def answered(request: dict[str, Any]) -> dict[str, Any]:
    """Return what is asked of a model: predictions of all rows, or why it says so of the first.

    Args:
        request: `model` and `rows`, files; `trusted` types; `explain`, whether the first row is to
            be explained against the others.
    """
    pipeline = skops.io.load(Path(request["model"]), trusted=list(request["trusted"]))
    rows = pq.ParquetFile(Path(request["rows"])).read().to_pandas()
    # A version may be older than the list of features its model has now.
    inputs = [str(name) for name in getattr(pipeline, "feature_names_in_", rows.columns)]
    rows = rows[inputs]
    if not request["explain"]:
        return {"inputs": inputs, "predictions": predicted(pipeline, rows).astype(float).tolist()}
    # In the fork: a second of imports that a proof need not pay for.
    from fire_risk_assets.core.explaining.explanation import explain

    try:
        found = explain(pipeline, lambda given: predicted(pipeline, given), rows[:1], rows[1:])
    except InvalidScores as fact:
        return {"unexplained": str(fact)}
    return {"explanation": asdict(found)}


def _answer(request: dict[str, Any], writer: int) -> NoReturn:
    _shut_in()
    try:
        answer = answered(request)
    except _FAULTS as cause:
        answer = {fault_of(cause): f"{type(cause).__name__}: {cause}"[:2000]}
    with os.fdopen(writer, "w") as pipe:
        json.dump(answer, pipe)
    os._exit(0)


def fault_of(cause: Exception) -> str:
    """Return `unfinished` for an error of the host, `error` for one of the model."""
    of_host = isinstance(cause, OSError) and cause.errno in _OF_THE_HOST
    return "unfinished" if of_host else "error"


def _shut_in() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    # Apart, because the hard limit kills as the system does when memory is short.
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS, _CPU_SECONDS + 10))
    sys.addaudithook(_refuse)


def _refuse(event: str, _arguments: tuple[object, ...]) -> None:
    if event.startswith(_FORBIDDEN):
        raise PermissionError(f"a model being loaded tried {event}")


if __name__ == "__main__":
    serve()

"""Runs cycles in forked children, so that a test may kill them at no cost but the cycle's own.

Imports what a cycle needs once and then forks for each request; it never opens a table itself,
because a process that has used delta-rs must not fork. JSON lines on stdin and stdout.
"""

import json
import os
import sys
import traceback
from datetime import datetime
from pathlib import Path

import matplotlib.backends.backend_agg  # noqa: F401  (imported here so that no child has to)
import mlflow.models
import mlflow.sklearn
import mlflow.store.model_registry.sqlalchemy_store
import mlflow.store.tracking.sqlalchemy_store  # noqa: F401
import sklearn.ensemble  # noqa: F401
import skops.io  # noqa: F401

import fire_risk_assets.adapters.evidence.page
import fire_risk_assets.adapters.evidence.training_figures  # noqa: F401
import fire_risk_assets_tests.tiny  # noqa: F401
from fire_risk_assets_tests.faults.renames import wait_for_tracer, wait_status_of
from fire_risk_assets_tests.homes import PROVER, run_cycle, tiny_settings


def main() -> None:
    """Answer each request with the wait statuses of its children when all have ended.

    A request is a list of cycles that are started at once; those share no prover.
    """
    PROVER.start()
    for line in sys.stdin:
        requests = json.loads(line)
        children = [_started(request) for request in requests]
        statuses = [_ended(*each) for each in zip(children, requests, strict=True)]
        sys.stdout.write(json.dumps(statuses) + "\n")
        sys.stdout.flush()
    PROVER.stop()


def _started(request) -> int:
    child = os.fork()
    if child == 0:
        _cycle(request)
    return child


def _ended(child, request) -> int:
    if request["kill_at_rename"]:
        status = wait_status_of(child, kill_at=request["kill_at_rename"])
        # Killed between question and answer, it has left the answer to whoever asks next.
        PROVER.stop()
        PROVER.start()
        return status
    return os.waitpid(child, 0)[1]


def _cycle(request) -> None:
    if request["kill_at_rename"]:
        wait_for_tracer()
    if request["own_prover"]:
        PROVER.forget()
    else:
        # It runs, but is no child of this fork: asked for, it would be taken for dead.
        PROVER._server.poll = lambda: None
    settings = tiny_settings(Path(request["home"]), crash=request["crash"], **request["settings"])
    status = 1
    try:
        run_cycle(settings, datetime.fromisoformat(request["as_of"]), cycle_id=request["cycle_id"])
        status = 0
    finally:
        traceback.print_exc()
        os._exit(status)


if __name__ == "__main__":
    main()

"""Runs cycles in forked children, so that a test may kill them at no cost but the cycle's own.

Imports what a cycle needs once and then forks for each request; it never opens a table itself,
because a process that has used delta-rs must not fork. JSON lines on stdin and stdout.
"""

import io
import json
import os
import signal
import sys
import tempfile
import traceback
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import ClassVar

import mlflow.sklearn
import mlflow.store.model_registry.sqlalchemy_store
import mlflow.store.tracking.sqlalchemy_store
import skops.io  # noqa: F401
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from sklearn.dummy import DummyRegressor
from sqlalchemy.orm import configure_mappers

import fire_risk_assets.adapters.evidence.page
import fire_risk_assets.adapters.evidence.training_figures  # noqa: F401
import fire_risk_assets_tests.tiny  # noqa: F401
from fire_risk_assets.actions.change_pointer import Request, change_pointer
from fire_risk_assets.adapters import crash_point
from fire_risk_assets.adapters.model_prover import ModelProver
from fire_risk_assets.errors import FireRiskError, RequestRefused
from fire_risk_assets_tests.faults.modes import mind_modes
from fire_risk_assets_tests.faults.renames import wait_for_tracer, wait_status_of
from fire_risk_assets_tests.faults.under_strace import wait_status_under
from fire_risk_assets_tests.homes import PROVER, open_world, run_cycle, tiny_settings

ASK_AGAIN = 75
"""Status of a child whose error says that the same call may succeed later."""
PROVERS: list[ModelProver] = []
"""One for each of the children that run at once: a question would meet another's answer."""


class Stopping(crash_point.CrashPoint):
    """Stops the process where it would be killed; once, for it comes by again."""

    stopped: ClassVar[list[str]] = []

    def reach(self, point: str) -> None:
        """Pass the point, or wait there until somebody sends SIGCONT."""
        if self.armed == point and not self.stopped:
            self.stopped.append(point)
            os.kill(os.getpid(), signal.SIGSTOP)


def main() -> None:
    """Answer each request with the wait statuses of its children when all have ended.

    A request is a list of what children do, started at once.
    """
    _warm_up()
    for line in sys.stdin:
        requests = json.loads(line)
        for prover in PROVERS[: len(requests)]:
            prover.start()
        PROVERS.extend(_started_prover() for _ in range(len(requests) - len(PROVERS)))
        children = [_started(*each) for each in zip(requests, PROVERS, strict=False)]
        statuses = [_ended(*each) for each in zip(children, requests, PROVERS, strict=False)]
        sys.stdout.write(json.dumps(statuses) + "\n")
        sys.stdout.flush()
    for prover in PROVERS:
        prover.stop()


def _warm_up() -> None:
    """Do once what each child would find out for itself, without a table or a database."""
    configure_mappers()
    FigureCanvasAgg(Figure()).print_png(io.BytesIO())
    with tempfile.TemporaryDirectory() as scratch:
        model = DummyRegressor().fit([[0.0]], [0.0])
        mlflow.sklearn.save_model(model, f"{scratch}/model", serialization_format="skops")


def _started_prover() -> ModelProver:
    prover = ModelProver()
    prover.start()
    return prover


def _started(request, prover) -> int:
    child = os.fork()
    if child == 0:
        # It runs, but is no child of the fork: asked for, it would be taken for dead.
        PROVER._server = prover._server
        PROVER._server.poll = lambda: None
        _do(request)
    return child


def _ended(child, request, prover) -> int:
    if request["strace"]:
        status = wait_status_under(child, request["strace"])
    elif request["kill_at_rename"]:
        status = wait_status_of(child, kill_at=request["kill_at_rename"])
    else:
        return os.waitpid(child, 0)[1]
    # Killed between question and answer, it has left the answer to whoever asks next.
    prover.stop()
    return status


def _do(request) -> None:
    if request["kill_at_rename"] or request["strace"]:
        wait_for_tracer()
    if request["minds_modes"]:
        mind_modes()
    if request["stops"]:
        crash_point.CrashPoint = Stopping
    settings = tiny_settings(Path(request["home"]), crash=request["crash"], **request["settings"])
    status = 1
    try:
        if request["promote"]:
            _promote(settings, request["promote"])
        else:
            as_of = datetime.fromisoformat(request["as_of"])
            for model in request["walk"]:
                run_cycle(settings, as_of, model, cycle_id=request["cycle_id"])
        status = 0
    except FireRiskError as fact:
        status = 1 if fact.permanent else ASK_AGAIN
        if request["told"]:
            words = {"fact": type(fact).__name__, "error": str(fact), "remedy": fact.remedy}
            Path(request["told"]).write_text(json.dumps(words))
    finally:
        traceback.print_exc()
        os._exit(status)


def _promote(settings, version) -> None:
    asked = Request(
        model_name="tiny", kind="promote", version=version, reason="moved on purpose", actor="test"
    )
    # That another promoter was first is an answer, and not a failure.
    with suppress(RequestRefused):
        change_pointer(asked, open_world(settings))


if __name__ == "__main__":
    main()

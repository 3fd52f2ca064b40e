"""A database held by another process: waited for when it lets go in time, else named."""

import sqlite3
import threading
import time
from contextlib import closing
from dataclasses import replace

import pytest

from fire_risk_assets.defs.instance import open_instance
from fire_risk_assets.errors import RegistryUnavailable, StoreBusy
from fire_risk_assets_tests.faults.aftermath import ReachesAt, acknowledged, require_promoted
from fire_risk_assets_tests.homes import SECOND, prepare_cycle, run_cycle

pytestmark = pytest.mark.slow
HELD_BRIEFLY_S = 1.0
HELD_LONG_S = 25.0
"""MLflow waits 20 s, which no address or variable of it changes."""
GIVES_UP_WITHIN_S = 60


class Holder:
    """Locks a SQLite file from a connection and thread of its own."""

    def __init__(self, database):
        self.database = database
        self.locked, self.let_go = threading.Event(), threading.Event()
        self.thread = threading.Thread(target=self._hold)
        self.seconds = 0.0

    def lock(self, seconds=HELD_LONG_S):
        """Return as soon as nobody else can read or write."""
        self.seconds = seconds
        self.thread.start()
        assert self.locked.wait(10)

    def release(self):
        """Let go before the time."""
        self.let_go.set()
        if self.thread.is_alive():
            self.thread.join()

    def _hold(self):
        with closing(sqlite3.connect(self.database, timeout=10)) as connection:
            connection.execute("BEGIN EXCLUSIVE")
            self.locked.set()
            self.let_go.wait(self.seconds)


@pytest.fixture
def holder(home):
    running = Holder(home / "mlflow" / "mlflow.db")
    yield running
    running.release()


def decide(settings, holder, point, seconds):
    """A cycle whose MLflow database is locked when it reaches a point of its end."""
    prepared = prepare_cycle(settings, SECOND)
    locks = ReachesAt(point, lambda: holder.lock(seconds))
    prepared.world = replace(prepared.world, crash=locks)
    return prepared.decide()


def test_a_database_held_for_a_moment_is_waited_for__f21(settings, holder):
    decided = decide(settings, holder, "ALIAS:before", HELD_BRIEFLY_S)
    assert holder.locked.is_set()
    assert decided.consistent is True
    require_promoted(settings)


def test_a_database_held_too_long_ends_the_cycle_in_words_and_the_next_start_completes_it__f21(
    settings, holder
):
    started = time.monotonic()
    with pytest.raises(RegistryUnavailable, match=r"MLflow, .*database is locked") as told:
        decide(settings, holder, "ALIAS:before", HELD_LONG_S)
    assert time.monotonic() - started < GIVES_UP_WITHIN_S
    assert "Bring the MLflow server or database back" in told.value.remedy
    holder.release()
    rows = acknowledged(settings)
    assert [row.kind for row in rows] == ["promote", "promote"]
    run_cycle(settings, SECOND)
    require_promoted(settings, rows)


def test_a_cycle_is_not_begun_on_a_database_that_is_held__f21(settings, holder):
    holder.lock()
    started = time.monotonic()
    with pytest.raises(StoreBusy, match=r"mlflow\.db is locked by another process") as told:
        run_cycle(settings, SECOND)
    assert time.monotonic() - started < GIVES_UP_WITHIN_S
    assert "Wait for the other process" in told.value.remedy
    holder.release()
    run_cycle(settings, SECOND)
    require_promoted(settings)


@pytest.mark.soak
def test_a_locked_record_of_runs_is_waited_for__f21(shell, home, settings):
    cycle = ("cycle", "--model", "tiny", "--as-of", "2025-09-15")
    with open_instance(settings):
        pass
    holder = Holder(home / "dagster" / "history" / "runs.db")
    holder.lock(HELD_BRIEFLY_S)
    ended = shell(*cycle)
    assert ended.code == 0, ended.err
    assert holder.locked.is_set()
    require_promoted(settings)

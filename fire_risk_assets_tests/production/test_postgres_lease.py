"""Leases of a Postgres server: what file locks give on one host, and what a network adds."""

import logging
import subprocess
import sys
import threading
import time
from contextlib import contextmanager

import pytest

from fire_risk_assets.adapters.postgres_lease import PostgresLease
from fire_risk_assets.errors import InvalidName, InvalidSetting, LeaseUnavailable, StoreBusy
from fire_risk_assets.settings import read_settings
from fire_risk_assets.wiring import lease_of
from fire_risk_assets_tests.production.postgres import ENCODED, PASSWORD

pytestmark = pytest.mark.slow

HOLDS = """
import sys
from fire_risk_assets.adapters.postgres_lease import PostgresLease
with PostgresLease(sys.stdin.readline().strip(), "/lake").hold(sys.argv[1]):
    print("held", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture(scope="module")
def uri(postgres):
    return postgres.made("leases")


@pytest.fixture
def lease(uri):
    return PostgresLease(uri, "/lake", patience_s=30.0)


@contextmanager
def holder(uri, name):
    """A process that holds the lease until a line is written to it, or it is killed."""
    child = subprocess.Popen(
        [sys.executable, "-c", HOLDS, name],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        child.stdin.write(f"{uri}\n")
        child.stdin.flush()
        assert child.stdout.readline() == "held\n"
        yield child
    finally:
        child.kill()
        child.communicate()


def taken(lease, name, **asked):
    with lease.hold(name, **asked):
        return True


def test_a_second_process_waits_as_long_as_it_was_told_and_is_then_refused(lease, uri):
    with holder(uri, "tiny"):
        began = time.monotonic()
        with pytest.raises(StoreBusy, match="'tiny' has been held by another process") as told:
            taken(lease, "tiny", patience_s=0.4)
        assert time.monotonic() - began >= 0.4
        assert not told.value.permanent
        assert taken(lease, "other", patience_s=0.0)
        assert taken(PostgresLease(uri, "/another/lake"), "tiny", patience_s=0.0)


def test_a_second_process_gets_the_lease_as_soon_as_the_first_lets_go(lease, uri):
    outcome = []
    with holder(uri, "tiny") as child:
        waiting = threading.Thread(target=lambda: outcome.append(taken(lease, "tiny")))
        waiting.start()
        waiting.join(0.3)
        assert outcome == []
        child.communicate("let go\n")
        waiting.join(30)
    assert outcome == [True]


def test_a_killed_holder_frees_the_lease(lease, uri):
    with holder(uri, "tiny") as child:
        child.kill()
        child.wait()
        assert taken(lease, "tiny", patience_s=5.0)


def test_an_error_inside_frees_the_lease_and_goes_through(lease, caplog):
    with pytest.raises(KeyError), lease.hold("tiny"):
        raise KeyError
    assert taken(lease, "tiny", patience_s=0.0)
    assert caplog.records == []


def test_threads_of_one_process_exclude_each_other_too(lease):
    refused = []

    def second():
        with pytest.raises(StoreBusy):
            taken(lease, "tiny", patience_s=0.0)
        refused.append(True)

    with lease.hold("tiny"):
        other = threading.Thread(target=second)
        other.start()
        other.join()
    assert refused == [True]


def test_a_holder_whose_connection_breaks_ends_its_work_and_is_warned(lease, postgres, caplog):
    ends = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    with caplog.at_level(logging.WARNING), lease.hold("tiny"):
        assert postgres.ask(f"{ends} WHERE application_name = 'fire_risk tiny'") == [(True,)]
        assert taken(lease, "tiny", patience_s=5.0)
        assert caplog.records == []
    (warned,) = caplog.messages
    assert "'tiny' was lost before its holder was done" in warned


def test_a_server_that_does_not_answer_or_refuses_is_named_without_the_password(uri, postgres):
    wrong = PostgresLease(postgres.uri("leases", password=f"{ENCODED}x"), "/lake")
    nobody = PostgresLease(f"postgresql://ann:{ENCODED}@127.0.0.1:9/leases", "/lake")
    for lease, words in ((wrong, "password authentication failed"), (nobody, "refused")):
        with pytest.raises(LeaseUnavailable, match=words) as told:
            taken(lease, "tiny")
        assert told.value.permanent is False
        assert PASSWORD not in f"{told.value}{told.value.remedy}{lease!r}"
        assert ENCODED not in f"{told.value}{lease!r}"
    with pytest.raises(InvalidName):
        taken(PostgresLease(uri, "/lake"), "../tiny")


def test_a_setting_chooses_it_and_two_homes_do_not_wait_for_each_other(uri, tmp_path):
    settings = read_settings(home=tmp_path / "home", lease_uri=uri)
    assert ENCODED not in repr(settings)
    others = read_settings(home=tmp_path / "other", lease_uri=uri)
    with lease_of(settings).hold("tiny"):
        assert taken(lease_of(others), "tiny", patience_s=0.0)
        with pytest.raises(StoreBusy):
            taken(lease_of(settings), "tiny", patience_s=0.0)
    assert not settings.locks.exists()


@pytest.mark.parametrize(
    "address", ["mysql://ann:PW@db/x", "postgresql://ann:P W%zz@db/x", "postgresql://ann:PW@db"]
)
def test_an_address_that_is_none_is_refused_without_being_shown(address, tmp_path):
    with pytest.raises(InvalidSetting, match="lease_uri is not what it should be, exp") as told:
        read_settings(home=tmp_path, lease_uri=address)
    assert "PW" not in str(told.value)
    assert "P W" not in str(told.value)

"""Leases of a Postgres server: what file locks give on one host, and what a network adds."""

import logging
import time

import pytest

from fire_risk_assets.adapters.postgres_lease import PostgresLease
from fire_risk_assets.errors import InvalidName, InvalidSetting, LeaseUnavailable, StoreBusy
from fire_risk_assets.settings import read_settings
from fire_risk_assets.wiring import lease_of
from fire_risk_assets_tests.lease_laws import LeaseLaws, holder, taken
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


@pytest.fixture
def elsewhere(uri):
    return lambda name: holder(HOLDS, name, told=f"{uri}\n")


class TestPostgresLease(LeaseLaws):
    """The laws, on advisory locks."""


def test_a_second_process_waits_as_long_as_it_was_told_and_is_then_refused(lease, uri, elsewhere):
    with elsewhere("tiny"):
        began = time.monotonic()
        with pytest.raises(StoreBusy, match="'tiny' has been held by another process") as told:
            taken(lease, "tiny", patience_s=0.4)
        assert time.monotonic() - began >= 0.4
        assert not told.value.permanent
        assert taken(lease, "other", patience_s=0.0)
        assert taken(PostgresLease(uri, "/another/lake"), "tiny", patience_s=0.0)


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

"""A home whose tables lie on an object store: moto's server, which honours `If-None-Match`."""

import json
import socket
import subprocess
import sys

import boto3
import pytest

from fire_risk_assets import wiring
from fire_risk_assets.adapters.delta_ledger import DeltaLedger
from fire_risk_assets.adapters.delta_tables import DeltaTables
from fire_risk_assets.adapters.lake import ObjectFolder
from fire_risk_assets.core.ledger.chain import chain_findings
from fire_risk_assets.core.tables import every_table
from fire_risk_assets.core.tables.observed import BATCHES, WEATHER
from fire_risk_assets.errors import HomeUnusable, InvalidSetting, LakeUnavailable, StoreBusy
from fire_risk_assets_tests.faults.aftermath import findings
from fire_risk_assets_tests.homes import EARLY, FIRST, make_tiny_home, run_cycle, tiny_settings
from fire_risk_assets_tests.proc import free_port, wait_until

pytestmark = pytest.mark.slow

SECRET = "c4n4ry/k3y+of=the,store"  # noqa: S105  of a server that ends with its test
ROUNDS = 15
PROMOTES = """
import json, sys
from fire_risk_assets.adapters.delta_ledger import DeltaLedger
from fire_risk_assets.adapters.lake import ObjectFolder
from fire_risk_assets.core.ledger.events import row_for
from fire_risk_assets.errors import HeadMoved
from fire_risk_assets_tests.ledgers import START, WEEK, event
uri, options, name, rounds = json.loads(sys.stdin.readline())
ledger = DeltaLedger(ObjectFolder.of(uri, options))
print("ready", flush=True)
sys.stdin.readline()
written = refused = 0
while written < rounds:
    rows = ledger.rows("burned_area")
    made = row_for(event(cycle_id=f"{name}-{written}"), rows, now=START + len(rows) * WEEK)
    try:
        ledger.append(made)
        written += 1
    except HeadMoved:
        refused += 1
print(refused)
"""


@pytest.fixture(scope="module")
def endpoint():
    """Address of a store with the bucket `lake`."""
    port = free_port()
    # Not a thread of this process, which computes for seconds without letting it answer.
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    server = subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    try:
        wait_until(lambda: _listens(port), server, 60)
        _client(f"http://127.0.0.1:{port}").create_bucket(Bucket="lake")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.kill()
        server.wait()


def _listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _client(address):
    keys = {"aws_access_key_id": "ann", "aws_secret_access_key": SECRET}
    return boto3.client("s3", endpoint_url=address, region_name="us-east-1", **keys)


@pytest.fixture
def access(endpoint, monkeypatch):
    """Settings of a lake there, its keys in the environment."""
    told = {"ACCESS_KEY_ID": "ann", "SECRET_ACCESS_KEY": SECRET, "REGION": "us-east-1"}
    for name, value in told.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    return {"lake_options": {"aws_endpoint_url": endpoint, "aws_allow_http": "true"}}


def place_of(settings):
    return ObjectFolder.of(settings.lake_uri, settings.lake_access)


def test_a_home_takes_in_builds_and_decides_on_an_object_store__s12(access, tmp_path, capfd):
    changes = {**access, "lake_uri": "s3://lake/one/home"}
    make_tiny_home(tmp_path / "home", **changes)
    settings = tiny_settings(tmp_path / "home", **changes)
    decided = [run_cycle(settings, as_of).row for as_of in (EARLY, FIRST)]
    assert [(row.kind, row.seq) for row in decided] == [("promote", 1), ("promote", 2)]
    assert findings(settings) == []
    assert not settings.lake.exists()
    tables = DeltaTables(place_of(settings), compact_at_files=2)
    assert all(tables.version(table) is not None for table in every_table())
    before = tables.read(BATCHES).sort_by("batch_seq")
    assert tables.compact(BATCHES)
    assert tables.read(BATCHES).sort_by("batch_seq") == before
    assert tables.null_counts(WEATHER, ["ffmc"])[0] == tables.read(WEATHER).num_rows > 1000
    objects = _client(access["lake_options"]["aws_endpoint_url"]).list_objects_v2(Bucket="lake")
    assert all(each["Key"].startswith("one/home/") for each in objects["Contents"])
    files = [path for path in settings.home.rglob("*") if path.is_file()]
    assert [path for path in files if SECRET.encode() in path.read_bytes()] == []
    assert SECRET not in "".join(capfd.readouterr()) + repr(settings) + repr(place_of(settings))


def test_a_home_keeps_to_its_lake_and_a_lake_to_its_home(access, tmp_path):
    changes = {**access, "lake_uri": "s3://lake/two"}
    make_tiny_home(tmp_path / "home", **changes)
    for elsewhere in ({}, {**access, "lake_uri": "s3://lake/three"}):
        with pytest.raises(HomeUnusable, match="are in s3://lake/two, and lake_uri says"):
            wiring.open_readers(tiny_settings(tmp_path / "home", **elsewhere))
    with pytest.raises(HomeUnusable, match="holds the tables of another home"):
        wiring.prepare_home(tiny_settings(tmp_path / "other", **changes))
    assert not (tmp_path / "other").exists()


def test_two_processes_compare_and_set_on_an_object_store(access, endpoint, tmp_path):
    settings = tiny_settings(tmp_path / "home", **access, lake_uri="s3://lake/race")
    place = place_of(settings)
    for table in every_table():
        DeltaTables(place).prepare(table)
    pipes = dict.fromkeys(("stdin", "stdout"), subprocess.PIPE)
    command = [sys.executable, "-c", PROMOTES]
    children = [subprocess.Popen(command, text=True, **pipes) for _ in range(2)]
    for child, name in zip(children, "ab", strict=True):
        asked = [settings.lake_uri, settings.lake_access, name, ROUNDS]
        child.stdin.write(json.dumps(asked) + "\n")
        child.stdin.flush()
    assert [child.stdout.readline() for child in children] == ["ready\n"] * 2
    for child in children:
        child.stdin.write("go\n")
        child.stdin.flush()
    told = [child.communicate(timeout=200)[0] for child in children]
    assert [child.returncode for child in children] == [0, 0]
    assert sum(map(int, told)) > 0, "they never met"
    rows = DeltaLedger(place).rows("burned_area")
    assert [row.seq for row in rows] == list(range(1, 2 * ROUNDS + 1))
    assert len({row.cycle_id for row in rows}) == 2 * ROUNDS
    assert chain_findings(rows) == []


def test_appends_are_counted_on_an_object_store_too(access, tmp_path):
    settings = tiny_settings(tmp_path / "home", **access, lake_uri="s3://lake/counted")
    tables = DeltaTables(place_of(settings))
    nothing = BATCHES.schema.empty_table()
    tables.append(BATCHES, nothing, after=tables.appends(BATCHES))
    with pytest.raises(StoreBusy):
        tables.append(BATCHES, nothing, after=0)
    assert tables.appends(BATCHES) == 1


def test_a_store_that_is_away_is_named_without_its_keys__s12(access, tmp_path):
    away = {"aws_endpoint_url": "http://127.0.0.1:9", "max_retries": "1"}
    options = {**access["lake_options"], **away}
    settings = tiny_settings(tmp_path / "home", lake_uri="s3://lake/x", lake_options=options)
    with pytest.raises(LakeUnavailable, match="Table batches") as told:
        DeltaTables(place_of(settings)).read(BATCHES)
    assert SECRET not in str(told.value)
    assert told.value.permanent is False


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"lake_uri": "file:///tmp/x"}, "lake_uri is 'file:///tmp/x', expected s3://BUCKET/PREFIX"),
        ({"lake_options": {"aws_secret_access_key": "PW"}}, "no secrets: what aws_secret_access"),
        ({"lake_options": {"AWS_S3_ALLOW_UNSAFE_RENAME": "true"}}, "no aws_s3_allow_unsafe_ren"),
    ],
    ids=["scheme", "secret", "unsafe"],
)
def test_a_lake_that_cannot_be_safe_is_refused(wrong, words, tmp_path):
    with pytest.raises(InvalidSetting, match=words) as told:
        tiny_settings(tmp_path / "home", **wrong)
    assert "PW" not in str(told.value)

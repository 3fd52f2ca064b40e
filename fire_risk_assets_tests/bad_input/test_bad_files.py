"""B1–B16: what is no readable file is refused whole."""

import gzip
import hashlib
import os
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from fire_risk_assets.adapters.landing import LandingFile, Limits
from fire_risk_assets.core.border.header import recognise
from fire_risk_assets.core.tables.observed import BATCHES, WEATHER
from fire_risk_assets.errors import FileRejected
from fire_risk_assets_tests.bad_input.twins import parquet_of, written

HEADER = "cell_id,observed_at,temp_c,rh_pct,wind_km_h,rain_mm\n"
ROW = "7-4,2026-09-01T12:00:00Z,21.5,40,7,0\n"
GOOD = HEADER + ROW


def _cells(zone: pa.Array) -> bytes:
    """Parquet of cells with these zones."""
    size = len(zone)
    ids = pa.array([f"c{at}" for at in range(size)])
    place = {"latitude": pa.array([41.9] * size), "longitude": pa.array([-6.7] * size)}
    return written(pa.table({"cell_id": ids, **place, "zone": zone}))


def _unchecked(text: bytes) -> pa.Array:
    """A string of bytes that nobody checked, as a careless writer leaves it."""
    ends = pa.py_buffer(np.array([0, len(text)], dtype=np.int32).tobytes())
    return pa.Array.from_buffers(pa.string(), 1, [None, ends, pa.py_buffer(text)])


def _folded(text: str, times: int) -> pa.Array:
    """One text, however often it is meant."""
    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(times, dtype=np.int32)), [text])


@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param(b"", "empty_file", id="B1-empty"),
        pytest.param(b"\n \n\r\n", "empty_file", id="B1-blank-lines-only"),
        pytest.param(HEADER, "no_rows", id="B2-header-only"),
        pytest.param(gzip.compress(GOOD.encode()), "compressed", id="B9-gzip-named-csv"),
        pytest.param(b"PK\x03\x04" + b"x" * 99, "compressed", id="B9-zip-named-csv"),
        pytest.param(GOOD.encode("utf-16"), "utf16", id="B10-utf16"),
        pytest.param(GOOD.encode("utf-16-le"), "nul_byte", id="B10-utf16-without-mark"),
        pytest.param(
            (GOOD + "Bragança,2026-09-01,1,1,1,1\n").encode("cp1252"), "not_utf8", id="B11-cp1252"
        ),
        pytest.param(GOOD.replace("21.5", "21\0.5"), "nul_byte", id="B12-nul"),
        pytest.param(bytes(range(1, 256)) * 9 + b"\n", "carriage_return", id="B13-binary-junk"),
    ],
)
def test_a_file_that_is_no_text_of_ours_is_refused_whole(border, content, code):
    border.rejects(content, code)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param(b"", "empty_file", id="B1-parquet-empty"),
        pytest.param(parquet_of(HEADER), "no_rows", id="B2-parquet-no-rows"),
        pytest.param(gzip.compress(parquet_of(GOOD)), "not_parquet", id="B9-parquet-in-gzip"),
        pytest.param(_cells(_unchecked(b"Bragan\xe7a")), "not_utf8", id="B11-parquet-cp1252"),
        pytest.param(_cells(pa.array(["a\0b"])), "nul_byte", id="B12-parquet-nul"),
        pytest.param(bytes(range(256)) * 9, "not_parquet", id="B13-parquet-junk"),
        pytest.param(parquet_of(GOOD)[:-9], "not_parquet", id="B13-parquet-torn"),
        pytest.param(
            parquet_of(GOOD).replace(b"temp_c", b"temp_\xff"), "not_parquet", id="B13-parquet-name"
        ),
        pytest.param(_cells(pa.array(["7" * 200_000])), "line_too_long", id="B8-parquet"),
        pytest.param(
            _cells(_folded("x" * 20_000, 100_000)), "expands_too_much", id="B14-parquet-bomb"
        ),
    ],
)
def test_a_parquet_file_that_is_none_of_ours_is_refused_whole(border, content, code):
    border.rejects(content, code, name="file.parquet")


@pytest.mark.parametrize(
    ("content", "name"), [(b"", "file.csv"), (b"prose", "notes.txt"), (b"\0", "file.parquet")]
)
def test_what_could_be_read_is_recorded_with_its_digest(border, content, name):
    report = border.offer(content, name=name)
    assert report.rejected
    assert report.file_sha256 == hashlib.sha256(content).hexdigest()
    (row,) = border.store.read(BATCHES).to_pylist()
    assert row["file_sha256"] == report.file_sha256


def test_a_missing_file_is_refused_and_was_no_offer__b3(both):
    report = both.offer_path(both.folder / both.named("nowhere.csv"))
    assert (report.rejection_code, report.batch_seq) == ("missing_file", None)
    assert both.store.version(BATCHES) is None


def test_a_folder_is_refused__b4(both):
    (both.folder / both.named("folder.csv")).mkdir()
    assert both.offer_path(both.folder / both.named("folder.csv")).rejection_code == "not_a_file"


def test_a_named_pipe_is_refused_without_waiting_for_its_writer__b4(both):
    os.mkfifo(both.folder / both.named("pipe.csv"))
    assert both.offer_path(both.folder / both.named("pipe.csv")).rejection_code == "not_a_file"


def test_a_symlink_is_never_followed__b5_s6(both, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside") / both.named("secret.csv")
    outside.write_bytes(both.written(GOOD))
    (both.folder / both.named("link.csv")).symlink_to(outside)
    assert both.offer_path(both.folder / both.named("link.csv")).rejection_code == "symlink"
    (both.folder / "linked").symlink_to(outside.parent)
    hidden = both.offer_path(both.folder / "linked" / both.named("secret.csv"))
    assert hidden.rejection_code == "outside_inbox"
    assert both.offer_path(outside).rejection_code == "outside_inbox"


def test_a_file_that_grows_between_two_looks_is_refused__b6(both):
    path = both.folder / both.named("growing.csv")
    path.write_bytes(both.written(GOOD))
    source = LandingFile(path)
    source.sha256()
    with path.open("a") as more:
        more.write(ROW)
    with pytest.raises(FileRejected) as refused:
        source.header()
    assert refused.value.code == "still_growing"


def test_what_is_still_written_is_refused_and_was_no_offer__b6(both):
    path = both.folder / both.named("growing.csv")
    path.write_bytes(both.written(GOOD))
    source = LandingFile(path, inbox=both.folder)
    source.sha256()
    path.write_bytes(both.written(GOOD + ROW))
    report = both.offer_source(source)
    assert (report.rejection_code, report.batch_seq) == ("still_growing", None)
    assert both.offer_path(path).accepted == 2


def test_a_file_that_grows_while_it_is_read_is_refused__b6(both):
    path = both.folder / both.named("growing.csv")
    path.write_bytes(both.written(GOOD))
    source = LandingFile(path)
    chunks = source.chunks(recognise(source.header()))
    next(chunks)
    with path.open("a") as more:
        more.write(ROW)
    with pytest.raises(FileRejected) as refused:
        list(chunks)
    assert refused.value.code == "still_growing"


def test_a_large_file_is_read_block_by_block_and_refused_above_the_cap__b7_s17(border):
    small_blocks = replace(border, limits=Limits(block_bytes=512, line_bytes=256))
    rows = "".join(f"7-4,2026-09-01T12:{m:02}:00Z,21.5,40,7,{m}\n" for m in range(60))
    report = small_blocks.offer(HEADER + rows)
    assert (report.accepted, small_blocks.weather().num_rows) == (60, 60)
    capped = replace(border, limits=Limits(file_bytes=100))
    assert capped.offer(GOOD + ROW, name="other.csv").rejection_code == "too_big"


@pytest.mark.parametrize("end", ["", "\n"])
def test_one_endless_line_is_refused_within_bounded_memory__b8_s17(border, end):
    border.rejects(HEADER + "7" * 200_000 + end, "line_too_long")


def test_a_bomb_is_refused_before_it_unfolds__b14_s17(border):
    bomb = gzip.compress(HEADER.encode() + b"7-4,,,,,\n" * 2_000_000)
    border.rejects(bomb, "expands_too_much", name="bomb.csv.gz")


def test_honest_gzip_is_read_and_torn_gzip_refused(border):
    whole = gzip.compress((HEADER + ROW * 3).encode())
    border.rejects(whole[:-12], "not_gzip", name="torn.csv.gz")
    assert border.offer(whole, name="whole.csv.gz").accepted == 3


def test_the_same_content_twice_changes_nothing__b15(both):
    first = both.offer(GOOD)
    versions = [both.store.version(table) for table in (WEATHER, BATCHES)]
    again = both.offer(GOOD, name="renamed.csv")
    assert again.repeated
    assert (again.batch_seq, again.read, again.accepted) == (first.batch_seq, 1, 1)
    assert [both.store.version(table) for table in (WEATHER, BATCHES)] == versions


def test_other_content_under_an_accepted_name_is_refused__b16(both):
    both.offer(GOOD)
    second = both.offer(HEADER + ROW.replace("21.5", "30.0"))
    assert second.rejection_code == "name_reused"
    assert both.weather()["temp_c"].to_pylist() == [21.5]


def test_an_unknown_ending_is_refused(border):
    border.rejects(GOOD, "unknown_format", name="weather.xlsx")

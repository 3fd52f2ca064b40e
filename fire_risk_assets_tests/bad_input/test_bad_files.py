"""B1–B16: what is no readable file is refused whole."""

import gzip
import hashlib
import os
from dataclasses import replace

import pytest

from fire_risk_assets.adapters.landing import LandingFile, Limits
from fire_risk_assets.core.border.header import recognise
from fire_risk_assets.core.tables.observed import BATCHES, WEATHER
from fire_risk_assets.errors import FileRejected

HEADER = "cell_id,observed_at,temp_c,rh_pct,wind_km_h,rain_mm\n"
ROW = "7-4,2026-09-01T12:00:00Z,21.5,40,7,0\n"
GOOD = HEADER + ROW


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
    ("content", "name"), [(b"", "file.csv"), (b"prose", "notes.txt"), (b"\0", "file.parquet")]
)
def test_what_could_be_read_is_recorded_with_its_digest(border, content, name):
    report = border.offer(content, name=name)
    assert report.rejected
    assert report.file_sha256 == hashlib.sha256(content).hexdigest()
    (row,) = border.store.read(BATCHES).to_pylist()
    assert row["file_sha256"] == report.file_sha256


def test_a_missing_file_is_refused_and_was_no_offer__b3(border):
    report = border.offer_path(border.folder / "nowhere.csv")
    assert (report.rejection_code, report.batch_seq) == ("missing_file", None)
    assert border.store.version(BATCHES) is None


def test_a_folder_is_refused__b4(border):
    (border.folder / "folder.csv").mkdir()
    assert border.offer_path(border.folder / "folder.csv").rejection_code == "not_a_file"


def test_a_named_pipe_is_refused_without_waiting_for_its_writer__b4(border):
    os.mkfifo(border.folder / "pipe.csv")
    assert border.offer_path(border.folder / "pipe.csv").rejection_code == "not_a_file"


def test_a_symlink_is_never_followed__b5(border, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside") / "secret.csv"
    outside.write_text(GOOD)
    (border.folder / "link.csv").symlink_to(outside)
    assert border.offer_path(border.folder / "link.csv").rejection_code == "symlink"
    (border.folder / "linked").symlink_to(outside.parent)
    hidden = border.offer_path(border.folder / "linked" / "secret.csv")
    assert hidden.rejection_code == "outside_inbox"
    assert border.offer_path(outside).rejection_code == "outside_inbox"


def test_a_file_that_grows_between_two_looks_is_refused__b6(border):
    path = border.folder / "growing.csv"
    path.write_text(GOOD)
    source = LandingFile(path)
    source.sha256()
    with path.open("a") as more:
        more.write(ROW)
    with pytest.raises(FileRejected) as refused:
        source.header()
    assert refused.value.code == "still_growing"


def test_what_is_still_written_is_refused_and_was_no_offer__b6(border):
    path = border.folder / "growing.csv"
    path.write_text(GOOD)
    source = LandingFile(path, inbox=border.folder)
    source.sha256()
    path.write_text(GOOD + ROW)
    report = border.offer_source(source)
    assert (report.rejection_code, report.batch_seq) == ("still_growing", None)
    assert border.offer_path(path).accepted == 2


def test_a_file_that_grows_while_it_is_read_is_refused__b6(border):
    path = border.folder / "growing.csv"
    path.write_text(GOOD)
    source = LandingFile(path)
    chunks = source.chunks(recognise(source.header()))
    next(chunks)
    with path.open("a") as more:
        more.write(ROW)
    with pytest.raises(FileRejected) as refused:
        list(chunks)
    assert refused.value.code == "still_growing"


def test_a_large_file_is_read_block_by_block_and_refused_above_the_cap__b7(border):
    small_blocks = replace(border, limits=Limits(block_bytes=512, line_bytes=256))
    rows = "".join(f"7-4,2026-09-01T12:{m:02}:00Z,21.5,40,7,{m}\n" for m in range(60))
    report = small_blocks.offer(HEADER + rows)
    assert (report.accepted, small_blocks.weather().num_rows) == (60, 60)
    capped = replace(border, limits=Limits(file_bytes=100))
    assert capped.offer(GOOD + ROW, name="other.csv").rejection_code == "too_big"


@pytest.mark.parametrize("end", ["", "\n"])
def test_one_endless_line_is_refused_within_bounded_memory__b8(border, end):
    border.rejects(HEADER + "7" * 200_000 + end, "line_too_long")


def test_a_bomb_is_refused_before_it_unfolds__b14(border):
    bomb = gzip.compress(HEADER.encode() + b"7-4,,,,,\n" * 2_000_000)
    border.rejects(bomb, "expands_too_much", name="bomb.csv.gz")


def test_honest_gzip_is_read_and_torn_gzip_refused(border):
    whole = gzip.compress((HEADER + ROW * 3).encode())
    border.rejects(whole[:-12], "not_gzip", name="torn.csv.gz")
    assert border.offer(whole, name="whole.csv.gz").accepted == 3


def test_the_same_content_twice_changes_nothing__b15(border):
    first = border.offer(GOOD)
    versions = [border.store.version(table) for table in (WEATHER, BATCHES)]
    again = border.offer(GOOD, name="renamed.csv")
    assert again.repeated
    assert (again.batch_seq, again.read, again.accepted) == (first.batch_seq, 1, 1)
    assert [border.store.version(table) for table in (WEATHER, BATCHES)] == versions


def test_other_content_under_an_accepted_name_is_refused__b16(border):
    border.offer(GOOD)
    second = border.offer(HEADER + ROW.replace("21.5", "30.0"))
    assert second.rejection_code == "name_reused"
    assert border.weather()["temp_c"].to_pylist() == [21.5]


def test_an_unknown_ending_is_refused(border):
    border.rejects(GOOD, "unknown_format", name="weather.xlsx")

"""Files nobody thought of: none crashes the border, none loses a row."""

import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from fire_risk_assets.adapters.landing import LandingFile, Limits
from fire_risk_assets.core.border.check import check
from fire_risk_assets.core.border.header import recognise
from fire_risk_assets.core.border.terms import Terms
from fire_risk_assets.core.border.uci import check_uci
from fire_risk_assets.errors import FileRejected

NOW = datetime(2026, 9, 28, tzinfo=UTC)
HEADERS = (
    "cell_id,observed_at,temp_c,rh_pct,wind_km_h,rain_mm,known_at",
    "report_id,cell_id,started_at,burned_area_ha,reported_at",
    "cell_id,latitude,longitude,zone",
    "X,Y,month,day,FFMC,DMC,DC,ISI,temp,RH,wind,rain,area",
)
WORDS = """7-4 7 5 mar fri 2026-09-01 2026-09-01T12:00:00Z 2026-03-29T01:30 1677-09-22 9999-12-31 20
-0.0 1e400 1e-400 nan 0x7 NA " "" "a,b" é ٤٠ =1+1 -1 101 \ufeff \x7f +5 .5 5."""
CELLS = st.sampled_from(["", *WORDS.split()]) | st.text(max_size=6)
ENDS = st.sampled_from(["\n", "\r\n", "\n\n", ",\n", "\r", ""])


@st.composite
def contents(draw: st.DrawFn) -> bytes:
    header = draw(st.sampled_from(HEADERS))
    width = header.count(",") + 1
    lines = [header + "\n"]
    for _ in range(draw(st.integers(0, 6))):
        count = width if draw(st.integers(0, 4)) else draw(st.integers(0, width + 2))
        end = "\n" if draw(st.integers(0, 5)) else draw(ENDS)
        lines.append(",".join(draw(CELLS) for _ in range(count)) + end)
    return "".join(lines).encode("utf-8", "surrogatepass")


def _checked(content: bytes, timezone: str, limits: Limits | None = None):
    folder = Path(tempfile.mkdtemp())
    try:
        path = folder / "file.csv"
        path.write_bytes(content)
        source = LandingFile(path, limits=limits or Limits())
        sha, header = source.sha256(), recognise(source.header())
        arguments = {
            "terms": Terms(now=NOW, timezone=timezone),
            "file_sha256": sha,
            "file_name": source.name,
            "raw_lines": source.raw_lines,
            "stored": _nothing_stored,
        }
        kind = header.layout.kind
        if kind == "uci":
            return check_uci(source.chunks(header), **arguments)
        return check(source.chunks(header), kind=kind, **arguments)
    finally:
        shutil.rmtree(folder)


def _nothing_stored(table, offered) -> pa.Table:
    schema = table.schema.append(pa.field("batch_seq", pa.int64()))
    return schema.empty_table()


@settings(max_examples=300, deadline=None)
@given(
    content=contents(),
    timezone=st.sampled_from(["UTC", "Europe/Lisbon", "Pacific/Apia"]),
    block_bytes=st.sampled_from([16, 64, 4096]),
)
def test_every_generated_file_is_refused_or_adds_up(content, timezone, block_bytes):
    try:
        found = _checked(content, timezone, Limits(block_bytes=block_bytes, line_bytes=512))
    except FileRejected as refusal:
        assert refusal.code
        return
    assert found.read == found.accepted + found.quarantined.num_rows
    assert sum(found.reasons.values()) == found.quarantined.num_rows
    assert found.quarantined["line"].to_pylist() == sorted(
        set(found.quarantined["line"].to_pylist())
    )
    text = content.decode().removeprefix("\ufeff")
    for line, raw in zip(
        found.quarantined["line"].to_pylist(), found.quarantined["raw"].to_pylist(), strict=True
    ):
        assert raw == text.split("\n")[line - 1].removesuffix("\r")


@settings(max_examples=150, deadline=None)
@given(content=st.binary(max_size=200))
def test_arbitrary_bytes_are_refused(content):
    try:
        _checked(content, "UTC")
    except FileRejected as refusal:
        assert refusal.remedy
    else:
        raise AssertionError("no header, yet accepted")

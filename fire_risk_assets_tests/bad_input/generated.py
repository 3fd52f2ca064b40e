"""Files nobody thought of: strategies for CSV texts, Parquet tables, damaged Parquet and junk."""

import io
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import strategies as st

from fire_risk_assets.core.border.layout import LAYOUTS
from fire_risk_assets_tests.bad_input.twins import parquet_of

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
def texts(draw: st.DrawFn) -> bytes:
    """CSV with cells, rows and line ends of every kind."""
    header = draw(st.sampled_from(HEADERS))
    width = header.count(",") + 1
    lines = [header + "\n"]
    for _ in range(draw(st.integers(0, 6))):
        count = width if draw(st.integers(0, 4)) else draw(st.integers(0, width + 2))
        end = "\n" if draw(st.integers(0, 5)) else draw(ENDS)
        lines.append(",".join(draw(CELLS) for _ in range(count)) + end)
    return "".join(lines).encode("utf-8", "surrogatepass")


TEXT = st.sampled_from([*WORDS.split(), "\0", "x" * 600]) | st.text(
    st.characters(exclude_categories=["Cs"]), max_size=6
)
SPECIAL = st.sampled_from([7.9, -0.0, float("nan"), float("inf"), 1e300])
SMALL = st.integers(-128, 127)
SECOND = 1_788_264_000
A_SECOND = {"ms": 10**3, "us": 10**6, "ns": 10**9}
FAR = st.sampled_from([2**61, -(2**62), 2**63 - 1, -(2**63), 0])
GOOD = {"zone": "north", "month": "mar", "day": "fri", "X": 7, "Y": 5}
FITTING = {
    "text": [(pa.string(), TEXT), (pa.large_string(), TEXT), (pa.string_view(), TEXT)],
    "number": [
        (pa.float64(), SPECIAL | st.floats()),
        (pa.float32(), st.floats(width=32)),
        (pa.float16(), st.floats(width=16)),
        (pa.int8(), SMALL),
        (pa.int64(), SMALL | st.integers(-(2**63), 2**63 - 1)),
        (pa.uint64(), st.integers(0, 2**64 - 1)),
    ],
    "instant": [
        *((pa.timestamp(unit, zone), FAR) for unit in A_SECOND for zone in ("UTC", None)),
        (pa.timestamp("s", "UTC"), st.sampled_from([0, -(2**40), 2**50])),
        (pa.timestamp("us", "Europe/Lisbon"), FAR),
        (pa.date32(), st.integers(-(2**31), 2**31 - 1)),
        (pa.string(), CELLS.filter(lambda text: text.isprintable())),
    ],
}
MISFITS = [
    (pa.bool_(), st.booleans()),
    (pa.binary(), st.binary(max_size=4)),
    (pa.null(), st.none()),
    (pa.list_(pa.float64()), st.lists(SPECIAL, max_size=2)),
    (pa.decimal128(5, 1), st.sampled_from([Decimal("20.5")])),
    (pa.time32("s"), st.integers(0, 86_399)),
]


@st.composite
def tables(draw: st.DrawFn) -> bytes:
    """Parquet with columns of many types and values, now and then of a type or name not ours."""
    names = draw(st.sampled_from(HEADERS)).split(",")
    kinds = (layout.classes for layout in LAYOUTS.values())
    classes = next(found for found in kinds if set(names) <= found.keys())
    rows = draw(st.integers(0, 6))
    columns = [_column(draw, name, classes[name], rows) for name in names]
    if draw(st.integers(0, 19)) == 0:
        names[draw(st.integers(0, len(names) - 1))] = draw(TEXT)
    out = io.BytesIO()
    pq.write_table(
        pa.Table.from_arrays(columns, names=names),
        out,
        row_group_size=draw(st.integers(1, 4)),
        use_dictionary=draw(st.booleans()),
    )
    return out.getvalue()


def _column(draw: st.DrawFn, name: str, kind: str, rows: int) -> pa.Array:
    type_, odd = draw(st.sampled_from(FITTING[kind] if draw(st.integers(0, 99)) else MISFITS))
    values = odd
    if type_ in {each for each, _ in FITTING[kind]}:
        good = st.just(_good(name, kind, type_))
        values = good if draw(st.integers(0, 7)) else good | odd | st.none()
    column = pa.array(draw(st.lists(values, min_size=rows, max_size=rows)), type_)
    folded = pa.types.is_string(type_) and draw(st.booleans())
    return column.dictionary_encode() if folded else column


def _good(name: str, kind: str, type_: pa.DataType) -> object:
    if pa.types.is_timestamp(type_):
        return SECOND * A_SECOND.get(type_.unit, 1)
    if pa.types.is_date(type_):
        return SECOND // 86_400
    return GOOD.get(name, {"text": "7-4", "number": 20, "instant": "2026-09-01"}[kind])


WHOLE = parquet_of("cell_id,latitude,longitude,zone\n" + "7-4,41.9,-6.7,north\n" * 9)
PLACES = st.integers(0, len(WHOLE) - 1)


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A Parquet file with a few bytes changed, or torn off at a place."""
    content = bytearray(WHOLE)
    for place in draw(st.lists(PLACES, min_size=1, max_size=8)):
        content[place] = draw(st.integers(0, 255))
    return bytes(content) if draw(st.integers(0, 9)) else bytes(content[: draw(PLACES)])

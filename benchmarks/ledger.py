"""What old ledgers cost: `at` and who serves now, by the number of rows, and by files."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.harness import CommandFailed, Target, progress, typical

if TYPE_CHECKING:
    from fire_risk_assets.adapters.delta_ledger import DeltaLedger

MODELS, ASKED = 50, 200
FEW, MANY = 1_000, 1_000_000
CYCLES, AT_P95_S = 100_000, 1.0
COMMITS = 1_500
TIMES, NOW_P95_S = 10.0, 0.150
UNCOMPACTED_S, COMPACTED_S = 1.0, 0.050
START, STEP = datetime(1990, 1, 1, tzinfo=UTC), timedelta(minutes=10)


def measure() -> tuple[dict[str, Any], list[Target]]:
    """Return the figures and the targets."""
    with TemporaryDirectory(prefix="fire-risk-bench-", ignore_cleanup_errors=True) as folder:
        few, cycles, many = (
            _by_rows(Path(folder) / str(count), count) for count in (FEW, CYCLES, MANY)
        )
        files = _by_files(Path(folder) / "files")
    targets = [
        Target(f"{what}: p95 at 1e6 rows, times that at 1e3", many[key] / few[key], TIMES)
        for what, key in (("at", "at_p95_s"), ("who serves now", "now_p95_s"))
    ]
    targets += [
        Target("at: p95 at 100,000 cycles, seconds", cycles["at_p95_s"], AT_P95_S),
        Target("who serves now: p95 at 1e6 rows, seconds", many["now_p95_s"], NOW_P95_S),
        Target(f"rows of a model in {COMMITS} commits: seconds", files["before_s"], UNCOMPACTED_S),
        Target("the same, compacted: seconds", files["after_s"], COMPACTED_S),
    ]
    return {
        "rows_1e3": few,
        "rows_1e5": cycles,
        "rows_1e6": many,
        f"commits_{COMMITS}": files,
    }, targets


def _by_rows(root: Path, count: int) -> dict[str, float]:
    """Time questions to a compacted ledger of `count` rows of MODELS models."""
    from fire_risk_assets.adapters.delta_ledger import DeltaLedger

    _written(root, count, commits=min(10, count // 100))
    ledger = DeltaLedger(root, compact_at_files=2)
    started = time.perf_counter()
    _compact(ledger)
    progress(f"ledger of {count} rows: compacted in {time.perf_counter() - started:.1f} s")
    draw = np.random.default_rng(count)

    def at() -> None:
        instant = START + STEP * int(draw.integers(count))
        ledger.serving_at(f"m{int(draw.integers(MODELS)):02}", instant)

    def now() -> None:
        ledger.serving_at(f"m{int(draw.integers(MODELS)):02}", START + STEP * count)

    return {"at_p95_s": _p95(at), "now_p95_s": _p95(now)}


def _by_files(root: Path) -> dict[str, float]:
    from fire_risk_assets.adapters.delta_ledger import DeltaLedger

    _written(root, COMMITS, commits=COMMITS)
    ledger = DeltaLedger(root)

    def rows() -> None:
        ledger.rows("m00")

    before = typical([_seconds(rows) for _ in range(3)])
    _compact(ledger)
    return {"before_s": before, "after_s": typical([_seconds(rows) for _ in range(9)])}


def _compact(ledger: "DeltaLedger") -> None:
    if not ledger.compact():
        raise CommandFailed("There was nothing to compact.")


def _written(root: Path, count: int, *, commits: int) -> None:
    """Write rows of MODELS models by turns; only their hashes are none."""
    import deltalake
    import pyarrow as pa

    from fire_risk_assets.adapters.delta_tables import DeltaTables
    from fire_risk_assets.core.ledger.events import Event, row_for
    from fire_risk_assets.core.tables.registry_status import REGISTRY_STATUS

    DeltaTables(root).prepare(REGISTRY_STATUS)
    event = Event(
        model_name="m00",
        cycle_id="1990-01-01",
        request="cycle",
        kind="keep",
        reason_code="not_better",
        reason="A reason of usual length. " * 4,
        actor="bench",
    )
    template = row_for(event, [], now=START)
    kinds = ("promote", "keep", "keep", "keep", "undecided")
    for commit in range(commits):
        numbers = range(commit * count // commits, (commit + 1) * count // commits)
        columns: dict[str, Any] = {
            name: [getattr(template, name)] * len(numbers) for name in REGISTRY_STATUS.schema.names
        }
        columns |= {
            "model_name": [f"m{n % MODELS:02}" for n in numbers],
            "seq": [n // MODELS + 1 for n in numbers],
            "kind": [kinds[n // MODELS % len(kinds)] for n in numbers],
            "production_version": [n // MODELS // len(kinds) + 1 for n in numbers],
            "decided_at": [START + STEP * n for n in numbers],
            "event_id": [f"{n:064x}" for n in numbers],
            "row_hash": [f"{n:064x}" for n in numbers],
        }
        deltalake.write_deltalake(
            str(root / REGISTRY_STATUS.name),
            pa.table(columns, schema=REGISTRY_STATUS.schema),
            mode="append",
        )


def _p95(ask: Callable[[], None]) -> float:
    ask()
    return sorted(_seconds(ask) for _ in range(ASKED))[int(0.95 * ASKED)]


def _seconds(act: Callable[[], None]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started

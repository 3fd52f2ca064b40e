"""What the site costs: `fire-risk site` from cold over the ledgers of many models."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.harness import FIRE_RISK, Command, Target, progress, spread, timed, typical

if TYPE_CHECKING:
    from fire_risk_assets.core.ledger.row import LedgerRow

MODELS, CYCLES, ROUNDS = 20, 250, 3
AT_MOST_S = 10.0
START, WEEK = datetime(2022, 1, 3, tzinfo=UTC), timedelta(weeks=1)
SAID = "Not shown to be better: candidate 1.416 against 1.38 on 104 rows in 21 clusters, p 0.903."


def measure() -> tuple[dict[str, Any], list[Target]]:
    """Return the figures and the target; the first of the rounds warms the disk."""
    with TemporaryDirectory(prefix="fire-risk-bench-", ignore_cleanup_errors=True) as folder:
        home, out = Path(folder) / "home", Path(folder) / "out"
        _make_home(home)
        command = Command((FIRE_RISK, "--home", str(home), "site", "--out", str(out), "--json"))
        timings = [timed(command) for _ in range(ROUNDS + 1)][1:]
        pages = [path.stat().st_size for path in out.rglob("*.html")]
    taken = [each.seconds for each in timings]
    progress(f"site of {MODELS} models, {CYCLES} cycles each: {typical(taken):.2f} s")
    found = {
        "seconds": spread(taken),
        "processor_s": round(typical([each.cpu_s for each in timings]), 2),
        "peak_mib": round(max(each.peak_mib for each in timings)),
        "pages": len(pages),
        "largest_page_kib": round(max(pages) / 1024),
    }
    name = f"site: seconds for {MODELS} models of {CYCLES} cycles"
    return found, [Target(name, typical(taken), AT_MOST_S)]


def _make_home(home: Path) -> None:
    import deltalake
    import pyarrow as pa

    from fire_risk_assets.adapters.delta_tables import DeltaTables
    from fire_risk_assets.adapters.home_document import HomeDocument, write_home
    from fire_risk_assets.core.tables.registry_status import REGISTRY_STATUS

    home.mkdir()
    DeltaTables(home / "lake").prepare(REGISTRY_STATUS)
    rows = [row for model in range(MODELS) for row in _ledger(f"model_{model:02}", model)]
    columns = {name: [getattr(r, name) for r in rows] for name in REGISTRY_STATUS.schema.names}
    deltalake.write_deltalake(
        str(home / "lake" / REGISTRY_STATUS.name),
        pa.table(columns, schema=REGISTRY_STATUS.schema),
        mode="append",
    )
    write_home(home, HomeDocument(clock="system"))


def _ledger(model: str, seed: int) -> "list[LedgerRow]":
    """Return the rows of a model whose every tenth cycle promotes; their hashes are right."""
    from fire_risk_assets.core.ledger.events import row_for

    rows: list[LedgerRow] = []
    for cycle, event in enumerate(_events(model, np.random.default_rng(seed))):
        rows.append(row_for(event, rows, now=START + cycle * WEEK))
    return rows


def _events(model: str, draw: np.random.Generator) -> Iterator[Any]:
    from fire_risk_assets.core.ledger.events import Event

    for cycle in range(CYCLES):
        promotes, as_of = cycle % 10 == 0, START + cycle * WEEK
        production, difference = 1.4 + 0.1 * draw.normal(), 0.03 * draw.normal()
        yield Event(
            model_name=model,
            cycle_id=f"{as_of:%Y-%m-%d}",
            request="cycle",
            kind="promote" if promotes else "keep",
            reason_code=("better" if cycle else "first") if promotes else "not_better",
            reason=SAID,
            actor="schedule",
            moves_to=cycle + 1 if promotes else None,
            moves_to_sha256=f"{cycle:064x}" if promotes else None,
            evidence={
                "as_of": as_of,
                "candidate_version": cycle + 1,
                "metric_name": "rmsle",
                "metric_direction": "ASC",
                "candidate_score": production + difference,
                "production_score": production if cycle else None,
                "difference": difference,
                "ci_low": difference - 0.05,
                "ci_high": difference + 0.05,
                "p_value": float(draw.uniform()),
                "holdout_rows": 104,
                "holdout_clusters": 21,
                "holdout_from": as_of - 6 * WEEK,
                "holdout_until": as_of - 2 * WEEK,
            },
        )

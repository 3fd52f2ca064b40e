"""Where a cycle stands when nobody says; what it would stand on, and how it ends without comparing.

The last is `fire-risk cycle --dry-run`, which changes nothing.
"""

from dataclasses import asdict, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from fire_risk_assets.cli.commands import Invocation
from fire_risk_assets.cli.exit_codes import DONE, cycles_code
from fire_risk_assets.cli.render import Block, Grid
from fire_risk_assets.core.names import default_cycle_id
from fire_risk_assets.errors import UsageError

if TYPE_CHECKING:
    from fire_risk_assets.actions.preview_cycle import CyclePreview
    from fire_risk_assets.core.models.spec import ModelSpec


def last_tick(call: Invocation) -> datetime:
    """Return the newest tick of the retraining schedule up to now.

    Raises:
        UsageError: the schedule has not begun, or the home replays a past of its own data.
    """
    from fire_risk_assets.core.instants import parse_instant
    from fire_risk_assets.defs.partitions import cycle_partitions
    from fire_risk_assets.wiring import clock_of, find_home

    home = find_home(call.settings)
    if home is not None and home.clock == "replay" and not home.simulate:
        raise UsageError(
            "This home replays the past: a cycle of today would make every cycle of the past that"
            " is still to come out of order.",
            remedy="Name the instant with --as-of.",
        )
    ticks = cycle_partitions(call.settings.cycles)
    keys = ticks.get_partition_keys(current_time=clock_of(call.settings).now())
    if not keys:
        raise UsageError("The schedule has no tick yet; `cycles.start` lies in the future.")
    return parse_instant(keys[-1])


def show_cycle(call: Invocation, spec: "ModelSpec", cycle_id: str | None, as_of: datetime) -> int:
    """Show the plan of a cycle; exit code 1 when it is, or would be, refused."""
    from fire_risk_assets.actions.find_owed_data import data_is_owed
    from fire_risk_assets.actions.preview_cycle import preview_cycle
    from fire_risk_assets.wiring import open_world
    from fire_risk_assets.wiring.landing import landed_files

    world = open_world(call.settings)
    wanted = cycle_id or default_cycle_id(as_of)
    plan = preview_cycle(spec, wanted, as_of, world=world)
    owed = not plan.decided and data_is_owed(landed_files(call.settings), world.tables)
    if owed and plan.training is not None:
        # Of rows that are still to come nothing can be foretold.
        plan = replace(plan, ending=None)
    call.output.remark("Dry run: nothing was changed.")
    call.output.answer({**asdict(plan), "data_owed": owed}, lambda: _blocks(plan, owed=owed))
    return DONE if plan.ending is None else cycles_code([plan.ending.kind])


def _blocks(plan: "CyclePreview", *, owed: bool) -> list[Block]:
    serves = "nothing" if plan.production_version is None else f"version {plan.production_version}"
    blocks: list[Block] = [
        f"Cycle {plan.cycle_id} of {plan.model_name}, as of {plan.as_of:%Y-%m-%d %H:%M} UTC, on"
        f" batches up to {plan.batch_seq}; {serves} serves, row {plan.head_seq} is the newest."
    ]
    windows = [
        (name, *_row(part))
        for name, part in (("training", plan.training), ("holdout", plan.holdout))
        if part is not None
    ]
    if windows:
        columns = ("rows of", "from (UTC)", "until (UTC)", "rows", "days", "positives")
        blocks.append(Grid(columns=columns, rows=windows))
    if plan.ending is not None:
        is_so = "It is decided" if plan.decided else "It would end"
        end = plan.ending
        blocks.append(f"{is_so} ({end.kind}: {end.reason_code}): {end.reason}")
    elif not owed:
        blocks.append(f"A candidate would be fitted and judged; look {plan.looks} at the holdout.")
    if plan.registry:
        blocks.append(f"MLflow would be brought into line first: {'; '.join(plan.registry)}.")
    if owed:
        blocks.append(
            "Data or features are owed; the cycle takes them in first, so these counts change, and"
            " how it ends cannot be foretold."
        )
    return blocks


def _row(part: dict[str, Any]) -> tuple[Any, ...]:
    days = (str(part[name])[:16].replace("T", " ") for name in ("window_from", "window_until"))
    return (*days, part["rows"], part["clusters"], part["positives"])

"""`fire-risk reproduce`: whether a version can be made again, bit for bit, and what it stood on."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from fire_risk_assets.cli.commands import Command, Invocation, at_fault, shared_options
from fire_risk_assets.cli.exit_codes import DONE, REFUSED
from fire_risk_assets.cli.render import Block, Grid

if TYPE_CHECKING:
    from fire_risk_assets.core.ingredients import Ingredient
    from fire_risk_assets.core.provenance import Drift
    from fire_risk_assets.core.reproduction import Reproduction

_ANSWERS = {
    "reproduced": "is reproduced: fitted again it predicts the same to the last bit.",
    "differs": "differs from what is on record.",
    "not_reproducible": "cannot be reproduced: something it needs is missing.",
}
_STEPS = 4


@click.command(cls=Command)
@click.option("--model", required=True, help="The model.")
@click.option("--version", type=click.IntRange(min=1), required=True, help="Its version.")
@shared_options
@click.pass_obj
def reproduce(call: Invocation, *, model: str, version: int) -> int:
    """Fit a version again from what is on record, and compare it with what is kept of it."""
    from fire_risk_assets.actions.reproduce import reproduce as make_again
    from fire_risk_assets.core.names import checked_name
    from fire_risk_assets.wiring import model_spec, open_readers, open_world

    with at_fault("--model"):
        checked_name(model, what="model name")
    # The home comes before the name: which names are known may be on its record alone.
    open_readers(call.settings)
    call.require_model(model)
    spec, world = model_spec(call.settings, model), open_world(call.settings)
    with call.output.progress(_STEPS, f"Reproducing {model} {version}") as step:
        found = make_again(spec, version, world, step)
    call.output.answer(asdict(found), lambda: _blocks(found))
    return DONE if found.answer == "reproduced" else REFUSED


def _blocks(found: "Reproduction") -> Iterator[Block]:
    of_cycle = f", {found.role or 'of a role not told'} of cycle {found.cycle_id}"
    yield f"{found.model_name} version {found.version}{of_cycle}, {_ANSWERS[found.answer]}"
    rows = [(each.name, each.state + _aside(each), each.detail) for each in found.ingredients]
    yield Grid(columns=("ingredient", "state", "what was found"), rows=rows)
    if found.environment.drift is not None:
        yield _drifted(found.environment.drift)


def _aside(each: "Ingredient") -> str:
    return "" if each.needed or each.state == "verified" else " (not needed)"


def _drifted(moved: "Drift") -> Grid:
    rows: list[tuple[str, str | None, str | None]] = [
        *((name, was, now) for name, (was, now) in moved.changed.items()),
        *((name, None, now) for name, now in moved.added.items()),
        *((name, was, None) for name, was in moved.removed.items()),
    ]
    return Grid(columns=("package", "then", "now"), rows=rows, title="What is installed")

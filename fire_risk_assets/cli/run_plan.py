"""What `fire-risk run` owes: which models and cycles, and with `--dry-run` all of it, untouched."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from fire_risk_assets.cli.commands import Invocation, operator
from fire_risk_assets.cli.cycle_plan import last_tick
from fire_risk_assets.cli.exit_codes import DONE, exit_code
from fire_risk_assets.cli.findings import finding_lines, findings_of, remark_failures
from fire_risk_assets.cli.landing_view import left_lying, lying_blocks
from fire_risk_assets.cli.render import Block
from fire_risk_assets.errors import FireRiskError

if TYPE_CHECKING:
    from fire_risk_assets.adapters.home_document import HomeDocument
    from fire_risk_assets.core.owed_cycles import OwedCycle
    from fire_risk_assets.core.scoring.days import Days


def model_names(call: Invocation) -> tuple[str, ...]:
    """Return the names of the configured models, those given by address too."""
    names = call.builtin_names()
    if len(names) < len(call.settings.models):
        from fire_risk_assets.wiring import model_specs

        names = tuple(model_specs(call.settings))
    return names


def new_home(call: Invocation) -> "HomeDocument":
    """Return the facts of the home a run would make; nothing is written.

    Raises:
        UnknownModel, InvalidSetting: a home made with such settings could not run, and would stay.
        HomeUnusable: no home can be made there.
    """
    from fire_risk_assets.cli.park import facts_of, park_of
    from fire_risk_assets.defs.partitions import cycle_partitions
    from fire_risk_assets.wiring import clock_of, model_specs, planned_home
    from fire_risk_assets.wiring.landing import nothing_landed

    settings = call.settings
    model_specs(settings)
    cycle_partitions(settings.cycles)
    facts = None
    if nothing_landed(settings):
        facts = facts_of(park_of(settings.simulate, clock_of(settings).now().date()))
    return planned_home(settings, simulate=facts)


def owed(
    call: Invocation, home: "HomeDocument", names: tuple[str, ...], *, made: bool = True
) -> "list[OwedCycle]":
    """Return the cycles a run owes, in their order; of a home not `made` yet none is recorded."""
    from fire_risk_assets.core.owed_cycles import owed_cycles
    from fire_risk_assets.core.park.demo import demo_cycles
    from fire_risk_assets.wiring import open_readers

    settings = call.settings
    if "until" in home.simulate:
        until = date.fromisoformat(home.simulate["until"])
        days = demo_cycles(until, settings.simulate.cycles)
    elif home.clock == "replay":
        # A cycle of today would make every cycle of the past that is still to come out of order.
        call.output.remark(
            "This home replays the past: data are brought up to date, but which cycles to run is"
            f" yours to say (`{call.command} cycle --as-of`)."
        )
        days = ()
    else:
        days = (last_tick(call).date(),)
    return owed_cycles(days, names, open_readers(settings).ledger.all_rows() if made else {})


def owed_days(
    call: Invocation, home: "HomeDocument", names: tuple[str, ...], *, made: bool = True
) -> "dict[str, list[Days]]":
    """Return the days of a simulated past that are to be scored, by model; of other homes none."""
    from fire_risk_assets.actions.find_owed_days import find_owed_days
    from fire_risk_assets.core.park.demo import demo_cycles
    from fire_risk_assets.core.scoring.days import Days
    from fire_risk_assets.wiring import open_readers
    from fire_risk_assets.wiring.landing import open_intake

    if "until" not in home.simulate:
        return {}
    until = date.fromisoformat(home.simulate["until"])
    days = Days(demo_cycles(until, call.settings.simulate.cycles)[0], until)
    if not made:
        return {name: [days] for name in names}
    ledger, tables = open_readers(call.settings).ledger, open_intake(call.settings).store
    return {name: find_owed_days(name, days, ledger=ledger, tables=tables) for name in names}


def as_documents(cycles: "Sequence[OwedCycle]") -> list[dict[str, str]]:
    """Return cycles as JSON shows those that are owed."""
    return [{"model_name": e.model_name, "cycle_id": e.day.isoformat()} for e in cycles]


def show_plan(call: Invocation) -> int:
    """Show what a run would do now; of a home that is not there, what would be made."""
    from fire_risk_assets.actions.find_owed_data import features_are_owed
    from fire_risk_assets.wiring import find_home, require_changeable
    from fire_risk_assets.wiring.landing import open_intake

    there = find_home(call.settings)
    if there is not None:
        require_changeable(call.settings)
    home = there or new_home(call)
    names = model_names(call)
    store = open_intake(call.settings).store
    lying = left_lying(call.settings, store)
    cycles = owed(call, home, names, made=there is not None)
    scoring = owed_days(call, home, names, made=there is not None)
    registry, failures = _registry(call, names) if there is not None else ([], {})
    document = {
        "makes_home": there is None,
        "simulated": home.simulate or None,
        "files": lying.pop("waiting"),
        "features": features_are_owed(store),
        "cycles": as_documents(cycles),
        "scoring": [
            {"model_name": name, "first_day": days.first, "last_day": days.last}
            for name, runs in scoring.items()
            for days in runs
        ],
        "registry": registry,
        "landing": {**lying, "waiting": []},
    }
    call.output.remark("Dry run: nothing was changed.")
    call.output.answer(document, lambda: _blocks(call, document))
    remark_failures(call, failures)
    return max((exit_code(fact) for fact in failures.values()), default=DONE)


def _registry(
    call: Invocation, names: tuple[str, ...]
) -> tuple[list[dict[str, Any]], dict[str, FireRiskError]]:
    """Return what is found of each model, and what ended the look at some."""
    from fire_risk_assets.cli.reconciling import failed, reconciled
    from fire_risk_assets.wiring import open_world

    world = open_world(call.settings)
    found, failures = [], {}
    for name in names:
        try:
            each = reconciled(name, world, actor=operator(), adopt_because=None, dry_run=True)
        except FireRiskError as fact:
            failures[name] = fact
            each = failed(name, fact)
        found.append(each)
    return found, failures


def _blocks(call: Invocation, plan: dict[str, Any]) -> list[Block]:
    blocks: list[Block] = []
    if plan["makes_home"]:
        park = plan["simulated"]
        what = (
            f"a simulated park, {park['start']} to {park['until']}" if park else "what has landed"
        )
        blocks.append(f"A home would be made at {call.settings.home}, with {what}.")
    if plan["files"]:
        blocks.append(f"Files to take in: {', '.join(plan['files'])}.")
    if plan["features"]:
        blocks.append("Features to build: there is weather without any.")
    if plan["cycles"]:
        told = (f"{each['cycle_id']} of {each['model_name']}" for each in plan["cycles"])
        blocks.append(f"Cycles to run: {', '.join(told)}.")
    if plan["scoring"]:
        told = (
            f"{e['first_day']} to {e['last_day']} by {e['model_name']}" for e in plan["scoring"]
        )
        blocks.append(f"Days to predict: {', '.join(told)}.")
    blocks += finding_lines(call, findings_of(plan["registry"]))
    blocks += [
        f"MLflow differs for {each['model_name']}: {'; '.join(each['actions'])}."
        for each in plan["registry"]
        if each["actions"]
    ]
    if not (blocks or any("error" in each for each in plan["registry"])):
        blocks.append("Nothing is owed: data, features and cycles are up to date.")
    return [*blocks, *lying_blocks(plan["landing"], plan["landing"]["refused"])]

"""ALIAS, STAGE and VERIFY: bring MLflow into line with the ledger's head."""

from collections.abc import Sequence
from dataclasses import dataclass

from fire_risk_assets.core.instants import iso
from fire_risk_assets.core.ledger.fold import head, serving
from fire_risk_assets.core.ledger.row import LedgerRow
from fire_risk_assets.core.projection import Shown, differences
from fire_risk_assets.core.references import RegistryCheck
from fire_risk_assets.errors import ProjectionUnsettled, RegistryDrift, StoreBroken
from fire_risk_assets.ports import References, World

ROUNDS = 10
CHECK = ("registry", "check")
"""Where the outcome of the last VERIFY is kept: reference (cycle_id, name) of the model."""

_LOST_CHECK = (
    "Bring references/{model}/registry/check.json back from a backup, or remove it and run"
    " `fire-risk reconcile`, which writes it anew. It alone said which row was the newest:"
    " once it is gone, see in `fire-risk history {model}` that the newest row you know of is there."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Projection:
    """What `project` found and did.

    Attributes:
        consistent: Alias, single Production stage and the ledger's head agree now.
        actions: What was changed, one sentence each.
    """

    consistent: bool
    actions: tuple[str, ...]


def shown(model_name: str, world: World) -> Shown:
    """Return what MLflow shows of a model now."""
    return Shown(
        alias=world.registry.production_alias(model_name),
        stages={v.version: v.stage for v in world.registry.versions(model_name)},
    )


def project(model_name: str, world: World) -> Projection:
    """Make alias and stage show the head; repeat while the head moves.

    Raises:
        RegistryDrift: the version that serves does not exist in the registry.
        ProjectionUnsettled: head or registry kept moving; what was decided is recorded.
        RegistryUnavailable: MLflow does not answer; nothing is lost, the next call completes it.
    """
    done: list[str] = []
    for _ in range(ROUNDS):
        rows = world.ledger.rows(model_name)
        now = serving(rows)
        target = now.production_version if now else None
        before = shown(model_name, world)
        require_version(model_name, target, before, world)
        if now is not None and differences(before, target):
            # A kill between COMMIT and READBACK may have left the row off the disk.
            world.ledger.make_durable(now)
            # Before the alias: a kill in between leaves a difference, and this is done again.
            world.registry.tag(model_name, now.production_version or 0, _why(now))
        _point(model_name, target, before, done, world)
        world.crash.reach("VERIFY:before")
        left = differences(shown(model_name, world), target)
        if not left and verified_against(now, model_name, world):
            world.crash.reach("VERIFY:after")
            return Projection(consistent=True, actions=tuple(done))
    remember(model_name, world, consistent=False)
    last = "; ".join(left) or f"it showed version {target}, by when the ledger had moved on"
    raise ProjectionUnsettled(
        f"MLflow was brought into line with the ledger of {model_name} {ROUNDS} times and never"
        f" agreed with its head. Found last: {last}. Expected: the alias and the one version in"
        " stage Production are what the head says serves."
    )


def _why(row: LedgerRow) -> dict[str, str]:
    """Return what the page of a version says of the event that last made it serve.

    It stays when another version takes over, so it must not claim that this one serves.
    """
    return {
        "last_served_by": f"{row.kind}: {row.reason_code}",
        "last_served_since": iso(row.decided_at),
        "last_served_actor": row.actor,
        "last_served_reason": row.reason,
        "last_served_event_id": row.event_id,
    }


def verified_against(now: LedgerRow | None, model_name: str, world: World) -> bool:
    """Tell whether `now` still serves, read again, and then remember that MLflow shows it."""
    rows = world.ledger.rows(model_name)
    if serving(rows) != now:
        return False
    remember(model_name, world, consistent=True, rows=rows)
    return True


def remember(
    model_name: str, world: World, *, consistent: bool, rows: Sequence[LedgerRow] = ()
) -> None:
    """Keep the outcome of a check in the home, where `status` reads it without MLflow.

    A failed check leaves what was verified last, which tells drift from an unfinished projection.
    """
    before = last_check(model_name, world.references)
    verified = (before.serving_seq, before.head_seq) if before else (0, 0)
    if consistent:
        now, last = serving(rows), head(rows)
        verified = (now.seq if now else 0, last.seq if last else 0)
    check = RegistryCheck(
        consistent=consistent,
        checked_at=world.clock.now(),
        serving_seq=verified[0],
        head_seq=verified[1],
    )
    world.references.save(model_name, *CHECK, check.to_json())


def last_check(model_name: str, references: References) -> RegistryCheck | None:
    """Return the outcome of the last VERIFY or reconcile, None before the first.

    Raises:
        StoreBroken: it cannot be read. It is no memo one may do without: that a ledger lost its
            newest rows is seen by it alone, so a person must say that it may go.
    """
    try:
        document = references.load(model_name, *CHECK)
        return None if document is None else RegistryCheck.from_json(document)
    except StoreBroken as fact:
        raise StoreBroken(str(fact), remedy=_LOST_CHECK.format(model=model_name)) from fact


def acknowledged(model_name: str, references: References) -> int:
    """Return the newest row MLflow was compared with, 0 for none.

    To be asked before the ledger is read: a row that comes in between is no row that is missing.
    """
    check = last_check(model_name, references)
    return check.head_seq if check else 0


def require_version(model_name: str, target: int | None, before: Shown, world: World) -> None:
    """Make sure that MLflow still has the version that is to be shown; remember that it has not.

    Raises:
        RegistryDrift: it was deleted.
    """
    if (gone := deleted(model_name, target, before)) is not None:
        remember(model_name, world, consistent=False)
        raise gone


def deleted(model_name: str, target: int | None, before: Shown) -> RegistryDrift | None:
    """Return that MLflow no longer has the version that is to be shown, None where it has."""
    if target is None or target in before.stages:
        return None
    return RegistryDrift(
        f"{model_name} version {target} serves by the ledger but was deleted from MLflow.",
        remedy="Restore the MLflow database from a backup, or `fire-risk rollback` to another"
        " version.",
    )


def _point(
    model_name: str, target: int | None, before: Shown, done: list[str], world: World
) -> None:
    stages = before.stages
    world.crash.reach("ALIAS:before")
    if before.alias != target:
        world.registry.point_alias(model_name, target)
        done.append(f"alias production: {before.alias} -> {target}")
    world.crash.reach("ALIAS:after")
    world.crash.reach("STAGE:before")
    if target is not None and stages[target] != "Production":
        world.registry.move_to_production(model_name, target)
        done.append(f"version {target}: {stages[target]} -> Production")
    else:
        for version in sorted(stages):
            if stages[version] == "Production" and version != target:
                world.registry.archive(model_name, version)
                done.append(f"version {version}: Production -> Archived")
    world.crash.reach("STAGE:after")

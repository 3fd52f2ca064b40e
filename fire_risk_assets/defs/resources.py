"""What an asset is handed: the home it works in, and the cycle its run is about.

Add a resource when something outside must differ between production and a test home. Adapters are
bound in `wiring`, settings are read in `settings`; neither happens here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

import dagster as dg
from pydantic import PrivateAttr

from fire_risk_assets.core.instants import parse_as_of
from fire_risk_assets.core.names import checked_identifier, default_cycle_id
from fire_risk_assets.errors import UsageError
from fire_risk_assets.settings import Settings
from fire_risk_assets.wiring import find_home, model_spec, open_world, prepare_home

if TYPE_CHECKING:
    from dagster_pyspark import LazyPySparkResource

    from fire_risk_assets.actions.score_batch import ScoredBatch
    from fire_risk_assets.core.models.spec import ModelSpec
    from fire_risk_assets.ports import World

PARTITION_TAG = "dagster/partition"
_STARTERS = {
    "dagster/schedule_name": "schedule",
    "dagster/sensor_name": "sensor",
    "dagster/backfill": "backfill",
}


NO_HOME = "There is no home yet: a run makes it, or `fire-risk run`, which can simulate a park."
"""Why what only watches does nothing."""

GRACE = timedelta(hours=1)
"""A tick is missed when its run is not even queued by then."""


@cache
def world_of(settings: Settings, start_spark: Callable[[], Any] | None = None) -> "World":
    """Return the adapters of a home, one set a process: the engine keeps rows between steps."""
    prepare_home(settings)
    return open_world(settings, start_spark=start_spark)


class Home:
    """The home runs work in; opened when something is first asked of it.

    Attributes:
        settings: Where it lies and how decisions are made there.
        errors: What ended a run in this process, by run id: an event holds only its text.
        pyspark: Dagster's Spark, while a run is under way under the Spark engine.
        scored: What a run in this process scored, likewise.
        lineage: Assets a cycle is made of, by model; see `lineage.lineage_of`.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.errors: dict[str, BaseException] = {}
        self.pyspark: LazyPySparkResource | None = None
        self.scored: dict[str, list[ScoredBatch]] = {}
        self.lineage: dict[str, dict[str, list[str]]] = {}

    @property
    def world(self) -> "World":
        """The adapters."""
        if self.pyspark is None:
            return world_of(self.settings)
        return world_of(self.settings, self._spark_session)

    def _spark_session(self) -> Any:  # noqa: ANN401  (a SparkSession, which is not imported here)
        return self.pyspark and self.pyspark.spark_session

    @property
    def made(self) -> bool:
        """Whether there is a home yet: whoever only watches must not decide what it shall be."""
        return find_home(self.settings) is not None

    @property
    def replays(self) -> bool:
        """Whether there is a home that replays the past: today is then no day of it."""
        document = find_home(self.settings)
        return document is not None and document.clock == "replay"

    def spec(self, model_name: str) -> "ModelSpec":
        """Return a configured model."""
        return model_spec(self.settings, model_name)


@dataclass(frozen=True, slots=True, kw_only=True)
class CycleKey:
    """Which cycle a run is about.

    Attributes:
        as_of: The instant the cycle stands at.
        actor: Who asked for it.
    """

    cycle_id: str
    as_of: datetime
    actor: str


class CycleResource(dg.ConfigurableResource):
    """The cycle of a run: from its run config, else from its partition.

    Run config: `resources: {cycle: {config: {as_of: …, cycle_id: …}}}`. Defaults: as_of is the
    partition's date at 00:00 UTC, cycle_id the partition key; without a partition the as_of's
    date. An as_of without offset is in `timezone`, by default the setting; a bare date is 00:00
    UTC.
    """

    as_of: str | None = None
    cycle_id: str | None = None
    actor: str | None = None
    timezone: str = "UTC"
    _tags: dict[str, str] = PrivateAttr(default_factory=dict)
    _run_id: str = PrivateAttr(default="")

    def setup_for_execution(self, context: dg.InitResourceContext) -> None:
        """Remember who started the run, and for which partition."""
        if context.run is not None:
            self._tags = dict(context.run.tags)
            self._run_id = context.run.run_id

    @property
    def key(self) -> CycleKey:
        """The cycle.

        Raises:
            UsageError: the run has neither a partition nor an as_of.
            InvalidName, InvalidTime.
        """
        return cycle_key(
            self.as_of, self.cycle_id, self.actor, tags=self._tags, timezone=self.timezone
        )

    @property
    def run_id(self) -> str:
        """Id of the Dagster run."""
        return self._run_id


def cycle_key(
    as_of: str | None,
    cycle_id: str | None,
    actor: str | None,
    *,
    tags: Mapping[str, str],
    timezone: str = "UTC",
) -> CycleKey:
    """Return the cycle that run config and run tags name; see `CycleResource`."""
    partition = tags.get(PARTITION_TAG)
    if as_of is None and partition is None:
        raise UsageError(
            "The run has neither a partition nor an as_of, so it is about no cycle.",
            remedy="Choose a partition, or set resources.cycle.config.as_of in the run config.",
        )
    instant = parse_as_of(as_of or partition or "", timezone=timezone)
    default = partition if as_of is None else None
    return CycleKey(
        cycle_id=checked_identifier(
            cycle_id or default or default_cycle_id(instant), what="cycle id"
        ),
        as_of=instant,
        actor=actor or _starter(tags),
    )


def cycle_of(run_config: Mapping[str, Any], tags: Mapping[str, str], *, timezone: str) -> CycleKey:
    """Return the cycle a stored run was about; `timezone` is the one its config leaves out.

    Raises:
        UsageError: its config names none.
    """
    config = {"timezone": timezone}
    for name in ("resources", "cycle", "config"):
        run_config = run_config.get(name) or {}
    for name, value in run_config.items():
        # A value may also be the name of a variable of the process that ran it.
        if not isinstance(value, str | None):
            raise UsageError(f"resources.cycle.config.{name} is no text.")
        if value is not None:
            config[name] = value
    return cycle_key(
        config.get("as_of"),
        config.get("cycle_id"),
        config.get("actor"),
        tags=tags,
        timezone=config["timezone"],
    )


def _starter(tags: Mapping[str, str]) -> str:
    for tag, what in _STARTERS.items():
        if tag in tags:
            return f"{what} {tags[tag]}"
    return "dagster"


def cycle_config(*, cycle_id: str, as_of: str, actor: str) -> dict[str, Any]:
    """Return the run config that names a cycle."""
    return {"cycle": {"config": {"as_of": as_of, "cycle_id": cycle_id, "actor": actor}}}

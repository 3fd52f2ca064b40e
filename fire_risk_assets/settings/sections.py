"""The sections of `fire_risk.toml`: what each may hold, with its unit, range and default."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from fire_risk_assets.core.cron import is_schedule


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


def _schedule(value: str) -> str:
    if not is_schedule(value):
        raise ValueError("a schedule of five fields such as '0 0 * * 1'")
    return value


class Cycles(_Section):
    """When cycles run."""

    cron: Annotated[str, AfterValidator(_schedule)] = "0 0 * * 1"
    """Ticks of the retraining schedule (UTC); each is a partition, named by its date."""

    start: date = date(2023, 1, 2)
    """First partition; a cycle before it runs without one."""

    days: int = Field(default=7, ge=1, le=400)
    """Length of the period in days; decides how often a holdout row may judge."""


class Scoring(_Section):
    """When production predicts."""

    cron: Annotated[str, AfterValidator(_schedule)] = "0 15 * * *"
    """Ticks of the scoring schedule (UTC); each scores its own day, whose weather must be there."""


class Ingest(_Section):
    """How offered files are judged."""

    known_at: str = Field(
        default="now",
        pattern=r"^(now|observed\+\d{1,5})$",
        json_schema_extra={"expected": "`now` or `observed+DAYS`"},
    )
    """When rows of files that do not say were known: `now`, or `observed+DAYS`."""

    cell_area_ha: float = Field(default=10_000.0, gt=0.0)
    """Area of a cell in hectares: no burned area is larger."""

    require_known_cells: bool = True
    """Once any cell is known, rows of others are set aside."""

    compare_units: bool = True
    """Weather far outside its season that fits it in °F or m/s is rejected."""

    reused_name: Literal["reject", "accept"] = "reject"
    """Other content under the name of an accepted file."""


class Simulate(_Section):
    """The simulated park of an empty home."""

    seed: int = Field(default=0, ge=0)
    years: int = Field(default=3, ge=1, le=40)
    until: date | None = None
    """Last day; default: the latest 28 September at least 14 days back."""

    drift_from: date | None = None
    """Start of the concept change; default: 1 May of the last year."""

    drift_strength: float = Field(default=0.5, ge=0.0, le=1.0)
    """0: none; 1: people and fuel no longer matter."""

    cycles: int = Field(default=6, ge=0, le=520)
    """Weekly cycles `run` makes up to `until`, after one bootstrap cycle a year earlier."""


class Training(_Section):
    """Search and fit."""

    trials: int = Field(default=5, ge=0, le=1000)
    """What serves, the defaults and three proposals: about a second at 88,000 rows."""

    seed: int = Field(default=0, ge=0)
    recency: bool = True
    """False weighs all rows alike, where dates are invented or the past is as good as today."""


class Windows(_Section):
    """Overrides of the models' holdout windows; None keeps the model's own."""

    label_lag_days: int | None = Field(default=None, ge=0, le=400)
    embargo_days: int | None = Field(default=None, ge=1, le=400)
    holdout_weeks: int | None = Field(default=None, ge=1, le=520)
    max_holdout_weeks: int | None = Field(default=None, ge=1, le=520)
    min_rows: int | None = Field(default=None, ge=1)
    min_clusters: int | None = Field(default=None, ge=1)


class Adjudication(_Section):
    """Overrides of the models' adjudication policies; None keeps the model's own."""

    alpha: float | None = Field(default=None, gt=0.0, lt=0.5)
    rule: Literal["paired", "point"] | None = None
    alpha_spending: Literal["per_decision", "per_window"] | None = None
    staleness: bool | None = None


class Registry(_Section):
    """How patient the MLflow client is."""

    retries: int = Field(default=3, ge=0, le=20)
    timeout_s: int = Field(default=10, ge=1, le=600)


class Servers(_Section):
    """Where `make ui` listens; loopback unless a proxy with a login stands in front."""

    host: Literal["127.0.0.1", "::1", "localhost"] = "127.0.0.1"
    dagster_port: int = Field(default=3000, ge=1, le=65535)
    mlflow_port: int = Field(default=5000, ge=1, le=65535)

    def address(self, port: int) -> str:
        """Return where a browser finds the server of a port; an IPv6 host needs brackets there.

        >>> Servers(host="::1").address(3000)
        'http://[::1]:3000'
        """
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{port}"

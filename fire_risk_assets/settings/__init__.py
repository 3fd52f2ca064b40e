"""Every setting, and the only reader of the environment and of `fire_risk.toml`.

`sections` holds the sections of the file, `addresses` the servers, `models` the configured models,
`variables` those of the environment, `complaints` how a wrong value is told.

Frozen once read. A value given on the command line wins over the environment (`FIRE_RISK_…`,
nested with `__`), which wins over the file, which wins over the default here. Add a setting here
when a user must be able to change it; a number nobody should change is a constant beside its use.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from fire_risk_assets.adapters.crash_point import POINTS
from fire_risk_assets.core.names import NAME
from fire_risk_assets.core.redaction import redacted
from fire_risk_assets.core.wording import as_sentence
from fire_risk_assets.errors import InvalidSetting
from fire_risk_assets.settings.addresses import (
    ConnectUri,
    LakeOptions,
    LakeUri,
    PostgresUri,
    SparkConf,
    store_variables,
    with_driver,
)
from fire_risk_assets.settings.complaints import complaint
from fire_risk_assets.settings.sections import (
    Adjudication,
    Cycles,
    Ingest,
    Registry,
    Scoring,
    Servers,
    Simulate,
    Training,
    Windows,
)
from fire_risk_assets.settings.variables import refuse_unknown_variables


def _model_name(value: str) -> str:
    if NAME.fullmatch(value) is None and ":" not in value:
        raise ValueError("built-in names, or `package.module:SPEC`")
    return value


def _zone(value: str) -> str:
    if value not in available_timezones():
        raise ValueError("an IANA time zone such as Europe/Lisbon")
    return value


def _crash_point(value: str | None) -> str | None:
    if value is not None and value not in POINTS:
        raise ValueError(f"one of {', '.join(POINTS)}")
    return value


class _Variables(EnvSettingsSource):
    """The environment. What is no JSON stays the text it is, and is refused as any wrong value."""

    def decode_complex_value(self, field_name: str, field: FieldInfo, value: Any) -> Any:  # noqa: ANN401
        """Read the JSON of a list or a section."""
        try:
            return super().decode_complex_value(field_name, field, value)
        except ValueError:
            return value


class Settings(BaseSettings):
    """All settings; see each field."""

    model_config = SettingsConfigDict(
        env_prefix="FIRE_RISK_",
        env_nested_delimiter="__",
        env_ignore_empty=True,
        frozen=True,
        extra="forbid",
        allow_inf_nan=False,
        toml_file=None,
    )

    home: Path = Path(".fire_risk")
    """Lake, MLflow store, Dagster home, references and locks."""

    config: Path | None = None
    """Path of fire_risk.toml; None: the one in the current folder, if there is one."""

    engine: Literal["local", "spark"] = "local"
    """What works on the tables: this process, or Spark."""

    spark_master: str = Field(default="local[*]", min_length=1)
    """Of the Spark engine: `local[*]`, `spark://host:port`, `yarn`, `k8s://…`."""

    spark_remote: ConnectUri | None = None
    """Address of a Spark Connect server, `sc://host:port`; see `connect_server`."""

    spark_conf: SparkConf = Field(default_factory=dict)
    """Spark's own configuration that holds no secrets, by its names; it wins over ours."""

    clock: Literal["system", "replay"] = "system"
    """`replay`: a cycle decides at as_of plus `replay_delay_hours`, so that the past has serving
    models to investigate. For simulated and historical homes only; fixed when a home is made."""

    replay_delay_hours: int = Field(default=6, ge=0, le=240)
    """Fixed when a home is made."""

    timezone: Annotated[str, AfterValidator(_zone)] = "UTC"
    """Of times without a zone, on the command line and in files."""

    models: tuple[Annotated[str, AfterValidator(_model_name)], ...] = Field(
        default=("burned_area", "fire_occurrence"),
        min_length=1,
        json_schema_extra={"expected": 'a list of names such as ["burned_area"]'},
    )
    """Built-in names or `package.module:SPEC`."""

    metric: dict[str, str] = Field(default_factory=dict)
    """Judging metric by model, where it is not the model's own (`burned_area = "rmse"`)."""

    default_latitude: float = Field(default=41.9, ge=-90.0, le=90.0)
    """Of cells without one; day-length factors switch at ±15° and ±30°."""

    mlflow_uri: str | None = Field(default=None, repr=False, json_schema_extra={"secret": True})
    """Tracking and registry; None: SQLite in the home."""

    mlflow_url: str | None = None
    """Address people open; None: the server of `make ui`."""

    lake_uri: LakeUri | None = None
    """`s3://BUCKET/PREFIX` of the tables; None: `lake` in the home. Fixed when a home is made."""

    lake_options: LakeOptions = Field(default_factory=dict)
    """delta-rs's storage options of `lake_uri` that are no secrets."""

    lease_uri: PostgresUri | None = Field(default=None, repr=False)
    """Postgres database whose advisory locks are the leases; None: file locks in the home."""

    lease_patience_s: float = Field(default=60.0, ge=0.0, le=3600.0)
    landing: Path | None = None
    """Folder with weather/, reports/ and cells/; None: `landing` in the home."""

    crash: Annotated[str | None, AfterValidator(_crash_point)] = None
    """Test hook: `POINT:before` or `POINT:after` kills the process there with SIGKILL."""

    cycles: Cycles = Cycles()
    scoring: Scoring = Scoring()
    ingest: Ingest = Ingest()
    simulate: Simulate = Simulate()
    training: Training = Training()
    windows: Windows = Windows()
    adjudication: Adjudication = Adjudication()
    registry: Registry = Registry()
    servers: Servers = Servers()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Command line, then environment, then file."""
        file = _file(init_settings())
        return (
            init_settings,
            _Variables(settings_cls),
            TomlConfigSettingsSource(settings_cls, toml_file=file),
        )

    def __hash__(self) -> int:
        """Hash over all values; pydantic's own fails on the dict in `metric`."""
        return hash(self.model_dump_json())

    @property
    def lake(self) -> Path:
        """Folder of the Delta tables, unless `lake_uri` names another place."""
        return self.home / "lake"

    @property
    def connect_server(self) -> str | None:
        """Address of the Spark Connect server: `spark_remote`, else what Spark's variable says."""
        told = os.environ.get("SPARK_REMOTE", "")
        return self.spark_remote or (told if told.startswith("sc://") else None)

    @property
    def lake_access(self) -> dict[str, str]:
        """How the object store is reached, keys included: AWS_ variables, then `lake_options`."""
        return store_variables(os.environ) | self.lake_options

    @property
    def locks(self) -> Path:
        """Folder of the leases."""
        return self.home / "locks"

    @property
    def dagster_home(self) -> Path:
        """Folder of the Dagster instance."""
        return self.home / "dagster"

    @property
    def tracking_uri(self) -> str:
        """Where MLflow keeps runs and registry."""
        own = f"sqlite:///{self.home / 'mlflow' / 'mlflow.db'}"
        return with_driver(self.mlflow_uri or own)

    @property
    def landing_folder(self) -> Path:
        """Where new files are looked for."""
        return self.landing or self.home / "landing"

    @property
    def mlflow_page(self) -> str:
        """Address of MLflow's pages for links."""
        return self.mlflow_url or self.servers.address(self.servers.mlflow_port)

    @property
    def mlflow_models_page(self) -> str:
        """Address of the registered models; the bare one opens MLflow's page on language models."""
        return f"{self.mlflow_page}/#/models?workflowType=machine_learning"


def read_settings(**given: Any) -> Settings:  # noqa: ANN401  (fields of Settings)
    """Read the settings; `given` wins over environment and file. None is "not given".

    Raises:
        InvalidSetting: every value that is wrong, in one message.
    """
    refuse_unknown_variables(Settings.model_fields)
    if given.get("home") == Path():
        raise InvalidSetting(
            "The home is empty, or the current folder itself.",
            remedy="Name a folder of its own with --home.",
        )
    try:
        found = Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as cause:
        wrong = complaint(cause, Settings, given=given, variables=os.environ, file=_file(given))
        raise InvalidSetting(f"Settings are not valid: {wrong}") from cause
    except (ValueError, OSError) as cause:
        raise InvalidSetting(
            as_sentence(f"The configuration file {_file(given)} is no TOML: {redacted(str(cause))}")
        ) from cause
    home = found.home.expanduser().absolute()
    return found.model_copy(update={"home": home})


def _file(given: Mapping[str, Any]) -> Path:
    variable = next((name for name in os.environ if name.upper() == "FIRE_RISK_CONFIG"), "")
    chosen = given.get("config") or os.environ.get(variable)
    file = Path(chosen) if chosen else Path("fire_risk.toml")
    if chosen and not file.is_file():
        raise InvalidSetting(
            f"The configuration file {file} {'is no file' if file.exists() else 'does not exist'}.",
            remedy="Correct --config or FIRE_RISK_CONFIG.",
        )
    return file


def inherited_environment() -> dict[str, str]:
    """Return the environment of this process, for processes it starts."""
    return dict(os.environ)

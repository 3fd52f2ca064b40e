"""The configured models: which they are, and what the settings change about each.

Add a line to `_overridden` when a setting shall override a part of every model's spec.
"""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from fire_risk_assets.errors import InvalidSetting, UnknownMetric, UnknownModel
from fire_risk_assets.settings import Settings

if TYPE_CHECKING:
    from pydantic import BaseModel

    from fire_risk_assets.core.models.spec import ModelSpec


def model_specs(settings: Settings) -> "dict[str, ModelSpec]":
    """Return the configured models by name, with the settings' overrides applied.

    Raises:
        UnknownModel: a name is not a model, or an override names a model not configured.
        InvalidSetting: a model cannot be judged on the metric its setting names, or two models
            have one name.
    """
    from fire_risk_assets.core.models import resolve_model

    specs = {}
    for address in settings.models:
        spec = resolve_model(address)
        if spec.name in specs:
            raise InvalidSetting(
                f"Two models of `models` are called {spec.name}; {address!r} is the second.",
                remedy="Give it another name in its ModelSpec: name, ledger and registry are one.",
            )
        if spec.name in settings.metric:
            try:
                spec = spec.judged_on(settings.metric[spec.name])
            except (InvalidSetting, UnknownMetric) as cause:
                raise InvalidSetting(
                    f"metric.{spec.name} (FIRE_RISK_METRIC__{spec.name.upper()}): {cause}",
                    remedy="Correct it in fire_risk.toml or the environment.",
                ) from cause
        specs[spec.name] = _overridden(spec, settings)
    if unknown := set(settings.metric) - set(specs):
        raise UnknownModel(f"[metric] names {sorted(unknown)}; configured are {sorted(specs)}.")
    return specs


def model_spec(settings: Settings, name: str) -> "ModelSpec":
    """Return one configured model.

    Raises:
        UnknownModel: it is not configured.
    """
    specs = model_specs(settings)
    if name not in specs:
        raise UnknownModel(
            f"No model {name[:80]!r} is configured; there are {sorted(specs)}.",
            remedy="Add it to `models` in fire_risk.toml, or correct the name.",
        )
    return specs[name]


def _overridden(spec: "ModelSpec", settings: Settings) -> "ModelSpec":
    if not settings.training.recency:
        spec = spec.without_recency()
    windows = replace(spec.windows, cycle_days=settings.cycles.days, **_given(settings.windows))
    policy = replace(spec.policy, **_given(settings.adjudication))
    return replace(spec, windows=windows, policy=policy)


def _given(section: "BaseModel") -> dict[str, Any]:
    return {name: value for name, value in section.model_dump().items() if value is not None}

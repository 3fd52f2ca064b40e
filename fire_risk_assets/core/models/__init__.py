"""What is retrained: one file a model, found by its name.

Where things are:

* `spec.py`             what a model must say of itself
* `search_space.py`     the words a search space is written in
* `encoding.py`         preprocessing that recipes share
* `trusted.py`          the types a saved pipeline may hold
* `burned_area.py`      hectares a fire burns
* `fire_occurrence.py`  whether a fire starts in a cell-day

Adding a model is one file here with a module constant `SPEC`, or the same file in a package of
your own, named as `package.module:SPEC`. How models are searched, fitted and judged is the same
for all of them and stays out. Nothing here imports scikit-learn before a recipe is called.
"""

from importlib import import_module
from pkgutil import iter_modules

from fire_risk_assets.core.models.spec import ModelSpec
from fire_risk_assets.core.wording import as_sentence
from fire_risk_assets.errors import InvalidSetting, UnknownModel


def builtin_models() -> dict[str, ModelSpec]:
    """Return the shipped models by name: every module of this folder that has a `SPEC`.

    >>> sorted(builtin_models())
    ['burned_area', 'fire_occurrence']
    """
    modules = (import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__))
    specs = [spec for module in modules if isinstance(spec := vars(module).get("SPEC"), ModelSpec)]
    return {spec.name: spec for spec in sorted(specs, key=lambda spec: spec.name)}


def resolve_model(address: str) -> ModelSpec:
    """Return a shipped model by name, or any other by `package.module:NAME`.

    Raises:
        UnknownModel: there is none; the message lists the shipped ones.
        InvalidSetting: the module makes a ModelSpec that cannot be one.

    >>> resolve_model("burned_area").name
    'burned_area'
    >>> resolve_model("fire_risk_assets.core.models.fire_occurrence:SPEC").metric
    'log_loss'
    """
    shipped = builtin_models()
    if address in shipped:
        return shipped[address]
    module_name, separator, attribute = address.partition(":")
    if not separator:
        raise _unknown(address, "no shipped model has that name", shipped)
    try:
        found = getattr(import_module(module_name), attribute, None)
    except InvalidSetting as fault:
        raise InvalidSetting(
            f"The model {address!r}: {fault}",
            remedy=f"Correct the ModelSpec in {module_name}; CONTRIBUTING.md shows a whole one.",
        ) from fault
    except (ImportError, ValueError, TypeError) as cause:
        raise _unknown(address, f"the module cannot be imported ({cause})", shipped) from cause
    if not isinstance(found, ModelSpec):
        raise _unknown(address, f"{attribute!r} is no ModelSpec of that module", shipped)
    return found


def _unknown(address: str, fault: str, shipped: dict[str, ModelSpec]) -> UnknownModel:
    return UnknownModel(
        as_sentence(f"The model {address[:120]!r} is unknown: {fault}")
        + f" Shipped: {', '.join(shipped)}.",
        remedy="Use a shipped name, or write package.module:SPEC of a module that can be imported.",
    )

"""Whether a version can be made again: the answer, and everything it rests on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from fire_risk_assets.core.ingredients import Ingredient
from fire_risk_assets.core.then_and_now import CodeThen, EnvironmentThen

Answer = Literal["reproduced", "differs", "not_reproducible"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reproduction:
    """The answer, and everything it rests on.

    Attributes:
        role: "candidate" or "baseline"; None where nothing tells.
        params: What was fitted again.
        compared_rows: Rows whose predictions were compared.
    """

    model_name: str
    version: int
    role: str | None
    cycle_id: str | None
    answer: Answer
    ingredients: Sequence[Ingredient]
    params: Mapping[str, Any] | None
    seed: int | None
    compared_rows: int
    code: CodeThen
    environment: EnvironmentThen


def answer_of(ingredients: Sequence[Ingredient]) -> Answer:
    """Return the answer: what was found otherwise comes before what could not be looked at.

    >>> answer_of([Ingredient(name="seed", state="missing"), Ingredient(name="x", state="differs")])
    'differs'
    """
    states = {each.state for each in ingredients if each.needed}
    if "differs" in states:
        return "differs"
    return "not_reproducible" if "missing" in states else "reproduced"

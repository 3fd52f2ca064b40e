"""Variables of the environment that look like settings and are none."""

import os
from collections.abc import Mapping

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from fire_risk_assets.errors import InvalidSetting

OTHER_VARIABLES = frozenset({"FIRE_RISK_TEST_DATA"})
"""Variables of the tests and of `make`, which are no settings."""


def refuse_unknown_variables(fields: Mapping[str, FieldInfo]) -> None:
    """Make sure that every variable that looks like a setting is one.

    Args:
        fields: Of the settings, by name.

    Raises:
        InvalidSetting: one is none.
    """
    # A misspelt variable would leave the default in force without a word.
    known = {f"FIRE_RISK_{name}".upper() for name in fields} | OTHER_VARIABLES
    # Only a section has keys of its own.
    flat = {
        f"FIRE_RISK_{name}".upper()
        for name, field in fields.items()
        if not isinstance(field.default, BaseModel)
        and name not in ("metric", "spark_conf", "lake_options")
    }
    unknown = []
    for name in os.environ:
        setting, nested, _ = name.upper().partition("__")
        if setting.startswith("FIRE_RISK_") and (
            setting not in known or (nested and setting in flat)
        ):
            unknown.append(name)
    if unknown:
        raise InvalidSetting(
            f"The environment sets {', '.join(sorted(unknown))}, which is no setting.",
            remedy="Correct or unset it; the README lists every setting.",
        )

"""The tiny model with a recipe that fails as libraries do: with the address it was given."""

import os
from dataclasses import replace

from fire_risk_assets_tests.tiny import TINY


class Unreachable(Exception):
    """Makes its text by itself, as errors of SQLAlchemy and of the system do."""

    def __str__(self):
        return f"cannot reach {os.environ['DATABASE_URL']}"


def _recipe(_params, _seed):
    try:
        raise Unreachable
    except Unreachable as cause:
        raise ConnectionError(f"refused: token={os.environ['API_TOKEN']}; {cause}") from cause


SPEC = replace(TINY, recipe=_recipe)

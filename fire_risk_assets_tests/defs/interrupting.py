"""A tiny model that interrupts its own process while it is fitted, as Ctrl-C would."""

import os
import signal
from dataclasses import replace

from fire_risk_assets_tests.tiny import TINY


def _interrupted(params, seed):
    os.kill(os.getpid(), signal.SIGINT)
    return TINY.recipe(params, seed)


SPEC = replace(TINY, recipe=_interrupted)

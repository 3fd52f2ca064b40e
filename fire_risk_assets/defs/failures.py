"""What an error means to Dagster, and the ledger row of a failed attempt.

Whether trying again can help is decided once, by the error's type (`FireRiskError.permanent`): it
is shown, and forbids retries where somebody gives a job a retry policy; none of ours has one. The
missed-cycle sensor repeats whatever failed: what is permanent for a run, a person may have mended.
The row is written by a job hook, in the process of the run: a run-failure sensor would need the
daemon. A killed process writes nothing: RECONCILE finds it at the next start of a cycle.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg

from fire_risk_assets.core.redaction import redacted
from fire_risk_assets.errors import FireRiskError, RequestRefused, UsageError

MAX_REASON = 300
_INTERRUPTS = ("DagsterExecutionInterruptedError", "KeyboardInterrupt")


@contextmanager
def as_failures() -> Iterator[None]:
    """Turn our errors into Dagster's, with the remedy, and without retries where none can help.

    Of every error the secrets are taken out: Dagster stores its text and those of its causes.
    """
    try:
        yield
    except FireRiskError as error:
        raise dg.Failure(
            description=redacted(f"{type(error).__name__}: {error} {error.remedy}"),
            metadata={"remedy": error.remedy, "trying again can help": not error.permanent},
            allow_retries=not error.permanent,
        ) from without_secrets(error)
    except Exception as error:
        told = without_secrets(error)
        if told is error:
            raise
        raise told from told.__cause__


def without_secrets(error: BaseException) -> BaseException:
    """Return the error with no secret in its text or in those of its causes.

    It is the same object unless its class makes the text by itself; then it is one that says the
    same under the same name.

    >>> str(without_secrets(ValueError("token=abc")))
    'token=***'
    """
    behind = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    told, text = error, redacted(str(error))
    if text != str(error):
        error.args = (text,)
        if str(error) != text:
            told = type(type(error).__name__, (Exception,), {})(text)
            told.with_traceback(error.__traceback__)
    cleaned = None if behind is None else without_secrets(behind)
    if cleaned is not behind or told is not error:
        told.__cause__ = cleaned
    return told


def cause_of(error: BaseException) -> BaseException:
    """Return what a Dagster failure was raised from, when that was one of our errors."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, FireRiskError):
            return seen
        seen = seen.__cause__
    return error


def was_interrupt(event: dg.DagsterEvent) -> bool:
    """Tell whether a step failed because a person or the system interrupted it."""
    error = event.step_failure_data.error if event.is_step_failure else None
    return error is not None and error.cls_name in _INTERRUPTS


def one_line(error: BaseException) -> str:
    r"""Return the error as one short line without credentials.

    >>> one_line(ValueError("postgresql://ann:pw@db/x is down\n  token=abc"))
    'ValueError: postgresql://***@db/x is down token=***'
    """
    text = " ".join(f"{type(error).__name__}: {error}".split())
    text = redacted(text)
    return text if len(text) <= MAX_REASON else text[: MAX_REASON - 1] + "…"


@dg.failure_hook(name="remember_error", required_resource_keys={"home"})
def remember_error(context: dg.HookContext) -> None:
    """Keep the error for whoever started the run in this process; an event holds only its text."""
    _remember(context)


def _remember(context: dg.HookContext) -> BaseException:
    found = cause_of(context.op_exception or RuntimeError("no exception was handed over"))
    context.resources.home.errors.setdefault(context.run_id, found)
    return found


def _begun(context: dg.HookContext, model_name: str) -> bool:
    """Tell whether the run got as far as an attempt of its cycle; without a cycle it cannot."""
    from fire_risk_assets.actions.attempts import attempted

    try:
        key = context.resources.cycle.key
    except UsageError:
        return False
    return attempted(model_name, key.cycle_id, context.run_id, context.resources.home.world)


def failure_hook_of(model_name: str) -> dg.HookDefinition:
    """Return the hook that records a failed attempt of a model's cycle.

    It fires for a raised error and for a failed blocking check alike. What an operator asked for
    and the plan refused is no attempt: three such rows would make the missed-cycle sensor give up.
    """

    @dg.failure_hook(
        name=f"record_failure_of_{model_name}", required_resource_keys={"home", "cycle"}
    )
    def record(context: dg.HookContext) -> None:
        from fire_risk_assets.actions.record_failure import Failure, record_failure

        found = _remember(context)
        world = context.resources.home.world
        if isinstance(found, (UsageError, RequestRefused)) and not _begun(context, model_name):
            return
        key = context.resources.cycle.key
        failure = Failure(
            model_name=model_name,
            cycle_id=key.cycle_id,
            as_of=key.as_of,
            run_id=context.run_id,
            step=context.step_key.removeprefix(f"{model_name}__"),
            reason=one_line(found),
            actor=key.actor,
        )
        record_failure(failure, world)

    return record

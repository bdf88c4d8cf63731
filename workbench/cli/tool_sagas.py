"""`workbench tools sagas`, `saga`, `resolve`: sagas, and a person's word on what waits for one."""

from typing import Annotated, Final

import orjson
import polars as pl
import typer

from engine.contracts import Json, JsonObject
from engine.errors import BadInput, NotFound
from workbench.bootstrap.doubts import find_saga
from workbench.bootstrap.resolving import resolve as resolved
from workbench.bootstrap.tool_state import state_of
from workbench.cli.output import AsJson, console, moment, print_frame, print_json
from workbench.cli.session import opened, settings_of
from workbench.store.saga_table import SAGA_STATES, SAGAS, saga_table, step_table

SagaId = Annotated[str, typer.Argument(help="A saga's id, or a unique beginning of one.")]
_SAGA: Final = ("saga_id", "kind", "state", "done", "steps", "at_step", "error", "changed_at")
_STEP: Final = ("index", "step", "state", "attempts", "result", "undone", "error", "changed_at")
_FORMATS: Final = {"changed_at": moment}


def sagas(
    ctx: typer.Context,
    state: Annotated[str | None, typer.Option(help="Only running, parked, done, …")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="So many at most.")] = 50,
    as_json: AsJson = False,
) -> None:
    """Sagas, the newest first; those that are parked wait for a person."""
    if state is not None and state not in SAGA_STATES:
        raise BadInput(f"no state {state!r}", where="--state", hint=", ".join(SAGA_STATES))
    with state_of(settings_of(ctx)) as found:
        empty = pl.DataFrame(schema=SAGAS)
        frame = empty if found is None else saga_table(found.sagas, limit, state=state)
    if frame.is_empty() and not as_json:
        console.print("There is no such saga.")
        return
    print_frame(frame if as_json else frame.select(_SAGA), as_json=as_json, formats=_FORMATS)


def saga(ctx: typer.Context, saga_id: SagaId, as_json: AsJson = False) -> None:
    """One saga: its steps, what undid them, and what people have said."""
    with state_of(settings_of(ctx)) as found:
        if found is None:
            raise NotFound(f"no saga {saga_id!r}", hint="there is none yet")
        one = find_saga(found, saga_id)
    steps = step_table(one)
    if as_json:
        print_json({"saga": one.model_dump(mode="json"), "steps": steps.to_dicts()})
        return
    console.print(f"{one.saga_id}  {one.kind}  {one.state}", soft_wrap=True)
    print_frame(steps.select(_STEP), as_json=False, formats=_FORMATS)
    for said in one.decisions:
        console.print(f"{said.action} by {said.author or 'unknown'}: {said.note}", soft_wrap=True)
    if one.state == "parked":
        on = f"workbench tools resolve {one.saga_id} --as done|failed|retry --reason …"
        console.print(f"it waits for a person: {on}", soft_wrap=True)


def resolve(
    ctx: typer.Context,
    subject: Annotated[
        str, typer.Argument(metavar="ID", help="A parked saga; a call's number or key.")
    ],
    said: Annotated[str, typer.Option("--as", help="done, failed or retry: see above.")],
    reason: Annotated[str, typer.Option(help="Why: kept with the audit.")],
    result: Annotated[
        str | None, typer.Option(help="Of done: what the tool answered, as JSON.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say what has become of a call in doubt, or of a parked saga.

    done: it had its effect; callers are given the result. failed: it had none, and is given up;
    the effect of a step that was to be undone stands. retry: it had none, and is made when it is
    asked for again; a saga goes once more about it.
    """
    given: JsonObject = {"said": said, "reason": reason.strip(), "result": _json(result)}
    with opened(ctx) as store, state_of(settings_of(ctx)) as state:
        if state is None:
            raise NotFound(f"no saga {subject!r}, and no call in doubt", hint="there is none yet")
        told = resolved(store, state, subject, given, author=settings_of(ctx).author)
    if as_json:
        print_json(told.model_dump(mode="json"))
    else:
        console.print(f"{told.said}: the {told.kind} {told.subject} is {told.state}")


def _json(text: str | None) -> Json:
    found: Json = None
    try:
        found = None if text is None else orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise BadInput(f"no JSON: {error}", where="--result") from None
    return found

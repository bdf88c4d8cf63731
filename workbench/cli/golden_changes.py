"""The sub-commands of `workbench golden` that change something."""

from typing import Annotated, Any

import orjson
import typer

from engine.errors import BadInput
from engine.evals.golden import GoldenEntry
from workbench.bootstrap.golden import draft, promote_task, retire_task
from workbench.bootstrap.golden.drafts import Wish
from workbench.cli.output import AsJson, console, print_json
from workbench.cli.session import opened, settings_of

Suite = Annotated[str, typer.Argument(help="A suite by name, or its folder.")]
Task = Annotated[str, typer.Argument(help="A task by its id.")]


def add(
    ctx: typer.Context,
    episode: Annotated[str, typer.Argument(help="An episode's id, or the beginning of one.")],
    suite: Annotated[str, typer.Option(help="The suite that gets the task, by name or folder.")],
    step: Annotated[
        int | None,
        typer.Option(min=0, help="The step whose answer is asked for. Default: the whole episode."),
    ] = None,
    family: Annotated[
        str, typer.Option(help="A family of the suite. Default: the episode's, or the only one.")
    ] = "",
    target: Annotated[
        str | None,
        typer.Option(help="The right answer, a text or JSON. Default: what was answered."),
    ] = None,
    choice: Annotated[list[str] | None, typer.Option(help="A choice; repeat for each.")] = None,
    scorer: Annotated[
        list[str] | None, typer.Option(help="A scorer of its own, by kind or as JSON.")
    ] = None,
    task_id: Annotated[str, typer.Option("--id", help="The task's id. Default: made up.")] = "",
    owner: Annotated[str, typer.Option(help="Who answers for it. Default: you.")] = "",
    reason: Annotated[str, typer.Option(help="Why: kept with it.")] = "",
    as_json: AsJson = False,
) -> None:
    """Make a draft task of an episode, or of a step: what was asked, and what was answered.

    It stands at the end of the suite's tasks.jsonl and does not run before it is reviewed.
    Instructions to the model are the team's and no part of it.
    """
    wish = Wish(
        suite=suite,
        step=step,
        family=family,
        task_id=task_id,
        target=target,
        choices=choice or (),
        scorers=[_scorer(text) for text in scorer or ()],
        owner=owner,
        reason=reason,
    )
    with opened(ctx) as store:
        made = draft(store, settings_of(ctx), episode, wish)
    if as_json:
        task, entry = made.task.model_dump(mode="json"), made.entry.model_dump(mode="json")
        print_json({"new": made.new, "suite": made.suite, "task": task, "entry": entry})
        return
    said = f"draft {made.task.id} in {made.folder}" if made.new else f"{made.task.id} was there"
    console.print(said, soft_wrap=True)
    console.print(f"     target  {orjson.dumps(made.task.target).decode()}", soft_wrap=True)
    console.print(f"       next  workbench golden promote {suite} {made.task.id}", soft_wrap=True)


def promote(
    ctx: typer.Context,
    suite: Suite,
    task: Task,
    reason: Annotated[str, typer.Option(help="Why: kept with the change.")],
    reviewer: Annotated[
        str, typer.Option(help="Who has reviewed it, not its owner. Default: you.")
    ] = "",
    owner: Annotated[
        str, typer.Option(help="Who answers for it; only of one not reviewed before.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Bring a task to its next state: draft to reviewed, reviewed to golden."""
    with opened(ctx) as store:
        entry = promote_task(
            store, settings_of(ctx), suite, task, reason=reason, reviewer=reviewer, owner=owner
        )
    _report(entry, as_json=as_json)


def retire(
    ctx: typer.Context,
    suite: Suite,
    task: Task,
    reason: Annotated[str, typer.Option(help="Why: kept with the change.")],
    as_json: AsJson = False,
) -> None:
    """Take a task out of use; its lines stay."""
    with opened(ctx) as store:
        entry = retire_task(store, settings_of(ctx), suite, task, reason=reason)
    _report(entry, as_json=as_json)


def _report(entry: GoldenEntry, *, as_json: bool) -> None:
    if as_json:
        print_json(entry.model_dump(mode="json"))
        return
    by = f", reviewed by {entry.reviewer}" if entry.reviewer else ""
    console.print(f"{entry.id}: {entry.state}, version {entry.version}{by}")


def _scorer(text: str) -> Any:
    try:
        return orjson.loads(text) if text.lstrip().startswith("{") else text
    except orjson.JSONDecodeError as error:
        raise BadInput(f"{text} is no JSON: {error}", where="--scorer") from None

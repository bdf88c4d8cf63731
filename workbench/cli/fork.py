"""`workbench fork`: a recorded episode, live from one of its steps on."""

import asyncio
from dataclasses import asdict
from typing import Annotated

import typer

from workbench.bootstrap import Bench
from workbench.bootstrap.forking import fork as fork_episode
from workbench.cli.episodes import print_beside
from workbench.cli.output import AsJson, console, print_json
from workbench.cli.progress import Bars
from workbench.cli.session import opened, settings_of
from workbench.cli.signals import interruptible

app = typer.Typer()


@app.command(epilog="Example: workbench fork ep-0193 --at 3 --edit-result 'no such order'")
def fork(
    ctx: typer.Context,
    episode: Annotated[str, typer.Argument(help="An episode's id, or the beginning of one.")],
    at: Annotated[int, typer.Option(min=0, help="The step, as `episodes show` numbers them.")],
    edit_message: Annotated[
        str | None, typer.Option(help="Said at that step instead: the input, or the model's text.")
    ] = None,
    edit_result: Annotated[
        str | None, typer.Option(help="What a tool call of that step gave instead.")
    ] = None,
    call: Annotated[int, typer.Option(min=1, help="Which call --edit-result is of.")] = 1,
    instructions: Annotated[
        str | None, typer.Option(help="What the agent of that step is told instead.")
    ] = None,
    model: Annotated[str | None, typer.Option(help="A model by name for that agent.")] = None,
    tools: Annotated[
        str | None, typer.Option(help="The tools that agent may call, with commas; '' for none.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Go on live from a step of a recorded episode, and show both side by side."""
    named = None if tools is None else tuple(filter(None, tools.split(",")))
    with opened(ctx) as store:
        with Bars(quiet=as_json) as bars, interruptible():
            work = fork_episode(
                Bench(settings_of(ctx), store, bars),
                episode,
                at,
                message=edit_message,
                result=edit_result,
                position=call,
                instructions=instructions,
                model=model,
                tools=named,
            )
            made = asyncio.run(work)
        if as_json:
            print_json(asdict(made))
            return
        print_beside(store, made.parent, made.episode_id)
    console.print(f"{made.episode_id} forked from {made.parent} at step {made.step}")

"""`workbench model`: list models, ask one, serve the embedded one."""

import asyncio
from typing import Annotated

import typer

from engine.contracts import ModelRequest, ModelResponse, system, user
from engine.models.catalog import Catalog
from engine.models.embedded import serve as serve_embedded
from workbench.cli.output import AsJson, console, print_json, usd
from workbench.cli.session import settings_of

app = typer.Typer(no_args_is_help=True, epilog="Example: workbench model serve --port 8100")


@app.command("list", epilog="Example: workbench model list")
def list_(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Names that --model takes; endpoints come from WORKBENCH_ENDPOINTS."""
    names = Catalog(settings_of(ctx).endpoints).names()
    if as_json:
        print_json(names)
    else:
        console.print(*names, sep="\n")


@app.command(epilog='Example: workbench model ask "What is the capital of France?"')
def ask(
    ctx: typer.Context,
    prompt: Annotated[str, typer.Argument(help="What the user says.")],
    model: Annotated[str, typer.Option(help="Model by name.")] = "small",
    instructions: Annotated[str, typer.Option(help="What the model is told first.")] = "",
    as_json: AsJson = False,
) -> None:
    """Ask a model once, and print answer, tokens and cost."""
    messages = (*((system(instructions),) if instructions else ()), user(prompt))
    response = asyncio.run(_ask(ctx, model, ModelRequest(messages=messages)))
    if as_json:
        print_json(response.model_dump(mode="json"))
        return
    console.print(response.message.content)
    usage = response.usage
    console.print(
        f"{usage.input_tokens} + {usage.output_tokens} tokens, {usage.calls} call(s), "
        f"{usd(response.cost_usd)} ({response.price_source})",
        style="dim",
    )


async def _ask(ctx: typer.Context, name: str, request: ModelRequest) -> ModelResponse:
    async with Catalog(settings_of(ctx).endpoints) as catalog:
        return await catalog.get(name).complete(request)


@app.command(epilog="Example: workbench model serve --port 8100")
def serve(
    port: Annotated[int, typer.Option(help="0 takes a free one.")] = 8100,
    host: Annotated[str, typer.Option(help="Address to listen at.")] = "127.0.0.1",
) -> None:
    """Serve the embedded model as an OpenAI-compatible endpoint until Ctrl-C."""
    with serve_embedded(host, port) as server:
        console.print(f"{server.url}  (Ctrl-C stops)")
        try:
            server.wait()
        except KeyboardInterrupt:
            console.print("stopped")

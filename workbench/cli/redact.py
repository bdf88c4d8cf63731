"""`workbench redact`: mask personal data and secrets in a text."""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from engine.errors import BadInput
from engine.privacy import Detector
from workbench.cli.output import print_json

app = typer.Typer()


@app.command(epilog="Example: workbench redact mail.txt > masked.txt")
def redact(
    file: Annotated[str, typer.Argument(help="A text file; - is standard input.")] = "-",
    as_json: Annotated[
        bool, typer.Option("--json", help="List type and position of each find instead.")
    ] = False,
) -> None:
    """Print a text with e-mail addresses, numbers, keys and passwords masked by their type.

    Positions count characters from 0, lines and columns from 1. What was found is not listed.
    """
    text = _text(file)
    detector = Detector()
    if not as_json:
        sys.stdout.write(detector.redact(text))
        return
    print_json([asdict(span) | _place(text, span.start) for span in detector.find(text)])


def _text(file: str) -> str:
    try:
        data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        return data.decode()
    except OSError as error:
        raise BadInput(f"cannot be read: {error.strerror}", where=file) from None
    except UnicodeDecodeError as error:
        hint = "convert it first, e.g. with iconv"
        raise BadInput(f"byte {error.start} is no UTF-8", where=file, hint=hint) from None


def _place(text: str, start: int) -> dict[str, int]:
    """Line and column of a character."""
    before = text[:start]
    return {"line": before.count("\n") + 1, "column": start - before.rfind("\n")}

"""A program as a tool: an argument list, never a shell, within limits."""

import asyncio
import errno
import os
import re
import shutil
import signal
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import orjson

from engine.contracts import Json, JsonObject, ToolPolicy, ToolSpec, canonical
from engine.errors import (
    BadInput,
    DeadlineExceeded,
    ToolBroke,
    ToolError,
    ToolGarbled,
    ToolRefused,
    ToolUnavailable,
    ToolUnreachable,
)
from engine.tools.keyed import Probe
from engine.tools.schema import checked_by, must_be_schema
from engine.tools.tool import Site, call_key

KEY_VARIABLE: Final = "IDEMPOTENCY_KEY"
_PLACE: Final = re.compile(r"\{(\w+)\}")
_TEMPFAIL: Final = 75
"""EX_TEMPFAIL of sysexits.h: the program itself says that it is worth another try."""
_TOLD: Final = 500
"""Characters of what it wrote on standard error that the model is shown, the last ones."""
_PIECE: Final = 65_536


@dataclass(frozen=True, slots=True)
class ProcessTool:
    """A program that is started for each call.

    `{name}` in an element of the command is filled with that argument; a value that begins with a
    dash is refused where it would stand at the beginning of an element, as it would be taken for an
    option, unless a lone `--` comes before. The arguments are given as a JSON object on standard
    input too. Exit code 0 is success, its standard output the result; 75 may pass; any other is
    told to the model with the end of standard error.

    It gets no environment but PATH, the language, `env` and the call's idempotency key. It runs in
    a process group of its own, all of which is killed when the call ends, however it ends.
    """

    name: str
    command: tuple[str, ...]
    parameters: JsonObject
    description: str = ""
    answer: str = "text"
    """`text`, or `json` where anything else is an error."""
    policy: ToolPolicy | None = None
    sensitive: tuple[str, ...] = ()
    probe: Probe | None = None
    env: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Their values are nowhere written down."""
    cwd: str | None = None
    max_bytes: int = 1_000_000
    """It is killed when it writes more, on either stream."""
    cpu_s: int = 60
    """Seconds of processor time after which the system kills it."""
    memory_bytes: int = 2**31
    """Address space beyond which it gets none."""
    spec: ToolSpec = field(init=False)

    def __post_init__(self) -> None:
        """Check what was written; raises `BadInput`."""
        where = f"tool {self.name}"
        must_be_schema(self.name, self.parameters)
        told: dict[str, Any] = {"name": self.name, "description": self.description}
        told |= {"parameters": self.parameters, "sensitive": self.sensitive}
        spec = ToolSpec.parse(told, where=where)
        object.__setattr__(self, "spec", spec.model_copy(update={"policy": self.policy}))
        if isinstance(self.command, str) or not self.command:
            raise BadInput("command is a list: the program, then its arguments", where=where)
        if self.answer not in {"text", "json"}:
            raise BadInput(f"answer is text or json, not {self.answer!r}", where=where)

    @property
    def source(self) -> str:
        """The command, with the names of the variables."""
        told: dict[str, Any] = {
            "command": list(self.command),
            "env": sorted(self.env),
            "answer": self.answer,
            "spec": self.spec.model_dump(mode="json"),
        }
        return canonical(told).decode()

    def checked(self, arguments: JsonObject) -> dict[str, Any]:
        """The arguments, where they fit the schema; raises `ToolError`."""
        return checked_by(self.spec, arguments)

    async def call(
        self, arguments: JsonObject, *, limit_s: float | None = None, site: Site | None = None
    ) -> Json:
        """Run the program to its end; raises as `HttpTool` does."""
        del site
        command = self._command(self.checked(arguments))
        process = await self._started(command)
        limit = asyncio.timeout(limit_s)
        try:
            async with limit:
                out, err = await self._talk(process, orjson.dumps(arguments))
                code = await process.wait()
        except TimeoutError:
            said = f"{self.name} gave no answer within {limit_s or 0:g} s"
            raise DeadlineExceeded(said) from None
        finally:
            await _ended(process)
        return self._result(code, out, err)

    def _command(self, arguments: JsonObject) -> list[str]:
        filled: list[str] = []
        for element in self.command:
            text = _PLACE.sub(lambda found: _text(arguments.get(found[1])), element)
            if text.startswith("-") and element.startswith("{") and "--" not in filled:
                raise ToolRefused(f"{self.name}: an argument begins with a dash: {element}")
            if "\0" in text:
                raise ToolRefused(f"{self.name}: an argument holds a NUL: {element}")
            filled.append(text)
        return filled

    async def _started(self, command: list[str]) -> asyncio.subprocess.Process:
        kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        keyed = {KEY_VARIABLE: call_key()} if call_key() else {}
        pipe = asyncio.subprocess.PIPE
        # Set before the program begins, by a shell that turns into it: code of ours between fork
        # and exec is not safe beside threads, and from outside the program may be quicker.
        limits = f"ulimit -t {self.cpu_s}; ulimit -v {self.memory_bytes // 1024}"
        shell = ("/bin/sh", "-c", f'{limits}; unset PWD OLDPWD SHLVL; exec "$@"', self.name)
        try:
            self._must_be_there(command[0])
            return await asyncio.create_subprocess_exec(
                *shell,
                *command,
                stdin=pipe,
                stdout=pipe,
                stderr=pipe,
                cwd=self.cwd,
                env={**kept, **keyed, **self.env},
                start_new_session=True,
            )
        except OSError as error:
            said = f"{self.name} cannot be started: {error.strerror}: {command[0]}"
            raise ToolUnreachable(said, no_effect=True) from None

    def _must_be_there(self, program: str) -> None:
        """Raise `OSError` where it is not: the shell that sets its limits would not tell."""
        path = {**os.environ, **self.env}.get("PATH")
        if shutil.which(program if self.cwd is None else self._below(program), path=path) is None:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))

    def _below(self, program: str) -> str:
        """A program that is named by a relative path lies below the folder that it runs in."""
        return str(Path(self.cwd or ".") / program) if os.sep in program else program

    async def _talk(self, process: asyncio.subprocess.Process, said: bytes) -> tuple[bytes, bytes]:
        assert process.stdin and process.stdout and process.stderr  # noqa: S101, PT018 - pipes
        reading = asyncio.gather(self._read(process.stdout), self._read(process.stderr))
        try:
            with suppress(ConnectionError):  # it need not read what it is told
                process.stdin.write(said)
                await process.stdin.drain()
                process.stdin.close()
            out, err = await reading
        finally:
            reading.cancel()
        return out, err

    async def _read(self, stream: asyncio.StreamReader) -> bytes:
        read = bytearray()
        while piece := await stream.read(_PIECE):
            read += piece
            if len(read) > self.max_bytes:
                raise ToolGarbled(f"{self.name} wrote more than {self.max_bytes} bytes")
        return bytes(read)

    def _result(self, code: int, out: bytes, err: bytes) -> Json:
        if code:
            raise self._failure(code, err.decode(errors="replace").strip()[-_TOLD:])
        if self.answer == "text":
            return out.decode(errors="replace").strip()
        try:
            value: Json = orjson.loads(out)
        except orjson.JSONDecodeError as error:
            raise ToolGarbled(f"{self.name} wrote what is no JSON: {error}") from None
        return value

    def _failure(self, code: int, said: str) -> ToolError:
        how = f"ended with {code}" if code > 0 else f"was killed by {_signal(-code)}"
        told = f"{self.name} {how}: {said}" if said else f"{self.name} {how}"
        return ToolUnavailable(told) if code == _TEMPFAIL else ToolBroke(told)


async def _ended(process: asyncio.subprocess.Process) -> None:
    """Kill all of its group, and see the program itself end."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    await asyncio.shield(process.wait())


def _signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _text(value: Json) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else orjson.dumps(value).decode()

"""Runs and episodes of the store written to a file that other programs read."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path
from typing import IO, Final

import orjson

from engine.contracts import EpisodeLine, RunLine
from engine.errors import BadInput
from engine.interchange.jsonl import write_line
from engine.interchange.masking import Masker
from engine.interchange.otlp import resource_spans
from workbench.bootstrap.whole_file import whole_file
from workbench.store import Store
from workbench.store.queries.lines import episode_ids, episode_lines, run_line
from workbench.store.queries.resolve import resolve_episode, resolve_run
from workbench.store.selection import Selection

OnDone = Callable[[int], None]
"""Hears of each piece of the work that is done, with its size."""
_LINES: Final = ".jsonl"


class Format(StrEnum):
    """What an export is written as."""

    JSONL = "jsonl"
    """A line for each run and each episode, all that is known of it; can be imported again."""
    OTLP = "otlp"
    """Traces in OTLP/JSON: one document, or a trace a line where the file ends with .jsonl."""
    BUNDLE = "bundle"
    """One file that another workbench opens: tables, suite, environment, report."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written."""

    path: Path
    runs: tuple[str, ...]
    episodes: int
    bytes: int


def selections(store: Store, names: Sequence[str]) -> list[Selection]:
    """What these runs and episodes come to, a selection for each run, in the order named.

    A run that is named stands for all of its episodes. Raises `NotFound`, and `BadInput` where
    nothing is named.
    """
    if not names:
        raise BadInput("give a run or an episode", hint="workbench export last -o last.jsonl")
    found: dict[str, list[str] | None] = {}
    for name in names:
        if not name.startswith("ep-"):
            found[resolve_run(store.lake, name)] = None
            continue
        episode = resolve_episode(store.lake, name)
        run = found.setdefault(store.steps(episode=episode)["run_id"][0], [])
        if run is not None and episode not in run:
            run.append(episode)
    return [Selection((r,), None if e is None else tuple(e)) for r, e in found.items()]


def count(store: Store, some: Sequence[Selection]) -> int:
    """Episodes that a selection comes to."""
    return sum(len(_ids(store, one)) for one in some)


def export_episodes(
    store: Store,
    some: Sequence[Selection],
    path: Path,
    kind: Format,
    *,
    masker: Masker | None = None,
    on_done: OnDone = lambda _count: None,
) -> Exported:
    """Write episodes as JSONL or OTLP, a few in memory at a time, all as of one moment.

    Equal facts give equal bytes. The file is there whole or not at all. Raises `BadInput` where it
    cannot be written.
    """
    if kind is Format.BUNDLE:
        raise BadInput("a bundle is made by `write_bundle`")
    done = 0
    with store.at_one_moment() as then, whole_file(path) as file:
        write = _Lines(file, path) if kind is Format.JSONL else _Traces(file, path)
        for one in some:
            for line in _lines(then, one):
                write(line if masker is None else masker.line(line))
                if isinstance(line, EpisodeLine):
                    done += 1
                    on_done(1)
        write.finish()
    return Exported(path, tuple(s.runs[0] for s in some), done, path.stat().st_size)


def _lines(store: Store, one: Selection) -> Iterator[RunLine | EpisodeLine]:
    yield run_line(store.lake, one.runs[0])
    yield from episode_lines(store.lake, one.runs[0], _ids(store, one))


def _ids(store: Store, one: Selection) -> list[str]:
    return episode_ids(store.lake, one.runs[0]) if one.episodes is None else list(one.episodes)


class _Lines:
    """Writes lines as they are."""

    def __init__(self, file: IO[bytes], _path: Path) -> None:
        self._file = file

    def __call__(self, line: RunLine | EpisodeLine) -> None:
        self._file.write(write_line(line))

    def finish(self) -> None:
        """Nothing stands at the end."""


class _Traces:
    """Writes each episode as a trace."""

    def __init__(self, file: IO[bytes], path: Path) -> None:
        self._file = file
        self._run: RunLine | None = None
        lines = path.suffix == _LINES
        self._first, self._next = (b'{"resourceSpans":[', b",\n")
        self._last = b"]}\n"
        if lines:
            self._next = self._last + self._first
        self._begun = False

    def __call__(self, line: RunLine | EpisodeLine) -> None:
        if isinstance(line, RunLine):
            self._run = line
            return
        assert self._run is not None  # noqa: S101 - a run's line comes first
        self._file.write(self._next if self._begun else self._first)
        self._begun = True
        spans = resource_spans(self._run.runs[-1], line, version("agent-workbench"))
        self._file.write(orjson.dumps(spans))

    def finish(self) -> None:
        """Close the document; without an episode it is an empty one."""
        self._file.write(self._last if self._begun else self._first + self._last)

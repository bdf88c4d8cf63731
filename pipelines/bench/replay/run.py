"""All metrics of `bench replay`."""

import asyncio
import gc
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from engine.errors import NotFound
from engine.replay import Recording, Replayed, Setup, imported_setup, replay
from pipelines.bench.replay.edits import Edit, edits
from pipelines.bench.replay.recordings import imported, in_full
from pipelines.bench.result import Options, Result
from workbench.bootstrap.recordings import import_recordings
from workbench.bootstrap.usage import repeated_calls
from workbench.store import Store

SEED: Final = 0
EDITS: Final = 1_000
ROUNDS: Final = 7
_UNITS: Final = {
    "false_divergences": "episodes",
    "planted_divergences_found": "share",
    "first_step_exact": "share",
    "state_dependent_keys": "keys",
    "steps_per_s": "steps/s",
}

Staged = Sequence[tuple[Recording, Setup]]


def measure(options: Options) -> list[Result]:
    """Each metric, or null with what is missing; raises `BadInput` where a recording is damaged."""
    missing = "needs tau-bench: --data PATH, or WORKBENCH_TEST_DATA"
    if options.data is not None:
        try:
            return list(_measured(_home(options.data), EDITS * (10 if options.full else 1)))
        except NotFound as error:
            missing = str(error)
    return [Result(metric, None, unit, missing) for metric, unit in _UNITS.items()]


def _home(data: Path) -> Path:
    """The folder of the recordings: below that of all public data, or given itself."""
    below = data / "tau-bench"
    return below if below.is_dir() else data


def _measured(home: Path, count: int) -> Iterator[Result]:
    brief = [(recording, imported_setup(recording)) for recording in imported(home)]
    full = [(asyncio.run(in_full(recording, setup)), setup) for recording, setup in brief]
    yield _false_divergences(brief, full)
    yield from _planted(full, count)
    yield _state_dependent(home)
    yield from _speed(brief, "")
    yield from _speed(full, "@with_requests")


def _false_divergences(brief: Staged, full: Staged) -> Result:
    done = [*_replayed(brief), *_replayed(full)]
    wrong = {episode.episode_id for episode in done if episode.divergence is not None}
    steps = sum(episode.steps for episode in done)
    note = f"{len(brief)} episodes as imported and with requests to the model, {steps} steps equal"
    return Result("false_divergences", len(wrong), "episodes", note)


def _planted(full: Staged, count: int) -> Iterator[Result]:
    setups = {recording.episode.episode_id: setup for recording, setup in full}
    planted = edits([recording for recording, _ in full], count, SEED)
    staged = [(e.recording, setups[e.recording.episode.episode_id]) for _, e in planted]
    pairs = list(zip(planted, _replayed(staged), strict=True))
    found = sum(done.divergence is not None for _, done in pairs)
    exact = sum(_at_step(edit, done) for (_, edit), done in pairs)
    named = sum(_of_kind(edit, done) for (_, edit), done in pairs)
    kinds = ", ".join(f"{n} {name}" for name, n in Counter(name for name, _ in planted).items())
    yield Result("planted_divergences_found", found / count, "share", f"seed {SEED}: {kinds}")
    note = f"{exact} of {count} at the edited step, {named} under the edit's name"
    yield Result("first_step_exact", exact / count, "share", note)


def _at_step(edit: Edit, done: Replayed) -> bool:
    return done.divergence is not None and done.divergence.step == edit.step


def _of_kind(edit: Edit, done: Replayed) -> bool:
    return done.divergence is not None and done.divergence.kind is edit.kind


def _state_dependent(home: Path) -> Result:
    """Calls that gave something else when they were made again with equal arguments."""
    with Store.memory() as store:
        [run] = import_recordings(store, home, format="tau-bench")
        calls = repeated_calls(store, run.run_id)
    unlike = calls.filter(calls["same"] < calls["repeated"])
    keys = int((unlike["repeated"] - unlike["same"]).sum())
    note = f"of {calls['repeated'].sum()} repeated: {', '.join(unlike['tool']) or 'none'}"
    return Result("state_dependent_keys", keys, "keys", note)


def _speed(staged: Staged, which: str) -> Iterator[Result]:
    """Recorded steps over CPU time, the best of the rounds; model calls beside them."""
    steps = sum(len(recording.steps) for recording, _ in staged)
    calls = sum(step.kind == "model" for recording, _ in staged for step in recording.steps)
    took = min(_round(staged) for _ in range(ROUNDS))
    note = f"CPU time of {steps} steps, best of {ROUNDS} rounds"
    yield Result(f"steps_per_s{which}", steps / took, "steps/s", note)
    yield Result(f"model_calls_per_s{which}", calls / took, "calls/s", f"of the same: {calls}")


def _round(staged: Staged) -> float:
    gc.collect()
    gc.disable()  # as `timeit` does: what is at hand would be walked through again and again
    try:
        began = time.process_time()
        _replayed(staged)
        return time.process_time() - began
    finally:
        gc.enable()


def _replayed(staged: Staged) -> list[Replayed]:
    async def every() -> list[Replayed]:
        return [await replay(recording, setup) for recording, setup in staged]

    return asyncio.run(every())

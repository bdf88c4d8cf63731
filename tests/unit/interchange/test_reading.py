"""What is the same for all formats: ids, files, memory."""

import gzip
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.contracts import Episode, Run
from engine.interchange import FORMATS, intakes, read_recordings
from pipelines.bench.inspect_log import write_log
from tests.unit.interchange.recordings import CHAT, SPANS, export, of, read, small, write

SOURCES = ("chat", "swe-agent", "atif", "openhands", "otlp", "inspect")


@pytest.mark.parametrize("source", SOURCES)
def test_reading_again_gives_the_same_facts(source: str, tmp_path: Path) -> None:
    """Ids depend on the content alone."""
    path = small(source, tmp_path)
    assert read(source, path) == read(source, path)


def test_packing_a_file_does_not_make_it_another(tmp_path: Path) -> None:
    """Gzip is read as what it holds."""
    plain = small("chat", tmp_path)
    packed = tmp_path / "b.jsonl.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    ids = {run.run_id for path in (plain, packed) for run in of(Run, read("chat", path))}
    assert len(ids) == 1


def test_another_tenant_or_suite_is_another_run(tmp_path: Path) -> None:
    """The same content may be taken in for several."""
    path = small("chat", tmp_path)
    told = [{}, {"tenant": "acme"}, {"suite": "calls"}]
    runs = [one.run(0.0) for more in told for one in intakes(FORMATS["chat"], [path], **more)]
    assert len({run.run_id for run in runs}) == len(told)
    assert [(run.tenant, run.suite) for run in runs][1:] == [("acme", "chat"), ("local", "calls")]


def test_each_log_is_a_run_and_trajectories_are_one(tmp_path: Path) -> None:
    """A file that holds many episodes stands for itself."""
    for number in range(2):
        write(tmp_path / f"{number}.jsonl", {**CHAT, "id": str(number)})
    assert len(intakes(FORMATS["chat"], [tmp_path])) == 2
    assert len(intakes(FORMATS["otlp"], [tmp_path])) == 1


def chats(path: Path, count: int) -> Path:
    return write(path, *({**CHAT, "id": str(n)} for n in range(count)))


def logs(path: Path, count: int) -> Path:
    write_log(path, count)
    return path


def traces(path: Path, count: int) -> Path:
    named = ([{**span, "traceId": f"{n:032x}"} for span in SPANS[1:]] for n in range(count))
    return write(path, *(export(*spans) for spans in named))


@pytest.mark.parametrize(("source", "make"), [("chat", chats), ("inspect", logs), ("otlp", traces)])
def test_memory_does_not_grow_with_the_samples(
    source: str, make: Callable[[Path, int], Path], tmp_path: Path
) -> None:
    """Seven times as many samples take less than 200 kB more at any moment."""
    peaks = []
    for count in (2, 2, 14):  # the first time also loads what is loaded once
        path = make(tmp_path / f"{count}{FORMATS[source].suffixes[0]}", count)
        tracemalloc.start()
        held = sum(1 for _ in read_recordings(FORMATS[source], path, now=0.0))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert held == count + 2
    assert peaks[2] - peaks[1] < 200_000


def test_every_sample_of_a_drawn_log_is_read(tmp_path: Path) -> None:
    """Twenty samples with fifteen tool calls each."""
    episodes = of(Episode, read("inspect", logs(tmp_path / "a.eval", 20)))
    assert [episode.steps for episode in episodes] == [16] * 20

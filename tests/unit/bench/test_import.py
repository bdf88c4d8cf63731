"""What the benchmark of imports reads."""

from pathlib import Path

from engine.interchange.inspect import events_frame
from pipelines.bench.importing import EVENTS
from pipelines.bench.inspect_log import EVENTS_A_SAMPLE, write_log


def test_a_drawn_log_has_the_events_it_says(tmp_path: Path) -> None:
    """As many as were written, and the whole log the 50,000 that the figure speaks of."""
    events = write_log(tmp_path / "a.eval", 4)
    assert events_frame(tmp_path / "a.eval").height == events
    assert EVENTS % EVENTS_A_SAMPLE == 0


def test_a_log_depends_on_its_seed_alone(tmp_path: Path) -> None:
    """The same seed gives the same bytes."""
    written = []
    for name, seed in (("a", 0), ("b", 0), ("c", 1)):
        write_log(tmp_path / name, 2, seed)
        written.append((tmp_path / name).read_bytes())
    assert (written[0] == written[1], written[0] == written[2]) == (True, False)

"""The figures of the journal."""

from pipelines.bench.reliability import journal
from pipelines.bench.result import Options


def test_every_figure_is_measured() -> None:
    """The fast promise beside the safe one and the database alone; none is null."""
    found = {result.metric: result.value for result in journal.measure(Options())}
    names = {"journal_intents_per_s", "journal_intents_per_s_safe"}
    assert found.keys() == names | {"sqlite_inserts_per_s", "keyed_call_us"}
    assert all(value and value > 0 for value in found.values())

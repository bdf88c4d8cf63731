"""All metrics of `bench router`."""

from collections.abc import Iterator
from pathlib import Path

from engine.errors import NotFound
from engine.routing.classifier import LinearClassifier
from engine.routing.embedding import Embedder, embedder
from engine.routing.model_file import sealed
from pipelines.bench.result import Options, Result
from pipelines.bench.router import bandit_sim, canary_sim, latency, on_routellm
from pipelines.bench.router.routellm import SETS, STRONG, WEAK, home_of, read_set
from pipelines.bench.router.trials import as_model


def measure(options: Options) -> list[Result]:
    """Each metric, or null with what is missing; raises `BadInput` where a file is damaged."""
    return [
        *_on_data(options.data),
        *canary_sim.measure(options.full),
        *bandit_sim.measure(options),
    ]


def _on_data(data: Path | None) -> Iterator[Result]:
    missing = "needs routellm: --data PATH, or WORKBENCH_TEST_DATA"
    if data is not None:
        try:
            yield from list(_on(home_of(data), _embedder()))
        except NotFound as error:
            missing = str(error)
        else:
            return
    for name in SETS:
        for metric, unit in on_routellm.METRICS.items():
            yield Result(metric.format(name), None, unit, missing)
    yield from (Result(metric, None, unit, missing) for metric, unit in latency.METRICS.items())


def _on(home: Path, embed: Embedder) -> Iterator[Result]:
    for name in SETS:
        found = read_set(home, name, embed)
        trials = on_routellm.trials_of(found)
        yield from on_routellm.on_set(found, trials)
        if name == SETS[0]:
            model = sealed(as_model(trials[0], embed.name, on_routellm.PLANS[name].labels))
            asks = found.asks(latency.ASKED)
            spec = latency.spec_of(WEAK, STRONG)
            yield from latency.on_decisions(LinearClassifier(model, embed), asks, spec)


def _embedder() -> Embedder:
    found = embedder()
    if found is None:
        raise NotFound("wordllama is not installed", hint="pip install 'agent-workbench[routing]'")
    return found

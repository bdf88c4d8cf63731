"""Today's side of recorded episodes: the suites, agents and models that their runs name."""

from collections.abc import Iterator
from functools import cache

from engine.contracts import Model, Run, Spend, ToolSpec, canonical
from engine.errors import BadInput
from engine.evals import Suite
from engine.models.catalog import LARGE, SMALL, Catalog
from engine.models.voting import VOTES
from engine.replay import Edit, Mode, Recording, Setup, imported_setup
from engine.tools import Toolbox, spared
from workbench.bootstrap.places import team_of
from workbench.bootstrap.suite_files import suite_of
from workbench.store import Store
from workbench.store.queries import facts

EDIT = "edit"
"""Where the metadata of a fork hold what was edited."""


class Stage:
    """Sets recordings up to be replayed; each run and suite is read once."""

    def __init__(self, store: Store, catalog: Catalog, mode: Mode) -> None:
        self.mode = mode
        self._catalog = catalog
        self._run = cache(lambda run_id: facts.run(store.lake, run_id))
        self._suites: dict[str, Suite] = {}
        self._lake = store.lake

    def setup(self, recording: Recording) -> Setup:
        """What runs now in place of a recording.

        Raises `NotFound` where its suite, task or agent is no more, `BadInput` where it was
        recorded elsewhere and something is to be live.
        """
        run: Run = self._run(recording.episode.run_id)
        if recording.imported:
            if self.mode is not Mode.STRICT:
                said = f"it was imported from {run.source}: its models and tools are not here"
                raise BadInput(said, hint="--mode strict")
            return imported_setup(recording)
        suite = self.suite(run)
        task = suite.task(recording.episode.task_id)
        setup = Setup(
            team=team_of(run.agent, suite, task),
            inputs=task.messages,
            tools=self._tools(suite, recording),
            seed=run.seed,
            model=run.model,
            worst=self._worst,
            live=lambda name: self._model(name or run.model),
        )
        edit = recording.episode.metadata.get(EDIT)
        return setup if edit is None else Edit.parse(canonical(edit)).setup(setup)

    def suite(self, run: Run) -> Suite:
        """The suite that the run names, as it is now, or as it came with the run."""
        if run.run_id not in self._suites:
            self._suites[run.run_id] = suite_of(run, self._lake)
        return self._suites[run.run_id]

    def equip(self, run: Run, suite: Suite) -> None:
        """Use a suite whose tools are ready for calls in place of the run's own."""
        self._suites[run.run_id] = suite

    def _tools(self, suite: Suite, recording: Recording) -> Toolbox:
        """As they are now; what a server said of its tools, as it was recorded."""
        tools = suite.tools
        if tools.sources:
            tools = tools.described(_told(recording))
        return spared(tools) if self.mode is Mode.TOOLS_LIVE else tools

    def _model(self, name: str) -> Model:
        return self._catalog.get(name)

    def _worst(self, name: str, reads: int, writes: int) -> Spend:
        """As the model of that name has it; the embedded one is not started for it."""
        if name in {SMALL, LARGE}:
            return Spend((VOTES if name == LARGE else 1) * (reads + writes))
        try:
            return self._catalog.get(name).worst(reads, writes)
        except BadInput:  # no longer configured: what it would cost is not known
            return Spend(reads + writes, None)


def _told(recording: Recording) -> Iterator[ToolSpec]:
    """What a model was told of its tools."""
    for exchange in recording.exchanges:
        told = exchange.request.get("tools") if exchange.kind == "model" else None
        for tool in told if isinstance(told, list) else ():
            yield ToolSpec.model_validate_json(canonical(tool))

"""Exports as the command makes them: episodes to a file, or runs with their reports to a bundle."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

from engine.contracts import Manifest
from engine.errors import BadInput
from engine.interchange.masking import Masker
from workbench.bootstrap.bundling import together, write_bundle
from workbench.bootstrap.exporting import Exported, Format, OnDone, export_episodes
from workbench.bootstrap.opening import import_bundle
from workbench.settings import Settings
from workbench.store import Store
from workbench.store.selection import Selection


@dataclass(frozen=True, slots=True)
class Export:
    """What a user asks to have exported."""

    path: Path
    kind: Format
    redact: bool = False
    report: bool = True
    """Of a bundle: whether an HTML report of each run stands in it."""


def export(
    settings: Settings,
    store: Store,
    some: Sequence[Selection],
    order: Export,
    on_done: OnDone,
) -> tuple[Exported, Manifest | None]:
    """Write the file; raises `BadInput` where it cannot be, `WorkbenchError` where a report fails.

    What is masked in a bundle is masked in its reports: they are made of the masked facts.
    """
    masker = Masker() if order.redact else None
    if order.kind is not Format.BUNDLE:
        done = export_episodes(store, some, order.path, order.kind, masker=masker, on_done=on_done)
        return done, None
    chosen = together(some)
    with TemporaryDirectory(prefix="export-") as name:
        folder = Path(name)
        made = settings
        if order.report and masker is not None:
            made = _masked_store(settings, store, chosen, folder, masker)
        reports = _reports(made, chosen, folder) if order.report else {}
        return write_bundle(
            store, chosen, order.path, reports=reports, masker=masker, on_done=on_done
        )


def _masked_store(
    settings: Settings, store: Store, chosen: Selection, folder: Path, masker: Masker
) -> Settings:
    """A store that holds nothing but the masked runs; reports read it in processes of their own."""
    if settings.catalogue is not None:
        said = "a report of masked facts needs a store of its own, and the catalogue is shared"
        raise BadInput(said, hint="--no-report")
    bare, own = folder / "masked.wbz", settings.model_copy(update={"home": folder / "home"})
    write_bundle(store, chosen, bare, masker=masker)
    with Store.open(own) as masked:
        import_bundle(masked, bare)
    return own


def _reports(settings: Settings, chosen: Selection, folder: Path) -> dict[str, Path]:
    """A page for each run; what executes notebooks is loaded where one is asked for alone."""
    reporting = import_module("pipelines.flows.reporting")
    orders = {run: reporting.Order(run=run, out=folder / "reports") for run in chosen.runs}
    return {run: reporting.make_report(settings, order) for run, order in orders.items()}

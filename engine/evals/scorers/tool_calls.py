"""The tool calls asked for are the expected ones, in the manner of the BFCL.

Berkeley Function Calling Leaderboard (Patil et al., 2023-2025): for each expected call a set of
allowed values per argument, where the empty string marks an argument that may be left out.
"""

from collections.abc import Sequence
from typing import Literal, TypeGuard

from pydantic import Field

from engine.contracts import Json, JsonObject, ToolCall
from engine.errors import BadInput
from engine.evals.outcome import Outcome, Verdict, failed, passed
from engine.evals.scorers.allowed import call_fault
from engine.evals.scorers.pairing import all_paired
from engine.evals.scorers.scorer import ScorerSpec
from engine.evals.task import Task


class ToolCalls(ScorerSpec):
    """Passes when every expected call was asked for, each once, and no other.

    The target is a list of `{tool: {argument: [allowed value, …]}}`. An empty list expects none.
    """

    kind: Literal["tool_calls"] = "tool_calls"
    ordered: bool = Field(default=False, description="The calls have to come in this order.")
    extra: bool = Field(default=False, description="Other calls beside the expected are allowed.")
    ignore: tuple[str, ...] = Field(default=(), description="Tools whose calls do not count.")

    def check(self, task: Task) -> None:
        """The target has to be a list of expected calls."""
        self._expected(task)

    def score(self, task: Task, outcome: Outcome) -> Verdict:
        """1 or 0."""
        expected = self._expected(task)
        calls = [call for call in outcome.calls if call.name not in self.ignore]
        if len(calls) < len(expected) or (len(calls) > len(expected) and not self.extra):
            return failed(f"expected {len(expected)} calls, found {len(calls)}")
        faults = [[call_fault(call, want) for call in calls] for want in expected]
        fits = [[fault is None for fault in row] for row in faults]
        if _in_order(fits) if self.ordered else all_paired(fits):
            return passed()
        return failed(_first_fault(faults, calls))

    def _expected(self, task: Task) -> list[JsonObject]:
        target = self.target(task)
        if not isinstance(target, list):
            raise BadInput("target has to be a list of expected calls")
        return [_expected_call(item) for item in target]


def _expected_call(item: Json) -> JsonObject:
    if not isinstance(item, dict) or len(item) != 1:
        raise BadInput("an expected call has to be an object of one tool")
    for name, arguments in item.items():
        if not _allows(arguments):
            raise BadInput(f"expected call {name}: each argument takes a list of allowed values")
    return item


def _allows(arguments: Json) -> TypeGuard[JsonObject]:
    return isinstance(arguments, dict) and all(isinstance(v, list) for v in arguments.values())


def _in_order(fits: Sequence[Sequence[bool]]) -> bool:
    """Whether each row has a fitting column after that of the row before it."""
    column = 0
    for row in fits:
        try:
            column = row.index(True, column) + 1
        except ValueError:
            return False
    return True


def _first_fault(faults: Sequence[Sequence[str | None]], calls: Sequence[ToolCall]) -> str:
    """Why the first expected call that no call fits was not met, by the call at its place."""
    for place, row in enumerate(faults):
        if all(row):
            return row[min(place, len(calls) - 1)] or ""
    return "the calls fit, but not each its own expected call in its place"

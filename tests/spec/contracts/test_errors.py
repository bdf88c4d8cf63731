"""Errors as data: every code has its place in the table, none tells a value."""

import orjson
import pytest

from engine import errors
from engine.contracts import ErrorSpec, to_mcp, to_problem
from engine.contracts.boundary import RAISED, Boundary
from engine.contracts.problem import KINDS
from engine.errors import WorkbenchError

CODES = {
    kind.code
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, WorkbenchError)
}
SPEC = ErrorSpec(
    code="model_garbled",
    message="m: choices: Field required",
    retryable=True,
    boundary="model.answer",
    pointer="/choices",
    expected="Field required",
    correlation_id="ep-1",
)


def test_every_code_has_a_problem() -> None:
    """The table holds each code of the tree and no other."""
    assert KINDS.keys() == CODES


def test_every_class_of_the_tree_is_drawn() -> None:
    """The picture at the file's top names each error."""
    kinds = [k for k in vars(errors).values() if isinstance(k, type) and issubclass(k, Exception)]
    assert [kind.__name__ for kind in kinds if kind.__name__ not in (errors.__doc__ or "")] == []


@pytest.mark.parametrize("code", sorted(CODES))
def test_a_problem_has_its_members(code: str) -> None:
    """Type, title, status and detail as RFC 9457 has them; the status is an error's."""
    problem = to_problem(ErrorSpec(code=code, message="why"))
    assert problem["type"] == f"urn:agent-workbench:error:{code}"
    assert problem["status"] in range(400, 600)
    assert (problem["detail"], problem["code"]) == ("why", code)
    assert problem["title"]


def test_a_problem_tells_the_violation() -> None:
    """Boundary, pointer, what was expected and the correlation id are members of their own."""
    problem = to_problem(SPEC)
    assert {"boundary", "pointer", "expected", "correlation_id", "retryable"} <= problem.keys()
    assert orjson.loads(orjson.dumps(problem)) == problem


def test_an_mcp_result_is_an_error_with_text() -> None:
    """A model reads the text; a program reads the members."""
    result = to_mcp(SPEC)
    assert result["isError"] is True
    assert result["content"] == [{"type": "text", "text": f"Error: {SPEC.message}"}]
    assert result["_meta"]["agent-workbench/error"]["pointer"] == "/choices"  # type: ignore[index,call-overload]


def test_an_unforeseen_error_keeps_its_words() -> None:
    """What an error says that is not ours may hold anything, and does not leave the house."""
    spec = ErrorSpec.of(ValueError("hunter2"))
    assert "hunter2" not in str(to_problem(spec)) + str(to_mcp(spec))
    assert to_problem(spec)["status"] == 500


def test_every_boundary_has_an_error() -> None:
    """A violation is raised as what those at that boundary know how to handle."""
    assert set(RAISED) == set(Boundary)


def test_errors_stored_before_are_read() -> None:
    """The optional members may be missing."""
    assert ErrorSpec.parse('{"code": "x", "message": "y"}') == ErrorSpec(code="x", message="y")

"""From what a person types to the one id it means."""

from difflib import get_close_matches

from engine.errors import BadInput, NotFound
from workbench.store.lake import Lake

_SHOWN = 5
"""Candidates that an error names."""
_NEAR = 500
"""Latest ids among which near ones are looked for."""


def resolve_run(lake: Lake, text: str) -> str:
    """The run that a unique prefix of its id, or `last`, means.

    Raises `NotFound` with near ids, `BadInput` where several begin so.
    """
    if text == "last":
        return _last(lake)
    found = _beginning(lake, "SELECT DISTINCT run_id AS id FROM runs", text)
    latest = "SELECT run_id AS id FROM runs ORDER BY started_at DESC LIMIT $limit"
    if found is None:
        raise _not_found(lake, "run", latest, text)
    return found


def resolve_episode(lake: Lake, text: str) -> str:
    """The episode, ended or going on, that a unique prefix of its id means; raises as above."""
    ended = _beginning(lake, "SELECT episode_id AS id FROM episodes", text)
    found = ended or _beginning(lake, "SELECT DISTINCT episode_id AS id FROM steps", text)
    latest = "SELECT episode_id AS id FROM episodes ORDER BY started_at DESC LIMIT $limit"
    if found is None:
        raise _not_found(lake, "episode", latest, text)
    return found


def _last(lake: Lake) -> str:
    frame = lake.frame("SELECT run_id FROM runs ORDER BY started_at DESC, run_id DESC LIMIT 1")
    if frame.is_empty():
        raise NotFound("the store has no runs yet", hint="workbench eval makes one")
    return str(frame.item())


def _beginning(lake: Lake, ids: str, text: str) -> str | None:
    """The one id that begins so, or is so; none where none does."""
    sql = f"SELECT id FROM ({ids}) WHERE id BETWEEN $text AND $text || '~' ORDER BY id LIMIT $limit"  # noqa: S608
    found = lake.frame(sql, {"text": text, "limit": _SHOWN + 1})["id"].to_list() if text else []
    if len(found) > 1 and text not in found:
        some = ", ".join(found[:_SHOWN]) + (", …" if len(found) > _SHOWN else "")
        raise BadInput(f"{text!r} begins several ids: {some}", hint="give more of it")
    return text if text in found else next(iter(found), None)


def _not_found(lake: Lake, what: str, latest: str, text: str) -> NotFound:
    ids = lake.frame(latest, {"limit": _NEAR})["id"].to_list()
    near = get_close_matches(text, ids, n=3) or ids[:3]
    hint = f"near: {', '.join(near)}" if near else "the store is empty"
    return NotFound(f"no {what} {text!r}", hint=hint)

"""Where a replay parts from its recording, as a record."""

from enum import StrEnum

from pydantic import Field

from engine.contracts import Json, Record


class Mode(StrEnum):
    """What of an episode is played from the recording, and what is done anew."""

    STRICT = "strict"
    """Models and tools answer as they were recorded; nothing is called."""
    TOOLS_LIVE = "tools-live"
    """Models answer as they were recorded; tools are called."""
    MODEL_LIVE = "model-live"
    """Tools answer as they were recorded; models are asked. The ids of calls are left out of the
    comparison: models draw them."""


class Difference(StrEnum):
    """In what a step parts from the recorded one."""

    PROMPT_CHANGED = "prompt changed"
    TOOL_SET_CHANGED = "tool set changed"
    SETTINGS_CHANGED = "settings changed"
    MODEL_CHANGED = "model changed"
    ANSWER_CHANGED = "answer changed"
    ARGUMENT_CHANGED = "argument changed"
    TOOL_CHANGED = "tool changed"
    ORDER_CHANGED = "order changed"
    CALL_MISSING = "call missing"
    EXTRA_CALL = "extra call"
    RESULT_CHANGED = "result changed"
    GUARD_CHANGED = "guard changed"
    STEP_CHANGED = "step changed"
    STATE_CHANGED = "state changed"
    ENDING_CHANGED = "ending changed"


class Divergence(Record):
    """The first place at which a replay is not what was recorded."""

    step: int = Field(ge=0, description="Index of the step, as it was recorded.")
    position: int = Field(
        default=0, ge=0, description="0 is the step or its model call, 1.. its tool calls in order."
    )
    kind: Difference = Field(description="What is different.")
    recorded: Json = Field(description="What was recorded there; null: nothing.")
    now: Json = Field(description="What came now; null: nothing.")
    shown: str = Field(description="Both as a unified difference, for people.")


class Replayed(Record):
    """An episode that was replayed."""

    run_id: str = Field(description="The run it belongs to.")
    episode_id: str = Field(description="The episode that was recorded.")
    task_id: str = Field(description="Its task.")
    mode: Mode = Field(description="What was played from the recording.")
    steps: int = Field(ge=0, description="Steps that came as they were recorded.")
    divergence: Divergence | None = Field(
        default=None, description="Where it parts from the recording; null: nowhere."
    )

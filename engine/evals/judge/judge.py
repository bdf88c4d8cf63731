"""A model with a rubric that says how good an answer is."""

from dataclasses import dataclass
from typing import Final

from engine.contracts import ErrorSpec, JsonObject, Model, ModelRequest, ModelResponse, Usage
from engine.errors import BadInput, ModelGarbled, WorkbenchError
from engine.evals.judge.opinion import Opinion, Saying, combined, read_saying
from engine.evals.judge.prompt import VERSION, Exhibit, grading_request
from engine.evals.judge.rubric import Rubric

TRIES: Final = 2
"""An answer that is not what was asked for is asked for once more."""
RETRY_SEED: Final = 1_000_003
"""Added to the seed of a second try, for the same seed would say the same."""
SAMPLED: Final = 0.7
"""Temperature where a judge is asked more than once."""


@dataclass(frozen=True, slots=True)
class Asking:
    """How a judge is asked."""

    repeats: int = 1
    seed: int = 0
    reference: bool = False
    target: str = ""
    """The target's field that is the reference; empty: the whole."""

    @property
    def temperature(self) -> float:
        """0 of one asking; of several they have to be able to differ."""
        return SAMPLED if self.repeats > 1 else 0.0

    @property
    def method(self) -> str:
        """The way of asking in a word: a calibration holds for the very same alone."""
        seen = f"with reference {self.target}".strip() if self.reference else "without reference"
        return f"answer, prompt {VERSION}, {self.repeats} asked, {seen}"


class Spent:
    """What asking has used so far."""

    def __init__(self) -> None:
        self.usage = Usage()
        self.cost_usd: float | None = 0.0

    def take(self, response: ModelResponse) -> None:
        """Count an answer; one of unknown price makes the whole unknown."""
        self.usage += response.usage
        known = self.cost_usd is not None and response.cost_usd is not None
        self.cost_usd = (self.cost_usd or 0.0) + (response.cost_usd or 0.0) if known else None


@dataclass(frozen=True, slots=True)
class Judge:
    """Asks a model as often as told, and puts together what it says."""

    model: Model
    rubric: Rubric
    asking: Asking = Asking()

    def has_said(self, opinion: Opinion) -> bool:
        """Whether an opinion is this judge's, asked by this rubric in this way."""
        asked = (self.model.name, self.rubric.hash, self.asking.method)
        return asked == (opinion.judge, opinion.rubric_hash, opinion.method)

    async def judge(self, exhibit: Exhibit) -> Opinion:
        """An opinion; one with an error where the model fails or keeps to no form."""
        spent = Spent()
        about: JsonObject = {
            "judge": self.model.name,
            "rubric": self.rubric.name,
            "rubric_hash": self.rubric.hash,
            "method": self.asking.method,
            "repeats": self.asking.repeats,
        }
        try:
            sayings = [
                await self._ask(exhibit, self.asking.seed + number, spent)
                for number in range(self.asking.repeats)
            ]
        except WorkbenchError as error:
            return Opinion(
                **about,  # type: ignore[arg-type]
                error=ErrorSpec.of(error),
                reason=f"no judgement: {error}",
                usage=spent.usage,
                cost_usd=spent.cost_usd,
            )
        cost: JsonObject = {"usage": spent.usage.model_dump(), "cost_usd": spent.cost_usd}
        return Opinion.parse({**about, **combined(sayings, self.rubric), **cost})

    async def _ask(self, exhibit: Exhibit, seed: int, spent: Spent) -> Saying:
        request = grading_request(
            self.rubric, exhibit, seed=seed, temperature=self.asking.temperature
        )
        text = ""
        for number in range(TRIES):
            again = request.model_copy(update={"seed": seed + number * RETRY_SEED})
            text = await said(self.model, again, spent)
            try:
                return read_saying(text, self.rubric)
            except BadInput as error:
                fault = error
        raise ModelGarbled(f"{self.model.name} did not judge as asked, twice: {fault}")


async def said(model: Model, request: ModelRequest, spent: Spent) -> str:
    """The text of one answer, counted."""
    response = await model.complete(request)
    spent.take(response)
    return response.message.content

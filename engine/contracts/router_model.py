"""A router's classifier as data: weights, what it was trained on and how well it does."""

from typing import Literal, Self

from pydantic import Field, model_validator

from engine.contracts.base import Record, canonical, digest
from engine.contracts.drift import FeatureBins
from engine.contracts.message import MessageSpec, user

QUANTILES = 101
"""Of distances: 0 %, 1 % … 100 %."""
_LARGE = 1e9


class RoutedRow(Record):
    """What was asked, and how well each model did: a line of a training file."""

    prompt: str | None = Field(default=None, description="What the user asked; or messages.")
    messages: tuple[MessageSpec, ...] = Field(default=(), description="The conversation so far.")
    outcomes: dict[str, float | bool] = Field(
        min_length=1, description="By model: share of its answers that were good enough, 0 to 1."
    )

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if (self.prompt is None) == (not self.messages):
            raise ValueError("a row has either prompt or messages")
        for model, share in self.outcomes.items():
            if not 0 <= share <= 1:
                raise ValueError(f"outcomes.{model}: {share} is no share")
        return self

    def said(self) -> tuple[MessageSpec, ...]:
        """The conversation."""
        return self.messages if self.prompt is None else (user(self.prompt),)


class ReliabilityBin(Record):
    """Requests of like probability: a point of a reliability diagram."""

    size: int = Field(ge=1, description="Requests in it.")
    probability: float = Field(ge=0, le=1, description="Mean of what was stated.")
    share: float = Field(ge=0, le=1, description="Share that was good enough.")
    low: float = Field(ge=0, le=1, description="Lower end of Wilson's 95 % interval of the share.")
    high: float = Field(ge=0, le=1, description="Upper end of it.")


class ModelFigures(Record):
    """How well the probabilities for one model hold, out of fold."""

    model: str = Field(description="The model by name.")
    rows: int = Field(ge=1, description="Rows with its outcome.")
    base_rate: float = Field(ge=0, le=1, description="Share that was good enough.")
    log_loss: float = Field(ge=0, description="Mean negative log likelihood, in nats.")
    base_log_loss: float = Field(ge=0, description="The same of the base rate alone.")
    ece: float = Field(ge=0, le=1, description="Expected calibration error, 10 bins of one width.")
    auc: float | None = Field(ge=0, le=1, description="Area under ROC; null: all are alike.")
    bins: tuple[ReliabilityBin, ...] = Field(description="The reliability diagram.")


class GridPoint(Record):
    """A setting that training tried."""

    embedding_weight: float = Field(ge=0, description="Length of the embedding; 0: left out.")
    inverse_penalty: float = Field(gt=0, description="C of the logistic regression.")
    log_loss: float = Field(ge=0, description="Out of fold, mean over models, in nats.")


class ModelCard(Record):
    """What a classifier was trained on, how, and its figures."""

    data: str = Field(description="Where the rows are from, in words.")
    data_digest: str = Field(description="Digest of the rows, 32 hex digits.")
    rows: int = Field(ge=1, description="Rows that it was trained on.")
    split: str = Field(description="How rows were held out for the figures.")
    seed: int = Field(description="Of the split; any whole number.", ge=0)
    trained_at: float = Field(ge=0, description="When, in seconds since the Unix epoch (UTC).")
    averaged: tuple[GridPoint, ...] = Field(description="Settings whose models were averaged.")
    figures: tuple[ModelFigures, ...] = Field(description="One for each model.")


class ModelWeights(Record):
    """A logistic regression for one model."""

    model: str = Field(description="The model by the name that the catalog knows.")
    failure_rate: float = Field(ge=0, le=1, description="Of all rows it was trained on.")
    intercept: float = Field(ge=-_LARGE, le=_LARGE, description="Log odds at all means.")
    features: tuple[float, ...] = Field(description="One for each feature, in their order.")
    embedding: tuple[float, ...] = Field(description="One for each dimension; empty: not used.")
    temperature: float = Field(gt=0, le=_LARGE, description="What the log odds are divided by.")


class RouterModel(Record):
    """A classifier's file."""

    format: Literal["agent-workbench/router-classifier/1"] = Field(
        default="agent-workbench/router-classifier/1", description="What the file is."
    )
    features_version: int = Field(ge=1, description="Version of the features' meaning.")
    feature_names: tuple[str, ...] = Field(description="The features in their order.")
    embedder: str | None = Field(description="What makes the embedding; null: none is used.")
    means: tuple[float, ...] = Field(description="Of each feature over the training rows.")
    scales: tuple[float, ...] = Field(description="1 / deviation; 0: the same in every row.")
    models: tuple[ModelWeights, ...] = Field(min_length=1, description="One for each model.")
    prototypes: tuple[tuple[float, ...], ...] = Field(
        min_length=1, description="Centres of what was seen, among embeddings or features."
    )
    distances: tuple[float, ...] = Field(
        min_length=QUANTILES,
        max_length=QUANTILES,
        description="Quantiles of held-out rows' distances to the nearest centre.",
    )
    seen: tuple[FeatureBins, ...] = Field(
        description="How each feature that it reads was distributed, to tell when requests are "
        "others; one that was the same in every row is not read."
    )
    card: ModelCard = Field(description="What it was trained on.")
    digest: str = Field(default="", description="Of everything else, 32 hex digits.")

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        count = len(self.feature_names)
        sizes = [len(self.means), len(self.scales), *(len(one.features) for one in self.models)]
        if any(size != count for size in sizes):
            raise ValueError("weights and features differ in number")
        wide = {len(one.embedding) for one in self.models}
        if len(wide) > 1 or (self.embedder is None) != (wide == {0}):
            raise ValueError("embedding weights and embedder do not fit")
        if {len(centre) for centre in self.prototypes} != ({count} if wide == {0} else wide):
            raise ValueError("prototypes are of another space than the weights")
        return self

    def digest_of(self) -> str:
        """What `digest` has to be."""
        fields = {name: value for name, value in self.__dict__.items() if name != "digest"}
        return digest(canonical(fields))

"""Models as judges of answers: rubrics, shielded prompts, opinions, and how far to trust them."""

from engine.evals.judge.judge import Asking, Judge
from engine.evals.judge.opinion import CriterionOpinion, Opinion
from engine.evals.judge.pairwise import PairOpinion, judge_pair
from engine.evals.judge.prompt import Exhibit
from engine.evals.judge.rubric import Criterion, Rubric, read_rubric

__all__ = [
    "Asking",
    "Criterion",
    "CriterionOpinion",
    "Exhibit",
    "Judge",
    "Opinion",
    "PairOpinion",
    "Rubric",
    "judge_pair",
    "read_rubric",
]

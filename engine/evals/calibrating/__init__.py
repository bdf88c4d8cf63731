"""How far a judge agrees with people, and whether that is enough to let it gate."""

from engine.evals.calibrating.figures import Figures, figures
from engine.evals.calibrating.labelled import Labelled
from engine.evals.calibrating.trust import Thresholds, why_not

__all__ = ["Figures", "Labelled", "Thresholds", "figures", "why_not"]

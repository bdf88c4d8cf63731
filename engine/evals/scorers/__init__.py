"""What judges an outcome against a target: one file a kind.

`json_schema.JsonSchema` is imported from its own file, because its library is slow to load.
"""

from engine.evals.scorers.choice import Choice
from engine.evals.scorers.contains import Contains
from engine.evals.scorers.custom import Custom
from engine.evals.scorers.exact import Exact
from engine.evals.scorers.json_fields import JsonFields
from engine.evals.scorers.kinds import KINDS, parse_scorer
from engine.evals.scorers.numeric import Numeric
from engine.evals.scorers.regex import Regex
from engine.evals.scorers.tool_calls import ToolCalls
from engine.evals.scorers.used import AnsweredBy, Stopped, Used

__all__ = [
    "KINDS",
    "AnsweredBy",
    "Choice",
    "Contains",
    "Custom",
    "Exact",
    "JsonFields",
    "Numeric",
    "Regex",
    "Stopped",
    "ToolCalls",
    "Used",
    "parse_scorer",
]

"""Tools that an agent may call: typed Python functions under a schema."""

from engine.tools.function import FunctionTool
from engine.tools.signature import Sensitive
from engine.tools.toolbox import Toolbox

__all__ = ["FunctionTool", "Sensitive", "Toolbox"]

"""Tools that an agent may call: functions, HTTP services, MCP servers, programs, each guarded."""

from engine.contracts import ToolPolicy
from engine.tools.function import FunctionTool
from engine.tools.signature import Sensitive
from engine.tools.tool import Site, Tool, ToolSource, call_key, is_destructive
from engine.tools.toolbox import Toolbox, spared

__all__ = [
    "FunctionTool",
    "Sensitive",
    "Site",
    "Tool",
    "ToolPolicy",
    "ToolSource",
    "Toolbox",
    "call_key",
    "is_destructive",
    "spared",
]

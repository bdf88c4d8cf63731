"""Tools that an agent may call, each guarded; calls made at most once, and sagas of them.

Functions, HTTP services, MCP servers and programs are tools.
"""

from engine.contracts import ToolEffect, ToolPolicy
from engine.tools.evidence import CANNOT_TELL, DID_NOT, Probed
from engine.tools.function import FunctionTool
from engine.tools.idempotency import MemoryKeys, derived_key, fingerprint
from engine.tools.journal import MemoryJournal
from engine.tools.keyed import Answer, Held, KeyedCall, KeyedCalls, StoredError
from engine.tools.saga_memory import MemorySagas
from engine.tools.saga_spec import Act, Patience, SagaSpec, Step, View
from engine.tools.saga_worker import SagaWorker
from engine.tools.signature import Sensitive
from engine.tools.tool import Site, Tool, ToolSource, call_key, is_destructive
from engine.tools.toolbox import Toolbox, spared

__all__ = [
    "CANNOT_TELL",
    "DID_NOT",
    "Act",
    "Answer",
    "FunctionTool",
    "Held",
    "KeyedCall",
    "KeyedCalls",
    "MemoryJournal",
    "MemoryKeys",
    "MemorySagas",
    "Patience",
    "Probed",
    "SagaSpec",
    "SagaWorker",
    "Sensitive",
    "Site",
    "Step",
    "StoredError",
    "Tool",
    "ToolEffect",
    "ToolPolicy",
    "ToolSource",
    "Toolbox",
    "View",
    "call_key",
    "derived_key",
    "fingerprint",
    "is_destructive",
    "spared",
]

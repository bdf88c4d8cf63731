"""Tools that an agent may call, calls made at most once, and sagas of them."""

from engine.tools.evidence import CANNOT_TELL, DID_NOT, Probed
from engine.tools.function import FunctionTool
from engine.tools.idempotency import MemoryKeys, derived_key, fingerprint
from engine.tools.journal import MemoryJournal
from engine.tools.keyed import Answer, Held, KeyedCall, KeyedCalls, StoredError, ToolEffect
from engine.tools.saga_memory import MemorySagas
from engine.tools.saga_spec import Act, Patience, SagaSpec, Step, View
from engine.tools.saga_worker import SagaWorker
from engine.tools.signature import Sensitive
from engine.tools.toolbox import Toolbox

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
    "Step",
    "StoredError",
    "ToolEffect",
    "Toolbox",
    "View",
    "derived_key",
    "fingerprint",
]

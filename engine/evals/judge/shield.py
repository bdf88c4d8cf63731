"""Text that is judged, made unable to speak to the judge.

What an answer says is data. It stands between fences whose code it cannot know, for the code is
drawn from the text itself; whatever could end a turn or a fence is broken up; the judge's
instructions come after it. (Delimiting, in Hines et al., "Defending Against Indirect Prompt
Injection Attacks With Spotlighting", 2024.)
"""

import re
import unicodedata
from typing import Final

from engine.contracts import digest

LONGEST: Final = 24_000
"""Characters of one text that a judge is shown; of a longer one the middle is left out."""
_CODE_DIGITS: Final = 16

_TOKENS: Final = re.compile(
    r"<\s*/?\s*\||\|\s*>"  # the ends of <|im_start|> and its like
    r"|<\s*/?\s*(?:s|bos|eos|start_of_turn|end_of_turn|tool_call|think)\s*>"
    r"|\[\s*/?\s*INST\s*\]|<<\s*/?\s*SYS\s*>>",
    re.IGNORECASE,
)
"""Marks by which chat templates part the turns."""
_FENCE: Final = re.compile(r"(<{2,}|>{2,}|={4,}|-{4,})")
_KEPT_CONTROLS: Final = "\n\t"


def code(*parts: str) -> str:
    """The code of a fence for these texts: another for any other text, and by seed."""
    return digest("\0".join(parts).encode(errors="replace"))[:_CODE_DIGITS]


def fenced(name: str, text: str, secret: str) -> str:
    """The text between two fences that bear the code, harmless."""
    return f"<<<{name} {secret}\n{neutral(text, secret)}\n{name} {secret}>>>"


def neutral(text: str, secret: str = "") -> str:
    """The text without invisible characters, with marks of turns and of fences broken up."""
    visible = "".join(c for c in _cut(text) if c in _KEPT_CONTROLS or _is_visible(c))
    folded = visible.replace("\uff1c", "<").replace("\uff1e", ">").replace("\uff5c", "|")
    unturned = _TOKENS.sub(lambda mark: " ".join(mark[0]), folded)
    unfenced = _FENCE.sub(lambda mark: " ".join(mark[0]), unturned)
    return unfenced.replace(secret, "…") if secret else unfenced


def _is_visible(character: str) -> bool:
    """Neither a control nor a format character, such as marks of direction and tags."""
    return unicodedata.category(character) not in {"Cc", "Cf", "Co", "Cs"}


def _cut(text: str) -> str:
    if len(text) <= LONGEST:
        return text
    half = LONGEST // 2
    left_out = len(text) - 2 * half
    return f"{text[:half]}\n[{left_out} characters are left out here]\n{text[-half:]}"

"""The look of pages: one style sheet, for the page and for each component's shadow root."""

from pathlib import Path
from typing import Final

STYLE: Final = (Path(__file__).parent / "templates" / "style.css").read_text()

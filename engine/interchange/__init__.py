"""Episodes recorded elsewhere as facts like any other, and ours in forms that others read."""

from engine.interchange.formats import FORMATS
from engine.interchange.reading import Format, Head, Intake, intakes, read_recordings

__all__ = ["FORMATS", "Format", "Head", "Intake", "intakes", "read_recordings"]

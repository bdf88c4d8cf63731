"""Episodes recorded elsewhere or by own code as facts, and ours in forms that others read."""

from engine.interchange.chronicle import Chronicle
from engine.interchange.formats import FORMATS
from engine.interchange.reading import Format, Head, Intake, intakes, read_recordings

__all__ = ["FORMATS", "Chronicle", "Format", "Head", "Intake", "intakes", "read_recordings"]

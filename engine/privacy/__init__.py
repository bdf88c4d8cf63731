"""Personal data and secrets: found by one detector, masked in texts and in data."""

from engine.privacy.detector import PACKS, Detector
from engine.privacy.pattern import LocalePack, Pattern, Span, mask
from engine.privacy.secrets import SECRETS
from engine.privacy.universal import UNITED_STATES, UNIVERSAL

__all__ = [
    "PACKS",
    "SECRETS",
    "UNITED_STATES",
    "UNIVERSAL",
    "Detector",
    "LocalePack",
    "Pattern",
    "Span",
    "mask",
]

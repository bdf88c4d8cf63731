"""HTML out of templates that escape every value.

What models and tools said is untrusted: it reaches a page through these templates alone, which
have no way to leave a value unescaped (a test sees to it), and never as Markdown.
"""

from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from workbench.bootstrap.points import p_text, points, points_interval
from workbench.dashboards import words

_ENVIRONMENT: Final = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_ENVIRONMENT.filters |= {
    name: getattr(words, name)
    for name in (
        "utc",
        "duration",
        "usd",
        "percent",
        "decimal",
        "exact",
        "count",
        "verdict",
        "hundredths",
        "milliseconds",
    )
} | {"verdict": words.verdict, "id": lambda text: quote(text, safe="")}
_ENVIRONMENT.filters |= {"points": points, "p_text": p_text}
_ENVIRONMENT.globals |= {
    "interval": words.interval,
    "ends": words.ends,
    "points_interval": points_interval,
    "who": words.who,
    "tokens": words.tokens,
    "nothing": words.NOTHING,
}


def render(template: str, **values: Any) -> str:
    """A template by file name, filled in; a value it lacks is an error."""
    return _ENVIRONMENT.get_template(template).render(values)

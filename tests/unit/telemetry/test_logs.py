"""Log lines: their form, what is masked in them, and what an unconfigured process shows."""

import json
import logging
import subprocess
import sys
from typing import Any

import pytest
import structlog

from engine.telemetry import bind, configure, get_logger
from engine.telemetry.records import RedactingFactory, _RootHandler

Err = pytest.CaptureFixture[str]


pytestmark = pytest.mark.usefixtures("fresh_logs")


def hide(value: Any) -> Any:
    """Masks the word `secret` wherever it stands."""
    if isinstance(value, dict):
        return {hide(name): hide(item) for name, item in value.items()}
    return value.replace("secret", "***") if isinstance(value, str) else value


def refuse(_value: Any) -> Any:
    raise RuntimeError("secret")


def test_bound_fields_stand_on_every_line(capsys: Err) -> None:
    """Inside `bind` each line carries the bound fields."""
    configure(redact=hide, form="json", level="info")
    with bind(run_id="run-7"):
        get_logger().info("anything")
    assert json.loads(capsys.readouterr().err)["run_id"] == "run-7"


@pytest.mark.parametrize("form", ["console", "json"])
def test_a_line_is_redacted(capsys: Err, form: Any) -> None:
    """Event, keys and values pass through `redact`."""
    configure(redact=hide, form=form, level="info")
    get_logger().info("a secret", top_secrets="secret")
    written = capsys.readouterr().err
    assert "secret" not in written
    assert written.count("***") == 3


def test_an_unconfigured_logger_shows_no_value(capsys: Err) -> None:
    """A warning says that a line is withheld, and nothing of it."""
    get_logger().warning("a secret", field="secret")
    out, err = capsys.readouterr()
    assert (out, err.count("\n"), "withheld" in err, "secret" in err) == ("", 1, True, False)


def test_an_unconfigured_logger_is_silent_below_warning(capsys: Err) -> None:
    """What is not worth a warning is not worth a withheld line."""
    get_logger().info("a secret")
    assert capsys.readouterr() == ("", "")


def test_a_configuration_of_someone_else_shows_no_value(capsys: Err) -> None:
    """Where structlog was configured without us, our lines are withheld all the same."""
    structlog.configure(processors=[structlog.processors.JSONRenderer()])
    get_logger().warning("a secret")
    out, err = capsys.readouterr()
    assert "secret" not in out + err


def test_a_failing_redaction_withholds_the_line(capsys: Err) -> None:
    """When `redact` raises, the line is lost and the program goes on."""
    configure(redact=refuse, form="json", level="info")
    get_logger().info("a secret")
    line = json.loads(capsys.readouterr().err)
    assert line == {"event": "log line withheld: redacting it raised RuntimeError", "level": "info"}


def test_library_lines_take_our_form(capsys: Err) -> None:
    """A library's warning is one redacted JSON line with its logger's name."""
    configure(redact=hide, form="json")
    logging.getLogger("lib").warning("a %s", "secret")
    line = json.loads(capsys.readouterr().err)
    assert (line["event"], line["logger"], line["level"]) == ("a ***", "lib", "warning")


def test_library_lines_below_warning_are_not_shown(capsys: Err) -> None:
    """The root logger shows warnings and worse, whatever our own level is."""
    configure(redact=hide, form="json", level="debug")
    logger = logging.getLogger("chatty")
    logger.setLevel(logging.DEBUG)
    logger.info("anything")
    assert capsys.readouterr().err == ""


def test_every_handler_sees_redacted_records(caplog: pytest.LogCaptureFixture) -> None:
    """Handlers that others have set up get the masked text too."""
    configure(redact=hide)
    logging.getLogger("lib").warning("a %s", "secret")
    assert caplog.messages == ["a ***"]


def test_every_handler_sees_redacted_errors(caplog: pytest.LogCaptureFixture) -> None:
    """A traceback in which something is found is part of the masked message."""
    configure(redact=hide)
    try:
        refuse("")
    except RuntimeError:
        logging.getLogger("lib").exception("failed")
    assert caplog.text.rstrip().endswith("RuntimeError: ***")


def test_an_error_without_a_find_stays_an_error(caplog: pytest.LogCaptureFixture) -> None:
    """Handlers that read the error itself find it."""
    configure(redact=lambda value: value)
    error = ValueError("fine")
    logging.getLogger("lib").error("failed", exc_info=error)
    assert caplog.records[0].exc_info == (ValueError, error, None)


def test_every_handler_sees_a_redacted_stack(caplog: pytest.LogCaptureFixture) -> None:
    """The stack that a record may carry shows source lines, and these are masked."""
    configure(redact=hide)
    logging.getLogger("lib").warning("here", stack_info=True)  # secret
    assert "secret" not in str(caplog.records[0].stack_info)
    assert "***" in str(caplog.records[0].stack_info)


@pytest.mark.parametrize(
    ("args", "kept"),
    [
        (("GET", 200, 0.5), ("GET", 200, 0.5)),
        (("secret", 200, 0.5), ("***", 200, 0.5)),
        (("GET", 200), ()),
    ],
)
def test_arguments_are_kept_where_they_can_be(args: tuple[Any, ...], kept: tuple[Any, ...]) -> None:
    """Formatters that read arguments one by one find them; those that do not fit are text."""
    make = RedactingFactory(hide, logging.LogRecord)
    assert make("lib", 30, "f.py", 1, "%s %d %.1f", args, None).args == kept


def test_a_find_across_arguments_is_masked() -> None:
    """A secret that only the whole message shows is masked in it."""
    make = RedactingFactory(hide, logging.LogRecord)
    assert make("lib", 30, "f.py", 1, "sec%s", ("ret",), None).getMessage() == "***"


def test_configuring_again_adds_nothing(capsys: Err) -> None:
    """A second call replaces the first: one line, redacted by the later one."""
    configure(redact=refuse, form="json")
    configure(redact=hide, form="json")
    logging.getLogger("lib").warning("once")
    assert capsys.readouterr().err.count("\n") == 1


def test_a_terminal_handler_of_others_stays_the_only_one(capsys: Err) -> None:
    """Where a scheduler shows the root logger already, a line is not shown twice."""
    logging.getLogger().addHandler(logging.StreamHandler(sys.stderr))
    configure(redact=hide, form="json")
    logging.getLogger("lib").warning("a secret")
    assert capsys.readouterr().err == "a ***\n"
    assert not any(isinstance(h, _RootHandler) for h in logging.getLogger().handlers)


def test_prefect_keeps_its_own_handler() -> None:
    """Set up after us, Prefect shows its own lines as ever; records are redacted all the same."""
    script = (
        "import logging; from engine.telemetry import configure;"
        "configure(redact=lambda value: str(value).replace('secret', '***'));"
        "from prefect.logging.configuration import setup_logging; setup_logging();"
        "logging.getLogger('prefect').info('a secret')"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stderr.rstrip().endswith("| INFO    | prefect - a ***")

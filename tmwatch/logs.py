"""Log lines on stderr, for people or as JSON; secrets are taken out of every line."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterable, MutableMapping
from typing import Any

import structlog
from structlog.typing import Processor

HIDDEN = "***"
_URL_PASSWORD = re.compile(r"(?<=://)[^\s/@:]*:[^\s/@]*(?=@)")
_KEY_HEADER = re.compile(r"(?i)((?:uspto-api-key|x-api-key|authorization)['\"]?\s*[:=]\s*['\"]?)[^\s'\",}]+")
_NOISY = ("httpx", "httpcore", "apscheduler", "alembic", "sqlalchemy.engine", "pypdfium2", "apprise", "urllib3")


def scrub(text: str, secrets: Iterable[str] = ()) -> str:
    """Return `text` without the given secrets, passwords in URLs and keys in headers."""
    for secret in sorted({one for one in secrets if len(one) >= 4}, key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    return _KEY_HEADER.sub(rf"\g<1>{HIDDEN}", _URL_PASSWORD.sub(HIDDEN, text))


def setup(level: str, format: str, secrets: tuple[str, ...] = ()) -> None:
    """Send structlog and the libraries' logs to stderr at `level`, as `console` lines or `json` objects."""
    renderer = _renderer(format)
    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        _scrubber(secrets),
    ]
    number = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[structlog.contextvars.merge_contextvars, *shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=_stderr_logger,
        cache_logger_on_first_use=False,
    )
    handler = _StderrHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    logging.basicConfig(level=max(number, logging.INFO), handlers=[handler], force=True)
    for name in _NOISY:  # their INFO lines print whole addresses, signed ones too
        logging.getLogger(name).setLevel(logging.WARNING)


class _StderrHandler(logging.Handler):
    """Writes the libraries' log lines to the stderr of this moment."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line; a closed stderr is nobody's loss."""
        try:
            print(self.format(record), file=sys.stderr)  # noqa: T201 - this is the one place where logs are written
        except (OSError, ValueError):
            return


def _stderr_logger(*_: Any) -> structlog.PrintLogger:
    """Make a logger for the stderr of this moment."""
    return structlog.PrintLogger(sys.stderr)


def _renderer(format: str) -> Processor:
    """Return what turns an event into a line."""
    if format == "json":
        return structlog.processors.JSONRenderer(ensure_ascii=False)
    return structlog.dev.ConsoleRenderer(
        colors=False, exception_formatter=structlog.dev.plain_traceback, pad_event_to=0, sort_keys=False
    )


def _scrubber(secrets: tuple[str, ...]) -> Processor:
    """Return the processor that takes secrets out of every value, nested ones as their text."""

    def process(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        for key, value in event.items():
            if key.startswith("_") or value is None or isinstance(value, bool | int | float):
                continue
            event[key] = scrub(value if isinstance(value, str) else str(value), secrets)
        return event

    return process

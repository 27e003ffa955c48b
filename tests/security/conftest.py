"""The command line, as tests/cli has it."""

from tests.cli.conftest import cli, ready

__all__ = ["cli", "ready"]

"""tmwatch: early warning for US trademark portfolios from public USPTO data."""

__version__ = "0.1.0"

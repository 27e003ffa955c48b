"""Exposures, findings, changes and coverage -> one message a client reads. Entry point: `compose.compose`."""

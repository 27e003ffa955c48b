"""What the library says of a wrong command line, as sentences that can be translated; their English is its own."""

from __future__ import annotations

import re

from tmwatch.text import N_, Text, say

# Shape of a message of the library -> our sentence; a `why` inside is read in its turn.
_SHAPES: tuple[tuple[str, str], ...] = (
    (
        r"No such command (?P<word>.+?)\. Did you mean (?P<near>.+)\?",
        N_("No such command {word}. Did you mean {near}?"),
    ),
    (r"No such command (?P<word>.+)\.", N_("No such command {word}.")),
    (
        r"No such option: (?P<word>\S+) \(Possible options: (?P<near>.+)\)",
        N_("No such option: {word} (Possible options: {near})"),
    ),
    (r"No such option: (?P<word>.+)", N_("No such option: {word}")),
    (r"Missing argument (?P<name>.+)\.", N_("Missing argument {name}.")),
    (r"Missing option (?P<name>.+)\.", N_("Missing option {name}.")),
    (r"Missing command\.", N_("Missing command.")),
    (r"Got unexpected extra argument\(s\) \((?P<words>.*)\)", N_("Got unexpected extra argument(s) ({words})")),
    (r"Option (?P<name>'.+') requires an argument\.", N_("Option {name} requires an argument.")),
    (r"Option (?P<name>'.+') does not take a value\.", N_("Option {name} does not take a value.")),
    (r"Invalid value for (?P<name>'.+?'): (?P<why>.+)", N_("Invalid value for {name}: {why}")),
    (
        r"Input should be greater than or equal to (?P<least>\S+)",
        N_("Input should be greater than or equal to {least}"),
    ),
    (r"Input should be less than or equal to (?P<most>\S+)", N_("Input should be less than or equal to {most}")),
    (
        r"Input should be a valid integer, unable to parse string as an integer",
        N_("Input should be a valid integer, unable to parse string as an integer"),
    ),
)


def sentence(message: str) -> Text | str:
    """Return the sentence that a message of the library is, the message itself where it has another shape."""
    for shape, msgid in _SHAPES:
        if found := re.fullmatch(shape, message, re.DOTALL):
            values = found.groupdict()
            return Text(
                msgid, tuple((name, sentence(text) if name == "why" else text) for name, text in values.items())
            )
    return message


def refused(message: str, command: str) -> Text:
    """Return the whole line: what was wrong, and where to read more."""
    ends = message.endswith((".", "?"))
    what = sentence(message)
    return say("{what} See: {command} --help", what=what if ends else say("{what}.", what=what), command=command)

"""The exit codes of the `zhibiao` command, and errors that are told in words rather than by a traceback."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What a script can rely on."""

    OK = 0
    FAILED = 1
    """The work was tried and failed: a refresh that published nothing, a query that the database refused.

    Of `plan diff`: something has drifted, as with any other diff. Of `source check`: a page did not come, or changed.
    Of `status --check`: the health is red. Of `notify`: a channel did not take the notice.
    Of `doctor`: something is left to do. Of `backup`: files of the home are damaged.
    """
    USAGE = 2
    """The command was not understood: unknown source or parser, missing file, a date that is none."""
    REFUSED = 3
    """The input is not believed (a page that is quarantined, a file that cannot be taken in, a damaged release)."""
    NO_RELEASE = 4
    """Nothing is published yet, or there is no release of that id."""
    LOCKED = 75
    """Another refresh works on this home; try again later (EX_TEMPFAIL of sysexits.h)."""
    INTERRUPTED = 130
    """Stopped with Ctrl-C."""


class Trouble(Exception):  # noqa: N818 - named after what a person has, not after a class of errors
    """Something that a person can act on. The message is all they need; the command shows it without a traceback."""

    exit_code = ExitCode.FAILED

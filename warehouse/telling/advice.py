"""What a person is told to do: one short sentence for each way in which a night ends without a release."""

from __future__ import annotations

ADVICE: tuple[tuple[tuple[str, ...], str], ...] = (
    (("No space left", "a refresh may need", "Errno 28", "disk is full", "Disk quota"),
     "Make room on the disk of the home (`zhibiao status` says how much is free), then run `zhibiao refresh`."),
    (("Read-only file system", "cannot be written", "Errno 30", "Permission denied", "Errno 13"),
     "Make the home writable for the user of the refresh (mount, owner, mode), then run `zhibiao refresh`."),
    (("in use by",), "Another process works on the home: wait, or end it if it hangs; then run `zhibiao refresh`."),
    (("has taken over the build",), "Another refresh ran at the same time; its own notice says what came of it."),
    (("the audit stopped publication",),
     "Read audit.json of the run for tables and rows; docs/operations.md says what each alarm means. "
     "If a loss of facts is right, give the reason in expectations/accepted_losses.csv."),
    (("no such source", "catalog"), "Correct the catalog file or the name that the message gives, then refresh again."),
    (("decisions",), "Correct the file of decisions (ZHIBIAO_REVIEWS), then run `zhibiao refresh`."),
)  # fmt: skip
"""Words of a message → advice; the first that fits."""

BY_STAGE = {
    "begin": "Read the log of the task `begin`, then run `zhibiao refresh`.",
    "pending_batches": "Run `zhibiao refresh` again; if it stops there again, read the log of the run.",
    "load": "Run `zhibiao refresh` again: a damaged build is made anew from the home. If it fails again, read the log.",
    "build": "Read logs/dbt/dbt.log of the home for the model that failed; new reference data is the usual cause.",
    "audit": "Read the log of the run and audit.json.",
    "publish": "Run `zhibiao refresh` again; readers keep the release that they have.",
}
CUT_OFF = (
    "Nothing is lost: the next refresh goes on from what is there. If nobody ended it, look for a reboot or lack of "
    "memory (`dmesg`, `journalctl -k`)."
)
OTHERWISE = "Read refresh.log of the run (or the task's log in Airflow), then run `zhibiao refresh`."


def advice(stage: str | None, message: str | None) -> str:
    """One sentence for a run that stopped at `stage` with `message`."""
    for words, told in ADVICE:
        if message and any(word in message for word in words):
            return told
    return BY_STAGE.get(stage or "", OTHERWISE)

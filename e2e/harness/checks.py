"""Named checks, and the assertions they are written with."""

import os
import time
import traceback
from dataclasses import dataclass

from botocore.exceptions import ClientError


@dataclass
class Outcome:
    """What became of one check."""

    sentence: str
    seconds: float
    failure: str | None = None


class Suite:
    """Checks in the order they are written, each named by a sentence."""

    def __init__(self, name):
        self.name = name
        self._checks = []

    def check(self, sentence):
        """Adds the decorated function as a check; it gets the `World`."""

        def add(function):
            self._checks.append((sentence, function))
            return function

        return add

    def run(self, world):
        """Runs every check, whatever became of the one before; yields outcomes."""
        for sentence, function in self._checks:
            started = time.monotonic()
            failure = None
            try:
                function(world)
            except Exception as error:  # a check may fail in any way
                failure = _explain(error)
            yield Outcome(sentence, time.monotonic() - started, failure)


def _explain(error):
    here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename.startswith(here)]
    where = [
        f"{os.path.relpath(f.filename, here)}:{f.lineno}: {f.line}"
        for f in frames
        if "/.cache/" not in f.filename and not f.filename.endswith("checks.py")
    ]
    return "\n".join([f"{type(error).__name__}: {error}", *where])


def equal(actual, expected, what="value"):
    """Fails unless both are equal, and shows both."""
    if actual != expected:
        raise AssertionError(f"{what}: expected {expected!r}, got {actual!r}")


def contains(container, member, what="value"):
    """Fails unless `member` is in `container`, and shows both."""
    if member not in container:
        raise AssertionError(f"{what}: expected {member!r} in {container!r}")


def refused(code, call, *, message=None, **arguments):
    """Calls with the arguments and demands an error of this name.

    With `message`, the error's message must contain it. Returns the message.
    """
    try:
        answer = call(**arguments)
    except ClientError as error:
        got = error.response["Error"]
        equal(got["Code"], code, f"error name (message {got.get('Message')!r})")
        if message is not None:
            contains(got["Message"], message, "error message")
        return got["Message"]
    answer.pop("ResponseMetadata", None)
    raise AssertionError(f"expected {code}, but the call succeeded: {answer!r}")


def eventually(question, what, seconds=20.0, every=0.05):
    """Asks until the answer is truthy and returns it; fails at the deadline.

    `what` says what was awaited: text, or a function that is asked only at the deadline.
    """
    deadline = time.monotonic() + seconds
    while True:
        answer = question()
        if answer:
            return answer
        if time.monotonic() > deadline:
            said = what() if callable(what) else what
            raise AssertionError(f"not within {seconds:.0f} s: {said}")
        time.sleep(every)

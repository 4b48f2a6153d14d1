"""Toy tasks: they fail, die, or know their answer. A worker that imports them imports nothing else."""

import math
import os
import signal
import time
from pathlib import Path


def square(payload):
    return payload * payload


def fail_on_three(payload):
    if payload == 3:
        raise ValueError("three is not liked")
    return payload


def die_once(folder, payload):
    """Kill the worker the first time that run 5 comes."""
    mark = Path(folder) / "died"
    if payload == 5 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return payload


def poison(payload):
    if payload == 4:
        os.kill(os.getpid(), signal.SIGKILL)
    return payload


def slow_square(payload):
    time.sleep(0.002)
    return {"square": payload * payload, "root": math.sqrt(payload)}


def sleep_long():
    time.sleep(60.0)

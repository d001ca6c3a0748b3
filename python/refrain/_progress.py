"""How a run gets on: told to a function, or shown as a bar."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TextIO

__all__ = ["Progress", "callback"]

_Raw = Callable[[str, "str | None", "int | None", "int | None"], None]


@dataclass(frozen=True)
class Progress:
    """How far a stage of a run has come."""

    stage: str
    """``learn``, ``families``, ``label``, ``copies``, ``clean`` or ``index``."""
    unit: str | None
    """What is counted: ``bytes``, ``pages``, ``pairs`` or ``clusters``."""
    done: int
    """How many of them are done."""
    total: int | None
    """How many there are, if that is known."""
    ended: bool
    """The stage is over."""


def callback(progress: Any) -> _Raw | None:
    """What the engine calls; it calls from the thread that waits for it."""
    if progress is None or progress is False:
        return None
    if progress is True:
        return _Bar(sys.stderr)
    if not callable(progress):
        from refrain.errors import UsageError

        raise UsageError(f"progress={progress!r}: True, or a function of one argument")

    def tell(stage: str, unit: str | None, done: int | None, total: int | None) -> None:
        progress(Progress(stage, unit, done or 0, total, done is None))

    return tell


class _Bar:
    """A line on standard error: stage, share, rate. One is drawn over the other."""

    WIDTH = 24

    def __init__(self, out: TextIO) -> None:
        self.out = out
        self.begun = time.monotonic()
        self.shown = 0.0
        self.stage: str | None = None

    def __call__(self, stage: str, unit: str | None, done: int | None, total: int | None) -> None:
        now = time.monotonic()
        if stage != self.stage:
            self.stage, self.begun, self.shown = stage, now, 0.0
        took = now - self.begun
        if done is None:
            self._draw(f"{stage:<9} done in {took:.1f} s", end="\n")
            self.stage = None
            return
        if now - self.shown < 0.1:
            return
        self.shown = now
        rate = f"{_count(done / took, unit)}/s" if took > 0.2 and done else ""
        if total:
            share = min(1.0, done / total)
            full = int(share * self.WIDTH)
            bar = "█" * full + "░" * (self.WIDTH - full)
            self._draw(f"{stage:<9} {share:4.0%} |{bar}| {_count(done, unit)} of {_count(total, unit)} {rate}")
        else:
            self._draw(f"{stage:<9} {_count(done, unit)} {rate}")

    def _draw(self, line: str, end: str = "") -> None:
        self.out.write(f"\r{line[:99]:<99}{end}")
        self.out.flush()


def _count(number: float, unit: str | None) -> str:
    if unit != "bytes":
        return f"{number:,.0f} {unit or ''}".strip()
    for name in ("B", "KB", "MB", "GB"):
        if number < 1000:
            return f"{number:.1f} {name}" if name != "B" else f"{number:.0f} B"
        number /= 1000
    return f"{number:.1f} TB"

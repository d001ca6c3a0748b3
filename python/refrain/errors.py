"""What can go wrong, by what you can do about it."""

from __future__ import annotations

__all__ = [
    "DataError",
    "InternalError",
    "MachineError",
    "RecordError",
    "RefrainError",
    "UsageError",
]


class RefrainError(Exception):
    """Whatever goes wrong in this package.

    The message names the place, what is wrong, what was found, and the way out.
    """

    row: int | None = None
    """Row of a table or of a list of pages, or line of a file (both from 0), if it is about one."""
    column: str | None = None
    """Column or field, if it is about one."""
    file: str | None = None
    """File, if it is about one."""


class RecordError(RefrainError, ValueError):
    """One record cannot be used. Those after it may be fine."""


class UsageError(RefrainError, ValueError):
    """What was asked for makes no sense for this input. Other arguments do."""


class DataError(RefrainError, ValueError):
    """An input, a bank or an index cannot be used as a whole."""


class MachineError(RefrainError, OSError):
    """The machine failed: disk full, no permission, no memory. Trying again may help."""


class InternalError(RefrainError, RuntimeError):
    """A fault of refrain. Please report it; the message says where it is."""

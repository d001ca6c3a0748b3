"""Arguments of many functions, checked once."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Union

from refrain import _refrain
from refrain._progress import Progress, callback
from refrain.errors import UsageError

Chrome = Literal["drop", "mark", "keep"]
Copies = Literal["keep", "mark", "drop"]
TextFormat = Literal["auto", "text", "markdown", "html"]
SiteBy = Literal["domain", "host"]
Path = Union[str, "os.PathLike[str]"]
ProgressLike = Union[bool, Callable[[Progress], object], None]


@dataclass(frozen=True)
class Recipe:
    """Everything that changes results. Two runs of one recipe over the same pages give the same bytes.

    >>> Recipe().id == Recipe(chrome_level="balanced").id
    True
    >>> Recipe(chrome_level="careful").id == Recipe().id
    False
    """

    paragraph: Literal["line", "blank"] = "line"
    """What ends a paragraph: every line end, or a blank line."""
    chrome_level: Literal["lenient", "balanced", "careful", "strict"] = "balanced"
    """How much evidence makes chrome; ``strict`` leaves the most text in."""
    keep: Literal["first", "longest", "earliest"] = "longest"
    """Which page leads a cluster."""
    prefer: Sequence[str] = ()
    """Sites whose pages lead before others, the first one's first."""
    never: Sequence[str] = ()
    """Sites of which nothing is chrome and no page is dropped as a copy."""
    keep_kind: Sequence[str] = ()
    """Kinds of chrome that are left in, such as ``byline``."""

    def __post_init__(self) -> None:
        for name in ("prefer", "never", "keep_kind"):
            value = getattr(self, name)
            if isinstance(value, str):
                raise UsageError(f"{name}={value!r}: give a list of names, such as [{value!r}]")
            object.__setattr__(self, name, tuple(value))
        _refrain.recipe_id(self)

    @property
    def id(self) -> str:
        """Sixteen hexadecimal digits that differ between recipes that may give different results."""
        return _refrain.recipe_id(self)


@dataclass(frozen=True)
class Columns:
    """Which columns or fields hold what. ``None`` is the usual name, which need not be there."""

    text: str | None = None
    id: str | None = None
    site: str | None = None
    url: str | None = None
    date: str | None = None
    text_format: str = "auto"
    site_by: str = "domain"
    skip_damaged: bool = False


@dataclass(frozen=True)
class Cleaning:
    """What cleaning does."""

    chrome: str = "drop"
    copies: str = "keep"
    drop_empty: bool = False
    to: str | None = None
    force: bool = False


@dataclass(frozen=True)
class Options:
    """How to run."""

    threads: int | None = None
    memory: int | None = None
    work: str | None = None
    seeds: list[str] | None = None
    strict: bool = False
    max_bad: int | None = None
    recipe: Recipe = field(default_factory=Recipe)
    progress: Callable[[str, str | None, int | None, int | None], None] | None = None


def options(
    *,
    threads: int | None = None,
    memory: str | int | None = None,
    work: Path | None = None,
    seeds: str | Path | Iterable[str] | None = None,
    strict: bool = False,
    max_bad: int | None = None,
    recipe: Recipe | None = None,
    progress: ProgressLike = None,
) -> Options:
    return Options(
        threads=threads_of(threads),
        memory=None if memory is None else size(memory),
        work=None if work is None else os.fspath(work),
        seeds=seed_lists(seeds),
        strict=strict,
        max_bad=max_bad,
        recipe=Recipe() if recipe is None else recipe,
        progress=callback(progress),
    )


def threads_of(threads: int | None) -> int | None:
    """The number that is asked for, or that of ``REFRAIN_THREADS``; ``None`` for one a processor."""
    if threads is not None:
        if threads < 1:
            raise UsageError(f"threads={threads}: at least one thread is needed")
        return threads
    said = os.environ.get("REFRAIN_THREADS", "").strip()
    if not said:
        return None
    if not said.isascii() or not said.isdigit() or int(said) < 1:
        raise UsageError(f"REFRAIN_THREADS={said}: not a number of threads; set it to 1 or more")
    return int(said)


_UNITS = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12}
_BINARY = {"k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40}
_LEAST_MEMORY = 192 << 20


def size(memory: str | int) -> int:
    """Bytes.

    >>> size("2GiB"), size("512MB"), size(1_000_000_000)
    (2147483648, 512000000, 1000000000)
    """
    if isinstance(memory, int):
        found = memory
    else:
        match = re.fullmatch(r"\s*([0-9]+(?:\.[0-9]+)?)\s*([kmgt]?)(i?)b?\s*", memory.lower())
        if match is None or (match[3] and not match[2]):
            raise UsageError(f"memory={memory!r}: not a size; such as '2GiB', '800MB' or a number of bytes")
        unit = (_BINARY if match[3] else _UNITS)[match[2]]
        found = int(float(match[1]) * unit)
    if found < _LEAST_MEMORY:
        raise UsageError(f"memory={memory!r}: the least that would do is {_LEAST_MEMORY >> 20}MiB")
    return found


def seed_lists(seeds: str | Path | Iterable[str] | None) -> list[str] | None:
    """Lists of chrome lines: ``all``, a language, a file, or lines."""
    if seeds is None:
        return None
    built_in = dict(_refrain.built_in_seeds())
    if isinstance(seeds, str) and seeds == "all":
        return list(built_in.values())
    if isinstance(seeds, str) and seeds in built_in:
        return [built_in[seeds]]
    if isinstance(seeds, (str, os.PathLike)):
        try:
            with open(seeds, encoding="utf-8") as lines:
                return [lines.read()]
        except FileNotFoundError:
            known = ", ".join(["all", *built_in])
            raise UsageError(f"seeds={os.fspath(seeds)!r}: no such file, and none of {known}") from None
    return ["\n".join(seeds)]


def is_paths(pages: Any) -> bool:
    """A path, or a list of paths."""
    if isinstance(pages, (str, os.PathLike)):
        return True
    return (
        isinstance(pages, (list, tuple))
        and len(pages) > 0
        and all(isinstance(page, (str, os.PathLike)) for page in pages)
    )

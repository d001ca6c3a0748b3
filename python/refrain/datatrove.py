"""A block for pipelines of datatrove."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

from refrain._bank import Bank, Cleaner
from refrain._options import Path, Recipe

if TYPE_CHECKING:

    class PipelineStep:
        """What is used of the class that pipelines are made of."""

        def track_time(self) -> Any: ...
        def stat_update(self, *labels: str, value: int = 1) -> None: ...

else:
    try:
        from datatrove.pipeline.base import PipelineStep
    except ImportError as error:
        raise ImportError("refrain.datatrove needs datatrove: `pip install datatrove`") from error

__all__ = ["Clean"]


class Clean(PipelineStep):
    """Takes chrome out of documents with a bank, batch by batch.

    The site of a document is ``metadata["site"]``, or else that of ``metadata["url"]``. Documents that nothing is left of
    go on unless ``drop_empty`` says otherwise. Statistics count documents, changed ones, and characters taken out.
    """

    name = "refrain"
    type = "🧽 - CLEAN"

    def __init__(
        self,
        bank: Bank | Path,
        *,
        site: str = "site",
        url: str = "url",
        date: str = "date",
        recipe: Recipe | None = None,
        drop_empty: bool = False,
        batch_size: int = 1000,
    ) -> None:
        super().__init__()
        self.cleaner = Cleaner(bank, recipe=recipe)
        self.keys = {"site": site, "url": url, "date": date}
        self.drop_empty = drop_empty
        self.batch_size = batch_size

    def run(self, data: Iterable[Any], rank: int = 0, world_size: int = 1) -> Iterator[Any]:
        documents = iter(data or ())
        while batch := list(islice(documents, self.batch_size)):
            with self.track_time():
                cleaned = self.cleaner([self._page(document) for document in batch])
            for document, page in zip(batch, cleaned):
                self.stat_update("documents")
                removed = len(document.text) - len(page["text"])
                if removed:
                    self.stat_update("changed")
                    self.stat_update("characters_removed", value=removed)
                    document.text = page["text"]
                if self.drop_empty and not document.text.strip():
                    self.stat_update("dropped")
                    continue
                yield document

    def _page(self, document: Any) -> dict[str, Any]:
        page = {"text": document.text}
        for name, key in self.keys.items():
            value = document.metadata.get(key)
            if value is not None:
                page[name] = value
        return page

# %% [markdown]
# # Clean a Parquet file in polars
#
# Pages are in a Parquet file with a column of texts. The menus, pleas and footers of their sites go, everything else stays.

# %%
import sys
import tempfile
from pathlib import Path

import polars as pl

import refrain

seeds = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[2] / "seeds" / "pages"
work = Path(tempfile.mkdtemp())

# %% A file to begin with: the sample pages.
pages = pl.concat([pl.read_ndjson(file) for file in sorted(seeds.iterdir())])
pages.write_parquet(work / "pages.parquet")

# %% Read it, clean it, look at it.
pages = pl.read_parquet(work / "pages.parquet")
clean = refrain.clean(pages).to_polars()
assert clean.columns == pages.columns and len(clean) == len(pages)
sizes = pl.DataFrame({"before": pages["text"].str.len_chars(), "after": clean["text"].str.len_chars()})
print(sizes.sum())

# %% What was taken out, by kind: the same run, asked for marks.
marked = refrain.clean(pages, chrome="mark", copies="mark").to_polars()
print(marked["refrain.kinds"].explode().value_counts(sort=True))

# %% Copies left out as well, and the result as a file.
once = refrain.clean(pages, copies="drop").to_polars()
once.write_parquet(work / "clean.parquet")
print(f"{len(pages)} pages, {len(once)} left; in {work}")

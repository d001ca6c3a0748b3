# %% [markdown]
# # Copies of a wire story side by side
#
# Several sites print one report of an agency, some of them cut. Which pages are copies, of which one, and what proves it?

# %%
import sys
import tempfile
from pathlib import Path

import refrain

seeds = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[2] / "seeds" / "pages"

# %% All clusters: the lead is the page that is kept.
scan = refrain.scan(seeds)
for row in scan.clusters:
    if row["relation"] is None:
        print(f"\n{row['id']} ({row['site']})")
    else:
        print(f"  {row['relation']:<5} {row['id']} ({row['site']}), {row['containment']:.0%} of the shorter text")

# %% One pair: every condition, and the text that both have.
pair = next(row for row in scan.clusters if row["relation"] == "cut")
why = scan.explain_pair(pair["lead"], pair["id"])
print(why)
assert why.relation == "cut"

# %% The whole set for the browser.
report = Path(tempfile.mkdtemp()) / "report.html"
scan.report(report)
print(f"wrote {report}")

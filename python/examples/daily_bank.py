# %% [markdown]
# # A bank in a daily job
#
# Every day brings new pages. What their sites repeat is learnt day by day, in one file; each page is cleaned by what is
# known so far, without the pages of earlier days.

# %%
import json
import sys
import tempfile
from pathlib import Path

import refrain

seeds = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[2] / "seeds" / "pages"
work = Path(tempfile.mkdtemp())
path = work / "sites.bank"

# %% The pages, by the day that they say.
pages = [json.loads(line) for file in sorted(seeds.iterdir()) for line in file.open(encoding="utf-8")]
days: dict[str, list[dict[str, str]]] = {}
for page in pages:
    days.setdefault(page["date"][:7], []).append(page)


# %% What the job does in a day.
def job(today: list[dict[str, str]]) -> list[dict[str, str]]:
    learnt = refrain.Bank.learn(today)
    if path.exists():
        # A bank is of a set of pages: a job that runs twice changes nothing.
        learnt = refrain.Bank.merge([refrain.Bank.open(path), learnt])
    learnt.save(path, force=True)
    return refrain.clean(today, bank=learnt)


# %% Some days.
for day, today in sorted(days.items()):
    clean = job(today)
    before = sum(len(page["text"]) for page in today)
    after = sum(len(page["text"]) for page in clean)
    print(f"{day}: {len(today):3} pages, {before:6} characters, {after:6} left; {refrain.Bank.open(path)!r}")

# %% The same bank as if all had been learnt at once.
assert refrain.Bank.open(path) == refrain.Bank.learn(pages)

"use strict";
// Draws the tables and the side-by-side view of a scan from the JSON in this file. Text of pages is put
// on screen as text nodes only. What is shown is told by the URL's fragment, so it can be linked to:
//   #open=12&copy=0          a cluster by its number, and which of its copies
//   &filter=harbour&relation=cut&sort=-copies&page=2
//   &sites=gazette&site=example.org&order=-share&sheet=2
(() => {
  const byId = (id) => document.getElementById(id);
  const data = JSON.parse(byId("data").textContent);
  const RELATIONS = ["same", "cut", "part"];
  const ROWS = 50;
  const SITES = 25;
  const LINES = 12;
  let texts = null;

  // Texts are most of the file: they are parsed when the first cluster is opened.
  const textOf = (page) => {
    if (page.text === undefined) return null;
    texts ??= JSON.parse(byId("texts").textContent);
    return texts[page.text];
  };

  // ---- small things

  const count = (n) => n.toLocaleString("en-US");
  const things = (n, one, many) => `${count(n)} ${n === 1 ? one : many}`;
  const percent = (part, of) => `${of === 0 ? 0 : Math.floor((100 * part) / of)} %`;
  // Two of the four decimals; what is not the whole is not 1.00.
  const share = (value) => (Math.floor(Math.round(value * 10000) / 100) / 100).toFixed(2);

  const el = (tag, props, ...children) => {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(props ?? {})) {
      if (value === false || value === undefined) continue;
      if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
      else node.setAttribute(name, value === true ? "" : value);
    }
    node.append(...children.filter((child) => child !== null && child !== undefined));
    return node;
  };

  // Characters that act on the text around them are shown by their numbers instead.
  const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/;
  const put = (node, text) => {
    for (const piece of text.split(new RegExp(`(${CONTROL.source})`))) {
      if (piece.length === 1 && CONTROL.test(piece)) {
        const code = piece.codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
        node.append(el("span", { class: "control" }, `U+${code}`));
      } else if (piece) node.append(piece);
    }
    return node;
  };
  const quoted = (text) => put(el("bdi", {}), text);
  const plain = (text) => text.replace(new RegExp(CONTROL.source, "g"), "\ufffd");

  const siteName = (site) => data.sites[site].name || "(no site)";

  // ---- state and fragment

  const START = { filter: "", relation: "", sort: "-copies", page: "1", open: "", copy: "0", sites: "", site: "", order: "-share", sheet: "1" };
  const state = { ...START };

  const readFragment = () => {
    const given = new URLSearchParams(location.hash.slice(1));
    for (const name of Object.keys(START)) state[name] = given.get(name) ?? START[name];
  };
  const writeFragment = () => {
    const changed = Object.entries(state).filter(([name, value]) => value !== START[name]);
    const fragment = new URLSearchParams(changed).toString();
    const target = fragment ? `#${fragment}` : location.pathname + location.search;
    try {
      history.replaceState(null, "", target);
    } catch {
      // A browser that keeps files from having a history still shows the report.
    }
  };
  const set = (changes) => {
    Object.assign(state, changes);
    writeFragment();
    draw();
  };

  // Sorts by a named value, or against it if the name begins with a minus; equal ones keep their order.
  const sorted = (list, by, values) => {
    const down = by.startsWith("-");
    const value = values[down ? by.slice(1) : by];
    if (!value) return list;
    const compare = (a, b) => {
      const [x, y] = [value(a), value(b)];
      return (x < y ? -1 : x > y ? 1 : 0) * (down ? -1 : 1);
    };
    return [...list].sort(compare);
  };

  const heading = (label, key, name, firstDown, classes) => {
    const by = state[name];
    const now = by === key ? "ascending" : by === `-${key}` ? "descending" : undefined;
    const next = now ? (now === "ascending" ? `-${key}` : key) : firstDown ? `-${key}` : key;
    const button = el("button", { type: "button", "data-key": key, onclick: () => set({ [name]: next, [name === "sort" ? "page" : "sheet"]: "1" }) }, label);
    return el("th", { scope: "col", class: classes, "aria-sort": now }, button);
  };

  const pager = (total, size, name, what) => {
    const pages = Math.max(1, Math.ceil(total / size));
    const now = Math.min(Math.max(1, Number.parseInt(state[name], 10) || 1), pages);
    const go = (label, to) => el("button", { type: "button", class: "button", "data-go": label, disabled: to < 1 || to > pages || to === now, onclick: () => set({ [name]: String(to) }) }, label);
    const bar = el("nav", { class: "pager", "aria-label": `Pages of ${what}` },
      go("First", 1), go("Previous", now - 1), el("span", {}, `page ${count(now)} of ${count(pages)}`), go("Next", now + 1), go("Last", pages));
    return { from: (now - 1) * size, bar: pages > 1 ? bar : null };
  };

  const range = (from, shown, total, all, what) => {
    if (total === 0) return `none of ${count(all)} ${what}`;
    const part = `${count(from + 1)}–${count(from + shown)} of ${count(total)}`;
    return total === all ? `${part} ${what}` : `${part} found, ${count(all)} in all`;
  };

  // Redraws a part and puts the keyboard back where it was.
  const replace = (target, ...children) => {
    const at = document.activeElement;
    const key = target.contains(at) ? ["data-key", "data-go", "data-row"].find((name) => at.hasAttribute(name)) : undefined;
    const value = key && at.getAttribute(key);
    target.replaceChildren(...children.filter(Boolean));
    if (!key) return;
    const again = [...target.querySelectorAll(`[${key}]`)].find((node) => node.getAttribute(key) === value);
    (again?.disabled ? target.querySelector("button:not(:disabled)") : again)?.focus();
  };

  const choice = (label, options, name, reset) => {
    const node = el("select", { onchange: (event) => set({ [name]: event.target.value, [reset]: "1" }) },
      ...options.map(([value, text]) => el("option", { value }, text)));
    return { label: el("label", {}, label, node), node };
  };
  const search = (label, name, reset) => {
    const node = el("input", { type: "search", autocomplete: "off", spellcheck: "false", oninput: () => set({ [name]: node.value, [reset]: "1" }) });
    return { label: el("label", { class: "wide" }, label, node), node };
  };
  const status = () => el("p", { role: "status", "aria-live": "polite" });

  // ---- sites

  const sites = data.sites.map((site, number) => ({ ...site, number, hay: site.name.toLowerCase() }));
  const SITE_VALUES = {
    name: (site) => site.hay,
    share: (site) => (site.paragraphs ? site.chrome / site.paragraphs : 0),
    chrome: (site) => site.chrome,
    pages: (site) => site.pages,
  };
  const siteTools = {
    search: search("Find sites", "sites", "sheet"),
    order: choice("Order", [["-share", "share of chrome"], ["share", "least chrome first"], ["-pages", "pages"], ["-chrome", "paragraphs of chrome"], ["name", "name"]], "order", "sheet"),
    status: status(),
  };

  const place = ["head", "inside", "foot"];
  const families = (site) => {
    const list = el("ol", { class: "families" });
    const show = (to) => {
      for (const [text, pages, of, where, variants, kind] of site.families.slice(list.children.length, to)) {
        const words = el("span", {}, quoted(text), " ", variants > 1 ? el("small", {}, `(${things(variants, "wording", "wordings")})`) : null);
        list.append(el("li", {}, el("span", { class: "n" }, `${count(pages)}/${count(of)}`), el("span", { class: "under" }, place[where], kind === "other" ? null : ` · ${kind}`), words));
      }
    };
    show(LINES);
    const rest = site.families.length - LINES;
    const more = rest > 0 && el("button", { type: "button", class: "button", onclick: (event) => {
      show(site.families.length);
      event.target.remove();
    } }, things(rest, "more line", "more lines"));
    const left = site.more > 0 && el("p", { class: "under" }, `${things(site.more, "further line is", "further lines are")} in chrome.jsonl only.`);
    const own = el("button", { type: "button", class: "button", onclick: () => {
      set({ filter: site.name, page: "1" });
      byId("clusters").scrollIntoView();
    } }, "Clusters with this site");
    const counts = el("p", { class: "under" }, `${count(site.chrome)} of ${things(site.paragraphs, "paragraph is", "paragraphs are")} chrome, on ${things(site.pages, "page", "pages")}. Distinct pages that have a line, where it stands, the line:`);
    const none = site.families.length === 0 && el("p", { class: "empty" }, "No chrome was found on this site.");
    return el("div", {}, ...(none ? [none] : [counts, list]), ...[more, left, site.name ? own : null].filter(Boolean).flatMap((node) => [node, " "]));
  };

  const siteRow = (site) => {
    const open = state.site === site.name || (site.name === "" && state.site === "(no site)");
    const name = el("button", { type: "button", class: "name", "aria-expanded": String(open), "data-row": site.name, onclick: () => set({ site: open ? "" : siteName(site.number) }) }, quoted(siteName(site.number)));
    const bar = (classes) => {
      const fill = el("span", { class: "fill" });
      fill.style.width = `${(100 * site.chrome) / Math.max(1, site.paragraphs)}%`;
      return el("span", { class: classes, "aria-hidden": "true" }, fill);
    };
    const row = el("tr", {},
      el("th", { scope: "row", class: "site" }, name, bar("track tight")),
      el("td", { class: "chart roomy" }, bar("track")),
      el("td", { class: "n" }, percent(site.chrome, site.paragraphs)),
      el("td", { class: "n roomy" }, `${count(site.chrome)} / ${count(site.paragraphs)}`),
      el("td", { class: "n roomy" }, count(site.pages)));
    return open ? [row, el("tr", { class: "inner" }, el("td", { colspan: 5 }, families(site)))] : [row];
  };

  const drawSites = () => {
    siteTools.search.node.value = state.sites;
    siteTools.order.node.value = state.order;
    const wanted = state.sites.toLowerCase();
    const found = sorted(sites.filter((site) => site.hay.includes(wanted)), state.order, SITE_VALUES);
    const { from, bar } = pager(found.length, SITES, "sheet", "sites");
    const shown = found.slice(from, from + SITES);
    siteTools.status.textContent = range(from, shown.length, found.length, sites.length, "sites");
    const table = el("table", {},
      el("thead", {}, el("tr", {}, heading("Site", "name", "order", false), el("th", { scope: "col", class: "roomy" }, el("span", { class: "away" }, "Chart")), heading("Chrome", "share", "order", true, "n"), heading("Paragraphs", "chrome", "order", true, "n roomy"), heading("Pages", "pages", "order", true, "n roomy"))),
      el("tbody", {}, ...shown.flatMap(siteRow)));
    replace(byId("sites-table"), shown.length ? el("div", { class: "frame" }, table) : el("p", { class: "empty" }, "No site has that in its name."), bar);
  };

  // ---- clusters

  const clusters = data.clusters.map((cluster, number) => {
    const [lead, ...copies] = cluster.pages;
    const kinds = RELATIONS.map((relation) => copies.filter((copy) => copy.relation === relation).length);
    const least = (name) => copies.reduce((min, copy) => Math.min(min, copy[name]), 1);
    const most = (name) => copies.reduce((max, copy) => Math.max(max, copy[name]), 0);
    return {
      number, lead, copies, kinds,
      title: cluster.title ?? null,
      credit: cluster.credit ?? [],
      sites: new Set(cluster.pages.map((page) => page.site)).size,
      resemblance: [least("resemblance"), most("resemblance")],
      containment: [least("containment"), most("containment")],
      words: copies.reduce((max, copy) => Math.max(max, copy.words), 0),
      hay: [cluster.title ?? "", ...(cluster.credit ?? []).map(([name]) => name), ...cluster.pages.flatMap((page) => [page.id, data.sites[page.site].name])].join("\n").toLowerCase(),
    };
  });
  const CLUSTER_VALUES = {
    number: (cluster) => cluster.number,
    copies: (cluster) => cluster.copies.length,
    sites: (cluster) => cluster.sites,
    resemblance: (cluster) => cluster.resemblance[1],
    containment: (cluster) => cluster.containment[1],
    words: (cluster) => cluster.words,
  };
  const clusterTools = {
    search: search("Find clusters by title, page or site", "filter", "page"),
    relation: choice("With copies that are", [["", "anything"], ...RELATIONS.map((name) => [name, name])], "relation", "page"),
    order: choice("Order", [["-copies", "most copies"], ["-sites", "most sites"], ["-words", "most shared words"], ["-resemblance", "highest resemblance"], ["resemblance", "lowest resemblance"], ["-containment", "highest containment"], ["containment", "lowest containment"], ["copies", "fewest copies"], ["number", "order of input"]], "sort", "page"),
    status: status(),
  };

  const spread = ([least, most]) => (share(least) === share(most) ? share(most) : `${share(least)}–${share(most)}`);
  const kinds = (cluster) => RELATIONS.map((relation, at) => cluster.kinds[at] > 0 ? el("span", { class: `kind ${relation}` }, `${count(cluster.kinds[at])} ${relation}`) : null);
  const nameOf = (cluster) => cluster.title ?? cluster.lead.id;

  const clusterRow = (cluster) => el("tr", {},
    el("th", { scope: "row" },
      el("button", { type: "button", class: "name", "data-row": cluster.number, "aria-haspopup": "dialog", onclick: () => set({ open: String(cluster.number), copy: "0" }) }, quoted(nameOf(cluster))),
      el("div", { class: "under" }, cluster.title === null ? null : quoted(cluster.lead.id), cluster.title === null ? null : " · ", quoted(siteName(cluster.lead.site)))),
    el("td", { class: "n" }, count(cluster.copies.length)),
    el("td", { class: "n roomy" }, count(cluster.sites)),
    el("td", { class: "roomy" }, ...kinds(cluster)),
    el("td", { class: "n roomy" }, spread(cluster.resemblance)),
    el("td", { class: "n roomy" }, spread(cluster.containment)),
    el("td", { class: "n roomy" }, count(cluster.words)));

  let found = [];
  const drawClusters = () => {
    clusterTools.search.node.value = state.filter;
    clusterTools.relation.node.value = state.relation;
    clusterTools.order.node.value = state.sort;
    const wanted = state.filter.toLowerCase();
    const kind = RELATIONS.indexOf(state.relation);
    found = sorted(clusters.filter((cluster) => cluster.hay.includes(wanted) && (kind < 0 || cluster.kinds[kind] > 0)), state.sort, CLUSTER_VALUES);
    const { from, bar } = pager(found.length, ROWS, "page", "clusters");
    const shown = found.slice(from, from + ROWS);
    clusterTools.status.textContent = range(from, shown.length, found.length, clusters.length, "clusters");
    const table = el("table", {},
      el("thead", {}, el("tr", {}, heading("Lead", "number", "sort", false), heading("Copies", "copies", "sort", true, "n"), heading("Sites", "sites", "sort", true, "n roomy"), el("th", { scope: "col", class: "roomy" }, "Kinds"), heading("Resemblance", "resemblance", "sort", true, "n roomy"), heading("Containment", "containment", "sort", true, "n roomy"), heading("Words", "words", "sort", true, "n roomy"))),
      el("tbody", {}, ...shown.map(clusterRow)));
    const nothing = clusters.length ? "No cluster has that." : "No two pages print the same text.";
    replace(byId("clusters-table"), shown.length ? el("div", { class: "frame" }, table) : el("p", { class: "empty" }, nothing), bar);
  };

  // ---- side by side

  // Passages that overlap in both pages stand as one; those that keep the order of both pages are laid
  // beside each other, the others are coloured where they stand.
  const grouped = (shared) => {
    const groups = shared.map(([h0, h1, l0, l1, words]) => ({ here: [h0, h1], lead: [l0, l1], words }));
    const meet = (a, b) => a[0] <= b[1] && b[0] <= a[1];
    const join = (a, b) => [Math.min(a[0], b[0]), Math.max(a[1], b[1])];
    for (let at = 0; at < groups.length; ) {
      const other = groups.findIndex((group, i) => i > at && meet(group.here, groups[at].here) && meet(group.lead, groups[at].lead));
      if (other < 0) {
        at += 1;
        continue;
      }
      const [taken] = groups.splice(other, 1);
      groups[at] = { here: join(groups[at].here, taken.here), lead: join(groups[at].lead, taken.lead), words: groups[at].words + taken.words };
      at = 0;
    }
    groups.sort((a, b) => a.here[0] - b.here[0] || a.lead[0] - b.lead[0]);
    groups.forEach((group, at) => Object.assign(group, { at, best: group.words, before: -1 }));
    for (const group of groups) {
      for (const earlier of groups.slice(0, group.at)) {
        const follows = earlier.here[1] < group.here[0] && earlier.lead[1] < group.lead[0];
        if (follows && earlier.best + group.words > group.best) Object.assign(group, { best: earlier.best + group.words, before: earlier.at });
      }
    }
    let last = groups.reduce((best, group) => (best < 0 || group.best > groups[best].best ? group.at : best), -1);
    for (; last >= 0; last = groups[last].before) groups[last].beside = true;
    return groups;
  };

  const WORD = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|[\p{L}\p{N}\p{M}]+/gu;
  const words = (page, paragraphs, [from, to]) => {
    const list = [];
    for (let at = from; at <= to && at < paragraphs.length; at += 1) {
      if (page.isChrome(at)) continue;
      for (const match of paragraphs[at].matchAll(WORD)) {
        list.push({ shared: false, key: match[0].normalize("NFKC").toLowerCase(), at, from: match.index, to: match.index + match[0].length });
      }
    }
    return list;
  };

  // Marks the words that two stretches have in common in this order: a longest common subsequence,
  // without pieces of one or two words. What is too long to be compared here counts as common.
  const compare = (a, b) => {
    const LONGEST = 9_000_000;
    const LEAST = 3;
    let start = 0;
    let [aEnd, bEnd] = [a.length, b.length];
    while (start < aEnd && start < bEnd && a[start].key === b[start].key) start += 1;
    while (aEnd > start && bEnd > start && a[aEnd - 1].key === b[bEnd - 1].key) [aEnd, bEnd] = [aEnd - 1, bEnd - 1];
    const [n, m] = [aEnd - start, bEnd - start];
    if (n * m > LONGEST) {
      for (const word of [...a, ...b]) word.shared = true;
      return;
    }
    const width = m + 1;
    const length = new Uint16Array((n + 1) * width);
    for (let i = n - 1; i >= 0; i -= 1) {
      for (let j = m - 1; j >= 0; j -= 1) {
        length[i * width + j] = a[start + i].key === b[start + j].key ? length[(i + 1) * width + j + 1] + 1 : Math.max(length[(i + 1) * width + j], length[i * width + j + 1]);
      }
    }
    const pairs = [];
    for (let i = 0; i < start; i += 1) pairs.push([i, i]);
    for (let i = 0, j = 0; i < n && j < m; ) {
      if (a[start + i].key === b[start + j].key) {
        pairs.push([start + i, start + j]);
        [i, j] = [i + 1, j + 1];
      } else if (length[(i + 1) * width + j] >= length[i * width + j + 1]) i += 1;
      else j += 1;
    }
    for (let i = aEnd, j = bEnd; i < a.length; i += 1, j += 1) pairs.push([i, j]);
    for (let at = 0; at < pairs.length; ) {
      let end = at + 1;
      while (end < pairs.length && pairs[end][0] === pairs[end - 1][0] + 1 && pairs[end][1] === pairs[end - 1][1] + 1) end += 1;
      if (end - at >= LEAST) {
        for (const [i, j] of pairs.slice(at, end)) {
          a[i].shared = true;
          b[j].shared = true;
        }
      }
      at = end;
    }
  };

  const prepared = (page) => {
    const chrome = new Set();
    for (const [from, to] of page.chrome) for (let at = from; at <= to; at += 1) chrome.add(at);
    return { ...page, isChrome: (at) => chrome.has(at), paragraphTexts: textOf(page) };
  };

  const numbered = (classes, number) => el("div", { class: classes }, el("span", { class: "no", "aria-hidden": "true" }, number));

  // Menus are many short lines: chrome in a row takes no line for each.
  const chromeRun = (page, from, to) => {
    const node = numbered("para chrome", from === to ? String(from) : `${from}–${to}`);
    const flow = el("div", { class: "flow" });
    for (let at = from; at <= to; at += 1) flow.append(put(el("span", { class: "words", dir: "auto" }), page.paragraphTexts[at] ?? ""));
    node.append(flow);
    return node;
  };

  const paragraph = (page, at, group, marks) => {
    const node = numbered("para", String(at));
    const words = el("span", { class: "words", dir: "auto" });
    const text = page.paragraphTexts[at] ?? "";
    const own = group ? marks.get(at) ?? [] : [];
    if (group) node.classList.add(`t${group.at % 6}`);
    let end = 0;
    for (let i = 0; i < own.length; ) {
      let next = i + 1;
      while (next < own.length && own[next].shared === own[i].shared) next += 1;
      // A run takes the punctuation and spaces up to the next one, but not the space at its end.
      const stop = next < own.length ? own[next].from : text.length;
      const piece = text.slice(end, stop);
      const tail = piece.length - piece.trimEnd().length;
      words.append(put(el("span", { class: own[i].shared ? "hit" : "odd" }), piece.slice(0, piece.length - tail)));
      put(words, piece.slice(piece.length - tail));
      [end, i] = [stop, next];
    }
    if (own.length === 0) put(words, text);
    node.append(words);
    return node;
  };

  // Without texts: stretches of paragraphs of one kind, as tall as they are many.
  const outline = (page, from, to, groupAt) => {
    const blocks = [];
    for (let at = from; at <= to; ) {
      const kind = (n) => (page.isChrome(n) ? "chrome" : groupAt(n)?.at ?? "own");
      const first = kind(at);
      let end = at;
      while (end < to && kind(end + 1) === first) end += 1;
      const which = at === end ? `paragraph ${at}` : `paragraphs ${at}–${end}`;
      const what = first === "chrome" ? "chrome" : first === "own" ? "only here" : `passage ${first + 1}`;
      const node = el("div", { class: typeof first === "number" ? `block hit t${first % 6}` : `block ${first}` }, `${which} · ${what}`);
      node.style.minHeight = `${Math.min(12, 1.6 + 0.5 * (end - at))}rem`;
      blocks.push(node);
      at = end + 1;
    }
    return blocks;
  };

  const sideBySide = (lead, copy) => {
    const groups = grouped(copy.shared);
    const marks = { lead: new Map(), here: new Map() };
    if (lead.paragraphTexts && copy.paragraphTexts) {
      for (const group of groups) {
        const [a, b] = [words(lead, lead.paragraphTexts, group.lead), words(copy, copy.paragraphTexts, group.here)];
        compare(a, b);
        for (const [side, list] of [["lead", a], ["here", b]]) {
          for (const word of list) {
            const own = marks[side].get(word.at) ?? [];
            const same = own.find((other) => other.from === word.from);
            if (same) same.shared ||= word.shared;
            else own.push(word);
            marks[side].set(word.at, own);
          }
        }
      }
    }
    const pages = { lead, here: copy };
    const groupAt = (side, beside) => (at) => beside ?? groups.find((group) => group[side][0] <= at && at <= group[side][1]);
    const cell = (side, from, to, beside) => {
      const page = pages[side];
      const node = el("div", { class: "side", "data-side": side === "lead" ? "lead" : "copy" });
      let said = -1;
      const say = (group) => {
        if (!group || group.at === said) return;
        said = group.at;
        const moved = group.beside ? "" : ", elsewhere in the other page";
        node.append(el("span", { class: `badge t${group.at % 6}` }, `passage ${group.at + 1}: ${things(group.words, "word", "words")}${moved}`));
      };
      if (!page.paragraphTexts) {
        if (beside) say(beside);
        node.append(...outline(page, from, to, groupAt(side, beside)));
        return node;
      }
      for (let at = from; at <= to; at += 1) {
        if (page.isChrome(at)) {
          const first = at;
          while (at < to && page.isChrome(at + 1)) at += 1;
          node.append(chromeRun(page, first, at));
          continue;
        }
        const group = groupAt(side, beside)(at);
        say(group);
        node.append(paragraph(page, at, group, marks[side]));
      }
      return node;
    };
    const row = (leadRange, hereRange, beside) => el("div", { class: beside ? `row shared t${beside.at % 6}` : "row" },
      cell("lead", leadRange[0], leadRange[1], beside), cell("here", hereRange[0], hereRange[1], beside));
    const head = (label, page) => el("div", { class: "side" }, el("b", {}, label), quoted(page.id), " · ", quoted(siteName(page.site)));
    const rows = [el("div", { class: "row heads" }, head("Lead", lead), head("Copy", copy))];
    let [l, h] = [0, 0];
    const rest = (toLead, toHere) => {
      if (l <= toLead || h <= toHere) rows.push(row([l, toLead], [h, toHere], null));
    };
    for (const group of groups.filter((each) => each.beside)) {
      rest(group.lead[0] - 1, group.here[0] - 1);
      rows.push(row(group.lead, group.here, group));
      [l, h] = [group.lead[1] + 1, group.here[1] + 1];
    }
    rest(lead.paragraphs - 1, copy.paragraphs - 1);
    return el("div", { class: "sides" }, ...rows);
  };

  // ---- a cluster opened

  const dialog = byId("cluster");
  let showChrome = true;
  let drawn = "";

  const option = (copy) => `${copy.relation} ${share(copy.containment)} · ${plain(copy.id)} (${plain(siteName(copy.site))})`;

  const drawCluster = () => {
    const cluster = /^\d+$/.test(state.open) ? clusters[Number(state.open)] : undefined;
    if (!cluster) {
      if (dialog.open) dialog.close();
      return;
    }
    const at = Math.min(Number.parseInt(state.copy, 10) || 0, cluster.copies.length - 1);
    const now = `${cluster.number}/${at}`;
    if (drawn !== now) {
      const copy = prepared(cluster.copies[Math.max(0, at)]);
      const lead = prepared(cluster.lead);
      const close = el("button", { type: "button", class: "button close", "data-key": "close", onclick: () => set({ open: "", copy: "0" }) }, "Close");
      const order = found.indexOf(cluster);
      const step = (label, to) => el("button", { type: "button", class: "button", "data-key": label, disabled: order < 0 || !found[to], onclick: () => set({ open: String(found[to].number), copy: "0" }) }, label);
      const select = el("select", { "data-key": "copy", onchange: (event) => set({ copy: event.target.value }) },
        ...cluster.copies.map((each, index) => el("option", { value: String(index), selected: index === at }, option(each))));
      const chrome = el("input", { type: "checkbox", checked: showChrome, "data-key": "chrome", onchange: (event) => {
        showChrome = event.target.checked;
        dialog.classList.toggle("hide-chrome", !showChrome);
      } });
      const measure = (name, value) => el("li", {}, `${name} `, el("b", {}, value));
      const missing = !lead.paragraphTexts || !copy.paragraphTexts;
      const hint = data.texts ? "The texts of this pair did not fit; a larger --text-limit takes them in." : "These are the numbers of the paragraphs. To read the texts here, make the report with --pages and the pages that were scanned.";
      replace(dialog,
        el("div", { class: "bar" }, step("Previous cluster", order - 1), step("Next cluster", order + 1), close),
        el("div", { class: "inside" },
          el("h2", { id: "cluster-h", tabindex: "-1", autofocus: true }, quoted(nameOf(cluster))),
          el("p", { class: "under" }, `Cluster ${cluster.number}: ${things(cluster.copies.length, "copy", "copies")} of one lead, on ${things(cluster.sites, "site", "sites")}`),
          ...cluster.credit.map(([name, words, pages]) => el("p", { class: "under" }, "Credits ", quoted(name), ` on ${things(pages, "page", "pages")}: “`, quoted(words), "”")),
          el("div", { class: "tools" }, el("label", { class: "wide" }, "Copy", select), el("label", { class: "check" }, chrome, "show chrome")),
          el("ul", { class: "measures" }, el("li", {}, el("span", { class: `kind ${copy.relation}` }, copy.relation)), measure("resemblance", share(copy.resemblance)), measure("containment", share(copy.containment)), measure("shared words", count(copy.words))),
          missing ? el("p", { class: "hint" }, hint) : el("p", { class: "hint" }, "Coloured: words that both have in a passage. Dotted: words of a passage that only this page has. Grey: chrome."),
          sideBySide(lead, copy)));
      dialog.classList.toggle("hide-chrome", !showChrome);
      dialog.scrollTop = 0;
      drawn = now;
    }
    if (!dialog.open) dialog.showModal();
  };
  // By the button, by Escape or by a link: the keyboard goes back to the cluster's row.
  dialog.addEventListener("close", () => {
    const [row] = drawn.split("/");
    drawn = "";
    dialog.replaceChildren();
    if (state.open !== "") set({ open: "", copy: "0" });
    document.querySelector(`#clusters-table [data-row="${CSS.escape(row)}"]`)?.focus();
  });

  // ---- begin

  const draw = () => {
    drawSites();
    drawClusters();
    drawCluster();
  };
  byId("sites-tools").append(siteTools.search.label, siteTools.order.label, siteTools.status);
  byId("clusters-tools").append(clusterTools.search.label, clusterTools.relation.label, clusterTools.order.label, clusterTools.status);
  addEventListener("hashchange", () => {
    // A link to a section of this page is no state.
    if (/^#[a-z]+$/.test(location.hash)) return;
    readFragment();
    draw();
  });
  if (!/^#[a-z]+$/.test(location.hash)) readFragment();
  if (state.site === "" && sites.length > 0 && location.hash === "") state.site = siteName(sorted(sites, state.order, SITE_VALUES)[0].number);
  draw();
})();

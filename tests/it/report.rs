//! `report` makes one file that shows what a scan found, asks for nothing, and in which text of pages is
//! text. What its script does is tried in a browser.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::{Value, json};

use crate::{
    command::{Folder, finish},
    left_out::is_left_out,
};

fn seeds() -> String {
    format!("{}/seeds/pages", env!("CARGO_MANIFEST_DIR"))
}

/// A scan of the sample pages in `found`, and its report with texts.
fn sample() -> (Folder, String) {
    let folder = Folder::new();
    folder.ok(&["scan", "-q", &seeds(), "-o", "found"]);
    folder.ok(&["report", "found", "--pages", &seeds()]);
    let html = folder.text("found/report.html");
    (folder, html)
}

/// The JSON of the script element `id`.
fn embedded(html: &str, id: &str) -> Value {
    let start = format!("<script type=\"application/json\" id=\"{id}\">");
    let (_, rest) = html.split_once(&start).unwrap();
    serde_json::from_str(rest.split_once("</script>").unwrap().0).unwrap()
}

fn rows(folder: &Folder, name: &str) -> Vec<Value> {
    folder.text(name).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn it_holds_what_the_scan_found() {
    let (folder, html) = sample();
    let (data, texts) = (embedded(&html, "data"), embedded(&html, "texts"));

    let sites = data["sites"].as_array().unwrap();
    let sum = |of: &str| sites.iter().map(|site| site[of].as_u64().unwrap()).sum::<u64>();
    let summary: Value = serde_json::from_str(&folder.text("found/summary.json")).unwrap();
    assert_eq!(sum("pages"), summary["pages"]["in"].as_u64().unwrap());
    assert_eq!(sum("paragraphs"), summary["paragraphs"]["all"].as_u64().unwrap());
    assert_eq!(sum("chrome"), summary["paragraphs"]["chrome"].as_u64().unwrap());
    let families = sites.iter().map(|site| site["families"].as_array().unwrap().len());
    assert_eq!(families.sum::<usize>(), rows(&folder, "found/chrome.jsonl").len());

    let clusters = rows(&folder, "found/clusters.jsonl");
    assert_eq!(data["clusters"].as_array().unwrap().len(), clusters.len());
    for (shown, row) in data["clusters"].as_array().unwrap().iter().zip(&clusters) {
        let pages = shown["pages"].as_array().unwrap();
        assert_eq!(pages[0]["id"], row["lead"]);
        for (page, member) in pages[1..].iter().zip(row["pages"].as_array().unwrap()) {
            for name in ["id", "relation", "resemblance", "containment"] {
                assert_eq!(page[name], member[name]);
            }
            assert_eq!(sites[page["site"].as_u64().unwrap() as usize]["name"], member["site"]);
            for (passage, shared) in
                page["shared"].as_array().unwrap().iter().zip(member["shared"].as_array().unwrap())
            {
                let [here, lead] = [&shared["here"], &shared["lead"]];
                assert_eq!(*passage, json!([here[0], here[1], lead[0], lead[1], shared["words"]]));
            }
        }
        for page in pages {
            let paragraphs = texts[page["text"].as_u64().unwrap() as usize].as_array().unwrap();
            assert_eq!(paragraphs.len() as u64, page["paragraphs"].as_u64().unwrap());
        }
    }
    for total in ["46 pages of 7 sites", "<strong>77 %</strong>", "6 same, 3 cut, 1 part"] {
        assert!(html.contains(total), "no {total}");
    }
    let title = &data["clusters"][0]["title"];
    assert_eq!(title, "All 143 aboard rescued after night ferry strikes sandbank");
}

#[test]
fn it_asks_for_nothing() {
    let (_, html) = sample();
    assert!(html.contains("default-src 'none'"));
    for outside in ["http:", "https:", "src=", "url(", "@import", "fetch(", "import("] {
        assert!(!html.contains(outside), "{outside}");
    }
    assert!(html.match_indices("href=").all(|(at, _)| html[at..].starts_with("href=\"#")));
}

#[test]
fn the_same_scan_gives_the_same_bytes() {
    let (folder, html) = sample();
    let seeds = seeds();
    for flags in [&["-j", "1"][..], &["-j", "3", "-o", "elsewhere/report.html"], &["-o", "-"]] {
        let args = [&["report", "found", "--force", "--pages", &seeds], flags].concat();
        let run = folder.ok(&args);
        let bytes = match flags.last() {
            Some(&"-") => run.stdout,
            Some(&"1") => folder.read("found/report.html"),
            _ => folder.read("elsewhere/report.html"),
        };
        assert!(bytes == html.as_bytes(), "{flags:?}");
    }
    // A second scan, in another folder.
    folder.ok(&["scan", "-q", &seeds, "-o", "again"]);
    folder.ok(&["report", "again", "-q", "--pages", &seeds]);
    assert!(folder.text("again/report.html") == html);
}

#[test]
fn a_limit_leaves_texts_out_and_says_so() {
    let (folder, _) = sample();
    let run =
        folder.ok(&["report", "found", "-o", "x.html", "--text-limit", "12K", "--pages", &seeds()]);
    assert!(run.stderr.contains("left out the texts of"), "{}", run.stderr);
    let html = folder.text("x.html");
    assert!(html.contains("more would pass --text-limit"));
    let texts = embedded(&html, "texts");
    let texts: Vec<&str> = texts
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|page| page.as_array().unwrap())
        .map(|paragraph| paragraph.as_str().unwrap())
        .collect();
    let bytes: usize = texts.iter().map(|text| text.len()).sum();
    assert!((6_000..=12_000).contains(&bytes), "{bytes}");

    folder.ok(&["report", "found", "-o", "none.html"]);
    let none = folder.text("none.html");
    assert_eq!(embedded(&none, "texts"), json!([]));
    assert!(!none.contains("are left out:"), "nobody asked for texts");
}

/// Evidence numbers the usable pages only, so what could not be used must not shift the texts.
#[test]
fn bad_records_do_not_shift_texts() {
    let folder = Folder::new();
    let mut lines = String::from("{\"id\":\"bad\"}\n");
    crate::command::walk(seeds().as_ref(), &mut |_, bytes| {
        lines.push_str(&String::from_utf8(bytes).unwrap());
        lines.push_str("nonsense\n");
    });
    folder.write("in.jsonl", lines);
    assert_eq!(folder.run(&["scan", "-q", "in.jsonl", "-o", "found"]).exit, Some(1));
    folder.ok(&["report", "found", "--pages", "in.jsonl"]);
    let html = folder.text("found/report.html");
    assert!(html.contains("Bad records"));
    let (data, texts) = (embedded(&html, "data"), embedded(&html, "texts"));
    let ferry = "All 143 passengers and crew were taken off a night ferry";
    let of_lead =
        |cluster: &Value| texts[cluster["pages"][0]["text"].as_u64().unwrap() as usize].to_string();
    let clusters = data["clusters"].as_array().unwrap();
    assert_eq!(clusters.iter().filter(|cluster| of_lead(cluster).contains(ferry)).count(), 1);
}

#[test]
fn what_cannot_be_reported_is_refused() {
    let (folder, _) = sample();
    folder.write("file", "x");
    folder.write("other.jsonl", "{\"text\":\"One page.\"}\n");
    std::fs::create_dir(folder.path("empty")).unwrap();
    let copy = |name: &str, change: &dyn Fn(&str, String) -> Option<String>| {
        for file in ["pages.jsonl", "chrome.jsonl", "clusters.jsonl", "pairs.tsv", "summary.json"] {
            if let Some(text) = change(file, folder.text(&format!("found/{file}"))) {
                folder.write(&format!("{name}/{file}"), text);
            }
        }
    };
    let lines = |text: String, skip: usize| -> String {
        text.lines().skip(skip).flat_map(|line| [line, "\n"]).collect()
    };
    copy("missing", &|file, text| (file != "pairs.tsv").then_some(text));
    copy("cut", &|file, text| {
        Some(if file == "clusters.jsonl" { text[..text.len() - 40].to_owned() } else { text })
    });
    copy("short", &|file, text| Some(if file == "chrome.jsonl" { lines(text, 1) } else { text }));
    copy("mixed", &|file, text| {
        Some(if file == "clusters.jsonl" {
            text.replacen("kelmere-01", "kelmere-02", 1)
        } else {
            text
        })
    });
    copy("old", &|_, text| Some(text.replace("\"refrain\": \"0.1.", "\"refrain\": \"0.0.")));
    copy("broken", &|file, text| {
        Some(if file == "pairs.tsv" { text.replace('\t', " ") } else { text })
    });

    for (args, exit, place, reason) in [
        (&["report", "found"][..], 2, "found/report.html", "already there"),
        (&["report", "nowhere"], 3, "nowhere", "no scan (it has no summary.json)"),
        (&["report", "empty"], 3, "empty", "refrain scan INPUT -o empty"),
        (&["report", "file"], 3, "file", "no scan"),
        (&["report", "missing"], 3, "missing/pairs.tsv", "scan again"),
        (&["report", "cut"], 3, "cut/clusters.jsonl:5", "breaks off"),
        (
            &["report", "short"],
            3,
            "short/chrome.jsonl",
            "has 181 families, summary.json counts 182",
        ),
        (
            &["report", "mixed"],
            3,
            "mixed/clusters.jsonl:1",
            "is not the cluster that pages.jsonl has",
        ),
        (&["report", "old"], 3, "old/summary.json", "made by refrain 0.0."),
        (&["report", "broken"], 3, "broken/pairs.tsv:1", "no pair in six columns"),
        (
            &["report", "found", "--force", "--pages", "other.jsonl"],
            3,
            "other.jsonl",
            "not what was scanned",
        ),
        (&["report", "found", "--force", "--pages", "no.jsonl"], 3, "no.jsonl", ""),
        (&["report"], 2, "DIR", "required"),
    ] {
        let run = folder.run(args);
        assert_eq!(run.exit, Some(exit), "{args:?}: {}", run.shown());
        assert!(
            run.stderr.contains(place) && run.stderr.contains(reason),
            "{args:?}: {}",
            run.stderr
        );
    }
    assert!(!folder.path("nowhere").exists(), "a folder was made for nothing");
}

/// Text that acts if it is taken for markup, or if it may reorder what stands beside it.
const HOSTILE: &str = "<script>document.title='taken over'</script></script><img src=x \
                       onerror=\"document.title='taken over'\">&lt;b&gt; \u{202E}sdrawkcab\u{202C} \
                       \u{2028}\u{2029} ]]> --> {{ name }} {% if %} <!--";

/// Six pages of each of two sites, whose menus, names, stories and ids all are hostile.
fn hostile() -> (Folder, String) {
    let folder = Folder::new();
    let mut lines = String::new();
    for site in ["a", "b"] {
        for page in 0..6 {
            let story = if page == 0 {
                "The harbour board sold both cranes on Friday after eleven months of talks with the \
                 owners of the yard, who had asked for twice as much.\nNobody at the quay would say \
                 where the cranes go, though two barges from the north were moored there all week."
                    .to_owned()
            } else {
                let number = |n: usize| ["one", "two", "three", "four", "five", "six"][n];
                format!(
                    "Story {} of {site}, which nobody else has, {} words of its own and {} more.",
                    number(page),
                    number(5 - page),
                    number(page)
                )
            };
            let text = format!(
                "{HOSTILE} menu\nHome of {site}\n{HOSTILE} {site}\n{story}\n{HOSTILE} foot\nAll rights of {site}"
            );
            let row = json!({"id": format!("{site}{page}{HOSTILE}"), "site": format!("{site}{HOSTILE}"), "text": text});
            lines.push_str(&format!("{row}\n"));
        }
    }
    folder.write("in.jsonl", lines);
    folder.ok(&["scan", "-q", "in.jsonl", "-o", "found"]);
    folder.ok(&["report", "found", "--pages", "in.jsonl"]);
    let html = folder.text("found/report.html");
    (folder, html)
}

#[test]
fn hostile_text_stays_text() {
    let (_, html) = hostile();
    let (data, texts) = (embedded(&html, "data"), embedded(&html, "texts"));
    assert_eq!(data["clusters"].as_array().unwrap().len(), 1);
    assert_eq!(data["clusters"][0]["pages"][0]["id"], format!("a0{HOSTILE}"));
    assert_eq!(data["sites"][1]["name"], format!("b{HOSTILE}"));
    assert_eq!(texts[0][0], format!("{HOSTILE} menu"));
    assert!(data["sites"][0]["families"].to_string().contains("taken over"));

    assert!(!html.contains("<img") && !html.contains("<script>"));
    assert_eq!(html.matches("<script").count(), 3);
    assert_eq!(html.matches("</script").count(), 3);
    assert!(!html.contains(['\u{202E}', '\u{202C}', '\u{2028}', '\u{2029}']));
}

// ---- in a browser

/// A browser that can be run without a screen; none if tests in a browser are left out.
fn chromium() -> Option<PathBuf> {
    if is_left_out("browser") {
        return None;
    }
    let names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path)
        .flat_map(|folder| names.map(|name| folder.join(name)))
        .find(|program| program.is_file());
    assert!(found.is_some(), "there is none of {names:?} to look at the report with");
    found
}

/// The page as it stands after its script has run, for `fragment` after its address.
fn dom(browser: &Path, folder: &Folder, name: &str, fragment: &str) -> String {
    let profile = folder.path("profile");
    let mut command = Command::new(browser);
    command
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=10000"])
        .arg(format!("--user-data-dir={}", profile.display()))
        .arg("--dump-dom")
        .arg(format!("file://{}{fragment}", folder.path(name).display()));
    let run = finish(command, b"");
    assert_eq!(run.exit, Some(0), "{}", run.stderr);
    run.out().to_owned()
}

/// As [`dom`], after `steps` were done on the page: what they return is the page's title. `click(x)`
/// clicks what the selector finds, `enter(x, value)` fills in a field or chooses.
fn driven(browser: &Path, folder: &Folder, html: &str, fragment: &str, steps: &str) -> String {
    let (_, rest) = html.split_once("'nonce-").unwrap();
    let nonce = rest.split_once('\'').unwrap().0;
    let script = format!(
        "<script nonce=\"{nonce}\">
        const find = (what) => document.querySelector(what) ?? (() => {{ throw new Error('no ' + what); }})();
        const click = (what) => find(what).click();
        const enter = (what, value) => {{
            const field = find(what);
            field.value = value;
            field.dispatchEvent(new Event(field.tagName === 'SELECT' ? 'change' : 'input', {{ bubbles: true }}));
        }};
        const names = () => [...document.querySelectorAll('#clusters-table .name')].map((name) => name.textContent);
        const sites = () => [...document.querySelectorAll('#sites-table .name')].map((name) => name.textContent);
        (async () => {{
            const rest = () => new Promise((done) => setTimeout(done, 50));
            try {{ document.title = JSON.stringify(await (async () => {{ {steps} }})()); }}
            catch (error) {{ document.title = JSON.stringify(String(error)); }}
        }})();
        </script></body>"
    );
    folder.write("driven.html", html.replace("</body>", &script));
    dom(browser, folder, "driven.html", fragment)
}

/// What the steps of [`driven`] returned.
fn said(dom: &str) -> Value {
    let title = dom.split_once("<title>").unwrap().1.split_once("</title>").unwrap().0;
    let title = title.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
    serde_json::from_str(&title).unwrap_or_else(|e| panic!("{title}: {e}"))
}

const FERRY: &str = "All 143 aboard rescued after night ferry strikes sandbank";
const HOUSES: &str = "Assembly narrowly approves yearly levy on homes left empty";

#[test]
#[ignore = "needs a browser (Chromium)"]
fn in_a_browser_links_to_a_cluster_open_it() {
    let Some(browser) = chromium() else { return };
    let (folder, _) = sample();
    let closed = dom(&browser, &folder, "found/report.html", "");
    assert!(!closed.contains("passage 1: "), "no cluster is open");
    assert!(closed.contains("1–5 of 5 clusters") && closed.contains("1–7 of 7 sites"));

    let open = dom(&browser, &folder, "found/report.html", "#open=1&copy=0&filter=levy");
    assert!(open.contains("1–1 of 1 found, 5 in all"));
    let (_, dialog) = open.split_once("<dialog").unwrap();
    assert!(dialog.contains(HOUSES) && dialog.contains("passage 1: 169 words"));
    // Lead and copy beside each other: shared words, words of one of them, chrome.
    for shown in
        ["class=\"hit\">CASTERMOUTH (Quenby Wire)", "class=\"odd\">", "class=\"para chrome\""]
    {
        assert!(dialog.contains(shown), "no {shown}");
    }
    for id in ["arrowick-03", "hesterby-03"] {
        assert!(dialog.contains(&format!("<bdi>{id}</bdi>")), "no {id}");
    }
    // Of what is no number of a cluster, nothing is opened.
    let none = dom(&browser, &folder, "found/report.html", "#open=77&copy=x&page=-3&sort=nonsense");
    assert!(none.contains("1–5 of 5 clusters") && !none.contains("passage 1: "));
}

#[test]
#[ignore = "needs a browser (Chromium)"]
fn in_a_browser_without_texts_passages_are_told_by_numbers() {
    let Some(browser) = chromium() else { return };
    let (folder, _) = sample();
    folder.ok(&["report", "found", "-o", "bare.html"]);
    let open = dom(&browser, &folder, "bare.html", "#open=1");
    for shown in [
        "paragraphs 11–13 · passage 1",
        "paragraphs 14–15 · chrome",
        "make the report with --pages",
    ] {
        assert!(open.contains(shown), "no {shown}");
    }
}

#[test]
#[ignore = "needs a browser (Chromium)"]
fn in_a_browser_clusters_are_filtered_and_sorted() {
    let Some(browser) = chromium() else { return };
    let (folder, html) = sample();
    let steps = "
        const seen = [names()];
        click('#clusters-table [data-key=words]');
        seen.push(names());
        click('#clusters-table [data-key=words]');
        seen.push(names(), find('#clusters-table [aria-sort]').getAttribute('aria-sort'));
        enter('#clusters-tools input', 'KELMERE');
        seen.push(names());
        enter('#clusters-tools select', 'cut');
        seen.push(names(), location.hash);
        return seen;";
    let seen = said(&driven(&browser, &folder, &html, "", steps));
    let all: Vec<&str> = seen[0].as_array().unwrap().iter().map(|v| v.as_str().unwrap()).collect();
    assert_eq!(all.len(), 5);
    assert_eq!(&all[..2], [FERRY, HOUSES], "most copies first");
    let mut backwards = seen[2].as_array().unwrap().clone();
    backwards.reverse();
    assert_eq!(seen[1].as_array().unwrap()[..2], [FERRY, HOUSES]);
    assert_eq!(*seen[1].as_array().unwrap(), backwards);
    assert_eq!(seen[3], "ascending");
    assert_eq!(seen[4], json!([HOUSES, FERRY]));
    assert_eq!(seen[5], json!([HOUSES]));
    assert_eq!(seen[6], "#filter=KELMERE&relation=cut&sort=words&site=pellhavenpost.example");
}

#[test]
#[ignore = "needs a browser (Chromium)"]
fn in_a_browser_a_cluster_opens_and_closes_at_a_click() {
    let Some(browser) = chromium() else { return };
    let (folder, html) = sample();
    let steps = "
        const dialog = find('dialog');
        const seen = [];
        const note = () => seen.push(dialog.open && find('dialog h2').textContent);
        note();
        click('#clusters-table [data-row=\"1\"]');
        note();
        seen.push(document.querySelectorAll('dialog .chrome').length > 0);
        enter('dialog select', '1');
        seen.push(find('dialog .heads').textContent);
        click('dialog [data-key=\"Previous cluster\"]');
        note();
        click('dialog [data-key=close]');
        await rest();
        note();
        seen.push(document.activeElement.dataset.row, location.hash.includes('open'));
        click('#sites-table [data-row=\"osterlight.example\"]');
        seen.push(find('#sites-table .inner').textContent.includes('takes no money from any government'));
        enter('#sites-tools select', 'name');
        seen.push(sites()[0]);
        return seen;";
    let seen = said(&driven(&browser, &folder, &html, "", steps));
    let heads =
        "Leadarrowick-03 · arrowickgazette.exampleCopykelmere-03 · kelmerechronicle.example";
    assert_eq!(
        seen,
        json!([
            false,
            HOUSES,
            true,
            heads,
            FERRY,
            false,
            "0",
            false,
            true,
            "arrowickgazette.example"
        ])
    );
}

#[test]
#[ignore = "needs a browser (Chromium)"]
fn in_a_browser_hostile_text_stays_text() {
    let Some(browser) = chromium() else { return };
    let (folder, html) = hostile();
    let open = dom(&browser, &folder, "found/report.html", "#open=0&site=a");
    let title = open.split_once("<title>").unwrap().1;
    assert!(title.starts_with("refrain: 12 pages of 2 sites"), "{}", &title[..60]);

    let steps = "
        click('#sites-table .name');
        return [
            document.querySelectorAll('img').length,
            document.querySelectorAll('script').length,
            [...document.querySelectorAll('dialog .para.chrome .words')].map((words) => words.textContent)[0],
            find('dialog h2').textContent,
            /[\\u202a-\\u202e]/.test(document.body.textContent.replace(/<script.*/s, '')),
            [...document.querySelectorAll('.families bdi')].some((line) => line.textContent.includes('<img src=x')),
            find('dialog option').textContent.includes('taken over'),
        ];";
    let seen = said(&driven(&browser, &folder, &html, "#open=0", steps));
    let shown = HOSTILE
        .replace('\u{202E}', "U+202E")
        .replace('\u{202C}', "U+202C")
        .replace('\u{2028}', "U+2028")
        .replace('\u{2029}', "U+2029");
    let cranes = "The harbour board sold both cranes on Friday after eleven months of talks with the \
                  owners of the yard, who had asked for twice as much.";
    assert_eq!(seen, json!([0, 4, format!("{shown} menu"), cranes, false, true, true]));
}

//! The config file: what it can say, what it cannot, what wins over what, and what comes of it.

use insta::assert_snapshot;

use crate::{
    command::{Folder, Run},
    corpus,
};

fn with(config: &str) -> Folder {
    let folder = Folder::new();
    folder.write("refrain.toml", config);
    folder
}

fn summary(folder: &Folder, dir: &str) -> serde_json::Value {
    serde_json::from_str(&folder.text(&format!("{dir}/summary.json"))).unwrap()
}

/// What it printed, without the digits that every release has others of.
fn shown(run: &Run) -> String {
    let shown = run.shown();
    let (before, after) = shown.split_once("# recipe ").unwrap();
    format!("{before}# recipe ID{}", &after[16..])
}

#[test]
fn what_is_usual_is_in_force() {
    assert_snapshot!(shown(&Folder::new().ok(&["config"])), @r#"
    exit 0
    --- stdout
    preset       = "auto"      # default
    text-field   = "text"      # default
    id-field     = "id"        # default
    site-field   = "site"      # default
    url-field    = "url"       # default
    date-field   = "date"      # default
    site-by      = "domain"    # default
    text-format  = "auto"      # default
    max-record   = "64MiB"     # default
    skip-damaged = false       # default
    paragraph    = "line"      # default
    chrome-level = "balanced"  # default
    keep         = "longest"   # default
    prefer       = []          # default
    never        = []          # default
    keep-kind    = []          # default
    seeds        = false       # default
    max-bad      = "1%"        # default
    # recipe ID
    "#);
}

#[test]
fn a_file_is_over_what_is_usual_and_flags_are_over_both() {
    let folder = with(
        "# ours\ntext-field = \"body\"\nkeep = \"earliest\"\nchrome-level = 'careful'\nseeds = true\n\
         max-bad = \"5%\"\nprefer = [\"apnews.com\"]\nnever = [\"www.a.example\", \"b.example\"]\n",
    );
    let run = folder.ok(&[
        "config",
        "--keep",
        "first",
        "--max-record",
        "1MiB",
        "--prefer",
        "x.org,y.org",
    ]);
    assert_snapshot!(shown(&run), @r#"
    exit 0
    --- stdout
    preset       = "auto"                          # default
    text-field   = "body"                          # refrain.toml:2
    id-field     = "id"                            # default
    site-field   = "site"                          # default
    url-field    = "url"                           # default
    date-field   = "date"                          # default
    site-by      = "domain"                        # default
    text-format  = "auto"                          # default
    max-record   = "1MiB"                          # --max-record
    skip-damaged = false                           # default
    paragraph    = "line"                          # default
    chrome-level = "careful"                       # refrain.toml:4
    keep         = "first"                         # --keep
    prefer       = ["x.org", "y.org"]              # --prefer
    never        = ["www.a.example", "b.example"]  # refrain.toml:8
    keep-kind    = []                              # default
    seeds        = true                            # refrain.toml:5
    max-bad      = "5%"                            # refrain.toml:6
    # recipe ID, with 660 known lines
    "#);
}

/// What `config` prints is a file that says the same.
#[test]
fn what_it_prints_is_a_config_file() {
    let folder = Folder::new();
    let args =
        ["--text-field", "a \"b\" \\ é", "--seeds", "--never", "a.example", "--max-bad", "7"];
    let printed = folder.ok(&[&["config"], &args[..]].concat());
    folder.write("refrain.toml", &printed.stdout);
    let strip = |run: &Run| -> Vec<String> {
        run.out()
            .lines()
            .map(|line| line.rsplit_once("  #").unwrap_or((line, "")).0.to_owned())
            .collect()
    };
    assert_eq!(strip(&folder.ok(&["config"])), strip(&printed));
}

#[test]
fn a_file_is_named_or_left_alone() {
    let folder = with("keep = \"first\"\n");
    folder.write("other.toml", "keep = \"earliest\"\n");
    let keep = |args: &[&str]| {
        let shown = folder.ok(args).shown();
        shown.lines().find(|line| line.starts_with("keep")).unwrap().to_owned()
    };
    assert!(keep(&["config"]).ends_with("# refrain.toml:1"));
    assert!(keep(&["config", "--config", "other.toml"]).ends_with("# other.toml:1"));
    assert!(keep(&["config", "--no-config"]).ends_with("# default"));
}

#[test]
fn what_a_file_cannot_say() {
    let says = |config: &str| with(config).run(&["scan", "in.jsonl"]).shown();
    assert_snapshot!(says("txt-field = \"body\"\n"), @r"
    exit 2
    --- stderr
    refrain: refrain.toml:1: no such key `txt-field`; did you mean `text-field`?
    ");
    assert_snapshot!(says("output = \"found\"\n"), @r"
    exit 2
    --- stderr
    refrain: refrain.toml:1: no such key `output` (there are: preset, text-field, id-field, site-field, url-field, date-field, site-by, text-format, max-record, skip-damaged, max-bad, paragraph, chrome-level, keep, seeds, prefer, never, keep-kind)
    ");
    assert_snapshot!(says("\nkeep = \"longets\"\n"), @r"
    exit 2
    --- stderr
    refrain: refrain.toml:2: `keep` is `longets`: did you mean `longest`?
    ");
    assert_snapshot!(says("chrome-level = \"much\"\n"), @r"
    exit 2
    --- stderr
    refrain: refrain.toml:1: `chrome-level` is `much`: must be one of lenient, balanced, careful, strict
    ");
    assert_snapshot!(says("max-record = \"64 parsecs\"\n"), @r"
    exit 2
    --- stderr
    refrain: refrain.toml:1: `max-record` is `64 parsecs`: unknown unit `parsecs` (K, M, G, KiB, MiB, GiB)
    ");
    assert_snapshot!(says("never = \"example.org\"\n"), @r#"
    exit 2
    --- stderr
    refrain: refrain.toml:1: `never` is no list; write ["example.org"]
    "#);
    assert_snapshot!(says("paragraph = true\n"), @r"
    exit 2
    --- stderr
    refrain: refrain.toml:1: `paragraph` is no string; write one in quotes
    ");
    assert_snapshot!(says("seeds = [\"a\"]\n"), @r"
    exit 2
    --- stderr
    refrain: refrain.toml:1: `seeds` is a list; write true, or the name of one file
    ");
    assert_snapshot!(says("keep = first\n"), @r"
    exit 2
    --- stderr
    refrain: refrain.toml:1: invalid boolean, expected `false`; values are written as in TOML
    ");
    assert_snapshot!(Folder::new().run(&["config", "--config", "no.toml"]).shown(), @r"
    exit 3
    --- stderr
    refrain: no.toml: no such file or folder
    ");
}

/// Every command that reads pages hears it.
#[test]
fn fields_are_those_of_the_file() {
    let folder = with("text-field = \"body\"\nid-field = \"name\"\n");
    let pages = corpus::lines(&corpus::corpus(5, 3, 8));
    let pages = pages.replace("\"text\":", "\"body\":").replace("\"id\":", "\"name\":");
    folder.write("in.jsonl", &pages);
    let run = folder.ok(&["scan", "in.jsonl", "-o", "found"]);
    assert!(
        run.stderr.starts_with("flags beside those given are from refrain.toml\n"),
        "{}",
        run.stderr
    );
    folder.ok(&["clean", "in.jsonl", "-o", "out.jsonl", "-q"]);
    folder.ok(&["report", "found", "--pages", "in.jsonl", "-q"]);
    folder.ok(&["tune", "in.jsonl", "-q"]);
    let summary = summary(&folder, "found");
    assert_eq!(
        summary["recipe"]["reading"],
        serde_json::json!(["text-field=body", "id-field=name"])
    );
    // The field is part of what the results are of.
    folder.ok(&[
        "scan",
        "in.jsonl",
        "-o",
        "again",
        "-q",
        "--no-config",
        "--text-field=body",
        "--id-field=name",
    ]);
    assert_eq!(folder.files("found/").len(), folder.files("again").len() + 1);
    assert_eq!(folder.text("found/summary.json"), folder.text("again/summary.json"));
}

#[test]
fn the_recipe_s_id_tells_what_changes_results() {
    let folder = Folder::new();
    let id = |args: &[&str]| {
        let shown = folder.ok(&[&["config"], args].concat()).shown();
        shown.lines().last().unwrap().to_owned()
    };
    let usual = id(&[]);
    assert_eq!(id(&["--max-bad", "5%"]), usual);
    assert_eq!(id(&["--text-field", "text"]), usual);
    let mut all = vec![usual];
    for args in [
        &["--keep", "first"][..],
        &["--chrome-level", "strict"],
        &["--paragraph", "blank"],
        &["--text-field", "body"],
        &["--url-field", "meta.url"],
        &["--preset", "c4"],
        &["--preset", "none"],
        &["--site-by", "host"],
        &["--text-format", "markdown"],
        &["--max-record", "1MiB"],
        &["--prefer", "a.example"],
        &["--never", "a.example"],
        &["--prefer", "a.example,b.example"],
        &["--prefer", "b.example,a.example"],
    ] {
        all.push(id(args));
    }
    let distinct: std::collections::BTreeSet<&String> = all.iter().collect();
    assert_eq!(distinct.len(), all.len(), "{all:#?}");
    assert_eq!(id(&["--never", "a.example,b.example"]), id(&["--never", "b.example,a.example"]));
}

/// A story on three sites, word for word; each site has its own chrome on five pages.
fn syndicated() -> String {
    let story = "The harbour master of Oldport said on Monday that the northern quay would stay closed until \
                 the end of June while divers look at its piles.\nFishing boats will land their catch at the \
                 old coal pier, which the town council leased to a film company only last year.\nNobody was \
                 hurt when a crane fell over on Saturday night, but the quay sank by almost thirty centimetres.";
    let mut lines = String::new();
    for (n, site) in ["alpha.example", "beta.example", "gamma.example"].into_iter().enumerate() {
        for page in 0..6 {
            let body = match page {
                0 => story.to_owned(),
                _ => format!(
                    "The writer {n}{page} walked {page}{n} miles along a coast that he had never seen.\nHe \
                              met {n} shepherds and {page} dogs on the way to the lighthouse number {n}{page}."
                ),
            };
            let text = format!(
                "News of {site}\nHome\n{body}\nSign up for the letter of {site} today.\nAll rights reserved by {site} always."
            );
            let row = serde_json::json!({
                "id": format!("{site}/{page}"),
                "url": format!("https://www.{site}/{page}"),
                "text": text,
            });
            lines += &format!("{row}\n");
        }
    }
    lines
}

fn lead(folder: &Folder, args: &[&str]) -> String {
    folder.ok(&[&["scan", "in.jsonl", "-o", "found", "-q", "--force"], args].concat());
    let cluster: serde_json::Value =
        serde_json::from_str(folder.text("found/clusters.jsonl").lines().next().unwrap()).unwrap();
    assert_eq!(cluster["pages"].as_array().unwrap().len(), 2);
    cluster["lead"].as_str().unwrap().to_owned()
}

#[test]
fn preferred_publishers_lead() {
    let folder = Folder::new();
    folder.write("in.jsonl", syndicated());
    assert_eq!(lead(&folder, &[]), "alpha.example/0");
    assert_eq!(lead(&folder, &["--prefer", "gamma.example"]), "gamma.example/0");
    // Written as a host; and the first of the list comes first.
    assert_eq!(lead(&folder, &["--prefer", "www.beta.example,gamma.example"]), "beta.example/0");
    assert_eq!(
        lead(&folder, &["--prefer", "nobody.example", "--prefer", "gamma.example"]),
        "gamma.example/0"
    );
    for keep in ["first", "earliest", "longest"] {
        assert_eq!(lead(&folder, &["--keep", keep, "--prefer", "beta.example"]), "beta.example/0");
    }
    // Within a memory budget as well.
    let args = ["--prefer", "gamma.example", "--memory", "200MiB"];
    assert_eq!(lead(&folder, &args), "gamma.example/0");
}

#[test]
fn of_equal_pages_the_earliest_leads_and_one_without_a_date_does_not() {
    let folder = Folder::new();
    let dates = [("beta", "2031-05-02"), ("gamma", "2031-05-01T23:59:00Z")];
    let dated = dates.iter().fold(syndicated(), |pages, (site, date)| {
        let id = format!("\"id\":\"{site}.example/0\"");
        pages.replace(&id, &format!("{id},\"date\":\"{date}\""))
    });
    folder.write("in.jsonl", dated);
    for memory in [&[][..], &["--memory", "200MiB"]] {
        let lead = |keep| lead(&folder, &[&["--keep", keep], memory].concat());
        assert_eq!(lead("first"), "alpha.example/0");
        assert_eq!(lead("earliest"), "gamma.example/0");
        // They are of one length.
        assert_eq!(lead("longest"), "gamma.example/0");
    }
}

#[test]
fn sites_never_to_be_touched_are_not() {
    let folder = Folder::new();
    let mut pages = syndicated();
    // A copy of which the lead has every word: nothing but the rule can keep it.
    for site in ["alpha.example", "beta.example"] {
        let text = "The ferry to the outer islands will sail twice a day from the first of May, its owner told the \
                    chamber of commerce.\nWinter storms had broken two of her windows and bent the ramp over which \
                    cars and sheep come aboard.\nTickets cost four crowns more than last year, and children under \
                    seven travel without one if they hold a hand.";
        let url = format!("https://www.{site}/ferry");
        let row = serde_json::json!({ "id": format!("{site}/ferry"), "url": url, "text": text });
        pages += &format!("{row}\n");
    }
    folder.write("in.jsonl", &pages);
    let clean = |args: &[&str]| {
        let clean = ["clean", "in.jsonl", "-o", "out.jsonl", "-q", "--force", "--copies", "drop"];
        folder.ok(&[&clean[..], args].concat());
        folder.text("out.jsonl")
    };
    let usual = clean(&[]);
    assert!(!usual.contains("beta.example/ferry"), "{usual}");
    assert!(!usual.contains("beta.example/0") && !usual.contains("Sign up"), "{usual}");
    for args in
        [&["--never", "beta.example"][..], &["--never", "beta.example", "--memory", "200MiB"]]
    {
        let out = clean(args);
        let of = |text: &str, site: &str| -> Vec<String> {
            text.lines().filter(|line| line.contains(site)).map(str::to_owned).collect()
        };
        assert_eq!(of(&out, "beta.example"), of(&pages, "beta.example"), "byte for byte");
        // Of the others, what it was, and the copy that is no longer the only one is gone still.
        assert_eq!(of(&out, "alpha.example"), of(&usual, "alpha.example"));
        assert_eq!(of(&out, "gamma.example"), of(&usual, "gamma.example"));
        // They may still lead, and their menus make no copies.
        let summary = clean(&[args, &["--summary", "sum.json"]].concat());
        assert_eq!(summary, out);
        let sum: serde_json::Value = serde_json::from_str(&folder.text("sum.json")).unwrap();
        assert_eq!(sum["copies"]["members"], 3);
    }
}

#[test]
fn explain_says_that_a_site_is_spared() {
    let folder = with("never = [\"beta.example\"]\n");
    folder.write("in.jsonl", syndicated());
    let run = folder.ok(&["explain", "in.jsonl", "--page", "beta.example/1", "--text", "Sign up"]);
    assert!(
        run.out()
            .contains("\nbody: nothing of its site is chrome (never); it would be chrome (foot): "),
        "{}",
        run.out()
    );
    let run = folder.ok(&["explain", "in.jsonl", "--page", "beta.example/1"]);
    assert!(run.out().contains(" 0 % chrome"), "{}", run.out());
}

//! `explain` says why: on pages written here, whose right answers are plain to see.

use insta::assert_snapshot;

use crate::command::Folder;

/// Four paragraphs of prose about a thing; no two things share one.
fn story(thing: &str, place: &str) -> Vec<String> {
    vec![
        format!("Old {thing} of {place} opens again after years of repair"),
        format!(
            "The {thing} of {place} was opened again on Monday, and {place} came to see the {thing} before the rain began."
        ),
        format!(
            "Nobody in {place} had walked past the {thing} for years, said the keeper of the {thing}, who lives in {place} itself."
        ),
        format!(
            "What the {thing} has cost is known to the council of {place} alone; a {thing} like this one is not cheap in {place}."
        ),
    ]
}

const BACKGROUND: &str = "The council voted in March to repair what the storm had broken, after two years in which nothing was done.";
const PLEA: &str = "Independent reporting costs money, and ours is paid for by readers: please give what you can today.";
const QUOTE: &str = "“We have waited for this day for so long that my own children have grown up in the meantime and moved away,” she said.";

/// Eight pages of the Harbour Post, two of the Mill Times: one takes over a story of the Post and cuts
/// it, the other shares a quotation with another story.
fn pages() -> Folder {
    let things = [
        ("bridge", "Aldport"),
        ("library", "Brackwell"),
        ("theatre", "Corrow"),
        ("market", "Dunmere"),
        ("school", "Eastham"),
        ("lighthouse", "Farrowby"),
        ("station", "Garside"),
        ("mill", "Hexley"),
    ];
    let row = |id: &str, site: &str, lines: &[String]| {
        let text = serde_json::to_string(&lines.join("\n")).unwrap();
        format!("{{\"id\":\"{id}\",\"url\":\"https://www.{site}/{id}\",\"text\":{text}}}\n")
    };
    let mut out = String::new();
    for (n, (thing, place)) in things.into_iter().enumerate() {
        let mut lines =
            vec!["Home".into(), "News and weather".into(), format!("{n} °C in the harbour")];
        lines.extend(story(thing, place));
        if n < 3 {
            lines.insert(6, BACKGROUND.into());
        }
        if n == 4 {
            lines.push(QUOTE.into());
        }
        lines.insert(5, PLEA.into());
        lines.extend(["About us".into(), "All rights reserved".into()]);
        out += &row(&format!("post-{n}"), "harbourpost.example", &lines);
    }
    for n in 0..2 {
        let mut lines = vec!["Front page".to_owned(), "Sports".to_owned()];
        if n == 0 {
            lines.extend(story("theatre", "Corrow").into_iter().skip(1).take(2));
            lines[2] = lines[2].replace("Monday", "Sunday");
        } else {
            lines.push("Chapel choir returns to its own rehearsal room".into());
            lines.push("The singers moved back into their room above the chapel last night, six winters after a burst pipe drove them out.".into());
            lines.push("Their first concert is planned for the summer, with a programme that nobody outside the choir has been told of.".into());
            lines.push(QUOTE.into());
        }
        lines.push("Imprint".to_owned());
        out += &row(&format!("times-{n}"), "milltimes.example", &lines);
    }
    let folder = Folder::new();
    folder.write("pages.jsonl", out);
    folder
}

fn shown(args: &[&str]) -> String {
    pages().run(&[&["explain", "pages.jsonl"], args].concat()).shown()
}

#[test]
fn a_page_is_listed_with_its_labels() {
    assert_snapshot!(shown(&["--page", "post-1"]), @r#"
    exit 0
    --- stdout
    post-1 (harbourpost.example): 11 paragraphs, 54 % chrome; its site has 8 pages
       0  head   navigation       8/8  Home
       1  head   navigation       8/8  News and weather
       2  head   other            8/8  1 °C in the harbour
       3  body                    1/8  Old library of Brackwell opens again after years of repair
       4  body                    1/8  The library of Brackwell was opened again on Monday, and Brackwe…
       5  inside other            8/8  Independent reporting costs money, and ours is paid for by reade…
       6  body                    1/8  Nobody in Brackwell had walked past the library for years, said…
       7  body                    3/8  The council voted in March to repair what the storm had broken,…
       8  body                    1/8  What the library has cost is known to the council of Brackwell a…
       9  foot   navigation       8/8  About us
      10  foot   legal            8/8  All rights reserved
    The numbers say on how many distinct pages of the site a paragraph is. Ask about one with --number N.
    "#);
}

#[test]
fn a_menu_line() {
    assert_snapshot!(shown(&["--page", "post-1", "--number", "1"]), @r#"
    exit 0
    --- stdout
    post-1 (harbourpost.example), paragraph 1 of 0 to 10
      News and weather

    chrome (head), navigation: 8 distinct pages of the site print it

      stands on   8 of the 8 distinct pages of its site (100 %)
      reads as    3 words, no sentence
      after       “Home” on 8 pages, of 8 that have that line
      before      “1 °C in the harbour” on 8 pages, of 8 that have that line

    For chrome (+) and against it (−)
       +1.0  8 distinct pages have it
       +3.3  on 8 of them it stands beside the same line
       −0.1  what level balanced asks to be outweighed
       +2.0  nearly every page has it, once: counts in the foot
       +1.0  its words and signs (navigation)
      together: +5.2 in the head, +1.8 inside the body, +7.2 in the foot

    The best reading of the whole page, as head, body with inserts, and foot,
      has it in the head; readings that have it elsewhere are worse:
      in the body by 8.6, as an insert by 12.0, in the foot by far

    What would change it
      level       lenient chrome · balanced chrome (now) · careful chrome · strict chrome
      pages       chrome also if no other page had it: what stands around it decides
    "#);
}

#[test]
fn a_line_that_differs_in_its_digits() {
    assert_snapshot!(shown(&["--page", "post-1", "--text", "°c IN the"]), @r#"
    exit 0
    --- stdout
    post-1 (harbourpost.example), paragraph 2 of 0 to 10
      1 °C in the harbour

    chrome (head), of no kind that words tell: 8 distinct pages of the site print it

      stands on   8 of the 8 distinct pages of its site (100 %)
      wordings    8
                  “0 °C in the harbour” on post-0
                  “2 °C in the harbour” on post-2
                  “3 °C in the harbour” on post-3
      reads as    5 words, no sentence
      after       “News and weather” on 8 pages, of 8 that have that line
      before      “Old library of Brackwell opens again af…”, which no other page has

    For chrome (+) and against it (−)
       +1.0  8 distinct pages have it
       +3.3  on 8 of them it stands beside the same line
       −0.1  what level balanced asks to be outweighed
       +2.0  nearly every page has it, once: counts in the foot
       −0.4  its words and signs
      together: +3.8 in the head, +1.4 inside the body, +5.8 in the foot

    The best reading of the whole page, as head, body with inserts, and foot,
      has it in the head; readings that have it elsewhere are worse:
      in the body by 3.8, as an insert by 8.6, in the foot by far

    What would change it
      level       lenient chrome · balanced chrome (now) · careful chrome · strict chrome
      pages       chrome also if no other page had it: what stands around it decides
    "#);
}

#[test]
fn a_plea_between_two_paragraphs() {
    assert_snapshot!(shown(&["--page", "post-1", "--text", "please give"]), @r#"
    exit 0
    --- stdout
    post-1 (harbourpost.example), paragraph 5 of 0 to 10
      Independent reporting costs money, and ours is paid for by readers: please give what you can today.

    chrome (inside), of no kind that words tell: 8 distinct pages of the site print it

      stands on   8 of the 8 distinct pages of its site (100 %)
      reads as    17 words, prose
      after       “The library of Brackwell was opened aga…”, which no other page has
      before      “Nobody in Brackwell had walked past the…”, which no other page has

    For chrome (+) and against it (−)
       +1.0  8 distinct pages have it
       +0.4  on each of them it stands beside other lines
       +3.2  it has eight words or more: such lines do not come back by chance
       −0.1  what level balanced asks to be outweighed
       +2.0  nearly every page has it, once: counts in the foot
       −0.7  its words and signs
      together: +3.8 in the head, +1.3 inside the body, +5.8 in the foot

    The best reading of the whole page, as head, body with inserts, and foot,
      has it as an insert; readings that have it elsewhere are worse:
      in the head by far, in the body by 0.3, in the foot by far

    What would change it
      level       lenient chrome · balanced chrome (now) · careful chrome · strict chrome
      pages       chrome from 8 of 8 pages on; on fewer it would be body
    "#);
}

#[test]
fn a_paragraph_of_a_story() {
    assert_snapshot!(shown(&["--page", "post-1", "--text", "opened again"]), @r#"
    exit 0
    --- stdout
    post-1 (harbourpost.example), paragraph 4 of 0 to 10
      The library of Brackwell was opened again on Monday, and Brackwell came to see the library before the rain began.

    body: no other page of its site has it

      stands on   1 of the 8 distinct pages of its site (12 %)
      reads as    20 words, prose
      after       “Old library of Brackwell opens again af…”, which no other page has
      before      “Independent reporting costs money, and…” here only, of 8 that have that line
      for copies  may prove that its page is a copy of another

    For chrome (+) and against it (−)
       −1.6  no other page has it, and it has 20 words
      never  prose that only one page has is its own
       −0.1  what level balanced asks to be outweighed
      together: never in the head, never inside the body, never in the foot

    The best reading of the whole page, as head, body with inserts, and foot,
      has it in the body; readings that have it elsewhere are worse:
      in the head by far, as an insert by far, in the foot by far

    What would change it
      level       lenient body · balanced body (now) · careful body · strict body
      pages       body also if all pages of the site had it, in this place
    "#);
}

#[test]
fn background_that_three_stories_have() {
    assert_snapshot!(shown(&["--page", "post-1", "--text", "voted in March"]), @r#"
    exit 0
    --- stdout
    post-1 (harbourpost.example), paragraph 7 of 0 to 10
      The council voted in March to repair what the storm had broken, after two years in which nothing was done.

    body: 3 distinct pages of its site have it, and that is not enough here

      stands on   3 of the 8 distinct pages of its site (37 %)
      reads as    20 words, prose
      after       “Nobody in Brackwell had walked past the…”, which no other page has
      before      “What the library has cost is known to t…”, which no other page has
      for copies  proves nothing: other stories of the site have it

    For chrome (+) and against it (−)
       −1.8  37 % of the site's pages have it
       +0.3  3 distinct pages have it
       +1.1  on each of them it stands beside other lines
       +3.2  it has eight words or more: such lines do not come back by chance
       −0.1  what level balanced asks to be outweighed
       −1.0  its words and signs
      together: +1.7 in the head, −0.8 inside the body, +1.7 in the foot

    The best reading of the whole page, as head, body with inserts, and foot,
      has it in the body; readings that have it elsewhere are worse:
      in the head by far, as an insert by 1.8, in the foot by far

    What would change it
      level       lenient body · balanced body (now) · careful body · strict body
      pages       it would be chrome from 8 of 8 pages on
    "#);
}

#[test]
fn a_copy_that_was_cut() {
    assert_snapshot!(shown(&["--pages", "times-0", "post-2"]), @r#"
    exit 0
    --- stdout
    A  times-0 (milltimes.example)
    B  post-2 (harbourpost.example)

    same: most of both texts is shared

      A compared    41 words of 5 paragraphs; left out: 3 of chrome, 0 of body that proves nothing
      B compared    64 words of 11 paragraphs; left out: 6 of chrome, 2 of body that proves nothing
      shared        40 words: 97 % of A, 62 % of B; resemblance 0.615

    What a copy needs (pages of two sites)
      yes  21 words in a row are the same, outside quotation marks; at least 14
      yes  40 shared words outside quotation marks in 2 paragraphs; at least 2 paragraphs, or 40 words
      yes  97 % of A, the shorter text, is shared; at least 10 %
      yes  0 numbers in and beside what is shared; fewer than 4 say nothing
      yes  other names in 1 place of 2 where the texts differ, 40 words shared; 3 close to each other make a form

    What comparing whole pages says (shingles of 3 words)
      chrome left in    J = 0.306 (34 of 111 shingles); MinHash of 128 slots estimates 0.242
      chrome taken out  J = 0.395 (34 of 86 shingles); MinHash of 128 slots estimates 0.305
      It would miss this pair at the usual thresholds, 0.5 and 0.8.

    1 shared passage; [-this-] is only in A, {+this+} only in B

      40 words: A paragraphs 2–3, B paragraphs 4–6
        The theatre of Corrow was opened again on [-Sunday,-] {+Monday,+} and Corrow came to see the
        theatre before the rain began. ¶ Nobody in Corrow had walked past the theatre for years, said
        the keeper of the theatre, who lives in Corrow itself.
    "#);
}

#[test]
fn a_shared_quotation() {
    assert_snapshot!(shown(&["--pages", "post-4", "times-1"]), @r#"
    exit 0
    --- stdout
    A  post-4 (harbourpost.example)
    B  times-1 (milltimes.example)

    not copies: what they share is quoted, as in two reports of one speech

      A compared    88 words of 11 paragraphs; left out: 6 of chrome, 1 of body that proves nothing
      B compared    65 words of 7 paragraphs; left out: 3 of chrome, 1 of body that proves nothing
      shared        24 words: 27 % of A, 36 % of B; resemblance 0.186

    What a copy needs (pages of two sites)
      no   2 words in a row are the same, outside quotation marks; at least 14
      no   0 shared words outside quotation marks in 0 paragraphs; at least 2 paragraphs, or 40 words
      yes  36 % of B, the shorter text, is shared; at least 20 %
      yes  0 numbers in and beside what is shared; fewer than 4 say nothing
      yes  other names in 0 places of 1 where the texts differ, 24 words shared; 3 close to each other make a form

    What comparing whole pages says (shingles of 3 words)
      chrome left in    J = 0.142 (22 of 155 shingles); MinHash of 128 slots estimates 0.180
      chrome taken out  J = 0.169 (22 of 130 shingles); MinHash of 128 slots estimates 0.188

    1 shared passage; [-this-] is only in A, {+this+} only in B

      24 words, 22 of them quoted: A paragraph 8, B paragraph 5
        “We have waited for this day for so long that my own children have grown up in the meantime and
        moved away,” she said.
    "#);
}

#[test]
fn pages_that_share_nothing() {
    let folder = Folder::new();
    folder.write("a.txt", "One page about a river and its boats.");
    folder.write("b.txt", "Another page.\n\u{1b}[31mred\u{202e}");
    assert_snapshot!(folder.run(&["explain", "a.txt", "b.txt", "--pages", "#1", "#2"]).shown(), @r#"
    exit 0
    --- stdout
    A  a.txt
    B  b.txt

    not copies: nowhere five words in a row are the same

      A compared    8 words of 1 paragraph; left out: 0 of chrome, 0 of body that proves nothing
      B compared    2 words of 2 paragraphs; left out: 0 of chrome, 1 of body that proves nothing
      shared        0 words: 0 % of A, 0 % of B; resemblance 0.000

    What a copy needs (two pages of one site, of which more is asked)
      no   0 words in a row are the same, outside quotation marks; at least 20
      no   0 shared words outside quotation marks in 0 paragraphs; at least 2 paragraphs, or 40 words
      no   0 % of B, the shorter text, is shared; at least 60 %
      yes  0 numbers in and beside what is shared; fewer than 4 say nothing
      yes  other names in 0 places of 0 where the texts differ, 0 words shared; 3 close to each other make a form

    What comparing whole pages says (shingles of 3 words)
      chrome left in    J = 0.000 (0 of 8 shingles); MinHash of 128 slots estimates 0.000
      chrome taken out  J = 0.000 (0 of 8 shingles); MinHash of 128 slots estimates 0.000

    No shared passages
    "#);
    assert_snapshot!(folder.run(&["explain", "a.txt", "b.txt", "--page", "#2", "-n", "1"]).shown(), @r#"
    exit 0
    --- stdout
    b.txt, paragraph 1 of 0 to 1
       [31mred

    body: no other page of its site has it

      stands on   1 of the 2 distinct pages of its site (50 %)
      reads as    1 word, no sentence
      after       “Another page.”, which no other page has
      for copies  proves nothing: it is not made of sentences

    For chrome (+) and against it (−)
       −0.3  no other page has it, and it has 1 word
       −0.1  what level balanced asks to be outweighed
      together: −0.4 in the head, −0.6 inside the body, −0.4 in the foot

    The best reading of the whole page, as head, body with inserts, and foot,
      has it in the body; readings that have it elsewhere are worse:
      in the head by far, as an insert by 1.1, in the foot by far

    What would change it
      level       lenient body · balanced body (now) · careful body · strict body
      pages       body also if all pages of the site had it, in this place
    "#);
}

/// The order of the two pages changes their names, and nothing of what is found.
#[test]
fn pairs_can_be_named_either_way() {
    let (one, other) =
        (shown(&["--pages", "times-0", "post-2"]), shown(&["--pages", "post-2", "times-0"]));
    for line in ["resemblance ", "J = "] {
        let tail = |shown: &str| -> Vec<String> {
            let lines = shown.lines().filter_map(|found| found.split_once(line));
            lines.map(|(_, tail)| tail.to_owned()).collect()
        };
        assert_eq!(tail(&one), tail(&other));
        assert!(!tail(&one).is_empty(), "{one}");
    }
    assert!(one.contains("[-Sunday,-] {+Monday,+}"), "{one}");
    assert!(other.contains("[-Monday,-] {+Sunday,+}"), "{other}");
}

/// Labels are those of a scan, on every page.
#[test]
fn labels_are_those_of_a_scan() {
    let folder = pages();
    folder.ok(&["scan", "-q", "pages.jsonl", "-o", "found"]);
    for line in folder.text("found/pages.jsonl").lines() {
        let row: serde_json::Value = serde_json::from_str(line).unwrap();
        let run = folder.ok(&["explain", "pages.jsonl", "--page", row["id"].as_str().unwrap()]);
        let chrome: Vec<u64> = run
            .out()
            .lines()
            .filter_map(|line| {
                let mut words = line.split_whitespace();
                let number = words.next()?.parse().ok()?;
                ["head", "inside", "foot"].contains(&words.next()?).then_some(number)
            })
            .collect();
        let expected: Vec<u64> =
            row["chrome"].as_array().unwrap().iter().map(|n| n.as_u64().unwrap()).collect();
        assert_eq!(chrome, expected, "{}", run.out());
    }
}

/// The level that is said to change a label changes it.
#[test]
fn what_would_change_a_label_changes_it() {
    let at = |level: &str| {
        shown(&["--page", "post-1", "--text", "voted in March", "--chrome-level", level])
    };
    let balanced = at("balanced");
    let levels = balanced.lines().find(|line| line.contains("level  ")).unwrap();
    for level in ["lenient", "careful", "strict"] {
        let said = levels.split(level).nth(1).unwrap().trim_start();
        let is = if said.starts_with("chrome") { "\nchrome (" } else { "\nbody: " };
        assert!(at(level).contains(is), "{level}: {levels}\n{}", at(level));
    }
}

#[test]
fn a_page_that_is_not_there() {
    assert_snapshot!(shown(&["--page", "pots-1"]), @r#"
    exit 2
    --- stderr
    refrain: pots-1: no such page among 10 pages; did you mean post-1, post-0, post-2, post-3, post-4?
    "#);
    assert_snapshot!(shown(&["--page", "nothing like it"]), @r#"
    exit 2
    --- stderr
    refrain: nothing like it: no such page among 10 pages; name a page by its id, or by # and its number from 1
    "#);
    assert_snapshot!(shown(&["--page", "#11"]), @r#"
    exit 2
    --- stderr
    refrain: #11: no such page among 10 pages; name a page by its id, or by # and its number from 1
    "#);
    assert_snapshot!(shown(&["--pages", "post-1", "#2"]), @r#"
    exit 2
    --- stderr
    refrain: post-1 and #2: are the same page; name two (by id, or by # and its number)
    "#);
}

#[test]
fn a_paragraph_that_is_not_there() {
    assert_snapshot!(shown(&["--page", "post-1", "--number", "40"]), @r#"
    exit 2
    --- stderr
    refrain: --number 40: the page has paragraphs 0 to 10
    "#);
    assert_snapshot!(shown(&["--page", "post-1", "--text", "no such words"]), @r#"
    exit 2
    --- stderr
    refrain: --text no such words: no paragraph of the page has these words; without --text all are listed
    "#);
    assert_snapshot!(shown(&["--page", "post-1", "--text", "library"]), @r#"
    exit 2
    --- stderr
    refrain: --text library: is in paragraphs 3, 4, 6, 8; say which with --number
    "#);
}

#[test]
fn an_id_that_two_pages_have() {
    let folder = Folder::new();
    let page = |text: &str| format!("{{\"id\":\"twin\",\"text\":\"{text}\"}}\n");
    folder.write("in.jsonl", page("A first page.") + &page("Another page.") + "{broken\n");
    assert_snapshot!(folder.run(&["explain", "in.jsonl", "--page", "twin"]).shown(), @r#"
    exit 1
    --- stdout
    twin: 1 paragraph, 0 % chrome; its site has 2 pages
       0  body                    1/2  A first page.
    The numbers say on how many distinct pages of the site a paragraph is. Ask about one with --number N.
    --- stderr
    2 pages have the id twin: #1, #2; this is #1
    1 record could not be used; refrain scan says why
    "#);
    let both = folder.run(&["explain", "in.jsonl", "--pages", "twin", "twin"]).shown();
    assert!(both.contains("this is #1") && both.contains("this is #2"), "{both}");
    let bad = folder.run(&["explain", "in.jsonl", "--page", "#3"]).shown();
    assert!(bad.contains("#3: could not be used"), "{bad}");
}

#[test]
fn something_has_to_be_asked() {
    let folder = pages();
    for args in
        [&[][..], &["--page", "post-1", "--pages", "a", "b"], &["--number", "1"], &["--pages", "a"]]
    {
        let run = folder.run(&[&["explain", "pages.jsonl"], args].concat());
        assert_eq!(run.exit, Some(2), "{args:?}: {}", run.shown());
    }
}

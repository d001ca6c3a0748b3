//! `tune` answers what is asked of bands and rows, and measures it.

use insta::assert_snapshot;

use crate::command::Folder;

fn shown(args: &[&str]) -> String {
    Folder::new().run(&[&["tune"], args].concat()).shown()
}

#[test]
fn the_usual_wish() {
    assert_snapshot!(shown(&[]), @r#"
    exit 0
    --- stdout
    13 bands of 7 rows find 95 % of the pairs with J = 0.8

      slots used         91 of 128
      recall             95.3 % at J = 0.8, 99.4 % of pairs spread evenly above it
      false candidates   19.6 % of pairs spread evenly below it
      half are found     from J = 0.655 on

        1.0 ----------------------------------------------------------------*****************
                                                                         ***|
                                                                      ***   |
                                                                    **      |
                                                                  **        |
        0.5                                                     **          |
                                                              **            |
                                                           ***              |
                                                       ****                 |
                                                 ******                     |
        0.0 *************************************                           |
          J 0.0             0.2             0.4             0.6             0.8             1.0
            * share of pairs found   | threshold   - recall asked for

      J            0.50   0.60   0.70   0.80   0.85   0.90   0.95   1.00
      predicted   0.096  0.308  0.672  0.953  0.993  0.999  0.999  1.000

      bands × rows     recall    false    half found
                    at J = 0.8     below    from
        128 × 1         100 %     99 %    J = 0.005
         64 × 2         100 %   86.2 %    J = 0.104
         32 × 4      > 99.9 %   52.6 %    J = 0.383  (refrain's own for stories)
         13 × 7        95.3 %   19.6 %    J = 0.655  ← this
         16 × 8        94.7 %   17.3 %    J = 0.674
          8 × 16       20.4 %    1.3 %    J = 0.856
          4 × 32        0.3 %  < 0.1 %    J = 0.944
          2 × 64      < 0.1 %  < 0.1 %    J = 0.981
          1 × 128     < 0.1 %  < 0.1 %    J = 0.995
      refrain proposes near-duplicate lines with 16 bands of 4 rows: recall > 99.9 % at J = 0.8.
    "#);
}

#[test]
fn a_setting_that_cannot_deliver_is_an_answer() {
    let shown = shown(&["--bands", "16", "--rows", "8"]);
    assert_snapshot!(shown.lines().take(6).collect::<Vec<_>>().join("\n"), @r#"
    exit 0
    --- stdout
    16 bands of 8 rows cannot find 95 % of the pairs with J = 0.8
      They find 94.7 % of them, and 95 % only from J = 0.802 on.
      13 bands of 7 rows would: 95.3 % at J = 0.8.
    "#);
}

#[test]
fn a_wish_that_nothing_grants_is_an_answer_too() {
    let shown = shown(&["--threshold", "0.01", "--recall", "0.99"]);
    assert_snapshot!(shown.lines().take(6).collect::<Vec<_>>().join("\n"), @r#"
    exit 0
    --- stdout
    128 bands of 1 row cannot find 99 % of the pairs with J = 0.01
      They find 72.4 % of them, and 99 % only from J = 0.035 on.
      No arrangement of 128 slots can. Ask for less, or compare exactly.
    "#);
}

#[test]
fn wishes_that_make_no_sense() {
    for (args, reason) in [
        (&["--threshold", "0"][..], "above 0"),
        (&["--threshold", "1.5"], "at most 1"),
        (&["--recall", "1"], "below 1"),
        (&["--recall", "NaN"], "below 1"),
        (&["--rows", "0"], "from 1 to 128"),
        (&["--rows", "16", "--bands", "16"], "16 bands of 16 rows"),
        (&["--sample", "1"], "2 or more"),
    ] {
        let shown = shown(args);
        assert!(shown.starts_with("exit 2") && shown.contains(reason), "{args:?}: {shown}");
    }
}

/// Paragraphs of 40 words in pairs that differ in 1 to 8 words: their resemblance is known.
fn pages() -> Folder {
    let mut out = String::new();
    for n in 0..120_u32 {
        for twin in 0..2 {
            let words: Vec<String> = (0..40)
                .map(|at| {
                    // Edited words stand apart from each other: each changes three shingles.
                    let edited = twin == 1 && at % 5 == 2 && at / 5 <= n % 8;
                    let letters = |mut number: u32| -> String {
                        (0..6)
                            .map(|_| {
                                let c = b'a' + (number % 23) as u8;
                                number /= 23;
                                c as char
                            })
                            .collect()
                    };
                    letters(n * 4096 + at * 64 + u32::from(edited) * 50 + 7)
                })
                .collect();
            out += &format!("{{\"site\":\"s{n}-{twin}\",\"text\":\"{}.\"}}\n", words.join(" "));
        }
    }
    let folder = Folder::new();
    folder.write("pages.jsonl", out);
    folder
}

#[test]
fn recall_is_measured_beside_the_prediction() {
    let folder = pages();
    for of in ["paragraphs", "pages"] {
        let run = folder.ok(&["tune", "pages.jsonl", "--of", of, "--threshold", "0.7"]);
        let out = run.out();
        // One word in 40 is 35 of 41 shingles; two are 32 of 44: two eighths of the pairs.
        let row: Vec<&str> = out
            .lines()
            .find(|line| line.contains("from 0.7 "))
            .unwrap()
            .split_whitespace()
            .collect();
        assert_eq!(row[2], "30", "{out}");
        let (measured, predicted): (f64, f64) = (row[4].parse().unwrap(), row[5].parse().unwrap());
        assert!((measured - predicted).abs() < 0.1 && measured > 0.85, "{out}");
        assert!(out.contains("240 different texts of 240"), "{out}");
        assert!(out.contains("o measured"), "{out}");
    }
}

/// A sample keeps pairs together, is the same whatever the threads, and is a part of the larger one.
#[test]
fn samples_are_repeatable_and_keep_pairs() {
    let folder = pages();
    let run = |threads: &str| folder.ok(&["tune", "pages.jsonl", "--sample", "80", "-j", threads]);
    assert_eq!(run("1").out(), run("3").out());
    let shown = run("2").out().to_owned();
    let row = shown.lines().find(|line| line.contains("0.8 to 0.9")).unwrap();
    let pairs: u32 = row.split_whitespace().nth(3).unwrap().parse().unwrap();
    // Of 15 such pairs a third is sampled; single texts would leave a ninth of the pairs.
    assert!(pairs >= 3, "{shown}");
}

#[test]
fn a_sample_without_likeness_says_so() {
    let folder = Folder::new();
    folder.write("a.txt", "This is a page about one thing and nothing else at all.");
    let shown = folder.run(&["tune", "a.txt"]).shown();
    assert!(shown.contains("No pair of the sample has J ≥ 0.8"), "{shown}");
    assert!(shown.starts_with("exit 0"), "{shown}");
}

//! Kinds of pages whose bodies are no news: forms, verse, lists, tables, dialogue. What belongs to a page stays, and the
//! furniture around it goes, at every level that may be chosen.
//!
//! The texts are made up: words of a language, drawn at random, in the shape that such pages have.

use crate::{command::Folder, corpus::Random};

/// A line, and what is to become of it: `b` stays, `c` goes, `.` may do either.
type Lines = Vec<(char, String)>;

struct Site {
    random: Random,
    words: Vec<&'static str>,
    top: &'static [&'static str],
    end: &'static [&'static str],
    pages: Vec<Lines>,
}

impl Site {
    fn new(
        seed: u64,
        words: &'static str,
        top: &'static [&'static str],
        end: &'static [&'static str],
    ) -> Site {
        let words = words.split_whitespace().collect();
        Site { random: Random::new(seed), words, top, end, pages: Vec::new() }
    }

    /// Makes so many pages: `body` gives what stands between the menu and the foot.
    fn pages(mut self, count: usize, body: impl Fn(&mut Site, usize) -> Lines) -> Site {
        for page in 0..count {
            let own = body(&mut self, page);
            let furniture = |lines: &[&str]| lines.iter().map(|l| ('c', (*l).to_owned())).collect();
            let mut lines: Lines = furniture(self.top);
            lines.extend(own);
            lines.extend::<Lines>(furniture(self.end));
            self.pages.push(lines);
        }
        self
    }

    fn word(&mut self) -> &'static str {
        self.words[self.random.below(self.words.len())]
    }

    /// So many words.
    fn line(&mut self, words: usize) -> String {
        (0..words).map(|_| self.word()).collect::<Vec<_>>().join(" ")
    }

    /// So many words that begin with a capital letter and end in a stop.
    fn sentence(&mut self, words: usize) -> String {
        capital(&self.line(words)) + "."
    }

    fn name(&mut self) -> String {
        (0..2).map(|_| capital(self.word())).collect::<Vec<_>>().join(" ")
    }

    fn number(&mut self, from: usize, below: usize) -> usize {
        from + self.random.below(below - from)
    }

    /// At the usual level, and at the one that takes least.
    #[track_caller]
    fn check(&self) {
        self.check_at("balanced");
        self.check_at("strict");
    }

    /// Scans the pages and counts what went and what stayed of each.
    #[track_caller]
    fn check_at(&self, level: &str) {
        let folder = Folder::new();
        let record = |(number, lines): (usize, &Lines)| {
            let text: Vec<&str> = lines.iter().map(|line| line.1.as_str()).collect();
            let url = format!("https://pages.example/{number}");
            serde_json::json!({"id": number, "url": url, "text": text.join("\n")}).to_string()
                + "\n"
        };
        folder.write("in.jsonl", self.pages.iter().enumerate().map(record).collect::<String>());
        folder.ok(&["scan", "-q", "--no-config", "--chrome-level", level, "in.jsonl", "-o", "out"]);
        let mut lost = Vec::new();
        let (mut left, [mut body, mut chrome]) = (Vec::new(), [0, 0]);
        for (row, lines) in folder.text("out/pages.jsonl").lines().zip(&self.pages) {
            let row: serde_json::Value = serde_json::from_str(row).unwrap();
            let taken: Vec<u64> =
                row["chrome"].as_array().unwrap().iter().map(|n| n.as_u64().unwrap()).collect();
            for (at, (wanted, line)) in (0_u64..).zip(lines) {
                let is_taken = taken.contains(&at);
                match wanted {
                    'b' => {
                        body += 1;
                        lost.extend(is_taken.then_some(line));
                    }
                    'c' => {
                        chrome += 1;
                        left.extend((!is_taken).then_some(line));
                    }
                    _ => {}
                }
            }
        }
        assert!(
            50 * lost.len() <= body,
            "{level}: lost {} of {body}: {:?}",
            lost.len(),
            &lost[..lost.len().min(9)]
        );
        let most = if level == "strict" { chrome } else { chrome / 20 };
        assert!(
            left.len() <= most,
            "{level}: left {} of {chrome}: {:?}",
            left.len(),
            &left[..left.len().min(9)]
        );
    }
}

/// With a capital letter at its beginning.
fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next();
    first.into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

const DE: &str = "himmel erde wasser feuer licht nacht morgen stern berg tal strom wald garten brunnen haus herd brot wein \
                  lied klang stille freude trost gnade weg wanderer hirte schaf turm glocke winter sommer ernte korn";
const EN: &str = "harbour kettle window orchard ledger bridge lantern meadow station paper signal garden winter barrel copper \
                  valley engine ribbon needle market pillow shadow timber wagon river candle mirror saddle anchor whistle";
const FR: &str = "rivière maison jardin lumière chemin fenêtre marché bateau village montagne horloge papier fromage tableau \
                  lettre école moulin pierre forêt nuage couteau panier route cloche table voyage silence hiver saison train";
const ES: &str = "puente camino sombra ventana jardín cuchara mercado barco pueblo montaña reloj papel queso cuadro carta \
                  escuela molino piedra bosque nube cuchillo cesta ruta campana mesa viaje silencio invierno tren faro";
const IT: &str = "ponte strada ombra finestra giardino mercato barca paese montagna orologio carta quadro scuola mulino pietra \
                  bosco nuvola coltello cesto campana tavolo viaggio silenzio inverno treno faro mare lago chiesa piazza";
const PL: &str = "most droga okno ogród rynek łódka wieś góra zegar papier obraz szkoła młyn kamień chmura nóż kosz dzwon \
                  podróż cisza zima pociąg latarnia morze jezioro kościół plac rzeka wiatr stół chleb";
const NL: &str = "brug straat schaduw venster tuin markt boot dorp berg klok papier schilderij school molen steen bos wolk mes \
                  mand bel tafel reis stilte winter trein vuurtoren meer kerk plein rivier wind brood";

/// Verses of hymns whose refrain of two lines comes back after each, and one hymn ends in it.
#[test]
fn hymns_keep_their_refrains() {
    let site = Site::new(
        1,
        DE,
        &["Startseite", "Lieder von A bis Z", "Komponisten", "Anmelden"],
        &["Fehler melden", "Impressum", "© 2031 Liederbuch am Fluss"],
    )
    .pages(24, |site, _| {
        let mut lines = vec![('b', site.sentence(4))];
        let refrain = [site.line(6), site.line(5)];
        for verse in 0..4 {
            lines.push(('.', format!("Strophe {}", verse + 1)));
            lines.extend((0..4).map(|_| ('b', site.line(6))));
            lines.extend(refrain.iter().map(|line| ('b', line.clone())));
        }
        lines
    });
    site.check();
}

/// Papers of questions with the same answers to choose from, and points for each.
#[test]
fn exam_papers_keep_questions_and_answers() {
    let site = Site::new(
        2,
        FR,
        &["Accueil", "Annales", "Corrigés", "Mon compte"],
        &["Signaler une erreur", "Mentions légales", "© 2031 Annales du village"],
    )
    .pages(30, |site, page| {
        let mut lines = vec![('b', format!("Épreuve {} : {}", page + 1, site.line(3)))];
        lines.push(('b', site.sentence(24)));
        for question in 1..7 {
            lines.push(('b', format!("{question}. {}", site.sentence(9))));
            lines.extend(
                (0..3)
                    .map(|answer| ('b', format!("{}) {}", ["a", "b", "c"][answer], site.line(2)))),
            );
        }
        lines.push(('b', site.sentence(22)));
        lines
    });
    site.check();
}

/// Minutes: who speaks is always said the same way, and some say what others said.
#[test]
fn minutes_keep_every_word_that_was_said() {
    let site = Site::new(
        3,
        EN,
        &["Home", "Sittings", "Members", "Search the record"],
        &["Report a mistake in this record", "Contact the clerk", "© 2031 Assembly of the Valley"],
    )
    .pages(25, |site, page| {
        let mut lines =
            vec![('b', format!("Sitting on the {} of the {}", site.line(2), site.line(2)))];
        let member = format!("{}:", site.name());
        for turn in 0..6 {
            lines.push(('.', "The Speaker:".to_owned()));
            lines.push(('b', if turn == 2 { "Order!".to_owned() } else { site.sentence(14) }));
            lines.push(('.', member.clone()));
            lines.push((
                'b',
                if turn == 2 {
                    "I beg your pardon.".to_owned()
                } else {
                    site.sentence(18 + page % 5)
                },
            ));
        }
        lines
    });
    site.check();
}

/// Entries of a glossary: a word, its kind, what it means.
#[test]
fn glossaries_keep_entries() {
    let site = Site::new(
        4,
        ES,
        &["Inicio", "Glosario", "Autores", "Entrar"],
        &["Enviar una corrección", "Aviso legal", "© 2031 Glosario del faro"],
    )
    .pages(26, |site, page| {
        let mut lines = vec![('b', format!("Letra {}: {}", page + 1, site.line(3)))];
        for _ in 0..8 {
            lines.push(('b', site.line(2)));
            lines.push(('.', ["sustantivo", "verbo", "adjetivo"][site.number(0, 3)].to_owned()));
            lines.push(('b', site.sentence(13)));
        }
        lines
    });
    site.check();
}

/// Changes of versions of a program, under the same headings.
#[test]
fn changelogs_keep_their_entries() {
    let site = Site::new(
        5,
        EN,
        &["Docs", "Download", "Changes", "Forge"],
        &["Edit this page", "Ask a question", "© 2031 Kettle contributors"],
    )
    .pages(28, |site, page| {
        let mut lines =
            vec![('b', format!("Kettle 2.{page}: {}", site.line(3))), ('b', site.sentence(20))];
        for heading in ["Added", "Changed", "Fixed"] {
            lines.push(('.', heading.to_owned()));
            lines.extend(
                (0..4).map(|_| ('b', format!("{} #{}", site.line(5), site.number(100, 9999)))),
            );
        }
        lines.push(('b', site.sentence(15)));
        lines
    });
    site.check();
}

/// Departures, alone on a line: digits are all that differs.
#[test]
fn timetables_keep_their_times() {
    let site = Site::new(
        6,
        IT,
        &["Home", "Orari", "Biglietti", "Assistenza"],
        &["Pianifica il viaggio", "Note legali", "© 2031 Traghetti del lago"],
    )
    .pages(40, |site, page| {
        let mut lines = vec![('b', format!("Linea {}: {}", page + 1, site.name()))];
        for _ in 0..12 {
            lines.push(('b', format!("{:02}:{:02}", site.number(5, 23), site.number(0, 60))));
        }
        lines.push(('.', "Tariffe".to_owned()));
        for _ in 0..3 {
            lines.push((
                'b',
                format!(
                    "Zona {} {},{}0 euro",
                    site.number(1, 9),
                    site.number(1, 30),
                    site.number(0, 10)
                ),
            ));
        }
        lines
    });
    site.check();
}

/// Notices in one form: names, days and places differ.
#[test]
fn notices_in_a_form_keep_what_they_say() {
    let site = Site::new(
        7,
        PL,
        &["Strona główna", "Nekrologi", "Kondolencje", "Zaloguj się"],
        &["Dodaj nekrolog", "Regulamin", "© 2031 Kurier znad rzeki"],
    )
    .pages(36, |site, _| {
        let name = site.name();
        let (day, hour) = (site.number(1, 29), site.number(8, 17));
        vec![
            ('b', name.clone()),
            (
                'b',
                format!(
                    "Z żalem zawiadamiamy, że {day} marca 2031 roku odszedł {name}, lat {}.",
                    site.number(55, 99)
                ),
            ),
            (
                'b',
                format!(
                    "Nabożeństwo odbędzie się o godzinie {hour}:30 w kościele przy ulicy {}.",
                    site.name()
                ),
            ),
            (
                'b',
                format!("Zamiast kwiatów prosimy o datki na {} i {}.", site.line(2), site.line(1)),
            ),
        ]
    });
    site.check();
}

/// A play: two persons on every page, short answers, stage directions.
#[test]
fn plays_keep_their_lines() {
    let site = Site::new(
        8,
        NL,
        &["Voorpagina", "Stukken", "Schrijvers", "Inloggen"],
        &["Meld een fout", "Over ons", "© 2031 Toneel aan het water"],
    )
    .pages(24, |site, page| {
        let mut lines = vec![('b', format!("Tafereel {}: {}", page + 1, site.line(3)))];
        for turn in 0..8 {
            for person in ["DE SCHIPPER:", "DE MOLENAAR:"] {
                lines.push(('.', person.to_owned()));
                let answer = ["Ja.", "Nee.", "Misschien."][site.number(0, 3)];
                lines
                    .push(('b', if turn % 3 == 2 { answer.to_owned() } else { site.sentence(15) }));
            }
        }
        lines
    });
    site.check();
}

/// Claims of patents, which begin and end alike.
#[test]
fn claims_keep_what_they_enumerate() {
    let site = Site::new(
        9,
        EN,
        &["Search", "Browse", "Citations", "Sign in"],
        &["Download as a file", "Terms", "© 2031 Claims of the World"],
    )
    .pages(26, |site, page| {
        let thing = site.line(2);
        let mut lines =
            vec![('b', format!("Patent {}: {thing}", 7000 + page)), ('b', site.sentence(26))];
        lines.push(('.', "What is claimed is:".to_owned()));
        for claim in 1..7 {
            lines.push((
                'b',
                format!(
                    "{claim}. The {thing} of claim {claim}, wherein the {} has a {}.",
                    site.line(2),
                    site.line(3)
                ),
            ));
        }
        lines
    });
    site.check();
}

/// Letters wrapped at a column: the last line is short, and no foot follows.
#[test]
fn wrapped_letters_keep_their_last_words() {
    let site = Site::new(10, EN, &[], &[]).pages(16, |site, _| {
        let mut lines = vec![('b', site.sentence(5))];
        for _ in 0..9 {
            lines.push(('b', site.line(11)));
        }
        lines.push(('b', site.sentence(2)));
        lines
    });
    site.check();
}

/// Answers with code: braces, `else` and `return` stand on many pages.
#[test]
fn code_keeps_its_lines() {
    let site = Site::new(
        11,
        EN,
        &["Home", "Questions", "Tags", "Log in"],
        &["Was this of help?", "Privacy", "© 2031 Gear Questions"],
    )
    .pages(30, |site, _| {
        let mut lines = vec![('b', site.sentence(6)), ('b', site.sentence(22))];
        for _ in 0..2 {
            let (name, other) = (site.word(), site.word());
            lines.extend(
                [
                    "#include <stdio.h>".to_owned(),
                    format!("/* {} */", site.line(5)),
                    format!("int {name}_{other}(int {other}) {{"),
                    format!("    if ({other} > {}) {{", site.number(1, 99)),
                    "        return 1;".to_owned(),
                    "    } else {".to_owned(),
                    format!("        {name}_{}({other});", site.word()),
                    "    }".to_owned(),
                    "    return 0;".to_owned(),
                    "}".to_owned(),
                ]
                .map(|line| ('b', line)),
            );
            lines.push(('b', site.sentence(16)));
        }
        lines
    });
    site.check();
}

/// A shop: the name, the price, and what the thing is made of; buttons may go.
#[test]
fn products_keep_what_they_are() {
    let site = Site::new(
        12,
        DE,
        &["Laden", "Angebote", "Warenkorb", "Mein Konto"],
        &["Versand und Rückgabe", "Impressum", "© 2031 Laden am Brunnen"],
    )
    .pages(50, |site, _| {
        let stuff = ["Holz", "Wolle", "Stahl", "Glas"][site.number(0, 4)];
        let colour = ["rot", "blau", "grün", "grau"][site.number(0, 4)];
        vec![
            ('b', site.name()),
            ('b', format!("{},{:02} €", site.number(3, 300), site.number(0, 100))),
            ('b', format!("Material: {stuff}")),
            ('b', format!("Farbe: {colour}")),
            ('.', "In den Warenkorb".to_owned()),
            ('b', site.sentence(24)),
            ('.', "Maße".to_owned()),
            ('b', format!("Höhe {} mm", site.number(10, 900))),
            ('b', format!("Gewicht {} g", site.number(20, 9000))),
        ]
    });
    site.check();
}

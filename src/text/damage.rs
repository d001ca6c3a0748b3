//! Signs that a text was spoiled on its way: read in a wrong charset, left encoded, left marked up.
//!
//! A spoiled print has more characters than a good one and often more words, so whoever takes the longest of some prints
//! has to know.

use memchr::{memchr2, memchr3};

use super::compared::tag_length;

/// How many signs of damage a text has: replacement characters, letters of UTF-8 that was read as a charset of one byte a
/// character, question marks inside words, entities, tags. Linear, and fast where there are none.
pub fn damage(text: &str) -> u32 {
    let bytes = text.as_bytes();
    let mut count = 0;
    let mut at = 0;
    while let Some(found) = memchr3(b'&', b'<', b'?', &bytes[at..]) {
        at += found;
        count += u32::from(match bytes[at] {
            b'&' => is_entity(&bytes[at + 1..]),
            b'<' => tag_length(&text[at..]).is_some(),
            _ => {
                let is_letter = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_lowercase);
                is_letter(at.checked_sub(1).and_then(|before| bytes.get(before)))
                    && is_letter(bytes.get(at + 1))
            }
        });
        at += 1;
    }
    if text.is_ascii() {
        return count;
    }
    at = 0;
    // The first bytes of Ã, Â and â, and of the replacement character.
    while let Some(found) = memchr2(0xC3, 0xEF, &bytes[at..]) {
        at += found;
        let mut chars = text.get(at..).unwrap_or_default().chars();
        count += u32::from(match chars.next() {
            Some('\u{FFFD}') => true,
            Some('Ã' | 'Â' | 'â') => chars.next().is_some_and(is_of_one_byte),
            _ => false,
        });
        at += 1;
    }
    count
}

/// Whether a character stands for one of the bytes 80 to BF in a charset of one byte a character, and is no letter that
/// may stand there by right.
fn is_of_one_byte(c: char) -> bool {
    matches!(
        c,
        '\u{80}'
            ..='\u{BF}'
                | '€'
                | '‚'
                | 'ƒ'
                | '„'
                | '…'
                | '†'
                | '‡'
                | 'ˆ'
                | '‰'
                | '‹'
                | '‘'
                | '’'
                | '“'
                | '”'
                | '•'
                | '–'
                | '—'
                | '˜'
                | '™'
                | '›'
    )
}

/// Whether a name or a number and a semicolon follow.
fn is_entity(rest: &[u8]) -> bool {
    let name = rest
        .iter()
        .take(10)
        .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'#')
        .count();
    name >= 2 && rest.get(name) == Some(&b';')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sign_is_counted() {
        for (text, expected) in [
            ("The café said “no” – 30 € a head, AT&T wrote; was it? Yes.", 0),
            ("The cafÃ© said â€œnoâ€\u{9d} â€“ 30 â‚¬ a head", 5),
            ("The caf\u{FFFD} said \u{FFFD}no\u{FFFD}", 3),
            ("The caf?s weren?t open", 2),
            ("Salt &amp; pepper, 30&nbsp;g, &#8217;", 3),
            ("<p>One <b>two</b></p> 1 < 2", 4),
            ("Ângelo, château, Ã", 0),
            ("", 0),
        ] {
            assert_eq!(damage(text), expected, "{text}");
        }
    }
}

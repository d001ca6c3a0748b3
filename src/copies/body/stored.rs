//! A body as bytes, for a run whose texts are on disk.

use xxhash_rust::xxh3::xxh3_128;

use super::{Body, Evidence, LONGEST, Prints, Start};

/// The parts of a text that is put together.
#[derive(Debug)]
pub struct BodyParts<'b> {
    /// Hashes of words.
    pub words: &'b mut Vec<u32>,
    /// What each word is, a bit each.
    pub flags: &'b mut Vec<u8>,
    /// Where paragraphs begin.
    pub starts: &'b mut Vec<Start>,
    /// How much of it is evidence.
    pub evidence: &'b mut Evidence,
    /// Hashes of all words.
    pub prints: &'b mut Prints,
}

/// Bytes before the words: how much is evidence, and the prints.
const HEAD: usize = 24;

impl Body {
    /// Number of tokens, and of paragraphs.
    pub fn len(&self) -> (usize, usize) {
        (self.words.len(), self.starts.len())
    }

    /// Bytes of a text of so many tokens and paragraphs: 5 a token, 8 a paragraph and a few.
    pub fn stored(tokens: usize, paragraphs: usize) -> usize {
        HEAD + 5 * tokens + 8 * paragraphs
    }

    /// How much of it is evidence.
    pub fn evidence(&self) -> Evidence {
        self.evidence
    }

    /// Appends the text as bytes, as many as [`stored`](Body::stored) says.
    pub fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.evidence.tokens.to_le_bytes());
        out.extend_from_slice(&self.evidence.paragraphs.to_le_bytes());
        out.extend_from_slice(&self.prints.page.to_le_bytes());
        out.extend_from_slice(&self.prints.body.to_le_bytes());
        self.words.iter().for_each(|word| out.extend_from_slice(&word.to_le_bytes()));
        out.extend_from_slice(&self.flags);
        for start in &self.starts {
            out.extend_from_slice(&start.token.to_le_bytes());
            out.extend_from_slice(&start.paragraph.to_le_bytes());
        }
    }

    /// The text of so many tokens and paragraphs that [`write`](Body::write) wrote as `bytes`, in the place of
    /// this one. Returns whether it is one.
    pub fn read(&mut self, (tokens, paragraphs): (usize, usize), bytes: &[u8]) -> bool {
        let number = |bytes: &[u8]| bytes.try_into().map_or(0, u32::from_le_bytes);
        let long = |bytes: &[u8]| bytes.try_into().map_or(0, u64::from_le_bytes);
        self.fill(|parts| {
            let (head, bytes) = bytes.split_at_checked(HEAD)?;
            *parts.evidence =
                Evidence { tokens: number(&head[..4]), paragraphs: number(&head[4..8]) };
            *parts.prints = Prints { page: long(&head[8..16]), body: long(&head[16..]) };
            let (words, rest) = bytes.split_at_checked(4 * tokens)?;
            let (flags, starts) = rest.split_at_checked(tokens)?;
            parts.words.extend(words.chunks_exact(4).map(number));
            parts.flags.extend_from_slice(flags);
            parts.starts.extend(starts.chunks_exact(8).map(|start| {
                let (token, paragraph) = start.split_at(4);
                Start { token: number(token), paragraph: number(paragraph) }
            }));
            (starts.len() == 8 * paragraphs).then_some(())
        })
    }

    /// The text in its parts: hashes of words, what each word is, where paragraphs begin.
    pub fn parts(&self) -> (&[u32], &[u8], &[Start]) {
        (&self.words, &self.flags, &self.starts)
    }

    /// The text that `fill` puts together in the place of this one; `fill` is given empty parts. Returns whether it
    /// is one; there is no text if not.
    pub fn fill(&mut self, fill: impl FnOnce(BodyParts<'_>) -> Option<()>) -> bool {
        self.clear();
        let Body { words, flags, starts, evidence, prints, .. } = self;
        let filled = fill(BodyParts { words, flags, starts, evidence, prints }).is_some();
        let tokens = self.words.len();
        let is_text = filled
            && tokens == self.flags.len()
            && tokens <= LONGEST
            && self.starts.first().map_or(0, |start| start.token) == 0
            && self.starts.is_sorted_by(|a, b| a.token < b.token)
            && self.starts.last().is_none_or(|start| (start.token as usize) < tokens)
            && self.starts.is_empty() == (tokens == 0)
            && self.is_parted();
        if !is_text {
            self.clear();
        }
        is_text
    }

    /// Whether the evidence ends where a paragraph does, and paragraphs of both parts ascend.
    fn is_parted(&self) -> bool {
        let Evidence { tokens, paragraphs } = self.evidence;
        let Some((one, rest)) = self.starts.split_at_checked(paragraphs as usize) else {
            return false;
        };
        let ascends = |starts: &[Start]| starts.is_sorted_by(|a, b| a.paragraph < b.paragraph);
        let end = rest.first().map_or(self.words.len(), |start| start.token as usize);
        end == tokens as usize && ascends(one) && ascends(rest)
    }

    /// A hash of the words, what they are, where paragraphs begin, which are evidence, and of the prints: what is
    /// measured of a text depends on nothing else but which paragraphs of the rest stand between which of the evidence.
    pub fn hash(&self) -> u128 {
        let mut bytes = Vec::with_capacity(self.words.len() * 5 + self.starts.len() * 4);
        self.words.iter().for_each(|word| bytes.extend_from_slice(&word.to_le_bytes()));
        bytes.extend_from_slice(&self.flags);
        self.starts.iter().for_each(|start| bytes.extend_from_slice(&start.token.to_le_bytes()));
        for number in [self.evidence.tokens.into(), self.prints.page, self.prints.body] {
            bytes.extend_from_slice(&number.to_le_bytes());
        }
        xxh3_128(&bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::copies::body::tests::word;

    #[test]
    fn a_body_comes_back_from_its_bytes_and_damage_is_seen() {
        let mut body = Body::new();
        for paragraph in 0..4 {
            let words: Vec<_> = (0..3 + paragraph).map(|n| word(n * 7 + paragraph)).collect();
            body.push(2 * paragraph, &words);
        }
        let mut bytes = Vec::new();
        body.write(&mut bytes);
        let mut read = Body::new();
        assert!(read.read(body.len(), &bytes));
        assert_eq!(format!("{read:?}"), format!("{body:?}"));
        assert_eq!(read.hash(), body.hash());
        assert!(!read.read(body.len(), &bytes[1..]));
        assert!(!read.read((body.len().0, 9), &bytes));
        // A paragraph that begins where the text has ended.
        let last = bytes.len() - 8;
        bytes[last] = 200;
        assert!(!read.read(body.len(), &bytes));
        assert_eq!(read.len(), (0, 0));
        // Evidence that ends inside a paragraph.
        bytes[last] = 12;
        assert!(read.read(body.len(), &bytes));
        bytes[0] -= 1;
        assert!(!read.read(body.len(), &bytes));
    }
}

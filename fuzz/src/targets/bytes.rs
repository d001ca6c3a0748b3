//! Decisions taken from the front of the input, what follows being what they are about.

/// Bytes that are taken one after the other; zeros where there are none.
pub struct Bytes<'a>(pub &'a [u8]);

impl<'a> Bytes<'a> {
    pub fn one(&mut self) -> u8 {
        self.some(1).first().copied().unwrap_or(0)
    }

    pub fn two(&mut self) -> u16 {
        u16::from_le_bytes([self.one(), self.one()])
    }

    /// Up to so many bytes.
    pub fn some(&mut self, count: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at(count.min(self.0.len()));
        self.0 = rest;
        taken
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Damages `file`: a byte flipped, the end cut off or something behind it, in so many places.
pub fn damage(file: &mut Vec<u8>, bytes: &mut Bytes<'_>) {
    for _ in 0..bytes.one() % 4 {
        let at = usize::from(bytes.two()) % (file.len() + 1);
        match bytes.one() {
            0..100 => file.truncate(at),
            flip if at < file.len() => file[at] ^= flip,
            more => file.push(more),
        }
    }
}

//! Groups the pairs of one bucket: a filter with two bits a slot drops most keys that occur once, and a
//! small table groups the rest.

use super::Pair;

/// Slots of the filter for each pair. One in twelve pairs without a partner passes.
const SLOTS: usize = 8;

/// Finds groups, bucket by bucket. Reuse it: once its buffers have grown, it does not allocate.
#[derive(Debug)]
pub struct Grouper<P> {
    /// Two bits a slot: a pair came here, a second one did.
    filter: Vec<u8>,
    /// Pairs whose slot was met twice; the rest is room.
    kept: Vec<P>,
    /// Of each pair in `kept` the number of its group.
    group_of: Vec<u32>,
    /// Hash of a key and the number of its group from 1; 0 is free.
    table: Vec<(u64, u32)>,
    /// Of each group first its size, then where its next pair goes.
    places: Vec<u32>,
    grouped: Vec<P>,
}

impl<P: Pair> Default for Grouper<P> {
    fn default() -> Grouper<P> {
        Grouper::new()
    }
}

impl<P: Pair> Grouper<P> {
    /// A grouper that has seen nothing.
    pub fn new() -> Grouper<P> {
        Grouper {
            filter: Vec::new(),
            kept: Vec::new(),
            group_of: Vec::new(),
            table: Vec::new(),
            places: Vec::new(),
            grouped: Vec::new(),
        }
    }

    /// Calls `each` with the pairs of every key of a bucket that occurs twice or more.
    ///
    /// A bucket is given in pieces, one from each partition of a part of the input; groups come in
    /// the order of their first pairs, their pairs in the order of the pieces. A bucket holds less
    /// than 2³² pairs.
    pub fn each<'p>(
        &mut self,
        pieces: impl Iterator<Item = &'p [P]> + Clone,
        mut each: impl FnMut(&[P]),
    ) where
        P: 'p,
    {
        let kept = self.keep_repeated(pieces);
        if kept < 2 {
            return;
        }
        self.number(kept);
        let groups = self.arrange(kept);
        let mut start = 0;
        for group in 0..groups {
            let end = self.places[group] as usize;
            if end - start >= 2 {
                each(&self.grouped[start..end]);
            }
            start = end;
        }
    }

    /// Keeps the pairs whose slot another pair has too; gives how many.
    fn keep_repeated<'p>(&mut self, pieces: impl Iterator<Item = &'p [P]> + Clone) -> usize
    where
        P: 'p,
    {
        let pairs: usize = pieces.clone().map(<[P]>::len).sum();
        let slots = (pairs * SLOTS).next_power_of_two().max(64);
        self.filter.clear();
        self.filter.resize(slots / 4, 0);
        let (filter, mask) = (self.filter.as_mut_slice(), slots / 4 - 1);
        for pair in pieces.clone().flatten() {
            let (byte, shift) = slot(pair.hash(), mask);
            let bits = &mut filter[byte];
            let met = *bits >> shift & 1;
            *bits |= (1 | met << 1) << shift;
        }
        if self.kept.len() <= pairs {
            self.kept.resize(pairs + 1, P::default());
        }
        let mut kept = 0;
        for &pair in pieces.flatten() {
            let (byte, shift) = slot(pair.hash(), mask);
            // Written always and kept or not, which is faster than a branch nobody can foresee.
            self.kept[kept] = pair;
            kept += usize::from(filter[byte] >> shift >> 1 & 1);
        }
        kept
    }

    /// Numbers the groups of the kept pairs in the order of their first ones, and counts them.
    fn number(&mut self, kept: usize) {
        let slots = (2 * kept).next_power_of_two();
        self.table.clear();
        self.table.resize(slots, (0, 0));
        self.places.clear();
        self.group_of.clear();
        let (table, mask) = (self.table.as_mut_slice(), slots - 1);
        for pair in &self.kept[..kept] {
            let hash = pair.hash();
            let mut at = home(hash) & mask;
            let group = loop {
                let (theirs, number) = table[at];
                if number == 0 {
                    self.places.push(0);
                    #[expect(clippy::cast_possible_truncation, reason = "groups of one bucket")]
                    let number = self.places.len() as u32;
                    table[at] = (hash, number);
                    break number - 1;
                }
                if theirs == hash {
                    break number - 1;
                }
                at = (at + 1) & mask;
            };
            self.places[group as usize] += 1;
            self.group_of.push(group);
        }
    }

    /// Puts the pairs of each group side by side; `places` then says where each group ends.
    fn arrange(&mut self, kept: usize) -> usize {
        let mut start = 0;
        for place in &mut self.places {
            let size = *place;
            *place = start;
            start += size;
        }
        if self.grouped.len() < kept {
            self.grouped.resize(kept, P::default());
        }
        for (&pair, &group) in self.kept[..kept].iter().zip(&self.group_of) {
            let place = &mut self.places[group as usize];
            self.grouped[*place as usize] = pair;
            *place += 1;
        }
        self.places.len()
    }
}

/// The byte of the filter and the bit in it. The middle bits of the hash are used, because those of
/// a bucket share the highest ones.
#[inline]
fn slot(hash: u64, mask: usize) -> (usize, u32) {
    ((hash >> 28) as usize & mask, (hash >> 26 & 3) as u32 * 2)
}

/// First slot of a key in the table. Mixed again, so that keys that collide in the filter do not
/// collide here.
#[inline]
fn home(hash: u64) -> usize {
    ((hash ^ hash >> 32).wrapping_mul(0xD6E8_FEB8_6659_FD93) >> 32) as usize
}

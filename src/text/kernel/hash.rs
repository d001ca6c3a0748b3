//! Hashes of folded tokens, one at a time.

/// A token is hashed in blocks of this many bytes.
pub(super) const BLOCK: usize = 16;

/// The multipliers of [`mix`].
pub(super) const MULTIPLIERS: [u64; 3] =
    [0x9E37_79B9_7F4A_7C15, 0xC2B2_AE3D_27D4_EB4F, 0xD6E8_FEB8_6659_FD93];

/// Hash of one block after `hash`, that of the blocks before it. Multiplications, shifts and xor
/// only, so that lanes of any width give the same; a bijection for tokens of up to eight bytes.
#[inline(always)]
pub(in crate::text) fn mix(low: u64, high: u64, hash: u64) -> u64 {
    let low = (low ^ hash).wrapping_mul(MULTIPLIERS[0]);
    let high = (high ^ hash.rotate_left(32)).wrapping_mul(MULTIPLIERS[1]);
    let x = low ^ high.rotate_left(32);
    let x = (x ^ x >> 32).wrapping_mul(MULTIPLIERS[2]);
    x ^ x >> 32
}

/// Hashes all tokens: token i is the bytes from `starts[i]` to `starts[i + 1]`, and there are at
/// least [`BLOCK`] bytes after the last.
#[inline(always)]
pub(super) fn all(bytes: &[u8], starts: &[u32], hashes: &mut [u64]) {
    let mut ends = starts.iter().map(|&start| start as usize);
    let mut from = ends.next().unwrap_or_default();
    for (hash, to) in hashes.iter_mut().zip(ends) {
        let length = to - from;
        *hash = if length <= BLOCK {
            let (low, high) = words(bytes, from, length);
            mix(low, high, 0)
        } else {
            long(bytes, from, to)
        };
        from = to;
    }
}

/// The hash of a token of several blocks.
#[inline(never)]
fn long(bytes: &[u8], mut from: usize, to: usize) -> u64 {
    let mut hash = 0;
    while to - from > BLOCK {
        let (low, high) = words(bytes, from, BLOCK);
        hash = mix(low, high, hash);
        from += BLOCK;
    }
    let (low, high) = words(bytes, from, to - from);
    mix(low, high, hash)
}

/// The first `length` of the 16 bytes at `from`, the others zero.
#[inline(always)]
fn words(bytes: &[u8], from: usize, length: usize) -> (u64, u64) {
    /// The lowest bytes set.
    static LOWEST: [[u64; 2]; BLOCK + 1] = {
        let mut table = [[0; 2]; BLOCK + 1];
        let mut length = 1;
        while length <= BLOCK {
            let (low, high) = (if length < 8 { length } else { 8 }, length.saturating_sub(8));
            table[length][0] = u64::MAX >> (64 - 8 * low);
            table[length][1] = if high == 0 { 0 } else { u64::MAX >> (64 - 8 * high) };
            length += 1;
        }
        table
    };
    let block = bytes.get(from..from + BLOCK).and_then(|block| block.first_chunk::<BLOCK>());
    let both = u128::from_le_bytes(*block.unwrap_or(&[0; BLOCK]));
    let [low, high] = LOWEST[length.min(BLOCK)];
    #[expect(clippy::cast_possible_truncation, reason = "the two halves")]
    (both as u64 & low, (both >> 64) as u64 & high)
}

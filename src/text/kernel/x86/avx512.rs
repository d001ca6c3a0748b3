//! The AVX-512 tier: 64 bytes at a time, in any script.

use std::arch::x86_64::{
    __m256i, __m512i, _mm256_and_si256, _mm256_movm_epi8, _mm256_or_si256, _mm256_set1_epi8,
    _mm256_storeu_si256, _mm256_test_epi8_mask, _mm512_add_epi32, _mm512_and_si512,
    _mm512_castsi512_si128, _mm512_castsi512_si256, _mm512_cmpeq_epi8_mask, _mm512_cmpge_epu8_mask,
    _mm512_cmplt_epu8_mask, _mm512_cvtepu8_epi16, _mm512_cvtepu8_epi32, _mm512_cvtepu16_epi32,
    _mm512_extracti32x4_epi32, _mm512_extracti64x4_epi64, _mm512_i32gather_epi32,
    _mm512_loadu_si512, _mm512_mask_blend_epi16, _mm512_mask_expand_epi8, _mm512_mask_mov_epi8,
    _mm512_maskz_compress_epi8, _mm512_maskz_expand_epi8, _mm512_maskz_loadu_epi8,
    _mm512_maskz_permutex2var_epi8, _mm512_movepi8_mask, _mm512_or_si512, _mm512_permutex2var_epi8,
    _mm512_set1_epi8, _mm512_set1_epi16, _mm512_set1_epi32, _mm512_setzero_si512,
    _mm512_slli_epi16, _mm512_storeu_si512, _mm512_sub_epi8, _mm512_test_epi8_mask, _pdep_u64,
    _pext_u64,
};

use super::kinds;
use crate::text::{
    fold::{PACKED, packed},
    kernel::{
        Folded, NUMBER, Order, SINGLE,
        cut::Masks,
        walk::{BLOCK, Walk, below},
    },
    scan::Digits,
};

/// A block is cut at a character that masks can't say if as many bytes stand before it.
const SHORT: u32 = 16;

/// For every ASCII byte: 0 if it ends a token, else the folded byte.
static ASCII: [[u8; BLOCK]; 2] = {
    let mut table = [[0; BLOCK]; 2];
    let mut byte = 0_u8;
    while byte < 128 {
        table[byte as usize / BLOCK][byte as usize % BLOCK] = match byte {
            b'a'..=b'z' | b'0'..=b'9' | b'_' => byte,
            b'A'..=b'Z' => byte + 32,
            _ => 0,
        };
        byte += 1;
    }
    table
};

/// The numbers 0 to 63.
static IOTA: [u8; BLOCK] = {
    let mut table = [0_u8; BLOCK];
    let mut i = 0;
    while i < 64 {
        table[i as usize] = i;
        i += 1;
    }
    table
};

/// Every fourth byte of two vectors: the first bytes of their 32 entries.
static FOURTH: [u8; BLOCK] = {
    let mut table = [0_u8; BLOCK];
    let mut i = 0;
    while i < 64 {
        table[i as usize] = (i % 32) * 4;
        i += 1;
    }
    table
};

/// Appends paragraphs. False if one has to be normalised first.
#[target_feature(
    enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,avx512vbmi2,avx2,bmi1,bmi2,lzcnt,popcnt"
)]
pub(super) fn push(folded: &mut Folded, walk: &mut Walk<'_>, digits: Digits, order: Order) -> bool {
    while let Some(to) = blocks(folded, walk, digits) {
        if !walk.step(folded, to, digits, order) {
            return false;
        }
    }
    true
}

/// Appends blocks up to the end, or to one that has to be stepped through: then gives up to which
/// byte of it.
#[target_feature(
    enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,avx512vbmi2,avx2,bmi1,bmi2,lzcnt,popcnt"
)]
#[inline]
fn blocks(folded: &mut Folded, walk: &mut Walk<'_>, digits: Digits) -> Option<usize> {
    let fold = if digits == Digits::Fold { u64::MAX } else { 0 };
    let (table, iota) = ([load(&ASCII[0]), load(&ASCII[1])], load(&IOTA));
    let all = |byte: u8| _mm512_set1_epi8(byte.cast_signed());
    let mut carry = folded.carry;
    let mut stop = None;
    let (bytes, starts, kinds) =
        (&mut folded.bytes[..], &mut folded.starts[..], &mut folded.kinds[..]);
    while let Some((length, live)) = walk.block(&mut carry, &mut folded.notes) {
        let ahead = walk.ahead();
        let block = match ahead.first_chunk::<BLOCK>() {
            Some(block) => load(block),
            None => load_part(ahead),
        };
        let other = _mm512_movepi8_mask(block) & live;
        let mut lower = _mm512_maskz_permutex2var_epi8(!other, table[0], block, table[1]);
        let word = _mm512_test_epi8_mask(lower, lower) & live;
        let is_digit = _mm512_cmplt_epu8_mask(_mm512_sub_epi8(block, all(b'0')), all(10)) & live;
        let quote = _mm512_cmpeq_epi8_mask(block, all(b'"')) & live;
        if digits == Digits::Fold {
            lower = _mm512_mask_mov_epi8(lower, is_digit, all(b'0'));
        }
        #[expect(clippy::cast_possible_truncation, reason = "at most 64")]
        let mut masks = Masks::ascii(length as u32, word, is_digit, quote);
        if other != 0 && !only_punctuation(block, other, &mut masks) {
            let rare;
            (lower, rare) = wide(block, other, lower, &mut masks, digits);
            if rare != 0 && masks.length < SHORT {
                // Up to the last such character that is not far away.
                stop = Some(BLOCK - (rare & below(32)).leading_zeros() as usize);
                break;
            }
        }

        let (keep, begin) = masks.cut(&mut carry, fold);
        let (used, tokens) = (carry.used, carry.tokens);
        walk.pass(&masks, begin, tokens, &mut folded.notes);
        store(&mut bytes[used..], _mm512_maskz_compress_epi8(keep, lower));
        let places = _mm512_maskz_compress_epi8(_pext_u64(begin, keep), iota);
        #[expect(clippy::cast_possible_truncation, reason = "LONGEST bounds it")]
        let base = _mm512_set1_epi32((used as u32).cast_signed());
        let low = _mm512_cvtepu8_epi32(_mm512_castsi512_si128(places));
        let high = _mm512_cvtepu8_epi32(_mm512_extracti32x4_epi32::<1>(places));
        store_places(
            &mut starts[tokens..],
            _mm512_add_epi32(low, base),
            _mm512_add_epi32(high, base),
        );
        set_kinds(&masks, begin, &mut kinds[tokens..]);
        carry.used = used + keep.count_ones() as usize;
        carry.tokens = tokens + begin.count_ones() as usize;
    }
    folded.carry = carry;
    stop
}

/// Sets the kinds of the block's tokens; `fresh[0]` is that of the token before them.
#[target_feature(
    enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,avx512vbmi2,avx2,bmi1,bmi2,lzcnt,popcnt"
)]
#[inline]
fn set_kinds(masks: &Masks, begin: u64, fresh: &mut [u8]) {
    let (number, single, before) = kinds(masks, begin);
    fresh[0] |= before;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a token has two bytes of a block at least"
    )]
    let (number, single) = (_mm256_movm_epi8(number as u32), _mm256_movm_epi8(single as u32));
    let both = _mm256_or_si256(
        _mm256_and_si256(number, _mm256_set1_epi8(NUMBER.cast_signed())),
        _mm256_and_si256(single, _mm256_set1_epi8(SINGLE.cast_signed())),
    );
    store_kinds(&mut fresh[1..], both);
}

/// Whether all that is not ASCII in a block is dashes, quotation marks and the ellipsis: E2 80 and a
/// byte that says which. Adds the quotation marks, and takes off an incomplete end.
#[target_feature(
    enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,avx512vbmi2,avx2,bmi1,bmi2,lzcnt,popcnt"
)]
#[inline]
fn only_punctuation(block: __m512i, other: u64, masks: &mut Masks) -> bool {
    let all = |byte: u8| _mm512_set1_epi8(byte.cast_signed());
    let lead = _mm512_cmpeq_epi8_mask(block, all(0xE2)) & other;
    let second = _mm512_cmpeq_epi8_mask(block, all(0x80)) & lead << 1;
    let double = _mm512_cmpeq_epi8_mask(_mm512_and_si512(block, all(0xFC)), all(0x9C));
    let plain = _mm512_cmplt_epu8_mask(_mm512_sub_epi8(block, all(0x90)), all(16));
    let ellipsis = _mm512_cmpeq_epi8_mask(block, all(0xA6));
    // U+2017 ends in a mark when it is normalised.
    let marked = _mm512_cmpeq_epi8_mask(block, all(0x97));
    let third = (plain | ellipsis) & !marked & second << 1;
    if lead | lead << 1 | lead << 2 != other || lead.count_ones() != third.count_ones() {
        return false;
    }
    masks.quote |= (double & third) >> 2;
    true
}

/// Folds a block that is not all ASCII: adds its other characters to the masks and to `lower`. The
/// block is cut where it ends in a part of a character, and before the first that is rare; gives the
/// first bytes of rare ones too.
#[target_feature(
    enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,avx512vbmi2,avx2,bmi1,bmi2,lzcnt,popcnt"
)]
#[inline]
fn wide(
    block: __m512i,
    other: u64,
    lower: __m512i,
    masks: &mut Masks,
    digits: Digits,
) -> (__m512i, u64) {
    let at_least =
        |byte: u8| _mm512_cmpge_epu8_mask(block, _mm512_set1_epi8(byte.cast_signed())) & other;
    let (lead, lead3) = (at_least(0xC0), at_least(0xE0));
    let lead4 = at_least(0xF0);
    // Characters that the block's end cuts: a lead in the last byte, a long one in the last two.
    let last = 1_u64 << (masks.length - 1);
    let cut = lead & last | lead3 & (last >> 1) | lead4;
    let whole = cut.wrapping_sub(1);
    let (lead, lead3) = (lead & whole, lead3 & whole);
    let mut length = masks.length.min(cut.trailing_zeros());

    // The characters' bytes in lanes of 16 bits, 32 characters.
    let lanes = |bytes: __m512i| _mm512_cvtepu8_epi16(_mm512_castsi512_si256(bytes));
    let six = |bytes| _mm512_and_si512(lanes(bytes), _mm512_set1_epi16(0x3F));
    let first = lanes(_mm512_maskz_compress_epi8(lead, block));
    let second = six(_mm512_maskz_compress_epi8(lead << 1, block));
    let long = _pext_u64(lead3, lead);
    let third = six(_mm512_maskz_expand_epi8(long, _mm512_maskz_compress_epi8(lead3 << 2, block)));
    let two = _mm512_or_si512(
        _mm512_slli_epi16::<6>(_mm512_and_si512(first, _mm512_set1_epi16(0x1F))),
        second,
    );
    let three = _mm512_or_si512(
        _mm512_or_si512(_mm512_slli_epi16::<12>(first), _mm512_slli_epi16::<6>(second)),
        third,
    );
    #[expect(clippy::cast_possible_truncation, reason = "at most 32 leads fit in 64 bytes")]
    let codes = _mm512_mask_blend_epi16(long as u32, two, three);

    let live = lead.count_ones();
    let low = entries(_mm512_castsi512_si256(codes));
    let high = if live > 16 {
        entries(_mm512_extracti64x4_epi64::<1>(codes))
    } else {
        _mm512_setzero_si512()
    };
    let fourth = load(&FOURTH);
    let column = |n: u8| {
        let places = _mm512_or_si512(fourth, _mm512_set1_epi8(n.cast_signed()));
        _mm512_permutex2var_epi8(low, places, high)
    };
    let place = |flags: u64| _pdep_u64(flags, lead);
    let flags = _mm512_castsi512_si256(column(3));
    let flag = |flag: u32| {
        let bit = _mm256_set1_epi8(flag.to_be_bytes()[0].cast_signed());
        u64::from(_mm256_test_epi8_mask(flags, bit))
    };
    let rare = place(flag(packed::RARE));
    if rare != 0 {
        length = length.min(rare.trailing_zeros());
    }
    let (mut one, digit) = (column(0), flag(packed::DIGIT));
    let mut more = u64::MAX;
    if digits == Digits::Fold {
        one = _mm512_mask_mov_epi8(one, digit, _mm512_set1_epi8(b'0'.cast_signed()));
        more = !digit;
    }
    let (word, digit) = (place(flag(packed::WORD)), place(digit));
    let second = place(flag(packed::SECOND) & more);
    let third = place(flag(packed::THIRD) & more);
    let mut lower = _mm512_mask_expand_epi8(lower, lead, one);
    lower = _mm512_mask_expand_epi8(lower, lead << 1, column(1));
    let last_bytes = _mm512_maskz_compress_epi8(long, column(2));
    lower = _mm512_mask_expand_epi8(lower, lead3 << 2, last_bytes);

    let span = |bits: u64| bits | bits << 1 | (bits & lead3) << 2;
    masks.word |= word;
    masks.word_span |= span(word);
    masks.digit |= digit;
    masks.digit_span |= span(digit);
    masks.single = place(flag(packed::SINGLE));
    masks.folded |= word | second << 1 | third << 2;
    masks.quote |= place(flag(packed::QUOTE));
    if length < masks.length {
        masks.length = length;
        masks.shorten();
    }
    (lower, rare | lead4)
}

/// The table's entries of 16 characters.
#[target_feature(
    enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,avx512vbmi2,avx2,bmi1,bmi2,lzcnt,popcnt"
)]
#[inline]
fn entries(codes: __m256i) -> __m512i {
    let places = _mm512_cvtepu16_epi32(codes);
    // SAFETY: the places are 16-bit numbers, and the table has 65536 entries of 4 bytes.
    unsafe { _mm512_i32gather_epi32::<4>(places, PACKED.as_ptr().cast()) }
}

#[target_feature(
    enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,avx512vbmi2,avx2,bmi1,bmi2,lzcnt,popcnt"
)]
#[inline]
fn load(block: &[u8; BLOCK]) -> __m512i {
    // SAFETY: 64 bytes, the size of `block`.
    unsafe { _mm512_loadu_si512(block.as_ptr().cast()) }
}

/// Less than a block, the last bytes of a text; the others are zero.
#[target_feature(
    enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,avx512vbmi2,avx2,bmi1,bmi2,lzcnt,popcnt"
)]
#[inline]
fn load_part(bytes: &[u8]) -> __m512i {
    let live = (1_u64 << bytes.len().min(BLOCK - 1)) - 1;
    // SAFETY: no byte is read whose bit is not set, and there are as many bits as bytes, or fewer.
    unsafe { _mm512_maskz_loadu_epi8(live, bytes.as_ptr().cast()) }
}

/// Writes 64 bytes, for which the buffer has room.
#[target_feature(
    enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,avx512vbmi2,avx2,bmi1,bmi2,lzcnt,popcnt"
)]
#[inline]
fn store(bytes: &mut [u8], block: __m512i) {
    if let Some(bytes) = bytes.first_chunk_mut::<BLOCK>() {
        // SAFETY: 64 bytes, the size of `bytes`.
        unsafe { _mm512_storeu_si512(bytes.as_mut_ptr().cast(), block) }
    }
}

/// Writes 32 places, for which the buffer has room.
#[target_feature(
    enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,avx512vbmi2,avx2,bmi1,bmi2,lzcnt,popcnt"
)]
#[inline]
fn store_places(starts: &mut [u32], low: __m512i, high: __m512i) {
    if let Some(starts) = starts.first_chunk_mut::<32>() {
        // SAFETY: 64 bytes each, half the size of `starts`.
        unsafe {
            _mm512_storeu_si512(starts.as_mut_ptr().cast(), low);
            _mm512_storeu_si512(starts.as_mut_ptr().add(16).cast(), high);
        }
    }
}

/// Writes 32 kinds, for which the buffer has room.
#[target_feature(
    enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,avx512vbmi2,avx2,bmi1,bmi2,lzcnt,popcnt"
)]
#[inline]
fn store_kinds(kinds: &mut [u8], fresh: __m256i) {
    if let Some(kinds) = kinds.first_chunk_mut::<32>() {
        // SAFETY: 32 bytes, the size of `kinds`.
        unsafe { _mm256_storeu_si256(kinds.as_mut_ptr().cast(), fresh) }
    }
}

//! How the tokenizer is given a page: with searches at memory speed, and without errors.

use std::convert::Infallible;

use html5gum::{Emitter, ForwardingEmitter, Reader};
use memchr::{memchr, memchr2, memchr3};

/// Bytes that are searched at once: a search for several bytes in turn must not run far ahead for a
/// byte that is rare.
const WINDOW: usize = 512;

/// A page that is being read.
pub(super) struct Source<'p>(pub(super) &'p [u8]);

impl Reader for Source<'_> {
    type Error = Infallible;

    #[inline]
    fn read_byte(&mut self) -> Result<Option<u8>, Infallible> {
        Ok(self.0.split_off_first().copied())
    }

    #[inline]
    fn try_read_string(&mut self, wanted: &[u8], exactly: bool) -> Result<bool, Infallible> {
        let Some((start, rest)) = self.0.split_at_checked(wanted.len()) else { return Ok(false) };
        let is_it = if exactly { start == wanted } else { start.eq_ignore_ascii_case(wanted) };
        if is_it {
            self.0 = rest;
        }
        Ok(is_it)
    }

    #[inline]
    fn read_until<'b>(
        &'b mut self,
        needle: &[u8],
        _: &'b mut [u8; 4],
    ) -> Result<Option<&'b [u8]>, Infallible> {
        let window = &self.0[..self.0.len().min(WINDOW)];
        let Some(first) = window.first() else { return Ok(None) };
        let end = if needle.contains(first) { 1 } else { first_of(needle, window) };
        let (chunk, rest) = self.0.split_at(end);
        self.0 = rest;
        Ok(Some(chunk))
    }
}

/// Where the first of `bytes` stands in `window`, or its length.
fn first_of(bytes: &[u8], window: &[u8]) -> usize {
    let mut end = window.len();
    for part in bytes.chunks(3) {
        let before = &window[..end];
        let found = match *part {
            [a] => memchr(a, before),
            [a, b] => memchr2(a, b, before),
            [a, b, c] => memchr3(a, b, c, before),
            _ => None,
        };
        end = found.unwrap_or(end);
    }
    end
}

/// Takes tokens as `E` does, and is told of no errors, which would cost a check of every byte.
pub(super) struct Lenient<E>(pub(super) E);

impl<E: Emitter> ForwardingEmitter for Lenient<E> {
    type Token = E::Token;

    fn inner(&mut self) -> &mut impl Emitter<Token = E::Token> {
        &mut self.0
    }

    fn should_emit_errors(&mut self) -> bool {
        false
    }
}

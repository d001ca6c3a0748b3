//! How the tokenizer is given a page: with searches at memory speed, and without errors.

use std::{cell::Cell, convert::Infallible};

use html5gum::{Emitter, ForwardingEmitter, Reader, State, emitters::callback::CallbackEmitter};
use memchr::{memchr, memchr2, memchr3};

use super::reader::Events;

/// Bytes that are searched at once: a search for several bytes in turn must not run far ahead for a
/// byte that is rare.
const WINDOW: usize = 512;

/// A page that is being read: what is still to come, which others may look at.
pub(super) struct Source<'a, 'p>(pub(super) &'a Cell<&'p [u8]>);

impl Reader for Source<'_, '_> {
    type Error = Infallible;

    #[inline]
    fn read_byte(&mut self) -> Result<Option<u8>, Infallible> {
        let Some((first, rest)) = self.0.get().split_first() else { return Ok(None) };
        self.0.set(rest);
        Ok(Some(*first))
    }

    #[inline]
    fn try_read_string(&mut self, wanted: &[u8], exactly: bool) -> Result<bool, Infallible> {
        let Some((start, rest)) = self.0.get().split_at_checked(wanted.len()) else {
            return Ok(false);
        };
        let is_it = if exactly { start == wanted } else { start.eq_ignore_ascii_case(wanted) };
        if is_it {
            self.0.set(rest);
        }
        Ok(is_it)
    }

    #[inline]
    fn read_until<'b>(
        &'b mut self,
        needle: &[u8],
        _: &'b mut [u8; 4],
    ) -> Result<Option<&'b [u8]>, Infallible> {
        let all = self.0.get();
        let window = &all[..all.len().min(WINDOW)];
        let Some(first) = window.first() else { return Ok(None) };
        let end = if needle.contains(first) { 1 } else { first_of(needle, window) };
        let (chunk, rest) = all.split_at(end);
        self.0.set(rest);
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

type Inner<'a, 'p> = CallbackEmitter<Events<'a, 'p>>;

/// Takes tokens, says how the tokenizer goes on behind them, and is told of no errors, which would
/// cost a check of every byte.
pub(super) struct Lenient<'a, 'p>(pub(super) Inner<'a, 'p>);

impl<'a, 'p> ForwardingEmitter for Lenient<'a, 'p> {
    type Token = <Inner<'a, 'p> as Emitter>::Token;

    fn inner(&mut self) -> &mut impl Emitter<Token = Self::Token> {
        &mut self.0
    }

    fn should_emit_errors(&mut self) -> bool {
        false
    }

    fn emit_current_tag(&mut self) -> Option<State> {
        let state = self.0.emit_current_tag();
        self.0.callback_mut().next_state().or(state)
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&mut self) -> bool {
        self.0.callback_mut().is_foreign()
    }
}

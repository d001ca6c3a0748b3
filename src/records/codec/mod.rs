//! Compressions beside gzip and zstd, by crates of their own (feature `codecs`).

pub(super) mod decompress;
pub(super) mod members;

#[cfg(feature = "codecs")]
use std::io::BufRead;
use std::io::{self, BufReader, Read};

use super::source::Compression;
use crate::records::codec::decompress::Counted;

/// Where the bytes of a decoder come from.
type From = BufReader<Counted>;

/// Decompresses what is neither gzip nor zstd.
pub(in crate::records) enum Codec {
    #[cfg(feature = "codecs")]
    Xz(liblzma::bufread::XzDecoder<From>),
    #[cfg(feature = "codecs")]
    Bzip2(bzip2::bufread::MultiBzDecoder<From>),
    #[cfg(feature = "codecs")]
    Lz4(lz4_flex::frame::FrameDecoder<From>),
    #[cfg(feature = "codecs")]
    Brotli(Box<brotli::Decompressor<From>>),
    /// This build has none of them.
    #[expect(dead_code, reason = "a build without codecs has no other kind, and makes none")]
    None(From),
}

impl Codec {
    /// The decoder of a compression.
    ///
    /// # Errors
    ///
    /// If this build has not got it.
    #[cfg(feature = "codecs")]
    pub(in crate::records) fn new(compression: Compression, from: From) -> io::Result<Codec> {
        /// Bytes that the decoder of brotli asks for at once.
        const READ_BYTES: usize = 64 << 10;

        Ok(match compression {
            Compression::Xz => Codec::Xz(liblzma::bufread::XzDecoder::new_multi_decoder(from)),
            Compression::Bzip2 => Codec::Bzip2(bzip2::bufread::MultiBzDecoder::new(from)),
            Compression::Lz4 => Codec::Lz4(lz4_flex::frame::FrameDecoder::new(from)),
            Compression::Brotli => {
                Codec::Brotli(Box::new(brotli::Decompressor::new(from, READ_BYTES)))
            }
            Compression::None | Compression::Gzip | Compression::Zstd => {
                return Err(io::Error::other("is decompressed otherwise"));
            }
        })
    }

    /// Says that it cannot.
    #[cfg(not(feature = "codecs"))]
    pub(in crate::records) fn new(_compression: Compression, _from: From) -> io::Result<Codec> {
        Err(io::Error::other("is not read by this build; build it with the feature `codecs`"))
    }

    /// Where its bytes come from.
    pub(in crate::records) fn from(&self) -> &Counted {
        match self {
            #[cfg(feature = "codecs")]
            Codec::Xz(decoder) => decoder.get_ref().get_ref(),
            #[cfg(feature = "codecs")]
            Codec::Bzip2(decoder) => decoder.get_ref().get_ref(),
            #[cfg(feature = "codecs")]
            Codec::Lz4(decoder) => decoder.get_ref().get_ref(),
            #[cfg(feature = "codecs")]
            Codec::Brotli(decoder) => decoder.get_ref().get_ref(),
            Codec::None(from) => from.get_ref(),
        }
    }
}

impl Read for Codec {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        match self {
            #[cfg(feature = "codecs")]
            Codec::Xz(decoder) => decoder.read(out),
            #[cfg(feature = "codecs")]
            Codec::Bzip2(decoder) => decoder.read(out),
            #[cfg(feature = "codecs")]
            Codec::Lz4(decoder) => loop {
                match decoder.read(out)? {
                    // The end of a frame, after which another may begin.
                    0 if !out.is_empty() && !decoder.get_mut().fill_buf()?.is_empty() => {}
                    read => return Ok(read),
                }
            },
            #[cfg(feature = "codecs")]
            Codec::Brotli(decoder) => decoder.read(out),
            Codec::None(from) => from.read(&mut out[..0]),
        }
    }
}

//! From bytes in whatever encoding to UTF-8, in pieces.

use std::io::{self, Read};

use encoding_rs::{Decoder, DecoderResult, Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

/// How a table's text is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Charset(&'static Encoding);

const PIECE: usize = 1 << 16;

impl Charset {
    pub(super) fn from_name(name: &str) -> Option<Self> {
        match name.to_ascii_lowercase().as_str() {
            "utf-8" | "utf8" => Some(Self(UTF_8)),
            "gb18030" | "gbk" | "gb2312" => Some(Self(GB18030)),
            "utf-16le" => Some(Self(UTF_16LE)),
            "utf-16be" => Some(Self(UTF_16BE)),
            _ => None,
        }
    }

    pub(super) fn name(self) -> &'static str {
        self.0.name()
    }

    /// What a file is written in: a byte-order mark decides, else the whole of it is tried: UTF-8 if it is valid,
    /// else GB18030 if that is, else whichever has fewer faults.
    pub(super) fn detect(mut input: impl Read) -> io::Result<Self> {
        let mut piece = vec![0; PIECE];
        let mut trials =
            [UTF_8, GB18030].map(|encoding| (encoding.new_decoder_without_bom_handling(), 0_u64));
        let mut out = vec![0; 4 * PIECE];
        let mut first = true;
        loop {
            let read = fill(&mut input, &mut piece)?;
            if std::mem::take(&mut first)
                && let Some((encoding, _)) = Encoding::for_bom(&piece[..read])
            {
                return Ok(Self(encoding));
            }
            let last = read < PIECE;
            for (decoder, faults) in &mut trials {
                decode(decoder, &piece[..read], last, &mut out, |_| {}, |_| *faults += 1);
            }
            if last {
                break;
            }
        }
        let [(_, utf_8), (_, gb18030)] = trials;
        Ok(Self(if gb18030 < utf_8 { GB18030 } else { UTF_8 }))
    }
}

/// Reads until the buffer is full or the input ends.
fn fill(input: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match input.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

fn decode(
    decoder: &mut Decoder,
    mut data: &[u8],
    last: bool,
    out: &mut [u8],
    mut text: impl FnMut(&[u8]),
    mut fault: impl FnMut(()),
) {
    loop {
        let (result, read, written) = decoder.decode_to_utf8_without_replacement(data, out, last);
        text(&out[..written]);
        data = &data[read..];
        match result {
            DecoderResult::InputEmpty => return,
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(..) => {
                text("\u{fffd}".as_bytes());
                fault(());
            }
        }
    }
}

/// UTF-8 out of any encoding. Bytes that mean nothing become U+FFFD, and are counted.
pub(super) struct Decoded<R> {
    input: R,
    decoder: Decoder,
    piece: Vec<u8>,
    out: Vec<u8>,
    finished: bool,
    pub(super) faults: u64,
}

impl<R: Read> Decoded<R> {
    pub(super) fn new(input: R, charset: Charset) -> Self {
        // Removes a byte-order mark of its own encoding.
        let decoder = charset.0.new_decoder_with_bom_removal();
        Self { input, decoder, piece: vec![0; PIECE], out: vec![0; 4 * PIECE], finished: false, faults: 0 }
    }

    /// The next piece of text, added to `text`; false at the end.
    pub(super) fn more(&mut self, text: &mut Vec<u8>) -> io::Result<bool> {
        if self.finished {
            return Ok(false);
        }
        let read = fill(&mut self.input, &mut self.piece)?;
        self.finished = read < PIECE;
        let (out, faults) = (&mut self.out, &mut self.faults);
        decode(
            &mut self.decoder,
            &self.piece[..read],
            self.finished,
            out,
            |piece| text.extend_from_slice(piece),
            |()| *faults += 1,
        );
        Ok(true)
    }
}

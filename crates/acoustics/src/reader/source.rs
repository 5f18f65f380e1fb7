//! Where bytes come from: anything that can be read and sought.

use std::io::{self, Read, Seek, SeekFrom};
use std::sync::{Mutex, PoisonError};

use symphonia::core::io::MediaSource;

/// A file, a buffer, a stored object: what a [`crate::Reader`] reads from.
pub trait ReadSeekSend: Read + Seek + Send {}

impl<T: Read + Seek + Send> ReadSeekSend for T {}

/// How many bytes there are; leaves the source at its start.
pub(super) fn length(source: &mut dyn ReadSeekSend) -> io::Result<u64> {
    let length = source.seek(SeekFrom::End(0))?;
    source.seek(SeekFrom::Start(0))?;
    Ok(length)
}

/// Reads until the buffer is full or the source ends; how many bytes there were.
pub(super) fn read_full(source: &mut dyn ReadSeekSend, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match source.read(rest) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

/// The source as symphonia wants it: it asks for `Sync`, which the lock gives (and which nobody ever waits for).
pub(super) struct Media {
    source: Mutex<Box<dyn ReadSeekSend>>,
    length: u64,
}

impl Media {
    pub(super) fn new(source: Box<dyn ReadSeekSend>, length: u64) -> Self {
        Self { source: Mutex::new(source), length }
    }

    fn inner(&mut self) -> &mut dyn ReadSeekSend {
        &mut **self.source.get_mut().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Read for Media {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.inner().read(buffer)
    }
}

impl Seek for Media {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.inner().seek(to)
    }
}

impl MediaSource for Media {
    fn is_seekable(&self) -> bool {
        true
    }

    fn byte_len(&self) -> Option<u64> {
        Some(self.length)
    }
}

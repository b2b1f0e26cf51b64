//! Reads a write-ahead log left behind by a process that did not close, before SQLite reads it, so that the start
//! can say what was found: how much is whole, and whether anything behind a damaged place is lost.
//!
//! The format is SQLite's own: a header of 32 bytes, then frames of 24 bytes and one page each, with running checksums.

use std::fmt;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

const HEADER: usize = 32;
const FRAME_HEADER: usize = 24;

/// What a log left behind holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct WalSurvey {
    /// Transactions that are whole and will be there.
    pub commits_kept: u64,
    /// Pages of those transactions.
    pub frames_kept: u64,
    /// Whole pages behind the last whole transaction: of one that never ended, or cut off by damage.
    pub frames_cut: u64,
    /// Ends of transactions among those pages. One can be the transaction that was being written when the power
    /// went; more mean that answered requests are lost.
    pub commits_cut: u64,
    /// A page was begun and not finished, or a checksum does not hold.
    pub torn: bool,
    /// The log's own head is damaged, so nothing in it can be read.
    pub head_damaged: bool,
}

impl WalSurvey {
    /// True where something behind a damaged place is lost that may have been answered.
    pub fn is_loss(&self) -> bool {
        self.commits_cut > 0 || self.head_damaged
    }
}

impl fmt::Display for WalSurvey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the office was not closed; {} transactions were taken from the log", self.commits_kept)?;
        if self.head_damaged {
            f.write_str("; the head of the log is damaged and nothing in it could be read")?;
        }
        if self.frames_cut > 0 || self.torn {
            write!(f, "; {} unfinished or damaged pages at its end were left out", self.frames_cut)?;
        }
        if self.commits_cut > 0 {
            write!(
                f,
                "; {} transactions behind a damaged place are lost: compare with the last receipts and the backup",
                self.commits_cut
            )?;
        }
        Ok(())
    }
}

/// Looks through the log at this path; `None` where there is none or it is empty.
pub(crate) fn survey(path: &Path) -> io::Result<Option<WalSurvey>> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    if file.metadata()?.len() == 0 {
        return Ok(None);
    }
    let mut input = BufReader::with_capacity(1 << 20, file);
    let mut found = WalSurvey::default();
    let mut header = [0; HEADER];
    if fill(&mut input, &mut header)? < HEADER {
        found.torn = true;
        return Ok(Some(found));
    }
    let magic = word(&header, 0);
    let page_size = word(&header, 8) as usize;
    let big_endian = magic & 1 == 1;
    let mut sums = checksum(big_endian, (0, 0), &header[..24]);
    let known = magic & !1 == 0x377f_0682;
    if !known || sums != (word(&header, 24), word(&header, 28)) || !(512..=65_536).contains(&page_size) {
        found.head_damaged = true;
        return Ok(Some(found));
    }
    let salts = &header[16..24];

    let mut frame = vec![0; FRAME_HEADER + page_size];
    let mut whole = true;
    // Frames since the last end of a transaction: they count once the transaction ends.
    let mut open_frames = 0;
    loop {
        let got = fill(&mut input, &mut frame)?;
        if got < frame.len() {
            // A stump counts as torn only where it is of this generation of the log.
            found.torn |= got > 0 && (got < 16 || frame.get(8..16) == Some(salts));
            break;
        }
        let ours = &frame[8..16] == salts;
        let ends = word(&frame, 4) != 0;
        if whole {
            let next = checksum(big_endian, checksum(big_endian, sums, &frame[..8]), &frame[FRAME_HEADER..]);
            let holds = next == (word(&frame, 16), word(&frame, 20));
            if ours && holds {
                sums = next;
                open_frames += 1;
                if ends {
                    found.frames_kept += open_frames;
                    found.commits_kept += 1;
                    open_frames = 0;
                }
                continue;
            }
            whole = false;
            found.torn |= ours;
        }
        // Frames of an older generation lie behind the end quite lawfully; only ours are cut off.
        if ours {
            found.torn = true;
            found.frames_cut += 1;
            found.commits_cut += u64::from(ends);
        }
    }
    found.frames_cut += open_frames;
    Ok(Some(found))
}

fn word(bytes: &[u8], at: usize) -> u32 {
    u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

/// SQLite's running checksum over pairs of 32-bit words.
fn checksum(big_endian: bool, start: (u32, u32), bytes: &[u8]) -> (u32, u32) {
    let (mut first, mut second) = start;
    for pair in bytes.chunks_exact(8) {
        let read = |at: usize| {
            let four = [pair[at], pair[at + 1], pair[at + 2], pair[at + 3]];
            if big_endian { u32::from_be_bytes(four) } else { u32::from_le_bytes(four) }
        };
        first = first.wrapping_add(read(0)).wrapping_add(second);
        second = second.wrapping_add(read(4)).wrapping_add(first);
    }
    (first, second)
}

/// Reads until the buffer is full or the file ends.
fn fill(input: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match input.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

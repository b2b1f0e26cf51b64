//! ZIP archives of one text file, as 9101 takes and 9102 gives them.
//!
//! Written without compression, so that the same text is the same bytes. Read from the directory at the end, since
//! clients write sizes there only; bounded, so that a small archive cannot become a large text.

use std::fmt;

/// Bytes of a text in an archive at most.
pub const TEXT_BYTES_MAX: usize = 64 << 20;
/// Files in one archive at most.
const FILES_MAX: u16 = 16;

/// Why an archive could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotAnArchive {
    /// No directory at its end.
    NoDirectory,
    /// A part lies outside the bytes, or contradicts another.
    Broken,
    /// Neither stored nor deflated, or encrypted.
    Method,
    /// More text or files than is read.
    TooLarge,
    /// No text file in it.
    Empty,
    /// The check sum does not hold.
    CheckSum,
    /// The text is not UTF-8.
    NotText,
}

impl fmt::Display for NotAnArchive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            NotAnArchive::NoDirectory => "ZIP: no directory",
            NotAnArchive::Broken => "ZIP: broken",
            NotAnArchive::Method => "ZIP: method",
            NotAnArchive::TooLarge => "ZIP: too large",
            NotAnArchive::Empty => "ZIP: no file",
            NotAnArchive::CheckSum => "ZIP: CRC-32",
            NotAnArchive::NotText => "UTF-8",
        })
    }
}

const LOCAL: u32 = 0x0403_4b50;
const DIRECTORY: u32 = 0x0201_4b50;
const END: u32 = 0x0605_4b50;
/// Names are UTF-8.
const UTF8: u16 = 1 << 11;
const ENCRYPTED: u16 = 1;

/// An archive with one file.
pub fn pack(name: &str, text: &str) -> Vec<u8> {
    let bytes = text.as_bytes();
    // Texts are bounded far below four gigabytes, and names by the column they come from.
    let size = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    let name_size = u16::try_from(name.len()).unwrap_or(u16::MAX);
    let sum = crc32(bytes);
    let mut out = Vec::with_capacity(bytes.len() + 2 * name.len() + 98);
    let head = |out: &mut Vec<u8>| {
        for half in [20_u16, UTF8, 0, 0, 0x21] {
            out.extend(half.to_le_bytes());
        }
        for word in [sum, size, size] {
            out.extend(word.to_le_bytes());
        }
        out.extend(name_size.to_le_bytes());
        out.extend(0_u16.to_le_bytes());
    };
    out.extend(LOCAL.to_le_bytes());
    head(&mut out);
    out.extend(name.as_bytes());
    out.extend(bytes);
    let directory = out.len();
    out.extend(DIRECTORY.to_le_bytes());
    out.extend(20_u16.to_le_bytes());
    head(&mut out);
    // No comment, first disk, no attributes, at the very beginning.
    out.extend([0_u8; 14]);
    out.extend(name.as_bytes());
    let length = out.len() - directory;
    out.extend(END.to_le_bytes());
    for half in [0_u16, 0, 1, 1] {
        out.extend(half.to_le_bytes());
    }
    for place in [length, directory] {
        out.extend(u32::try_from(place).unwrap_or(u32::MAX).to_le_bytes());
    }
    out.extend(0_u16.to_le_bytes());
    out
}

/// The text of the first file in an archive.
///
/// # Errors
/// [`NotAnArchive`].
pub fn unpack(bytes: &[u8]) -> Result<String, NotAnArchive> {
    let end =
        bytes.windows(4).rposition(|four| four == END.to_le_bytes()).ok_or(NotAnArchive::NoDirectory)?;
    let files = half(bytes, end + 10)?;
    if files > FILES_MAX {
        return Err(NotAnArchive::TooLarge);
    }
    let mut at = place(bytes, end + 16)?;
    for _ in 0..files {
        if word(bytes, at)? != DIRECTORY {
            return Err(NotAnArchive::Broken);
        }
        let name = part(bytes, at + 46, usize::from(half(bytes, at + 28)?))?;
        if name.last() != Some(&b'/') {
            return file(bytes, at);
        }
        let extra = usize::from(half(bytes, at + 30)?) + usize::from(half(bytes, at + 32)?);
        at = at.checked_add(46 + name.len() + extra).ok_or(NotAnArchive::Broken)?;
    }
    Err(NotAnArchive::Empty)
}

/// The file whose entry of the directory stands here.
fn file(bytes: &[u8], entry: usize) -> Result<String, NotAnArchive> {
    let (flags, method) = (half(bytes, entry + 8)?, half(bytes, entry + 10)?);
    let (sum, packed, size) =
        (word(bytes, entry + 16)?, place(bytes, entry + 20)?, place(bytes, entry + 24)?);
    let local = place(bytes, entry + 42)?;
    if flags & ENCRYPTED != 0 {
        return Err(NotAnArchive::Method);
    }
    if size > TEXT_BYTES_MAX {
        return Err(NotAnArchive::TooLarge);
    }
    if word(bytes, local)? != LOCAL {
        return Err(NotAnArchive::Broken);
    }
    let begin = 30 + usize::from(half(bytes, local + 26)?) + usize::from(half(bytes, local + 28)?);
    let stored = part(bytes, local.checked_add(begin).ok_or(NotAnArchive::Broken)?, packed)?;
    let text = match method {
        0 => stored.to_vec(),
        8 => miniz_oxide::inflate::decompress_to_vec_with_limit(stored, size)
            .map_err(|_| NotAnArchive::Broken)?,
        _ => return Err(NotAnArchive::Method),
    };
    if text.len() != size {
        return Err(NotAnArchive::Broken);
    }
    if crc32(&text) != sum {
        return Err(NotAnArchive::CheckSum);
    }
    // Editors on some systems begin a text with a mark of byte order.
    let text = String::from_utf8(text).map_err(|_| NotAnArchive::NotText)?;
    Ok(text.strip_prefix('\u{feff}').map_or_else(|| text.clone(), str::to_owned))
}

fn part(bytes: &[u8], at: usize, length: usize) -> Result<&[u8], NotAnArchive> {
    let end = at.checked_add(length).ok_or(NotAnArchive::Broken)?;
    bytes.get(at..end).ok_or(NotAnArchive::Broken)
}

fn half(bytes: &[u8], at: usize) -> Result<u16, NotAnArchive> {
    let two = part(bytes, at, 2)?;
    Ok(u16::from_le_bytes([two[0], two[1]]))
}

fn word(bytes: &[u8], at: usize) -> Result<u32, NotAnArchive> {
    let four = part(bytes, at, 4)?;
    Ok(u32::from_le_bytes([four[0], four[1], four[2], four[3]]))
}

fn place(bytes: &[u8], at: usize) -> Result<usize, NotAnArchive> {
    usize::try_from(word(bytes, at)?).map_err(|_| NotAnArchive::Broken)
}

/// CRC-32 as ZIP has it (polynomial 0xEDB88320, reflected).
fn crc32(bytes: &[u8]) -> u32 {
    const TABLE: [u32; 256] = table();
    let step = |sum: u32, byte: &u8| TABLE[((sum ^ u32::from(*byte)) & 0xff) as usize] ^ (sum >> 8);
    !bytes.iter().fold(!0, step)
}

const fn table() -> [u32; 256] {
    let mut table = [0; 256];
    let mut place = 0;
    while place < 256 {
        let mut value = place as u32;
        let mut bit = 0;
        while bit < 8 {
            value = if value & 1 == 1 { 0xedb8_8320 ^ (value >> 1) } else { value >> 1 };
            bit += 1;
        }
        table[place] = value;
        place += 1;
    }
    table
}

#[cfg(test)]
mod tests;

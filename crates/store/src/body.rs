//! Bodies: the JSON of an event as the file keeps it.
//!
//! Events of one kind differ little from each other, so each is written as what it does not share with a dictionary
//! that every program carries. The first byte says how: `0` is the JSON as it is, `1` is LZ4 against dictionary 1
//! after the length in four bytes, lowest first. A dictionary is never changed once a file was written with it; a
//! better one gets the next number. `banli events` prints the JSON of any file.

use lz4_flex::block::{compress_with_dict, decompress_with_dict};

const PLAIN: u8 = 0;
const AGAINST_FIRST: u8 = 1;
const FIRST: &[u8] = include_bytes!("../dictionaries/1.txt");

/// The longest JSON that is read back. What is written is far below it; a damaged length must not take the memory.
const JSON_BYTES_MAX: usize = 16 << 20;

/// Why bytes are no body.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BodyError {
    /// Written in a way this program does not know.
    #[error("it is written in way {0}, which this program does not know; start a newer version")]
    Unknown(u8),
    /// Damaged.
    #[error("its bytes are damaged: {0}; restore a backup")]
    Damaged(String),
}

/// The JSON as it is kept.
pub(crate) fn pack(json: &str) -> Vec<u8> {
    let small = compress_with_dict(json.as_bytes(), FIRST);
    let length = u32::try_from(json.len()).ok().filter(|_| small.len() + 4 < json.len());
    let (way, length, rest) = match &length {
        Some(length) => (AGAINST_FIRST, &length.to_le_bytes()[..], &small[..]),
        None => (PLAIN, &[][..], json.as_bytes()),
    };
    let mut packed = Vec::with_capacity(1 + length.len() + rest.len());
    packed.push(way);
    packed.extend_from_slice(length);
    packed.extend_from_slice(rest);
    packed
}

/// The JSON again.
pub(crate) fn unpack(packed: &[u8]) -> Result<String, BodyError> {
    let damaged = |what: &str| BodyError::Damaged(what.to_owned());
    let (way, rest) = packed.split_first().ok_or_else(|| damaged("it is empty"))?;
    let bytes = match *way {
        PLAIN => rest.to_vec(),
        AGAINST_FIRST => {
            let (length, small) =
                rest.split_first_chunk::<4>().ok_or_else(|| damaged("its length is cut short"))?;
            let length = usize::try_from(u32::from_le_bytes(*length)).unwrap_or(usize::MAX);
            if length > JSON_BYTES_MAX {
                return Err(damaged("its length is beyond every event"));
            }
            let bytes =
                decompress_with_dict(small, length, FIRST).map_err(|error| damaged(&error.to_string()))?;
            if bytes.len() != length {
                return Err(damaged("it is shorter than it says"));
            }
            bytes
        }
        other => return Err(BodyError::Unknown(other)),
    };
    String::from_utf8(bytes).map_err(|error| damaged(&error.to_string()))
}

#[cfg(test)]
mod tests;

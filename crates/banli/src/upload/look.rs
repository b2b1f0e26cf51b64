//! What a file is by its contents. What it is called, and what the sender says it is, counts for nothing.

/// More picture points than any scanner of a counter makes; a small file can claim to be larger than any memory.
const POINTS_MAX: u64 = 120_000_000;

/// Words of a PDF that do something when it is opened. A sieve, not a proof: the headers a paper is shown with keep it
/// from doing anything in our pages whatever is in it.
const ACTIVE: [&[u8]; 4] = [b"/JavaScript", b"/Launch", b"/EmbeddedFile", b"/RichMedia"];

/// Why a file is not taken as a scan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    /// Nothing in it.
    Empty,
    /// Larger than a scan may be.
    TooLarge,
    /// Neither PDF, JPEG nor PNG.
    Kind,
    /// Called one of these, and is something else.
    Mislabelled,
    /// It breaks off or is damaged.
    Damaged,
    /// It claims more picture points than anything can show.
    Points,
    /// It carries something that runs.
    Active,
}

impl Wrong {
    /// Key of its words.
    pub fn key(self) -> &'static str {
        match self {
            Wrong::Empty => "scan-empty",
            Wrong::TooLarge => "scan-too-large",
            Wrong::Kind => "scan-kind",
            Wrong::Mislabelled => "scan-mislabelled",
            Wrong::Damaged => "scan-damaged",
            Wrong::Points => "scan-points",
            Wrong::Active => "scan-active",
        }
    }
}

/// The media type of a file that can be taken as a scan.
///
/// # Errors
/// The first thing that is [`Wrong`].
pub fn look(name: &str, bytes: &[u8]) -> Result<&'static str, Wrong> {
    if bytes.is_empty() {
        return Err(Wrong::Empty);
    }
    if bytes.len() > store::ATTACHMENT_BYTES_MAX {
        return Err(Wrong::TooLarge);
    }
    if bytes.starts_with(b"%PDF-") {
        let end = &bytes[bytes.len().saturating_sub(2048)..];
        if !holds(end, b"%%EOF") {
            return Err(Wrong::Damaged);
        }
        return if ACTIVE.iter().any(|word| holds(bytes, word)) {
            Err(Wrong::Active)
        } else {
            Ok("application/pdf")
        };
    }
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        let size = |at: usize| {
            bytes
                .get(at..at + 4)
                .map(|four| u64::from(u32::from_be_bytes([four[0], four[1], four[2], four[3]])))
        };
        let (Some(wide), Some(high), true) = (size(16), size(20), bytes.get(12..16) == Some(b"IHDR")) else {
            return Err(Wrong::Damaged);
        };
        let end = &bytes[bytes.len().saturating_sub(64)..];
        return if holds(end, b"IEND") {
            points(wide, high).map(|()| "image/png")
        } else {
            Err(Wrong::Damaged)
        };
    }
    if bytes.starts_with(b"\xff\xd8\xff") {
        let (wide, high) = jpeg_size(bytes).ok_or(Wrong::Damaged)?;
        // Phones put more behind a picture's end; an end there must be.
        return if holds(&bytes[2..], b"\xff\xd9") {
            points(wide, high).map(|()| "image/jpeg")
        } else {
            Err(Wrong::Damaged)
        };
    }
    let called = name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    Err(if ["pdf", "jpg", "jpeg", "png"].contains(&called.as_str()) {
        Wrong::Mislabelled
    } else {
        Wrong::Kind
    })
}

fn points(wide: u64, high: u64) -> Result<(), Wrong> {
    match wide.checked_mul(high) {
        Some(0) => Err(Wrong::Damaged),
        Some(points) if points <= POINTS_MAX => Ok(()),
        _ => Err(Wrong::Points),
    }
}

/// Width and height, from the frame that every JPEG has before its data.
fn jpeg_size(bytes: &[u8]) -> Option<(u64, u64)> {
    let mut at = 2;
    loop {
        while *bytes.get(at)? == 0xff && bytes.get(at + 1) == Some(&0xff) {
            at += 1;
        }
        let (mark, kind) = (*bytes.get(at)?, *bytes.get(at + 1)?);
        if mark != 0xff {
            return None;
        }
        let two = |at: usize| Some(u64::from(*bytes.get(at)?) << 8 | u64::from(*bytes.get(at + 1)?));
        if matches!(kind, 0xc0..=0xcf) && !matches!(kind, 0xc4 | 0xc8 | 0xcc) {
            return Some((two(at + 7)?, two(at + 5)?));
        }
        at += 2 + usize::try_from(two(at + 2)?).ok().filter(|length| *length >= 2)?;
    }
}

fn holds(bytes: &[u8], word: &[u8]) -> bool {
    super::find(bytes, word).is_some()
}

//! Files that come with a form: read in bounded memory, looked at by their contents, answered one by one.

mod look;

pub use look::{Wrong, look};

use crate::errors::Problem;
use crate::fields::Fields;
use axum::body::{Body, HttpBody};
use std::future::poll_fn;
use std::pin::Pin;

/// All files of one form together, in bytes: a phone's pictures of every paper of a case.
pub const FORM_BYTES_MAX: usize = 48 << 20;
/// What is read and thrown away before a form that is too large is answered: whoever sends on meanwhile would otherwise
/// see a broken connection and not the answer.
const DRAINED_MAX: usize = 256 << 20;
/// Parts of one form.
const PARTS_MAX: usize = 600;
/// Bytes of a part's head.
const HEAD_MAX: usize = 4 << 10;
/// Characters of a file's name that are kept.
const NAME_MAX: usize = 80;

/// A file as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    /// The form's field.
    pub field: String,
    /// What the sender calls it; never trusted for anything but showing it.
    pub name: String,
    /// The file.
    pub bytes: Vec<u8>,
}

/// Reads a body of at most `max` bytes. What is larger is read to its end, up to a bound, and thrown away.
///
/// # Errors
/// [`Problem::TooLarge`], or [`Problem::Unreadable`] where the sender broke off.
pub async fn read(mut body: Body, max: usize) -> Result<Vec<u8>, Problem> {
    let (mut kept, mut seen) = (Vec::new(), 0_usize);
    while let Some(frame) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
        let frame = frame.map_err(|_| Problem::Unreadable("the connection broke off".to_owned()))?;
        let Ok(data) = frame.into_data() else { continue };
        seen = seen.saturating_add(data.len());
        if seen <= max {
            kept.extend_from_slice(&data);
        } else {
            kept = Vec::new();
            if seen > DRAINED_MAX {
                break;
            }
        }
    }
    if seen > max { Err(Problem::TooLarge) } else { Ok(kept) }
}

/// The boundary of a form with files, from its content type; nothing where it is no such form.
pub fn boundary(content_type: &str) -> Option<&str> {
    let rest = content_type.strip_prefix("multipart/form-data")?;
    let found = rest.split(';').find_map(|part| part.trim().strip_prefix("boundary="))?.trim_matches('"');
    let plain = |byte: u8| byte.is_ascii_graphic() && byte != b'"';
    (!found.is_empty() && found.len() <= 70 && found.bytes().all(plain)).then_some(found)
}

/// The fields and files of a form. Inputs that were left empty are no files.
///
/// # Errors
/// [`Problem::Unreadable`] or [`Problem::TooLarge`].
pub fn parse(bytes: &[u8], boundary: &str) -> Result<(Fields, Vec<Upload>), Problem> {
    let broken = || Problem::Unreadable("the form is not whole".to_owned());
    let line = format!("--{boundary}");
    let between = format!("\r\n--{boundary}");
    let mut rest = bytes.strip_prefix(line.as_bytes()).ok_or_else(broken)?;
    let (mut pairs, mut files) = (Vec::new(), Vec::new());
    loop {
        if rest.starts_with(b"--") {
            return Ok((Fields::of(pairs), files));
        }
        if pairs.len() + files.len() == PARTS_MAX {
            return Err(Problem::TooLarge);
        }
        rest = rest.strip_prefix(b"\r\n").ok_or_else(broken)?;
        let head_end = find(&rest[..rest.len().min(HEAD_MAX)], b"\r\n\r\n").ok_or_else(broken)?;
        let head = String::from_utf8_lossy(&rest[..head_end]).into_owned();
        rest = &rest[head_end + 4..];
        let end = find(rest, between.as_bytes()).ok_or_else(broken)?;
        let contents = &rest[..end];
        rest = &rest[end + between.len()..];
        let says = head.lines().find(|line| {
            line.get(..20).is_some_and(|start| start.eq_ignore_ascii_case("content-disposition:"))
        });
        let says = says.ok_or_else(broken)?;
        let field = parameter(says, "name").ok_or_else(broken)?;
        match parameter(says, "filename") {
            None => {
                let value: String = String::from_utf8_lossy(contents).replace("\r\n", "\n");
                // A list that is pasted has tabs between its fields.
                let kept = |c: &char| !c.is_control() || matches!(c, '\n' | '\t');
                let value = value.chars().filter(kept).collect();
                pairs.push((field, value));
            }
            Some(name) if name.is_empty() && contents.is_empty() => {}
            Some(name) => files.push(Upload { field, name: plain_name(&name), bytes: contents.to_vec() }),
        }
    }
}

/// `name="value"` of a head's line; browsers write a quotation mark as `%22`.
fn parameter(line: &str, name: &str) -> Option<String> {
    let start = format!("; {name}=\"");
    let at = line.find(&start)? + start.len();
    let end = line[at..].find('"')?;
    Some(line[at..at + end].replace("%22", "\""))
}

/// The last part of a path, without what could be read as anything but a name.
fn plain_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain: String = last.chars().filter(|c| !c.is_control() && !"<>\"|?*".contains(*c)).collect();
    let kept: String = plain.trim().chars().take(NAME_MAX).collect();
    if kept.is_empty() { "–".to_owned() } else { kept }
}

/// Where `needle` begins in `hay`.
fn find(hay: &[u8], needle: &[u8]) -> Option<usize> {
    let first = *needle.first()?;
    let mut at = 0;
    while let Some(next) = hay[at..].iter().position(|byte| *byte == first) {
        at += next;
        if hay[at..].starts_with(needle) {
            return Some(at);
        }
        at += 1;
    }
    None
}

#[cfg(test)]
mod tests;
#[cfg(test)]
pub(crate) use tests::png;

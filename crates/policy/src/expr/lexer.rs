//! Text to tokens.

use super::Fault;
use crate::say;
use std::ops::Range;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    Number(i64),
    Text(String),
    /// A name with its dots: `subject.birth`.
    Name(String),
    Sign(&'static str),
    End,
}

/// Longer signs first, so that `<=` is not read as `<`.
const SIGNS: &[&str] = &[
    "&&", "||", "==", "!=", "<=", ">=", "<", ">", "!", "+", "-", "*", "/", "%", "?", ":", "(", ")", "[", "]",
    ",",
];

pub(super) fn tokens(text: &str) -> Result<Vec<(Token, Range<usize>)>, Fault> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(letter) = text[at..].chars().next() {
        let rest = &text[at..];
        if letter.is_whitespace() {
            at += letter.len_utf8();
            continue;
        }
        let (token, length) = if letter.is_ascii_digit() {
            let length = rest.bytes().take_while(u8::is_ascii_digit).count();
            let number = rest[..length].parse().map_err(|_| Fault {
                span: at..at + length,
                what: say("number-large"),
                cure: say("number-large-cure"),
            })?;
            (Token::Number(number), length)
        } else if letter == '\'' || letter == '"' {
            let Some(end) = rest[1..].find(letter) else {
                let cure = say("text-open-cure").with("sign", letter);
                return Err(Fault { span: at..text.len(), what: say("text-open"), cure });
            };
            (Token::Text(rest[1..=end].to_owned()), end + 2)
        } else if letter.is_ascii_alphabetic() || letter == '_' {
            let part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_' || *byte == b'.';
            let length = rest.bytes().take_while(|byte| part(byte)).count();
            (Token::Name(rest[..length].to_owned()), length)
        } else if let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
            (Token::Sign(sign), sign.len())
        } else {
            return Err(Fault {
                span: at..at + letter.len_utf8(),
                what: say("no-meaning").with("sign", letter),
                cure: say("no-meaning-cure"),
            });
        };
        found.push((token, at..at + length));
        at += length;
    }
    found.push((Token::End, text.len()..text.len()));
    Ok(found)
}

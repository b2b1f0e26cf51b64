//! What a query or a form sends: names and values.

use crate::errors::Problem;

/// Names and values of a query or a form, in the order they were sent; a name may come several times.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fields(Vec<(String, String)>);

/// More pairs than any form of ours has.
const PAIRS_MAX: usize = 600;

impl Fields {
    /// Reads `a=1&b=%E4%BD%A0`; what is not UTF-8 after decoding becomes a replacement character.
    pub fn read(encoded: &str) -> Result<Fields, Problem> {
        let pairs: Vec<(String, String)> = encoded
            .split('&')
            .filter(|pair| !pair.is_empty())
            .take(PAIRS_MAX + 1)
            .map(|pair| {
                let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                (decode(name), decode(value))
            })
            .collect();
        if pairs.len() > PAIRS_MAX { Err(Problem::TooLarge) } else { Ok(Fields(pairs)) }
    }

    /// These pairs.
    pub fn of(pairs: Vec<(String, String)>) -> Fields {
        Fields(pairs)
    }

    /// The first value of this name, without the spaces around it; empty where there is none.
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.trim())
    }

    /// Every value of this name.
    pub fn all(&self, name: &str) -> Vec<&str> {
        self.0.iter().filter(|(known, _)| known == name).map(|(_, value)| value.trim()).collect()
    }

    /// Every pair.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The same without these names.
    pub fn without(&self, names: &[&str]) -> Fields {
        Fields(self.0.iter().filter(|(name, _)| !names.contains(&name.as_str())).cloned().collect())
    }

    /// The same as a query, without these names and with this pair added where its value is not empty.
    pub fn query_with(&self, name: &str, value: &str) -> String {
        let mut pairs: Vec<String> = self
            .iter()
            .filter(|(known, value)| *known != name && !value.is_empty())
            .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
            .collect();
        if !value.is_empty() {
            pairs.push(format!("{}={}", encode(name), encode(value)));
        }
        if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) }
    }
}

impl<const N: usize> From<[(&str, &str); N]> for Fields {
    fn from(pairs: [(&str, &str); N]) -> Fields {
        Fields(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).into())
    }
}

fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = (bytes[at] == b'%').then(|| text.get(at + 1..at + 3)).flatten();
        match (bytes[at], hex.and_then(|hex| u8::from_str_radix(hex, 16).ok())) {
            (b'%', Some(byte)) => {
                decoded.push(byte);
                at += 3;
                continue;
            }
            (b'+', _) => decoded.push(b' '),
            (byte, _) => decoded.push(byte),
        }
        at += 1;
    }
    // Control characters are in nothing a person types; line ends stay.
    String::from_utf8_lossy(&decoded).chars().filter(|c| !c.is_control() || *c == '\n').collect()
}

/// A value as part of a query or path.
pub fn encode(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_decoded_and_bounded() {
        let fields = Fields::read("a=1&b=%E4%BD%A0+%2b&a=2&c&%ZZ=%&=x").unwrap();
        assert_eq!(fields.all("a"), ["1", "2"]);
        assert_eq!(fields.get("b"), "你 +");
        assert_eq!(fields.get("c"), "");
        assert_eq!(fields.get("%ZZ"), "%");
        assert_eq!(Fields::read("x=%FF%00%0A").unwrap().get("x"), "\u{fffd}");
        assert!(matches!(Fields::read(&"a=1&".repeat(601)), Err(Problem::TooLarge)));
    }

    #[test]
    fn a_query_is_written_back() {
        let fields = Fields::from([("q", "某 某"), ("state", "late"), ("empty", "")]);
        assert_eq!(fields.query_with("state", "soon"), "?q=%E6%9F%90%20%E6%9F%90&state=soon");
        assert_eq!(Fields::default().query_with("a", ""), "");
    }
}

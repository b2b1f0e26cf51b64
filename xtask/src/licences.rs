//! Whether everything we build with may be used: each dependency's licence expression against a list with reasons.

use crate::door::{Count, Door, read};
use anyhow::bail;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// `licences.toml`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Allowed {
    /// SPDX id to the reason why it is fine.
    licence: BTreeMap<String, String>,
    /// Crate to the licence it states otherwise than in SPDX, with the reason.
    #[serde(default)]
    exception: BTreeMap<String, Exception>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Exception {
    licence: String,
    reason: String,
}

/// Fails with every dependency whose licence is not allowed, and with every exception nobody needs.
pub fn check(door: &Door) -> anyhow::Result<Count> {
    let allowed: Allowed = toml::from_str(&read(&door.root.join("xtask/licences.toml"))?)?;
    let mut unneeded: BTreeSet<&str> = allowed.exception.keys().map(String::as_str).collect();
    let mut refused = Vec::new();
    let packages = door.metadata["packages"].as_array().map_or(&[][..], Vec::as_slice);
    // Packages without a source are our own.
    for package in packages.iter().filter(|package| !package["source"].is_null()) {
        let (name, version) = (text(&package["name"]), text(&package["version"]));
        let mut licence = text(&package["license"]);
        if let Some(exception) = allowed.exception.get(name) {
            unneeded.remove(name);
            licence = &exception.licence;
            if exception.reason.trim().is_empty() {
                refused.push(format!("{name}: the exception has no reason"));
            }
        }
        if !is_allowed(licence, &|id| allowed.licence.contains_key(id)) {
            refused.push(format!("{name} {version}: `{licence}`"));
        }
    }
    refused.extend(
        unneeded.into_iter().map(|name| format!("{name}: an exception for what we do not depend on")),
    );
    if !refused.is_empty() {
        bail!("not allowed by xtask/licences.toml:\n  {}", refused.join("\n  "));
    }
    println!("{} dependencies, all allowed", packages.len());
    Ok(Count::default())
}

fn text(value: &serde_json::Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// Evaluates an SPDX expression: `OR` lets us choose, `AND` binds tighter and asks for both. The old slash
/// means `OR`. An exception added by `WITH` only gives more freedom and is dropped.
fn is_allowed(expression: &str, allowed: &dyn Fn(&str) -> bool) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut rest = words.as_slice();
    let answer = either(&mut rest, allowed);
    answer && rest.is_empty()
}

fn either(words: &mut &[&str], allowed: &dyn Fn(&str) -> bool) -> bool {
    let mut answer = both(words, allowed);
    while let [first, rest @ ..] = *words
        && *first == "OR"
    {
        *words = rest;
        answer |= both(words, allowed);
    }
    answer
}

fn both(words: &mut &[&str], allowed: &dyn Fn(&str) -> bool) -> bool {
    let mut answer = one(words, allowed);
    while let [first, rest @ ..] = *words
        && *first == "AND"
    {
        *words = rest;
        answer &= one(words, allowed);
    }
    answer
}

fn one(words: &mut &[&str], allowed: &dyn Fn(&str) -> bool) -> bool {
    let [first, rest @ ..] = *words else { return false };
    *words = rest;
    if *first == "(" {
        let answer = either(words, allowed);
        if let [")", rest @ ..] = *words {
            *words = rest;
            return answer;
        }
        return false;
    }
    if let ["WITH", _, rest @ ..] = *words {
        *words = rest;
    }
    allowed(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(expression: &str, expected: bool) {
        assert_eq!(
            is_allowed(expression, &|id| ["MIT", "Apache-2.0"].contains(&id)),
            expected,
            "{expression}"
        );
    }

    #[test]
    fn expressions_are_read_as_spdx_means_them() {
        check("MIT", true);
        check("GPL-3.0", false);
        check("", false);
        check("MIT OR GPL-3.0", true);
        check("MIT/Apache-2.0", true);
        check("MIT AND GPL-3.0", false);
        check("GPL-3.0 AND MIT OR Apache-2.0", true);
        check("(MIT OR GPL-3.0) AND Unicode-3.0", false);
        check("(MIT OR GPL-3.0) AND Apache-2.0", true);
        check("Apache-2.0 WITH LLVM-exception OR GPL-3.0", true);
        check("(MIT", false);
        check("MIT MIT", false);
    }
}

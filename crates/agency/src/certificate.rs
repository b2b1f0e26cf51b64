//! Certificates (公费医疗证): numbers issued once, cancelled for ever.

use crate::{CaseId, CertificateId, Event, PersonId};
use serde::{Deserialize, Serialize};
use terms::Day;

/// The first event of a certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issued {
    /// Which.
    pub certificate: CertificateId,
    /// The printed number.
    pub number: String,
    /// The holder.
    pub person: PersonId,
    /// The kind of certificate, by the packs' codes.
    pub certificate_kind: String,
    /// The day it is handed out.
    pub on: Day,
    /// The case it comes from.
    pub case: CaseId,
}

/// Where a certificate stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Valid at every counter.
    Active,
    /// Reported lost: blocked at once, not yet cancelled (S0-3.4a).
    Lost,
    /// No longer to be used, because its holder died or is no longer served; the booklet is still out.
    Stopped,
    /// Handed back (S0-3.3a).
    Surrendered,
    /// Number cancelled; never usable or issued again (S0-3.4c).
    Cancelled,
}

/// The state of a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// What was issued.
    pub issued: Issued,
    /// Where it stands.
    pub status: Status,
}

impl Certificate {
    /// Folds one event; events of other services change nothing.
    pub fn evolve(certificate: &mut Option<Certificate>, event: &Event) {
        match (certificate, event) {
            (slot @ None, Event::CertificateIssued(issued)) => {
                *slot = Some(Certificate { issued: issued.clone(), status: Status::Active });
            }
            (Some(certificate), Event::CertificateStatus { status, .. }) => certificate.status = *status,
            _ => {}
        }
    }
}

/// The printed number of the `serial`-th certificate of a district: six digits of division code, seven of
/// serial, one check digit (Luhn), so that a mistyped digit is found.
pub fn number(district: &str, serial: u64) -> String {
    let body = format!("{district}{serial:07}");
    format!("{body}{}", check_digit(&body))
}

/// Whether a typed text can be a certificate number at all.
pub fn is_number(text: &str) -> bool {
    let digits = text.len() >= 14 && text.bytes().all(|byte| byte.is_ascii_digit());
    digits
        && text
            .split_at_checked(text.len() - 1)
            .is_some_and(|(body, check)| check_digit(body).to_string() == check)
}

/// The Luhn digit: finds every single mistyped digit and most swapped neighbours.
fn check_digit(body: &str) -> u32 {
    let doubled = |digit: u32| if digit > 4 { digit * 2 - 9 } else { digit * 2 };
    let sum: u32 = body
        .bytes()
        .rev()
        .enumerate()
        .map(|(position, byte)| (position, u32::from(byte.wrapping_sub(b'0')) % 10))
        .map(|(position, digit)| if position.is_multiple_of(2) { doubled(digit) } else { digit })
        .sum();
    (10 - sum % 10) % 10
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistyped_digit_of_a_number_is_found() {
        let good = number("330106", 1042);
        assert!(is_number(&good));
        assert_eq!(good.len(), 14);
        for position in 0..good.len() {
            for digit in b'0'..=b'9' {
                let mut typed = good.clone().into_bytes();
                if typed[position] == digit {
                    continue;
                }
                typed[position] = digit;
                assert!(!is_number(&String::from_utf8(typed).unwrap()));
            }
        }
        assert!(!is_number("证"));
        assert!(!is_number(""));
    }
}

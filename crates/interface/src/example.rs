//! Examples of messages, made from the tables alone: every required field, codes from their lists.

use crate::json::write_text;
use crate::{Field, Kind, Node, Specification, Transaction};
use terms::Moment;

/// What an example is about.
#[derive(Debug, Clone, Copy)]
pub struct About<'a> {
    /// `fixmedins_code`
    pub provider: &'a str,
    /// The region of the provider.
    pub region: &'a str,
    /// `msgid`
    pub msgid: &'a str,
    /// `sign_no`; empty before signing in.
    pub sign_no: &'a str,
    /// When it is sent.
    pub now: Moment,
    /// What fields hold, by name, where more is known than the tables say.
    pub known: &'a [(&'a str, String)],
}

impl<'a> About<'a> {
    fn known(&self, field: &str) -> Option<&'a str> {
        self.known.iter().find(|(name, _)| *name == field).map(|(_, value)| value.as_str())
    }
}

/// A whole message of this transaction, one node a line.
pub fn message(specification: &Specification, transaction: &Transaction, about: &About<'_>) -> String {
    let mut out = String::from("{");
    let mut put = |name: &str, value: &str| {
        if out.len() > 1 {
            out.push_str(", ");
        }
        write_text(&mut out, name);
        out.push_str(": ");
        write_text(&mut out, value);
    };
    put("infno", &transaction.infno);
    put("msgid", about.msgid);
    put("mdtrtarea_admvs", about.region);
    put("insuplc_admdvs", about.known("insuplc_admdvs").unwrap_or(about.region));
    put("recer_sys_code", "YBXT");
    put("infver", "V1.0");
    put("opter_type", "1");
    put("opter", "0001");
    put("opter_name", "测试");
    put("inf_time", &about.now.to_string());
    put("fixmedins_code", about.provider);
    put("sign_no", about.sign_no);
    out.push_str(", \"input\": ");
    match transaction.input.as_slice() {
        [node] if node.name == Node::BARE => row(specification, transaction, node, about, &mut out),
        nodes => {
            out.push('{');
            for (place, node) in nodes.iter().enumerate() {
                out.push_str(if place > 0 { ",\n  " } else { "\n  " });
                write_text(&mut out, &node.name);
                out.push_str(": ");
                table(specification, transaction, node, about, &mut out);
            }
            out.push_str(if nodes.is_empty() { "}" } else { "\n}" });
        }
    }
    out.push('}');
    out
}

fn table(
    specification: &Specification,
    transaction: &Transaction,
    node: &Node,
    about: &About<'_>,
    out: &mut String,
) {
    if node.many {
        out.push('[');
    }
    row(specification, transaction, node, about, out);
    if node.many {
        out.push(']');
    }
}

fn row(
    specification: &Specification,
    transaction: &Transaction,
    node: &Node,
    about: &About<'_>,
    out: &mut String,
) {
    out.push('{');
    for (place, field) in node.fields.iter().filter(|field| field.required).enumerate() {
        if place > 0 {
            out.push_str(", ");
        }
        write_text(out, &field.name);
        out.push_str(": ");
        value(specification, transaction, field, about, out);
    }
    out.push('}');
}

fn value(
    specification: &Specification,
    transaction: &Transaction,
    field: &Field,
    about: &About<'_>,
    out: &mut String,
) {
    let day = about.now.day();
    match (&field.kind, about.known(&field.name)) {
        (Kind::Text(_), Some(known)) => write_text(out, known),
        (Kind::Number(..), Some(known)) => out.push_str(known),
        (Kind::Text(_), None) => {
            let list = field.list.as_deref().and_then(|list| specification.list(list));
            let code = list.and_then(|list| list.codes.keys().next());
            write_text(out, code.map_or("1", String::as_str));
        }
        (Kind::Number(..), _) => out.push('1'),
        (Kind::Date, _) => write_text(out, &day.to_string()),
        (Kind::Time, _) => write_text(out, &Moment::at(day, 8, 30).to_string()),
        (Kind::Flag, _) => out.push_str("true"),
        (Kind::Bytes, _) => {
            use base64ct::{Base64, Encoding};
            write_text(out, &Base64::encode_string(&crate::archive::pack("a.txt", "1\n")));
        }
        (Kind::Texts(_), _) => out.push_str("[\"1\"]"),
        (Kind::Rows { table: name, many }, _) => {
            if let Some(inner) = transaction.inner(name) {
                if *many {
                    out.push('[');
                }
                row(specification, transaction, inner, about, out);
                if *many {
                    out.push(']');
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Request;
    use crate::conformance::specification;

    #[test]
    fn every_example_is_read_without_a_remark() {
        let specification = specification();
        let now = Moment::at("2026-11-22".parse().unwrap(), 12, 0);
        let known = [("psn_no", "17".to_owned()), ("inscp_scp_amt", "1.00".to_owned())];
        for transaction in specification.transactions() {
            let about = About {
                provider: "H33010600001",
                region: "330106",
                msgid: "H33010600001202611221200000001",
                sign_no: "S1",
                now,
                known: &known,
            };
            let text = message(&specification, transaction, &about);
            let read = Request::read(&specification, text.as_bytes(), Some(&transaction.infno));
            let read =
                read.unwrap_or_else(|refused| panic!("{}: {:?}\n{text}", transaction.infno, refused.faults));
            assert_eq!(read.remarks, [], "{}", transaction.infno);
            let has = transaction.input.iter().flat_map(|node| &node.fields);
            if has.filter(|field| field.required).any(|field| field.name == "psn_no") {
                assert!(text.contains("\"psn_no\": \"17\""), "{text}");
            }
        }
    }
}

//! Every procedure of a law.

use crate::document::{FieldKind, FormDocument};
use crate::form::{Field, Form};
use crate::load::Known;
use crate::office::Offices;
use crate::procedure::Procedure;
use crate::role::roles;
use crate::{duty, load, warning};
use policy::expr::Kind;
use policy::{Diagnostics, Law, Source, say};
use std::collections::{BTreeMap, BTreeSet};
use terms::Name;

/// The procedures of a law, each checked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Procedures(BTreeMap<String, Procedure>);

impl Procedures {
    /// Reads forms and procedures of every layer and checks each procedure as a state machine; all faults at
    /// once, in the order of the files. An upper layer's form or procedure replaces a lower one's of the same id.
    pub fn compile(law: &Law) -> Result<Procedures, Diagnostics> {
        let mut faults = Diagnostics::new();
        let offices = Offices::compile(law).unwrap_or_else(|wrong| {
            faults.extend(wrong);
            Offices::default()
        });
        let mut forms = BTreeMap::new();
        for source in law.documents("forms") {
            match form(source, &offices) {
                Ok(form) => {
                    forms.insert(form.id.clone(), form);
                }
                Err(wrong) => faults.extend(wrong),
            }
        }
        let roles = roles(law, &mut faults);
        let warnings = warning::read(law, &roles, &mut faults);
        let duties = duty::read(law, &mut faults);
        let known =
            Known { forms: &forms, roles: &roles, offices: &offices, warnings: &warnings, duties: &duties };
        let mut procedures = BTreeMap::new();
        for source in law.documents("procedures") {
            match load::procedure(law, source, &known) {
                Ok(procedure) => {
                    procedures.insert(procedure.id.clone(), procedure);
                }
                Err(wrong) => faults.extend(wrong),
            }
        }
        if faults.is_empty() { Ok(Procedures(procedures)) } else { Err(faults) }
    }

    /// The procedure with this id.
    pub fn get(&self, id: &str) -> Option<&Procedure> {
        self.0.get(id)
    }

    /// Every procedure, by id.
    pub fn iter(&self) -> impl Iterator<Item = &Procedure> {
        self.0.values()
    }
}

fn form(source: &Source, offices: &Offices) -> Result<Form, Diagnostics> {
    let document: FormDocument = source.read().map_err(|fault| vec![fault])?;
    let mut faults = Diagnostics::new();
    let mut seen = BTreeSet::new();
    let mut fields = Vec::new();
    for spanned in document.field {
        let span = spanned.span();
        let field = spanned.into_inner();
        let codes: Vec<String> = field.codes.iter().map(|code| code.id.clone()).collect();
        let listed = matches!(field.kind, FieldKind::Code | FieldKind::Codes);
        if listed == codes.is_empty() {
            let what = say("field-codes").with("field", &field.id);
            faults.push(source.at(span.clone(), what, say("field-codes-cure")));
        }
        let plain =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'.');
        if !field.id.bytes().all(plain) || !seen.insert(field.id.clone()) {
            let (what, cure) = (say("field-name").with("field", &field.id), say("field-name-cure"));
            faults.push(source.at(span, what, cure));
        }
        let districts = field.kind == FieldKind::District;
        let listed: Vec<(String, Name)> = if districts {
            offices.districts().map(|(code, name)| (code.clone(), name.clone())).collect()
        } else {
            field.codes.into_iter().map(|code| (code.id, code.name)).collect()
        };
        fields.push(Field {
            id: field.id,
            label: field.label,
            kind: match field.kind {
                FieldKind::Flag => Kind::Flag,
                FieldKind::Number => Kind::Number,
                FieldKind::Day => Kind::Day,
                FieldKind::Fen => Kind::Fen,
                FieldKind::Rate => Kind::Rate,
                FieldKind::Code => Kind::Code(codes),
                FieldKind::Text => Kind::Text,
                FieldKind::Codes => Kind::Codes(codes),
                // A law without offices does not know the districts; theirs is then a plain code.
                FieldKind::District if listed.is_empty() => Kind::Text,
                FieldKind::District => Kind::Code(listed.iter().map(|(code, _)| code.clone()).collect()),
            },
            codes: listed,
            known: field.known,
            required: field.required,
        });
    }
    if faults.is_empty() { Ok(Form { id: document.id, name: document.name, fields }) } else { Err(faults) }
}

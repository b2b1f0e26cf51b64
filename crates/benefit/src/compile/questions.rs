//! Changes to a bill that a pack names: what-ifs of an explanation, and the answers to a calculator's questions.

use super::{Compiler, Part};
use crate::Code;
use crate::document;
use crate::model::{Field, Question, WhatIf};
use policy::say;
use std::collections::BTreeSet;

impl Compiler<'_> {
    pub(super) fn what_if(&mut self, source: usize, part: &document::WhatIf) -> Option<WhatIf> {
        let mut set = Vec::new();
        for (name, value) in &part.set {
            let Some(field) = Field::named(name) else {
                let known: Vec<&str> = Field::ALL.iter().map(|(_, name)| *name).collect();
                self.unknown_at(source, value.span(), name, say("no-bill-field"), &known);
                return None;
            };
            match value.get_ref().parse::<Code>() {
                Ok(code) => set.push((field, code)),
                Err(error) => {
                    let what = say("cannot-read").with("written", value.get_ref()).with("why", error);
                    self.fault(source, value.span(), what, say("one-code-cure"));
                    return None;
                }
            }
        }
        Some(WhatIf { id: part.id.get_ref().clone(), name: part.name.clone(), set })
    }

    /// The questions in the order of the files; ids are the names of a form's fields, so each stands once.
    pub(super) fn questions(&mut self, parts: &[Part<document::Question>]) -> Vec<Question> {
        let mut ids = BTreeSet::from(["amount"]);
        let mut questions = Vec::new();
        for Part { source, part } in parts {
            let id = part.id.get_ref().as_str();
            if !ids.insert(id) {
                let what = say("question-id").with("id", id);
                self.fault(*source, part.id.span(), what, say("question-id-cure"));
            }
            if part.choice.is_empty() {
                let what = say("question-empty").with("id", id);
                self.fault(*source, part.id.span(), what, say("question-empty-cure"));
            }
            let mut answers = BTreeSet::new();
            for choice in &part.choice {
                if !answers.insert(choice.id.get_ref()) {
                    let what = say("answer-twice").with("id", choice.id.get_ref());
                    self.fault(*source, choice.id.span(), what, say("twice-cure"));
                }
            }
            let choices = part.choice.iter().filter_map(|choice| self.what_if(*source, choice)).collect();
            questions.push(Question { id: id.to_owned(), name: part.name.clone(), choices });
        }
        questions
    }
}

//! Signing in and out (9001, 9002). The specification has everything else come after signing in; whether that is held
//! to is a setting of the packs.

use super::{Desk, Failed};
use ::interface::Nodes;
use ::interface::map::answer::Teller;
use agency::Command;
use agency::sheet::{self, NewSheet, Sheet, SheetKind};
use agency::visit::Details;
use std::collections::BTreeMap;

/// The setting that says whether messages come only after signing in.
const SETTING: &str = "sign-in";

impl Desk<'_> {
    /// Somebody signed in at this provider today under the number sent, or nobody need have.
    pub(super) fn signed_in(&self) -> Result<(), Failed> {
        let required =
            self.app.office.rules.law.setting(SETTING).is_some_and(|setting| setting.chosen == "required");
        if !required || matches!(self.request.infno.as_str(), "9001" | "9002") {
            return Ok(());
        }
        let sent = self.request.sign_no.as_str();
        let standing = self.sign(sent)?;
        let today = self.app.desk.now().day();
        match standing.filed {
            Some(signed) if signed.at.day() == today => Ok(()),
            _ => Err(self.words("not-signed-in", sent)),
        }
    }

    fn sign(&self, number: &str) -> Result<Sheet, Failed> {
        let provider = self.provider.registered.provider;
        let find = |records: &dyn agency::Records| Sheet::find(records, provider, SheetKind::SignIn, number);
        Ok(self.app.desk.store().with_records(find)?)
    }

    /// The number is one that only this office can have made, and the same for the same message.
    pub(super) fn sign_in(&self, teller: &Teller<'_>) -> Result<Nodes, Failed> {
        let row = self.row("signIn")?;
        let proof = self.app.interface.secrets.derived("sign-in", &self.request.msgid);
        let key = format!("S{}", proof.get(..29).unwrap_or(&proof));
        let told = ["opter_no", "mac", "ip"].map(|name| (name.to_owned(), row.text(name).to_owned()));
        let sheet = NewSheet { key: key.clone(), details: Details::from(told), tables: BTreeMap::new() };
        self.submit(&Command::Sheet(sheet::Command::File {
            sheet: SheetKind::SignIn,
            sheets: vec![sheet],
            known: None,
            message: self.request.msgid.clone(),
        }))?;
        let at = self.sign(&key)?.filed.map_or_else(|| self.app.desk.now(), |signed| signed.at);
        Ok(teller.signed(at, &key))
    }

    pub(super) fn sign_out(&self, teller: &Teller<'_>) -> Result<Nodes, Failed> {
        let row = self.row("signOut")?;
        let number = row.text("sign_no");
        let matching = Details::from([("opter_no".to_owned(), row.text("opter_no").to_owned())]);
        let command = sheet::Command::Withdraw {
            sheet: SheetKind::SignIn,
            key: number.to_owned(),
            matching,
            message: self.request.msgid.clone(),
        };
        match self.submit(&Command::Sheet(command)) {
            Ok(_) => Ok(teller.signed(self.app.desk.now(), number)),
            Err(Failed::Refused(_)) => Err(self.words("signed-in-otherwise", number)),
            Err(other) => Err(other),
        }
    }
}

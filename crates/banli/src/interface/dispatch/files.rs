//! Files: catalogues (1301 to 1320), what providers send (9101), reconciliation line by line (3202), fetching (9102).

use super::{Desk, Failed, Output, made};
use ::interface::map::answer::Teller;
use ::interface::{Nodes, Value, archive, files};
use agency::reconciliation::{self, Amounts};
use agency::sheet::{self, Filed, NewSheet, Sheet, SheetKind};
use agency::visit::Details;
use agency::{Command, SettlementId, StreamId};
use ledger::Word;
use ledger::reconcile::{Break, Range, Record, details, proposal, read_details, result_line};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use store::AttachmentHash;
use terms::{Day, Moment};

/// Under whose code catalogues are fetched; the remarks of 9102 have it so.
const EVERYBODY: &str = "plc";
/// What the numbers of catalogue files begin with.
const CATALOGUE: &str = "CAT";
/// Days for which a file can be fetched.
const KEPT_DAYS: i32 = 30;
/// Settlements of one reconciliation at most.
const SETTLEMENTS_MAX: u32 = 200_000;

/// The first thirty hexadecimal digits of a hash: as much as the column holds.
fn number(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().take(15).map(|byte| format!("{byte:02x}")).collect()
}

fn last_day(at: Moment) -> Day {
    Day::from_number(at.day().number().saturating_add(KEPT_DAYS))
}

impl Desk<'_> {
    /// 1301 to 1320: the number and name of a catalogue's file. The file itself is made anew when it is fetched, from
    /// the same law: the number names the law's hash.
    pub(super) fn catalogue_file(&self, teller: &Teller<'_>) -> Result<Nodes, Failed> {
        let version: String =
            self.row("data")?.text("ver").chars().filter(char::is_ascii_alphanumeric).collect();
        let infno = &self.request.infno;
        let rules = &self.app.office.rules;
        let (_, rows) = files::catalogue(self.specification, rules, infno, &version)
            .ok_or_else(|| self.words("not-offered", infno))?;
        let number = format!("{CATALOGUE}-{infno}-{version}-{}", self.law());
        let until = last_day(self.app.desk.now());
        Ok(teller.file(&number, &format!("{infno}.zip"), Some(rows), until, EVERYBODY))
    }

    /// The first twelve digits of the law's hash.
    fn law(&self) -> &str {
        let hash = self.app.office.rules.benefits.hash();
        hash.get(..12).unwrap_or(hash)
    }

    /// 9101: keeps a file. Its number is that of its contents for this provider, so that the same file is kept once.
    pub(super) fn upload(&self, teller: &Teller<'_>) -> Result<Nodes, Failed> {
        let row = self.row("fsUploadIn")?;
        let code = self.provider.registered.code.as_str();
        if row.text("fixmedins_code") != code {
            return Err(self.words("file-unknown", row.text("fixmedins_code")));
        }
        let Value::Bytes(bytes) = row.value("in") else { return Err(self.words("file-bad", "in")) };
        // Read before it is kept: what cannot be read later is refused now.
        archive::unpack(bytes).map_err(|error| self.words("file-bad", &error.to_string()))?;
        let kept = self.keep(bytes.clone(), row.text("filename"), "")?;
        Ok(teller.file(&kept.key, kept.detail("filename"), None, last_day(kept.at), code))
    }

    /// Keeps an archive and the sheet that names it, with what was asked where it is an answer.
    fn keep(&self, bytes: Vec<u8>, filename: &str, asked: &str) -> Result<Filed, Failed> {
        let store = self.app.desk.store();
        let provider = self.provider.registered.provider;
        let key = number(&[self.provider.registered.code.as_bytes(), b"/", &bytes[..]].concat());
        let size = bytes.len();
        let hash = store
            .put_archive(bytes, self.app.desk.now())
            .map_err(|error| self.words("file-bad", &error.to_string()))?;
        let told =
            [("filename", filename.to_owned()), ("sha256", hash.to_string()), ("bytes", size.to_string())];
        let mut told: Details = told.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        if !asked.is_empty() {
            told.insert("asked".to_owned(), asked.to_owned());
        }
        let sheet = NewSheet { key: key.clone(), details: told, tables: BTreeMap::new() };
        self.submit(&Command::Sheet(sheet::Command::File {
            sheet: SheetKind::File,
            sheets: vec![sheet],
            known: None,
            message: self.request.msgid.clone(),
        }))?;
        let found = store.with_records(|records| Sheet::find(records, provider, SheetKind::File, &key))?;
        found.filed.ok_or_else(|| self.words("file-unknown", &key))
    }

    /// The text of a file that this provider sent or that was made for it.
    fn text_of(&self, file: &Filed) -> Result<String, Failed> {
        let bytes = self.bytes_of(file)?;
        archive::unpack(&bytes).map_err(|error| self.words("file-bad", &error.to_string()))
    }

    fn bytes_of(&self, file: &Filed) -> Result<Vec<u8>, Failed> {
        let gone = || self.words("file-unknown", &file.key);
        let hash: AttachmentHash = file.detail("sha256").parse().map_err(|_| gone())?;
        let found = self.app.desk.store().read(|reader| reader.attachment(hash))?;
        found.map(|found| found.bytes).ok_or_else(gone)
    }

    fn file(&self, number: &str) -> Result<Filed, Failed> {
        let provider = self.provider.registered.provider;
        let find = |records: &dyn agency::Records| Sheet::find(records, provider, SheetKind::File, number);
        let found = self.app.desk.store().with_records(find)?.filed;
        let today = self.app.desk.now().day();
        found.filter(|file| today <= last_day(file.at)).ok_or_else(|| self.words("file-unknown", number))
    }

    /// 9102: the file itself, as bytes.
    pub(super) fn download(&self) -> Result<Output, Failed> {
        let row = self.row("fsDownloadIn")?;
        let number = row.text("file_qury_no");
        if let Some(rest) = number.strip_prefix(CATALOGUE).and_then(|rest| rest.strip_prefix('-')) {
            let parts: Vec<&str> = rest.split('-').collect();
            let unknown = || self.words("file-unknown", number);
            let [infno, version, law] = parts[..] else { return Err(unknown()) };
            if law != self.law() || row.text("fixmedins_code") != EVERYBODY {
                return Err(unknown());
            }
            let rules = &self.app.office.rules;
            let (text, _) =
                files::catalogue(self.specification, rules, infno, version).ok_or_else(unknown)?;
            let bytes = archive::pack(&format!("{infno}.txt"), &text);
            return Ok(Output::File { name: format!("{infno}.zip"), bytes });
        }
        if row.text("fixmedins_code") != self.provider.registered.code {
            return Err(self.words("file-unknown", number));
        }
        let file = self.file(number)?;
        Ok(Output::File { name: file.detail("filename").to_owned(), bytes: self.bytes_of(&file)? })
    }

    /// 3202: the provider's file beside the office's settlements; the answer is a file of the breaks.
    pub(super) fn reconcile(&self, teller: &Teller<'_>) -> Result<Nodes, Failed> {
        let row = self.row("data")?;
        let days = ["stmt_begndate", "stmt_enddate"].map(|name| row.day(name).map(|day| day.to_string()));
        let [from, to] = days.map(Option::unwrap_or_default);
        let asked = format!("{} {from} {to} {}", row.text("file_qury_no"), row.text("clr_type"));
        if let Some(kept) = self.answered(&asked)? {
            return Ok(teller.file(&kept.key, kept.detail("filename"), None, last_day(kept.at), ""));
        }
        let sent = self.file(row.text("file_qury_no"))?;
        let theirs = read_details(&self.text_of(&sent)?)
            .map_err(|fault| self.words("file-bad", &fault.to_string()))?;
        let begin = row.day("stmt_begndate").unwrap_or(teller.today);
        let range = Range { begin, end: row.day("stmt_enddate").unwrap_or(teller.today) };
        let wanted = |med_type: &str| teller.clearing_type(med_type) == row.text("clr_type");
        let mut ours = self.records(&range, wanted)?;
        let days = Range { begin: range.begin.previous(), end: range.end.next() };
        let guests = self.guests(&days)?.into_iter().filter(|guest| wanted(&guest.med_type));
        ours.extend(guests.map(|guest| guest.record));
        let breaks = details(&ours, &theirs, &range);
        self.keep_breaks(row.text("clr_type"), &range, (&breaks, &ours, &theirs))?;
        let lines: Vec<String> =
            breaks.iter().filter_map(|found| result_line(found, &ours, &theirs)).collect();
        let mut text = lines.join("\n");
        if !text.is_empty() {
            text.push('\n');
        }
        let name = format!("3202_{begin}_{}.zip", range.end);
        // Named after the message, so that two results that read alike are two files.
        let kept = self.keep(archive::pack(&format!("{}.txt", self.request.msgid), &text), &name, &asked)?;
        Ok(teller.file(&kept.key, kept.detail("filename"), None, last_day(kept.at), ""))
    }

    /// The file with which this very message was answered before. What has been settled or taken back since would make
    /// another file of it; who asks for a lost answer gets the one that was given. A message id that something else was
    /// asked under is refused before anything is kept.
    fn answered(&self, asked: &str) -> Result<Option<Filed>, Failed> {
        let store = self.app.desk.store();
        let key = self.key("")?;
        let Some((receipt, _)) = store.read(|reader| reader.request(&key))? else { return Ok(None) };
        let mut streams = receipt.versions.iter().filter_map(|(name, _)| name.parse().ok());
        let file = streams.find_map(|stream| match stream {
            StreamId::Sheet(provider, SheetKind::File, key) => Some((provider, key)),
            _ => None,
        });
        let reused = || self.words("message-reused", &self.request.msgid);
        let (provider, key) = file.ok_or_else(reused)?;
        let found = store.with_records(|records| Sheet::find(records, provider, SheetKind::File, &key))?;
        found.filed.filter(|filed| filed.detail("asked") == asked).map(Some).ok_or_else(reused)
    }

    /// Keeps what was found, for the people on both sides to mend.
    fn keep_breaks(
        &self,
        clr_type: &str,
        range: &Range,
        (breaks, ours, theirs): (&[Break], &[Record], &[Record]),
    ) -> Result<(), Failed> {
        let amounts = |record: &Record| Amounts {
            medfee_sumamt: record.medfee_sumamt,
            fund_pay_sumamt: record.fund_pay_sumamt,
            acct_pay: record.acct_pay,
        };
        let kept = breaks.iter().filter_map(|found| {
            let office = found.office.and_then(|place| ours.get(place));
            let provider = found.provider.and_then(|place| theirs.get(place));
            let either = office.or(provider)?;
            Some(reconciliation::Break {
                kind: Word::known(found.kind.word()),
                proposal: proposal(found, ours)?,
                settlement: either.setl_id,
                visit: either.mdtrt_id,
                person: Some(either.psn_no),
                refund: either.refund,
                office: office.map(amounts),
                provider: provider.map(amounts),
            })
        });
        let what = reconciliation::Wish::Compare {
            of: (range.begin, range.end, clr_type.to_owned()),
            breaks: kept.collect(),
        };
        let (provider, month) = (self.provider.registered.provider, range.end.month());
        let command = reconciliation::Command { provider, month, what };
        self.submit_part("/breaks", &Command::Reconciliation(command)).map(drop)
    }

    /// The office's settlements of these days and of one more at each end, and those taken back.
    fn records(&self, range: &Range, wanted: impl Fn(&str) -> bool) -> Result<Vec<Record>, Failed> {
        let provider = self.provider.registered.provider;
        let days = (range.begin.previous(), range.end.next());
        let store = self.app.desk.store();
        let made_then = store.read(|reader| reader.settlements_at(provider, days, SETTLEMENTS_MAX))?;
        let within = |day: Day| days.0 <= day && day <= days.1;
        Ok(store.with_records(|records| {
            let mut ours = Vec::new();
            for row in made_then.iter().filter(|row| wanted(&row.med_type)) {
                let year = records.events(&StreamId::Year(row.person, row.year));
                let Some(made) = made(&year, row.id) else { continue };
                let visit = visit_of(records, made.person, row.id);
                let record = |day: Day, refund: bool, msgid: Option<&String>| Record {
                    setl_id: row.id.to_string().parse().ok(),
                    msgid: msgid.and_then(|text| text.parse().ok()),
                    mdtrt_id: Word::known(&visit.as_ref().map_or(0, |(visit, _, _)| *visit).to_string()),
                    psn_no: Word::known(&row.person.to_string()),
                    day: Some(day),
                    refund,
                    medfee_sumamt: signed(row.medfee_sumamt, refund),
                    fund_pay_sumamt: signed(row.fund_pay_sumamt, refund),
                    acct_pay: signed(row.acct_pay, refund),
                };
                if within(row.made_on) {
                    ours.push(record(row.made_on, false, visit.as_ref().map(|(_, by, _)| by)));
                }
                if let Some(on) = row.voided_on.filter(|on| within(*on)) {
                    ours.push(record(on, true, visit.as_ref().and_then(|(_, _, undone)| undone.as_ref())));
                }
            }
            ours
        })?)
    }
}

fn signed(amount: terms::Fen, turned: bool) -> terms::Fen {
    if turned { amount.negated() } else { amount }
}

/// The visit of a settlement, the message that made it and the one that took it back.
fn visit_of(
    records: &dyn agency::Records,
    person: agency::PersonId,
    settlement: SettlementId,
) -> Option<(u64, String, Option<String>)> {
    records.visits_of(person).into_iter().filter_map(|id| records.visit(id)).find_map(|visit| {
        let settled = visit.settlements.iter().find(|settled| settled.settlement == settlement)?;
        let undone = visit.cancelled.iter().find(|(one, ..)| *one == settlement).map(|(_, _, by)| by.clone());
        Some((visit.visit.0, settled.message.clone(), undone))
    })
}

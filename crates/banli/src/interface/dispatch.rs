//! One message: read it, ask the desk, tell what came of it.
//!
//! The answer to a message that changed something is told from the events, by its message id. So the same message sent
//! again, after a lost answer or a restart, gets the same answer and has no second effect.

mod elsewhere;
mod files;
mod guests;
mod lists;
mod look;
mod previews;
mod session;
mod told;

use super::handled::{Handled, Reply};
use crate::app::App;
use crate::desk::{Declined, Done};
use crate::text::{Lang, Text};
use ::interface::map::answer::{Teller, broken_identity};
use ::interface::map::ask;
use ::interface::{Nodes, Refused, Request, Row, Specification, answer as written, fault};
use agency::provider::Provider;
use agency::sheet::SheetKind;
use agency::{AccountId, Actor, Command, Organisation, StreamId};
pub use lists::list_flaws;
use store::{ReadError, RequestKey};
use terms::{Moment, Refusals};
use told::{made, made_and_funds, person};

/// The transactions that are answered with more than "not offered". A test holds that the book lists the same.
pub const SERVED: [&str; 84] = [
    "1101", "1201", "1301", "1302", "1303", "1304", "1305", "1306", "1307", "1308", "1309", "1310", "1311",
    "1312", "1313", "1314", "1315", "1316", "1317", "1318", "1319", "1320", "1901", "2001", "2101", "2102",
    "2103", "2201", "2202", "2203", "2204", "2205", "2206", "2207", "2208", "2301", "2302", "2303", "2304",
    "2305", "2401", "2402", "2403", "2404", "2405", "2501", "2502", "2503", "2504", "2505", "2506", "2507",
    "2601", "3101", "3102", "3103", "3201", "3202", "3301", "3302", "3401", "3402", "3403", "4101", "4102",
    "4103", "4104", "4105", "5101", "5102", "5201", "5202", "5203", "5204", "5205", "5206", "5301", "5302",
    "5303", "5304", "9001", "9002", "9101", "9102",
];

/// Rows in one answer: people in a hospital, visits of a person, items of a catalogue.
const LIST_MAX: usize = 500;

/// Why there is no output.
enum Failed {
    /// Words for `err_msg`.
    Told(String),
    Refused(Refusals),
}

impl From<ReadError> for Failed {
    fn from(error: ReadError) -> Failed {
        Failed::Told(error.to_string())
    }
}

/// What a message is answered with.
enum Output {
    Json(String),
    File { name: String, bytes: Vec<u8> },
}

/// The answer to a signed message of this provider, always in the protocol.
pub fn answer(app: &App, provider: &Provider, named: Option<&str>, body: &[u8]) -> Handled {
    let received = app.desk.now();
    let specification = &app.interface.specification;
    let stamp = || stamp(app, provider, received);
    let request = match Request::read(specification, body, named) {
        Ok(request) => request,
        Err(refused) => return unread(app, &stamp(), refused),
    };
    for remark in &request.remarks {
        tracing::debug!(msgid = request.msgid, node = remark.node, field = remark.field, oddity = ?remark.oddity, "odd");
    }
    let desk = Desk { app, provider, request: &request, specification };
    let (reply, faults) = match desk.allowed().and_then(|()| desk.output()) {
        Ok(Output::Json(output)) => (Reply::Told(written::success(&stamp(), &output)), Vec::new()),
        Ok(Output::File { name, bytes }) => (Reply::File { name, bytes }, Vec::new()),
        Err(failed) => {
            let why = match failed {
                Failed::Told(why) => why,
                Failed::Refused(refusals) => words(&refusals),
            };
            (Reply::Told(written::failure(&stamp(), &why)), vec![why])
        }
    };
    let odd = request.remarks.iter().map(ToString::to_string).collect();
    Handled { reply, infno: request.infno, msgid: request.msgid, faults, odd }
}

/// The answer to a message that has more bytes than are read.
pub fn too_large(app: &App, provider: &Provider) -> Handled {
    let faults = vec![::interface::Fault::whole(::interface::Rule::TooBig(::interface::BODY_MAX))];
    let (infno, msgid) = (String::new(), String::new());
    let refused = Refused { infno, msgid, faults, remarks: Vec::new() };
    unread(app, &stamp(app, provider, app.desk.now()), refused)
}

fn stamp(app: &App, provider: &Provider, received: Moment) -> written::Stamp {
    let region = provider.registered.region.as_str();
    written::Stamp::new(region, received, app.desk.now(), app.interface.next())
}

/// The answer to a message that breaks a rule of the tables.
fn unread(app: &App, stamp: &written::Stamp, refused: Refused) -> Handled {
    let specification = &app.interface.specification;
    tracing::info!(infno = refused.infno, msgid = refused.msgid, faults = refused.faults.len(), "refused");
    Handled {
        reply: Reply::Told(written::faulty(stamp, &refused.faults, specification)),
        faults: refused.faults.iter().map(|fault| fault.told(specification)).collect(),
        odd: refused.remarks.iter().map(ToString::to_string).collect(),
        infno: refused.infno,
        msgid: refused.msgid,
    }
}

/// What the refusals say, each with its article, as much as `err_msg` holds.
fn words(refusals: &Refusals) -> String {
    let text = Text::of(Lang::Zh);
    let told = refusals.iter().map(|refusal| format!("{}［{}］", text.refusal(refusal).0, refusal.article));
    told.collect::<Vec<_>>().join("；")
}

/// One message at the desk.
struct Desk<'a> {
    app: &'a App,
    provider: &'a Provider,
    request: &'a Request,
    specification: &'a Specification,
}

impl Desk<'_> {
    /// The key speaks for the provider named, the transaction is offered, and somebody is signed in.
    fn allowed(&self) -> Result<(), Failed> {
        if self.request.fixmedins_code != self.provider.registered.code {
            let whole = ::interface::Rule::NotOwn;
            let fault = ::interface::Fault {
                node: String::new(),
                row: 0,
                field: "fixmedins_code".to_owned(),
                rule: whole,
            };
            return Err(self.told(&[fault]));
        }
        if !SERVED.contains(&self.request.infno.as_str()) {
            return Err(self.words("not-offered", &self.request.infno));
        }
        self.signed_in()
    }

    fn output(&self) -> Result<Output, Failed> {
        let Some(transaction) = self.specification.transaction(&self.request.infno) else {
            return Err(self.words("not-offered", &self.request.infno));
        };
        let teller = Teller {
            specification: self.specification,
            transaction,
            catalogue: self.app.office.rules.benefits.catalogue(),
            today: self.app.desk.now().day(),
        };
        if self.request.infno == "9102" {
            return self.download();
        }
        let nodes = match ask::command(self.request).map_err(|faults| self.told(&faults))? {
            Some(command) => self.change(&teller, &command)?,
            None => self.ask(&teller)?,
        };
        for fault in written::check(teller.specification, transaction, &nodes) {
            tracing::warn!(infno = self.request.infno, ?fault, "an answer is not as the tables have it");
        }
        if let Some(broken) = nodes.row("setlinfo").and_then(broken_identity) {
            tracing::error!(
                infno = self.request.infno,
                msgid = self.request.msgid,
                broken,
                "an identity does not hold"
            );
            return Err(self.words("identity", broken));
        }
        Ok(Output::Json(written::output(transaction, &nodes)))
    }

    fn told(&self, faults: &[::interface::Fault]) -> Failed {
        Failed::Told(fault::tell(faults, self.specification))
    }

    /// Words of the packs.
    fn words(&self, rule: &str, filling: &str) -> Failed {
        Failed::Told(self.specification.words(rule, filling))
    }

    fn refused(&self, code: &str) -> Failed {
        Failed::Refused(vec![self.app.office.rules.grounds.refuse(code)])
    }

    fn actor(&self) -> Actor {
        Actor {
            account: AccountId(0),
            name: self.provider.registered.name.clone(),
            roles: ["provider-system".to_owned()].into(),
            organisation: Organisation::Provider(self.provider.registered.provider),
            title: None,
            person: None,
        }
    }

    /// Has a command decided and kept, once for this message.
    fn submit(&self, command: &Command) -> Result<Done, Failed> {
        self.submit_part("", command)
    }

    /// The same for a message that does several things, each with a name.
    fn submit_part(&self, part: &str, command: &Command) -> Result<Done, Failed> {
        let key = self.key(part)?;
        self.app.desk.submit(&self.actor(), Some(&key), command).map_err(|declined| self.declined(declined))
    }

    /// Under which key a part of this message is kept.
    fn key(&self, part: &str) -> Result<RequestKey, Failed> {
        let key = RequestKey::new(format!("fsi/{}{part}", self.request.msgid));
        key.map_err(|error| Failed::Told(error.to_string()))
    }

    fn declined(&self, declined: Declined) -> Failed {
        match declined {
            Declined::Refused(refusals) => Failed::Refused(refusals),
            Declined::KeyReused => self.words("message-reused", &self.request.msgid),
            other => Failed::Told(other.to_string()),
        }
    }

    /// A message that changes something.
    fn change(&self, teller: &Teller<'_>, command: &Command) -> Result<Nodes, Failed> {
        let done = self.submit(command)?;
        let streams: Vec<StreamId> = done.streams().collect();
        if matches!(self.request.infno.as_str(), "2102" | "2207" | "2304") {
            let remote = streams.iter().find_map(|stream| match stream {
                StreamId::Remote(remote) => Some(*remote),
                _ => None,
            });
            remote.map_or(Ok(()), |remote| self.wait_for(remote))?;
        }
        let told = self.app.desk.store().with_records(|records| match command {
            Command::Visit(_) => {
                let visit = streams.iter().find_map(|stream| match stream {
                    StreamId::Visit(visit) => Some(*visit),
                    _ => None,
                });
                visit.map_or(Some(Nodes::default()), |visit| self.changed(teller, records, visit))
            }
            Command::Declaration(_) => self.declared(teller, records, &streams),
            _ => Some(self.filed(teller, records, &streams)),
        })?;
        told.ok_or_else(|| self.words("nothing-kept", ""))
    }

    /// A message that only asks, or that keeps a file.
    fn ask(&self, teller: &Teller<'_>) -> Result<Nodes, Failed> {
        match self.request.infno.as_str() {
            "1101" if let Some(pair) = self.elsewhere() => self.guest(teller, pair, self.row("data")?),
            "2001" => self.entitlement(teller),
            "2206" | "2303" => self.preview(teller),
            "2101" => self.preview_purchase(teller),
            "3101" | "3102" => match ask::warnings(self.request, &self.app.office.rules) {
                Some(command) => self.change(teller, &Command::Sheet(command)),
                None => Ok(Nodes::default()),
            },
            "3201" => self.totals(teller),
            "3202" => self.reconcile(teller),
            "5303" => self.in_hospital(teller),
            "9001" => self.sign_in(teller),
            "9002" => self.sign_out(teller),
            "9101" => self.upload(teller),
            "1304" | "1312" | "1316" | "1318" | "1319" => self.catalogue(teller),
            "1317" => self.mappings(teller),
            "4103" => self.settlement_list(teller),
            "4104" => self.checked_lists(teller),
            "4105" => self.count_lists(teller),
            "5101" => self.sheets(teller, SheetKind::Department),
            "5102" => self.sheets(teller, SheetKind::Practitioner),
            infno if infno.starts_with("13") => self.catalogue_file(teller),
            _ => self.app.desk.store().with_records(|records| self.look(teller, records))?,
        }
    }

    fn row(&self, node: &str) -> Result<&Row, Failed> {
        self.request.input.row(node).ok_or_else(|| Failed::Told(node.to_owned()))
    }

    /// The region of the office, as catalogues name it.
    fn region(&self) -> &str {
        self.app.office.rules.law.pack().region.as_deref().unwrap_or("")
    }
}

//! Offices, the wires between them, and clocks that need not agree.

use super::super::*;
use crate::settlement::BillLine;
use crate::testing::{self, acting};
pub(crate) use crate::testing::{day, fen};
use crate::{
    CaseId, Context, Decision, Event, FilingId, IdKind, Ids, Memory, Organisation, PersonId, ProviderId,
    Records, Rulebook, StreamId, book_year, filing, person, provider, visit,
};
use benefit::{Class, Share};
use ledger::regions::{by_fund, gaps};
use ledger::{Account, Ledger, Word};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;
use terms::{CitizenId, Day, Fen, Moment, Refusals};

/// Patients insured in each region: the first without, the last of them with a filing; then one nobody knows.
pub const PATIENTS: usize = 4;
/// The patient with a filing for every other region.
pub const FILED: usize = 3;
/// Nobody's patient.
pub const STRANGER: usize = 4;

/// Codes of the regions: Haiqu, Yanyuan, and a third under the rules of Haiqu.
pub const REGIONS: [&str; 3] = ["990100", "980100", "970100"];
/// Where their hospitals lie.
pub const DISTRICTS: [&str; 3] = ["990106", "980105", "970102"];

pub fn rules() -> &'static [Rulebook; 3] {
    static RULES: OnceLock<[Rulebook; 3]> = OnceLock::new();
    RULES.get_or_init(|| {
        let mut files = testing::files();
        let third = "id = \"third\"\nname = { zh = \"第三市\", en = \"Third\" }\nunder = \"haiqu\"\n\
                     region = \"970100\"\nanswers_from = \"2023-01-01\"\n";
        files.insert("third/pack.toml".to_owned(), third.to_owned());
        ["haiqu", "yanyuan", "third"].map(|pack| testing::compile(&files, pack))
    })
}

/// A number generator that is the same for ever (splitmix64).
pub struct Dice(u64);

impl Dice {
    pub fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }

    pub fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }
}

pub struct Office {
    pub memory: Memory,
    /// How far its clock is from the world's.
    pub skew: i64,
    pub ids: Ids,
}

/// Something on the wires.
#[derive(Debug, Clone)]
pub struct Packet {
    pub from: usize,
    pub to: usize,
    pub number: u64,
    /// A message, or the acknowledgement of one.
    pub message: Option<Message>,
}

/// What a bill looked like when it was asked, for the model.
#[derive(Debug, Clone)]
pub struct Bill {
    pub treating: usize,
    pub insured: usize,
    pub patient: usize,
    pub total: i64,
    pub day: Day,
}

pub struct World {
    pub now: Moment,
    pub offices: Vec<Office>,
    pub wires: Vec<Packet>,
    pub dice: Dice,
    /// Faults happen.
    pub faulty: bool,
    pub history: Vec<String>,
    pub bills: BTreeMap<Word, Bill>,
    /// What the model says the pooled fund paid in the year, by region and patient.
    pub paid: BTreeMap<(usize, usize), i64>,
}

impl World {
    pub fn new(seed: u64, faulty: bool) -> World {
        let offices = (0..REGIONS.len()).map(found).collect();
        World {
            now: Moment::at(day("2026-10-09"), 10, 0),
            offices,
            wires: Vec::new(),
            dice: Dice(seed),
            faulty,
            history: Vec::new(),
            bills: BTreeMap::new(),
            paid: BTreeMap::new(),
        }
    }

    pub fn region(office: usize) -> Word {
        Word::known(REGIONS[office])
    }

    pub fn office_of(region: Word) -> usize {
        REGIONS.iter().position(|code| Word::known(code) == region).unwrap()
    }

    pub fn memory(&self, office: usize) -> &Memory {
        &self.offices[office].memory
    }

    pub fn records(&self, office: usize) -> &dyn Records {
        &self.offices[office].memory
    }

    pub fn events(&self, office: usize, stream: &StreamId) -> Vec<Event> {
        self.records(office).events(stream)
    }

    pub fn remote(&self, office: usize, remote: Word) -> Remote {
        self.records(office).remote(remote).unwrap()
    }

    pub fn link(&self, office: usize, region: Word) -> Link {
        self.records(office).link(region, World::region(office)).unwrap()
    }

    pub fn moment(&self, office: usize) -> Moment {
        Moment(self.now.0 + self.offices[office].skew)
    }

    pub fn today(&self, office: usize) -> Day {
        self.moment(office).day()
    }

    pub fn balance(&self, office: usize, account: Account) -> Fen {
        self.records(office).moved(&account, Day::MIN, Day::MAX).net()
    }

    pub fn pass(&mut self, millis: i64) {
        self.now = Moment(self.now.0 + millis);
    }

    pub fn until(&mut self, day: Day) {
        self.now = Moment::at(day, 9, 0);
    }

    pub fn jump(&mut self, office: usize, millis: i64) {
        self.offices[office].skew += millis;
    }

    /// The role that does such things.
    fn role(command: &Command) -> &'static str {
        match command {
            Command::Join { .. } => "operator",
            Command::Ask(_) | Command::Cancel { .. } => "provider-system",
            Command::TimeOut { .. }
            | Command::Receive { .. }
            | Command::Acknowledge { .. }
            | Command::Welcome(_) => "region-link",
            Command::List { .. } | Command::Clear { .. } => "settlement-officer",
            Command::Pay { .. } | Command::Lodge { .. } | Command::Adjust { .. } => "cashier",
        }
    }

    fn decide_as(&self, office: usize, role: &str, command: &Command) -> Result<(Decision, Ids), Refusals> {
        let actor = acting(1, role, Organisation::Agency);
        let ids = self.offices[office].ids.clone();
        let mut context = Context { rules: &rules()[office], actor: &actor, now: self.moment(office), ids };
        let decision = decide(self.records(office), &mut context, command)?;
        Ok((decision, context.ids))
    }

    /// Decides and keeps; what is to be sent goes on the wires unless the office dies right after.
    pub fn try_command(&mut self, office: usize, command: &Command, dies: bool) -> Result<(), Refusals> {
        let (decision, ids) = self.decide_as(office, World::role(command), command)?;
        assert!(self.offices[office].memory.append(&decision.appends), "nobody else writes");
        self.offices[office].ids = ids;
        self.model(office, &decision);
        if dies {
            self.note(format!("{office} dies after {}", World::role(command)));
            return Ok(());
        }
        self.post(office, &decision);
        Ok(())
    }

    /// An office closes a month.
    #[track_caller]
    pub fn closes(&mut self, office: usize, month: terms::Month) {
        let actor = acting(5, "settlement-officer", Organisation::Agency);
        let (now, ids) = (self.moment(office), Ids::default());
        let mut context = Context { rules: &rules()[office], actor: &actor, now, ids };
        let close = book_year::Command::Close { month };
        let decision = book_year::decide(self.records(office), &mut context, &close).unwrap();
        assert!(self.offices[office].memory.append(&decision.appends), "nobody else writes");
    }

    /// The hospital of this office sends a message about a visit.
    pub fn visits(&mut self, office: usize, command: &visit::Command) -> Result<Decision, Refusals> {
        let actor = acting(0, "provider-system", Organisation::Provider(ProviderId(1)));
        let ids = self.offices[office].ids.clone();
        let mut context = Context { rules: &rules()[office], actor: &actor, now: self.moment(office), ids };
        let decision = visit::decide(self.records(office), &mut context, command)?;
        let ids = context.ids;
        assert!(self.offices[office].memory.append(&decision.appends), "nobody else writes");
        self.offices[office].ids = ids;
        self.post(office, &decision);
        Ok(decision)
    }

    /// What a decision sends goes on the wires.
    fn post(&mut self, office: usize, decision: &Decision) {
        for append in &decision.appends {
            for event in &append.events {
                if let Event::Region { region, what } = event
                    && let RegionEvent::Sent { number, message } = &**what
                {
                    let to = World::office_of(*region);
                    self.wire(Packet {
                        from: office,
                        to,
                        number: *number,
                        message: Some((**message).clone()),
                    });
                }
            }
        }
    }

    /// Puts something on the wires; under faults it may be lost or doubled.
    pub fn wire(&mut self, packet: Packet) {
        if self.faulty && self.dice.chance(12) {
            self.note(format!("lost {} {}->{}", word(&packet), packet.from, packet.to));
            return;
        }
        if self.faulty && self.dice.chance(8) {
            self.wires.push(packet.clone());
        }
        self.wires.push(packet);
    }

    pub fn note(&mut self, line: String) {
        self.history.push(line);
    }

    #[track_caller]
    pub fn does(&mut self, office: usize, command: &Command) {
        if let Err(reasons) = self.try_command(office, command, false) {
            panic!("refused: {reasons:?}");
        }
    }

    #[track_caller]
    pub fn refused(&self, office: usize, command: &Command) -> Vec<String> {
        self.refused_as(office, World::role(command), command)
    }

    #[track_caller]
    pub fn refused_as(&self, office: usize, role: &str, command: &Command) -> Vec<String> {
        let reasons = self.decide_as(office, role, command).map(drop).unwrap_err();
        reasons.into_iter().map(|reason| reason.code).collect()
    }

    /// A patient of `insured` is treated at `treating` for `total` fen.
    #[track_caller]
    pub fn ask(&mut self, treating: usize, insured: usize, patient: usize, total: i64) -> Word {
        let today = self.today(treating);
        let new = NewRemote {
            account: false,
            region: World::region(insured),
            citizen: citizen(insured, patient),
            provider: ProviderId(1),
            med_type: "11".parse().unwrap(),
            begndate: today,
            enddate: today,
            lines: vec![BillLine {
                item: "S-0001".to_owned(),
                name: "普通门诊诊查费".to_owned(),
                price: Fen::new(total).unwrap().to_string().parse().unwrap(),
                quantity: "1".parse().unwrap(),
                day: today,
                class: Class::A,
                ceiling: None,
                first_own: Share::default(),
                illustrative: true,
            }],
        };
        let number = self.offices[treating].ids.next(IdKind::Remote);
        let remote = Word::known(&format!("{}-{number}", REGIONS[treating]));
        self.bills.insert(remote, Bill { treating, insured, patient, total, day: today });
        self.note(format!("{treating} asks {remote}: patient {patient} of {insured}, {total} fen, {today}"));
        self.does(treating, &Command::Ask(Box::new(new)));
        remote
    }

    /// Delivers what lies at this place of the wires; under faults the receiver may die before or after.
    pub fn deliver(&mut self, place: usize) {
        let packet = self.wires.swap_remove(place);
        let (dies_before, dies_after) =
            (self.faulty && self.dice.chance(5), self.faulty && self.dice.chance(5));
        if dies_before {
            self.note(format!("{} dies before {} of {}", packet.to, word(&packet), packet.from));
            return;
        }
        let from = World::region(packet.from);
        let number = packet.number;
        self.note(format!("{} takes {} #{number} of {}", packet.to, word(&packet), packet.from));
        let command = match &packet.message {
            Some(message) => Command::Receive { from, number, message: Box::new(message.clone()) },
            None => Command::Acknowledge { region: from, number },
        };
        match self.try_command(packet.to, &command, dies_after) {
            Ok(()) if packet.message.is_some() && !dies_after => {
                self.wire(Packet { from: packet.to, to: packet.from, number, message: None });
            }
            Ok(()) => {}
            // Not acknowledged, so it is sent again.
            Err(reasons) if reasons.iter().all(|reason| reason.code == "region/not-yet") => {}
            Err(reasons) => self.fail(&format!("a message was refused: {reasons:?}")),
        }
    }

    /// Every message of an office that is not acknowledged, once more on the wires.
    pub fn send_again(&mut self, office: usize) {
        let mut again = Vec::new();
        for (stream, events) in self.offices[office].memory.streams() {
            let (StreamId::Sent(region, number), [Event::Region { what, .. }]) = (stream, events.as_slice())
            else {
                continue;
            };
            if let RegionEvent::Sent { message, .. } = &**what {
                let to = World::office_of(*region);
                let message = Some((**message).clone());
                again.push(Packet { from: office, to, number: *number, message });
            }
        }
        for packet in again {
            self.wire(packet);
        }
    }

    /// Delivers, without faults, until nothing is left to say.
    pub fn settle_down(&mut self) {
        let faulty = std::mem::replace(&mut self.faulty, false);
        loop {
            while !self.wires.is_empty() {
                let place = if faulty { self.dice.below(self.wires.len() as u64) as usize } else { 0 };
                self.deliver(place);
            }
            (0..self.offices.len()).for_each(|office| self.send_again(office));
            if self.wires.is_empty() {
                break;
            }
        }
        self.faulty = faulty;
    }

    /// Delivers the questions; answers stay on the wires.
    pub fn deliver_asks_only(&mut self) {
        while let Some(place) =
            self.wires.iter().position(|packet| matches!(packet.message, Some(Message::Ask(_))))
        {
            self.deliver(place);
        }
    }

    /// Delivers what lies on the wires now, the last first.
    pub fn deliver_backwards(&mut self) {
        for place in (0..self.wires.len()).rev() {
            self.deliver(place);
        }
    }

    /// Takes the messages from one office to another off the wires.
    pub fn take_messages(&mut self, from: usize, to: usize) -> Vec<(u64, Message)> {
        let wires = std::mem::take(&mut self.wires);
        let mine = |packet: &Packet| packet.from == from && packet.to == to;
        let (taken, left): (Vec<Packet>, Vec<Packet>) = wires.into_iter().partition(mine);
        self.wires = left;
        taken.into_iter().filter_map(|packet| Some((packet.number, packet.message?))).collect()
    }

    /// What an office would list of a day to another.
    pub fn lists(&mut self, office: usize, to: usize, day: Day) -> Vec<Listed> {
        self.does(office, &Command::List { region: World::region(to), day });
        let listed = self.take_messages(office, to).into_iter().find_map(|(_, message)| match message {
            Message::Listed { remotes, .. } => Some(remotes),
            _ => None,
        });
        listed.unwrap()
    }

    /// The books of all regions close to zero, pair by pair, on every day anything counts for.
    #[track_caller]
    pub fn check_books(&self) {
        let ledgers: Vec<Ledger> = self
            .offices
            .iter()
            .map(|office| match Ledger::of(office.memory.entries().cloned()) {
                Ok(ledger) => ledger,
                Err((entry, outcome)) => self.fail(&format!("entry {entry} does not stand: {outcome}")),
            })
            .collect();
        let books =
            ledgers.iter().enumerate().map(|(office, ledger)| (World::region(office), ledger)).collect();
        let days: BTreeSet<Day> =
            ledgers.iter().flat_map(|ledger| ledger.entries().iter().map(|entry| entry.day)).collect();
        for day in days {
            let found = gaps(&books, day);
            if !found.is_empty() {
                self.fail(&format!("on {day} the books of two regions differ: {found:?}"));
            }
            if by_fund(&books, day).values().any(|sum| *sum != 0) {
                self.fail(&format!("on {day} a fund does not add up to zero"));
            }
        }
    }

    #[track_caller]
    pub fn fail(&self, what: &str) -> ! {
        panic!("{what}\nhistory:\n  {}", self.history.join("\n  "))
    }
}

fn word(packet: &Packet) -> &'static str {
    packet.message.as_ref().map_or("acknowledgement", Message::word)
}

pub fn citizen(office: usize, patient: usize) -> CitizenId {
    let area = DISTRICTS[office].parse().unwrap();
    CitizenId::compose(area, day("1970-01-01").plus(patient as i32), 17).unwrap()
}

/// An office with its hospital, its patients, and the other offices.
fn found(office: usize) -> Office {
    let mut memory = Memory::default();
    let mut push = |stream: StreamId, event: Event| {
        let mut decision = Decision::default();
        let version = (&memory as &dyn Records).version(&stream);
        decision.push(stream, version, event);
        assert!(memory.append(&decision.appends));
    };
    let hospital = ProviderId(1);
    let registered = provider::Registered {
        provider: hospital,
        code: format!("H{}00001", DISTRICTS[office]),
        name: format!("演示医院{office}"),
        provider_kind: "hospital".to_owned(),
        hosp_lv: "2".to_owned(),
        region: DISTRICTS[office].to_owned(),
        refers: false,
    };
    push(StreamId::Provider(hospital), Event::ProviderRegistered(registered));
    let designation =
        provider::Designation { from: day("2015-01-01"), to: None, article: "sil-2018/31-1".into() };
    push(StreamId::Provider(hospital), Event::ProviderDesignated { provider: hospital, designation });
    for patient in 0..PATIENTS {
        let person = PersonId(patient as u64 + 1);
        let registered = person::Registered {
            person,
            name: "某人".to_owned(),
            citizen: citizen(office, patient),
            address: "某路".to_owned(),
            unit: None,
            insurance: vec![person::Insurance {
                insutype: "310".to_owned(),
                psn_type: "1101".to_owned(),
                from: day("2010-01-01"),
                to: None,
            }],
            categories: Vec::new(),
            parent: None,
            region: REGIONS[office].to_owned(),
        };
        push(StreamId::Person(person), Event::PersonRegistered(registered));
    }
    let others = (0..REGIONS.len()).filter(|other| *other != office);
    for (number, other) in (1..).zip(others) {
        let id = FilingId(number);
        let registered = filing::Registered {
            filing: id,
            person: PersonId(FILED as u64 + 1),
            filing_kind: "long-term".to_owned(),
            region: DISTRICTS[other].to_owned(),
            provider: None,
            from: day("2020-01-01"),
            to: None,
            case: Some(CaseId(1)),
            sent: None,
        };
        push(StreamId::Filing(id), Event::FilingRegistered(registered));
        let region = World::region(other);
        let joined = RegionEvent::Joined { name: REGIONS[other].to_owned(), on: day("2026-01-01") };
        push(StreamId::Region(region), Event::Region { region, what: Box::new(joined) });
    }
    let mut ids = Ids::default();
    ids.go_on_after(IdKind::Provider, 1);
    ids.go_on_after(IdKind::Person, PATIENTS as u64);
    Office { memory, skew: 0, ids }
}

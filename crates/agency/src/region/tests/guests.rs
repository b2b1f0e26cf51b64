//! Visits of people insured elsewhere: registered, charged, settled by the other office, taken back.

use super::world::{Bill, World, citizen, day, fen};
use crate::region::{Command, Known, NewGuest, Question, Standing, answer};
use crate::testing::acting;
use crate::visit::{self, NewLine, Open, Setting, Settle, Visit};
use crate::{Context, Ids, Organisation, PersonId, SettlementId, StreamId, VisitId};
use ledger::{Account, Word};
use std::collections::BTreeMap;
use terms::{Fen, Refusals};

const HAIQU: usize = 0;
const YANYUAN: usize = 1;

fn codes(refusals: &Refusals) -> Vec<&str> {
    refusals.iter().map(|refusal| refusal.code.as_str()).collect()
}

/// A patient of Haiqu with fee lines of 1,000.00 at the hospital of Yanyuan.
struct Guest {
    world: World,
    person: PersonId,
    visit: VisitId,
}

impl Guest {
    fn arrives() -> Guest {
        let mut world = World::new(1, false);
        let region = World::region(HAIQU);
        let new = NewGuest { region, citizen: citizen(HAIQU, 0), name: "来客".to_owned() };
        world.does(YANYUAN, &Command::Welcome(Box::new(new)));
        let person = world.records(YANYUAN).person_by_citizen(&citizen(HAIQU, 0)).unwrap();
        let open = Open {
            person,
            certno: String::new(),
            name: "来客".to_owned(),
            setting: Setting::Outpatient,
            insutype: "310".parse().unwrap(),
            med_type: Some("11".parse().unwrap()),
            begntime: world.moment(YANYUAN),
            number: "M1".to_owned(),
            details: BTreeMap::new(),
            diagnoses: Vec::new(),
            message: "open".to_owned(),
        };
        let opened = world.visits(YANYUAN, &visit::Command::Open(Box::new(open))).unwrap();
        let visit = opened.appends.iter().find_map(|append| match append.stream {
            StreamId::Visit(visit) => Some(visit),
            _ => None,
        });
        let mut guest = Guest { world, person, visit: visit.unwrap() };
        let line = NewLine {
            sn: "1".to_owned(),
            batch: "B1".to_owned(),
            item: "YANYUAN-S-0001".to_owned(),
            own_code: "H1".to_owned(),
            amount: fen("1000.00"),
            price: "1000".parse().unwrap(),
            quantity: "1".parse().unwrap(),
            at: guest.world.moment(YANYUAN),
            returns: None,
            approved: None,
            details: BTreeMap::new(),
        };
        let (visit, person, message) = (guest.visit, guest.person, "lines".to_owned());
        guest.does(&visit::Command::AddLines { visit, person, lines: vec![line], message }).unwrap();
        guest
    }

    fn does(&mut self, command: &visit::Command) -> Result<(), Refusals> {
        self.world.visits(YANYUAN, command).map(drop)
    }

    fn asked(&self, message: &str) -> Settle {
        Settle {
            visit: self.visit,
            person: self.person,
            batches: Vec::new(),
            med_type: None,
            declared: BTreeMap::new(),
            mid_stay: false,
            preview: false,
            invoice: String::new(),
            details: BTreeMap::new(),
            message: message.to_owned(),
        }
    }

    fn settles(&mut self, message: &str) -> Result<(), Refusals> {
        let asked = self.asked(message);
        self.does(&visit::Command::Settle(Box::new(asked)))?;
        let remote = self.state().settlements.last().and_then(|settled| settled.remote).unwrap();
        // The model of both books looks on.
        let day = self.world.today(YANYUAN);
        let bill = Bill { treating: YANYUAN, insured: HAIQU, patient: 0, total: 100_000, day };
        self.world.bills.insert(remote, bill);
        Ok(())
    }

    fn state(&self) -> Visit {
        self.world.records(YANYUAN).visit(self.visit).unwrap()
    }

    /// Where the last bill stands at the place of treatment.
    fn standing(&self) -> Standing {
        self.world.remote(YANYUAN, self.state().settlements.last().unwrap().remote.unwrap()).standing
    }
}

/// By hand: Haiqu's fund pays half of what is in scope, and the line's class is what Yanyuan's catalogue says.
#[test]
fn a_visit_is_settled_elsewhere_and_taken_back() {
    let mut guest = Guest::arrives();
    guest.settles("settle").unwrap();
    assert_eq!(guest.standing(), Standing::Asked);
    assert_eq!(guest.state().open_lines().count(), 0, "the lines are held from the question on");
    assert_eq!(codes(&guest.settles("again").unwrap_err()), ["visit/nothing-to-settle"]);
    guest.world.settle_down();
    assert_eq!(guest.standing(), Standing::Settled);
    let settled = guest.state().settlements[0].clone();
    let answer = guest.world.remote(YANYUAN, settled.remote.unwrap()).answer.unwrap();
    let half = answer.amounts.inscp_scp_amt.get() / 2;
    assert!(half > 0);
    assert_eq!(answer.amounts.fund_pay_sumamt.get(), half);
    let fund = Word::known("310100");
    let receivable = Account::receivable(World::region(HAIQU), fund);
    assert_eq!(guest.world.balance(YANYUAN, receivable).get(), half);

    let (visit, person) = (guest.visit, guest.person);
    let cancel = |settlement: SettlementId| visit::Command::CancelSettlement {
        visit,
        person,
        settlement,
        message: "cancel".to_owned(),
    };
    guest.does(&cancel(settled.settlement)).unwrap();
    assert_eq!(guest.state().open_lines().count(), 1);
    assert_eq!(codes(&guest.does(&cancel(settled.settlement)).unwrap_err()), ["visit/settlement-unknown"]);
    guest.world.settle_down();
    assert_eq!(guest.standing(), Standing::Cancelled);
    assert_eq!(guest.world.balance(YANYUAN, receivable), Fen::ZERO);
    guest.world.check_books();
    // The lines can be settled anew, under another name.
    guest.settles("once more").unwrap();
    guest.world.settle_down();
    assert_eq!(guest.standing(), Standing::Settled);
    guest.world.check_books();
}

#[test]
fn a_settlement_is_reversed_by_its_message() {
    let mut guest = Guest::arrives();
    guest.settles("settle").unwrap();
    guest.world.settle_down();
    let reverse =
        visit::Command::Reverse { person: guest.person, of: "settle".to_owned(), message: "back".to_owned() };
    guest.does(&reverse).unwrap();
    guest.world.settle_down();
    assert_eq!(guest.standing(), Standing::Cancelled);
    assert_eq!(guest.state().open_lines().count(), 1);
    guest.world.check_books();
}

/// Silence: given up after thirty seconds, and the lines can be settled again.
#[test]
fn what_is_given_up_lets_the_lines_go() {
    let mut guest = Guest::arrives();
    guest.settles("settle").unwrap();
    let remote = guest.state().settlements[0].remote.unwrap();
    guest.world.deliver_asks_only();
    guest.world.pass(30_000);
    guest.world.does(YANYUAN, &Command::TimeOut { remote });
    assert_eq!(guest.state().open_lines().count(), 1);
    guest.world.settle_down();
    assert_eq!(guest.standing(), Standing::Cancelled);
    guest.settles("again").unwrap();
    guest.world.settle_down();
    assert_eq!(guest.standing(), Standing::Settled);
    guest.world.check_books();
}

/// Haiqu says no: here because its clock is a week away.
#[test]
fn what_is_refused_lets_the_lines_go() {
    let mut guest = Guest::arrives();
    guest.world.jump(HAIQU, 7 * 86_400_000);
    guest.settles("settle").unwrap();
    guest.world.settle_down();
    let remote = guest.state().settlements[0].remote.unwrap();
    assert_eq!(guest.standing(), Standing::Refused);
    assert_eq!(codes(&guest.world.remote(YANYUAN, remote).reasons), ["region/clocks-differ"]);
    assert_eq!(guest.state().open_lines().count(), 1);
    guest.world.check_books();
}

/// Sums of the provider must be those of the lines.
#[test]
fn sums_that_differ_are_told_before_anybody_is_asked() {
    let mut guest = Guest::arrives();
    let mut asked = guest.asked("settle");
    asked.declared.insert("medfee_sumamt".to_owned(), fen("999.99"));
    let refused = guest.does(&visit::Command::Settle(Box::new(asked))).unwrap_err();
    assert_eq!(codes(&refused), ["visit/sum-differs"]);
    assert!(guest.world.take_messages(YANYUAN, HAIQU).is_empty());
}

/// A question is answered as the settlement will be, and nothing is kept.
#[test]
fn a_question_is_answered_as_the_settlement_will_be() {
    let mut guest = Guest::arrives();
    let actor = acting(0, "region-link", Organisation::Agency);
    let context = |guest: &Guest, office: usize| Context {
        rules: &super::world::rules()[office],
        actor: &actor,
        now: guest.world.moment(office),
        ids: Ids::default(),
    };
    let here = guest.world.records(YANYUAN);
    let question =
        visit::question(here, &context(&guest, YANYUAN), &guest.state(), &guest.asked("")).unwrap();
    let (partner, question) = question.unwrap();
    assert_eq!(partner, World::region(HAIQU));
    let there = guest.world.records(HAIQU);
    let from = World::region(YANYUAN);
    let before = guest.world.memory(HAIQU).streams().count();
    let Known::Bill(told) = answer(there, &mut context(&guest, HAIQU), from, &question).unwrap() else {
        panic!("a bill was asked about")
    };
    assert_eq!(guest.world.memory(HAIQU).streams().count(), before);
    // Somebody with another name is not told of.
    let asked =
        Question::Person { citizen: citizen(HAIQU, 0), name: "别人".to_owned(), day: day("2026-10-09") };
    let refused = answer(there, &mut context(&guest, HAIQU), from, &asked).unwrap_err();
    assert_eq!(codes(&refused), ["visit/person-differs"]);
    guest.settles("settle").unwrap();
    guest.world.settle_down();
    let remote = guest.state().settlements[0].remote.unwrap();
    let made = guest.world.remote(YANYUAN, remote).answer.unwrap();
    assert_eq!((told.amounts, &told.funds), (made.amounts, &made.funds));
}

/// A person of ours is no guest; a guest is who the office of their region says, by the name and in the region of today.
#[test]
fn guests_are_welcomed_once() {
    let guest = Guest::arrives();
    let again = |name: &str, region: usize, patient: (usize, usize)| {
        let (region, citizen) = (World::region(region), citizen(patient.0, patient.1));
        Command::Welcome(Box::new(NewGuest { region, citizen, name: name.to_owned() }))
    };
    let refused = |command: &Command| guest.world.refused(YANYUAN, command);
    assert_eq!(refused(&again("来客", HAIQU, (YANYUAN, 0))), ["region/insured-here"]);
    let person = guest.person;
    let mut world = guest.world;
    let known = |world: &World| {
        let registered = world.records(YANYUAN).person(person).unwrap().registered;
        (registered.name, registered.region, world.events(YANYUAN, &StreamId::Person(person)).len())
    };
    world.does(YANYUAN, &again("来客", HAIQU, (HAIQU, 0)));
    assert_eq!(known(&world), ("来客".to_owned(), "990100".to_owned(), 1));
    world.does(YANYUAN, &again("来客新名", HAIQU, (HAIQU, 0)));
    assert_eq!(known(&world), ("来客新名".to_owned(), "990100".to_owned(), 2));
    world.does(YANYUAN, &again("来客新名", 2, (HAIQU, 0)));
    assert_eq!(known(&world), ("来客新名".to_owned(), "970100".to_owned(), 3));
    assert_eq!(
        world.refused_as(YANYUAN, "provider-system", &again("客", HAIQU, (HAIQU, 1))),
        ["region/not-permitted"]
    );
}

/// A purchase at the counter: the question is asked with it, and what Haiqu refuses was not bought.
#[test]
fn a_purchase_is_settled_elsewhere_or_was_none() {
    let mut guest = Guest::arrives();
    let person = guest.person;
    let buy = |guest: &Guest, message: &str| {
        let at = guest.world.moment(YANYUAN);
        let open = Open {
            person,
            certno: String::new(),
            name: String::new(),
            setting: Setting::Pharmacy,
            insutype: "310".parse().unwrap(),
            med_type: Some("41".parse().unwrap()),
            begntime: at,
            number: "P1".to_owned(),
            details: BTreeMap::new(),
            diagnoses: Vec::new(),
            message: message.to_owned(),
        };
        let line = NewLine {
            sn: "1".to_owned(),
            batch: "B1".to_owned(),
            item: "YANYUAN-S-0001".to_owned(),
            own_code: "H1".to_owned(),
            amount: fen("100.00"),
            price: "100".parse().unwrap(),
            quantity: "1".parse().unwrap(),
            at,
            returns: None,
            approved: None,
            details: BTreeMap::new(),
        };
        let settle = Settle { visit: VisitId(0), ..guest.asked(message) };
        visit::Command::Buy(Box::new(visit::Buy { open, lines: vec![line], settle }))
    };
    let begun = |decision: &crate::Decision| {
        let visit = decision.appends.iter().find_map(|append| match append.stream {
            StreamId::Visit(visit) => Some(visit),
            _ => None,
        });
        visit.unwrap()
    };
    let state = |guest: &Guest, visit| guest.world.records(YANYUAN).visit(visit).unwrap();
    let buys = |guest: &mut Guest, message: &str| {
        let bought = buy(guest, message);
        let visit = begun(&guest.world.visits(YANYUAN, &bought).unwrap());
        // The model of both books looks on.
        let remote = state(guest, visit).settlements[0].remote.unwrap();
        let day = guest.world.today(YANYUAN);
        let bill = Bill { treating: YANYUAN, insured: HAIQU, patient: 0, total: 10_000, day };
        guest.world.bills.insert(remote, bill);
        visit
    };
    let visit = buys(&mut guest, "buy-1");
    assert_eq!(state(&guest, visit).open_lines().count(), 0, "held from the question on");
    guest.world.settle_down();
    let remote = state(&guest, visit).settlements[0].remote.unwrap();
    let bill = guest.world.remote(YANYUAN, remote);
    assert_eq!(bill.standing, Standing::Settled);
    assert_eq!(bill.answer.unwrap().amounts.medfee_sumamt, fen("100.00"));
    assert!(!state(&guest, visit).withdrawn);

    guest.world.jump(HAIQU, 7 * 86_400_000);
    let visit = buys(&mut guest, "buy-2");
    guest.world.settle_down();
    assert!(state(&guest, visit).withdrawn && state(&guest, visit).standing().next().is_none());
    assert!(!guest.world.records(YANYUAN).visits_of(person).contains(&visit));
    guest.world.check_books();
}

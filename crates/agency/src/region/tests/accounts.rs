//! A personal account that pays a bill in another region: drawn at the insured office, once, owed to the place of
//! treatment in both books, and brought back with the bill. Hangzhou keeps accounts; Haiqu treats.

use super::world::{self, day, fen};
use super::*;
use crate::person_account::Command as Accounts;
use crate::settlement::BillLine;
use crate::{
    Actor, Context, Decision, IdKind, Ids, Memory, Organisation, PersonId, ProviderId, Records, Rulebook,
    person, provider, testing,
};
use benefit::{Class, Share};
use terms::{CitizenId, Moment};

const HANGZHOU: Word = Word::known("330100");
const HAIQU: Word = Word::known("990100");
const HOLDER: PersonId = PersonId(1);

struct Side {
    rules: &'static Rulebook,
    memory: Memory,
    ids: Ids,
}

impl Side {
    fn does(&mut self, role: &str, command: &crate::Command) -> Vec<(u64, Message)> {
        let actor = Actor {
            account: crate::AccountId(1),
            name: role.to_owned(),
            roles: [role.to_owned()].into(),
            organisation: Organisation::Agency,
            title: None,
            person: None,
        };
        let now = Moment::at(day("2026-10-09"), 9, 0);
        let mut context = Context { rules: self.rules, actor: &actor, now, ids: self.ids.clone() };
        let decision =
            crate::decide(&self.memory, &mut context, command).unwrap_or_else(|why| panic!("{why:?}"));
        self.ids = context.ids;
        self.keep(&decision);
        let sent =
            decision.appends.iter().flat_map(|append| &append.events).filter_map(|event| match event {
                Event::Region { what, .. } => match &**what {
                    RegionEvent::Sent { number, message } => Some((*number, (**message).clone())),
                    _ => None,
                },
                _ => None,
            });
        sent.collect()
    }

    fn keep(&mut self, decision: &Decision) {
        assert!(self.memory.append(&decision.appends), "nobody else writes");
    }

    fn happens(&mut self, stream: StreamId, event: Event) {
        let mut decision = Decision::default();
        let version = (&self.memory as &dyn Records).version(&stream);
        decision.push(stream, version, event);
        self.keep(&decision);
    }

    fn held(&self, account: &str) -> Fen {
        let account: Account = account.parse().unwrap();
        (&self.memory as &dyn Records).moved(&account, terms::Day::MIN, terms::Day::MAX).net()
    }
}

/// The person's own office with 100.00 of this year and 50.00 of earlier ones, and the office with the hospital.
fn both() -> (Side, Side) {
    let side = |rules, other: Word, name: &str| {
        let mut side = Side { rules, memory: Memory::default(), ids: Ids::default() };
        let join = Command::Join { region: other, name: name.to_owned() };
        side.does("operator", &crate::Command::Region(join));
        side
    };
    let mut own = side(testing::rules(), HAIQU, "海曲");
    let mut there = side(&world::rules()[0], HANGZHOU, "杭州");
    let registered = person::Registered {
        person: HOLDER,
        name: "某人".to_owned(),
        citizen: citizen(),
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
        region: "330100".to_owned(),
    };
    own.happens(StreamId::Person(HOLDER), Event::PersonRegistered(registered));
    own.ids.go_on_after(IdKind::Person, 1);
    let begin = Accounts::TakeOver {
        person: HOLDER,
        this_year: fen("100.00"),
        past: fen("50.00"),
        through: Month { year: 2026, month: 9 },
    };
    own.does("operator", &crate::Command::PersonAccount(begin));
    let hospital = ProviderId(1);
    let registered = provider::Registered {
        provider: hospital,
        code: "H99010600001".to_owned(),
        name: "演示医院".to_owned(),
        provider_kind: "hospital".to_owned(),
        hosp_lv: "2".to_owned(),
        region: "990106".to_owned(),
        refers: false,
    };
    there.happens(StreamId::Provider(hospital), Event::ProviderRegistered(registered));
    let designation =
        provider::Designation { from: day("2015-01-01"), to: None, article: "sil-2018/31-1".into() };
    there
        .happens(StreamId::Provider(hospital), Event::ProviderDesignated { provider: hospital, designation });
    there.ids.go_on_after(IdKind::Provider, 1);
    (own, there)
}

fn citizen() -> CitizenId {
    CitizenId::compose(330_106, day("1974-03-02"), 20).unwrap()
}

fn receives(side: &mut Side, from: Word, messages: Vec<(u64, Message)>) -> Vec<(u64, Message)> {
    let mut answers = Vec::new();
    for (number, message) in messages {
        let receive = Command::Receive { from, number, message: Box::new(message) };
        answers.extend(side.does("region-link", &crate::Command::Region(receive)));
    }
    answers
}

#[test]
fn an_account_is_drawn_at_the_insured_office_for_a_bill_elsewhere() {
    let (mut own, mut there) = both();
    let bill = |account: bool| NewRemote {
        account,
        region: HANGZHOU,
        citizen: citizen(),
        provider: ProviderId(1),
        med_type: "11".parse().unwrap(),
        begndate: day("2026-10-09"),
        enddate: day("2026-10-09"),
        lines: vec![BillLine {
            item: "S-0001".to_owned(),
            name: "普通门诊诊查费".to_owned(),
            price: "120.00".parse().unwrap(),
            quantity: "1".parse().unwrap(),
            day: day("2026-10-09"),
            class: Class::A,
            ceiling: None,
            first_own: Share::default(),
            illustrative: true,
        }],
    };
    let ask = |there: &mut Side, account: bool| {
        there.does("provider-system", &crate::Command::Region(Command::Ask(Box::new(bill(account)))))
    };
    let settle = |own: &mut Side, there: &mut Side, account: bool| {
        let question = ask(there, account);
        let answers = receives(own, HAIQU, question.clone());
        // The question once more: it was taken, and draws nothing again.
        assert!(receives(own, HAIQU, question).is_empty());
        receives(there, HANGZHOU, answers);
    };
    // Where the bill does not ask for it nothing is drawn: of 120.00 below the deductible nothing is owed.
    settle(&mut own, &mut there, false);
    assert_eq!(own.held("person-account:1"), fen("-150.00"));
    // 120.00: unfiled elsewhere, 20% or 24.00 are first borne; 96.00 of this year's 100.00 pay the rest in scope, then
    // the 50.00 of earlier years pay the first share: 24.00.
    settle(&mut own, &mut there, true);
    let account = (&own.memory as &dyn Records).person_account(HOLDER);
    assert_eq!(account.parts_on(day("2026-10-09")), (fen("4.00"), fen("26.00")));
    assert_eq!(own.held("person-account:1"), fen("-30.00"));
    assert_eq!(own.held("payable-region:990100:310200"), fen("-120.00"));
    assert_eq!(there.held("receivable:330100:310200"), fen("120.00"));
    assert_eq!(there.held("payable:1:310200"), fen("-120.00"));
    // Taken back at the place of treatment: the account has everything again, and both books are level.
    let cancel = Command::Cancel { remote: Word::known("990100-2") };
    let asked = there.does("provider-system", &crate::Command::Region(cancel));
    let answers = receives(&mut own, HAIQU, asked);
    receives(&mut there, HANGZHOU, answers);
    let account = (&own.memory as &dyn Records).person_account(HOLDER);
    assert_eq!(account.parts_on(day("2026-10-09")), (fen("100.00"), fen("50.00")));
    for (side, name) in [
        (&own, "payable-region:990100:310200"),
        (&there, "receivable:330100:310200"),
        (&there, "payable:1:310200"),
    ] {
        assert_eq!(side.held(name), Fen::ZERO, "{name}");
    }
}

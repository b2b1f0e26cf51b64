//! Visits as a provider brings them: registered or admitted, billed, settled and taken back.

mod notes;
mod stays;

use super::*;
use crate::testing::{day, rules};
use crate::{
    AccountId, Actor, Capability, Context, Decision, Ids, Memory, Organisation, Records, Rulebook, StreamId,
    person, provider,
};
use terms::{CitizenId, Refusals};

/// The same law where the day of admission decides a stay.
fn by_admission() -> Rulebook {
    Rulebook::compile(rules().law.choosing("stay-law-day", "admission").unwrap()).unwrap()
}

const HOSPITAL: ProviderId = ProviderId(1);
const OTHER: ProviderId = ProviderId(2);
const SUSPENDED: ProviderId = ProviderId(3);
const PERSON: PersonId = PersonId(17);

fn at(text: &str) -> Moment {
    let (date, clock) = text.split_once(' ').unwrap();
    let (hour, minute) = clock.split_once(':').unwrap();
    Moment::at(day(date), hour.parse().unwrap(), minute.parse().unwrap())
}

/// An office in memory with one person, three hospitals and a clock that stands at noon of a day.
struct Stage {
    records: Memory,
    ids: Ids,
    now: Moment,
    actor: Actor,
}

impl Stage {
    fn new() -> Stage {
        let mut records = Memory::default();
        let mut push = |stream: StreamId, event: Event| {
            let mut decision = Decision::default();
            let version = (&records as &dyn Records).version(&stream);
            decision.push(stream, version, event);
            assert!(records.append(&decision.appends));
        };
        let registered = person::Registered {
            person: PERSON,
            name: "王芳".to_owned(),
            citizen: CitizenId::compose(330_106, day("1975-03-02"), 22).unwrap(),
            address: "西湖区".to_owned(),
            unit: None,
            insurance: vec![person::Insurance {
                insutype: "310".to_owned(),
                psn_type: "11".to_owned(),
                from: day("2010-01-01"),
                to: None,
            }],
            categories: Vec::new(),
            parent: None,
            region: "330100".to_owned(),
        };
        push(StreamId::Person(PERSON), Event::PersonRegistered(registered));
        for (provider, to) in [(HOSPITAL, None), (OTHER, None), (SUSPENDED, Some(day("2026-03-31")))] {
            let registered = provider::Registered {
                provider,
                code: format!("H330106{:05}", provider.0),
                name: format!("演示医院{provider}"),
                provider_kind: "hospital".to_owned(),
                hosp_lv: "2".to_owned(),
                region: "330106".to_owned(),
                refers: false,
            };
            push(StreamId::Provider(provider), Event::ProviderRegistered(registered));
            let designation =
                provider::Designation { from: day("2015-01-01"), to, article: "nhsa-order-2/42".into() };
            push(StreamId::Provider(provider), Event::ProviderDesignated { provider, designation });
        }
        let actor = Actor {
            account: AccountId(0),
            name: "接口".to_owned(),
            roles: ["provider-system".to_owned()].into(),
            organisation: Organisation::Provider(HOSPITAL),
            title: None,
            person: None,
        };
        Stage { records, ids: Ids::default(), now: at("2026-10-09 12:00"), actor }
    }

    fn context(&self) -> Context<'_> {
        Context { rules: rules(), actor: &self.actor, now: self.now, ids: self.ids.clone() }
    }

    fn decide(&self, command: &Command) -> Result<(Decision, Ids), Refusals> {
        let mut context = self.context();
        let decision = decide(&self.records, &mut context, command)?;
        Ok((decision, context.ids))
    }

    #[track_caller]
    fn does(&mut self, command: &Command) {
        let (decision, ids) = self.decide(command).unwrap_or_else(|refusals| panic!("{refusals:?}"));
        self.ids = ids;
        assert!(self.records.append(&decision.appends));
    }

    #[track_caller]
    fn refused(&self, command: &Command, code: &str) {
        let refusals = self.decide(command).map(|_| "done").unwrap_err();
        let codes: Vec<&str> = refusals.iter().map(|refusal| refusal.code.as_str()).collect();
        assert!(codes.contains(&code), "{code} is not in {codes:?}");
        let refusal = refusals.iter().find(|refusal| refusal.code == code).unwrap();
        assert!(rules().law.article(&refusal.article.0).is_some(), "{code} rests on {}", refusal.article);
    }

    fn visit(&self, id: u64) -> Visit {
        (&self.records as &dyn Records).visit(VisitId(id)).unwrap()
    }
}

fn open(setting: Setting, message: &str) -> Open {
    Open {
        person: PERSON,
        certno: String::new(),
        name: "王芳".to_owned(),
        setting,
        insutype: "310".parse().unwrap(),
        med_type: Some(if setting == Setting::Inpatient { "21" } else { "11" }.parse().unwrap()),
        begntime: at("2026-10-01 08:30"),
        number: "M1".to_owned(),
        details: Details::new(),
        diagnoses: Vec::new(),
        message: message.to_owned(),
    }
}

fn line(sn: &str, item: &str, price: &str, quantity: &str, amount: &str) -> NewLine {
    NewLine {
        sn: sn.to_owned(),
        batch: "B1".to_owned(),
        item: item.to_owned(),
        own_code: "own".to_owned(),
        amount: amount.parse().unwrap(),
        price: price.parse().unwrap(),
        quantity: quantity.parse().unwrap(),
        at: at("2026-10-01 09:00"),
        returns: None,
        approved: None,
        details: Details::new(),
    }
}

fn add(lines: Vec<NewLine>) -> Command {
    Command::AddLines { visit: VisitId(1), person: PERSON, lines, message: "m-lines".to_owned() }
}

fn settle(message: &str, total: &str) -> Settle {
    Settle {
        visit: VisitId(1),
        person: PERSON,
        batches: Vec::new(),
        med_type: None,
        declared: [("medfee_sumamt".to_owned(), total.parse().unwrap())].into(),
        mid_stay: false,
        preview: false,
        invoice: String::new(),
        details: Details::new(),
        message: message.to_owned(),
    }
}

fn cancel(settlement: u64) -> Command {
    let (settlement, message) = (SettlementId(settlement), "m-cancel".to_owned());
    Command::CancelSettlement { visit: VisitId(1), person: PERSON, settlement, message }
}

fn reverse(of: &str) -> Command {
    Command::Reverse { person: PERSON, of: of.to_owned(), message: "m-reverse".to_owned() }
}

fn withdraw() -> Command {
    Command::Withdraw { visit: VisitId(1), person: PERSON, message: "m-withdraw".to_owned() }
}

#[test]
fn an_outpatient_visit_from_registration_to_settlement_and_back() {
    let mut stage = Stage::new();
    stage.does(&Command::Open(Box::new(open(Setting::Outpatient, "m-open"))));
    stage.does(&add(vec![
        line("1", "DEMO-S-0001", "10", "1", "10.00"),
        // Class B, 5 % first: 32.40 × 3 = 97.20, of which 4.86.
        line("2", "DEMO-X-0005", "32.4", "3", "97.20"),
        // In no catalogue: the person's own.
        line("3", "HIS-ONLY", "5.555", "2", "11.11"),
    ]));
    let shares: Vec<_> = stage.visit(1).lines.iter().map(|kept| kept.line.share()).collect();
    assert_eq!(shares[1].preselfpay_amt, "4.86".parse().unwrap());
    assert_eq!(shares[1].inscp_scp_amt, "92.34".parse().unwrap());
    assert_eq!(shares[2].fulamt_ownpay_amt, "11.11".parse().unwrap());
    assert_eq!(stage.visit(1).lines[2].line.notes[0].code, "not-in-catalogue");

    // Pre-settlement says what settlement will do, and does nothing.
    let visit = stage.visit(1);
    let before = stage.records.streams().map(|(_, events)| events.len()).sum::<usize>();
    let preview = preview(&stage.records, &mut stage.context(), &visit, &settle("m-pre", "118.31")).unwrap();
    assert_eq!(before, stage.records.streams().map(|(_, events)| events.len()).sum::<usize>());
    stage.does(&Command::Settle(Box::new(settle("m-settle", "118.31"))));
    let visit = stage.visit(1);
    assert_eq!(visit.standing().count(), 1);
    let year = crate::settlement::BenefitYear::of(&stage.records.events(&StreamId::Year(PERSON, 2026)));
    assert_eq!(year.settlements[0].amounts, preview.made.amounts);
    assert_eq!(year.settlements[0].amounts.medfee_sumamt, "118.31".parse().unwrap());

    stage.refused(&withdraw(), "visit/has-lines");
    stage.refused(&add(vec![line("1", "DEMO-X-0001", "1", "1", "1")]), "visit/line-twice");
    stage.does(&cancel(1));
    stage.refused(&cancel(1), "visit/settlement-unknown");
    assert_eq!(stage.visit(1).open_lines().count(), 3);
    // Its lines are open again and settle under a new number.
    stage.does(&Command::Settle(Box::new(settle("m-again", "118.31"))));
    assert_eq!(stage.visit(1).standing().next().unwrap().settlement, SettlementId(2));
}

#[test]
fn batches_are_settled_apart_and_cancelled_in_the_reverse_order() {
    let mut stage = Stage::new();
    stage.does(&Command::Open(Box::new(open(Setting::Outpatient, "m-open"))));
    let other = NewLine { batch: "B2".to_owned(), ..line("2", "DEMO-X-0002", "15.6", "1", "15.60") };
    stage.does(&add(vec![line("1", "DEMO-X-0001", "12.8", "1", "12.80"), other]));
    let first = Settle { batches: vec!["B1".to_owned()], ..settle("m-1", "12.80") };
    stage.does(&Command::Settle(Box::new(first)));
    stage.does(&Command::Settle(Box::new(settle("m-2", "15.60"))));
    stage.refused(&Command::Settle(Box::new(settle("m-3", "0"))), "visit/nothing-to-settle");
    stage.refused(&cancel(1), "visit/later-settlement");
    stage.does(&cancel(2));
    stage.does(&cancel(1));
}

#[test]
fn sums_that_differ_are_refused_by_name() {
    let mut stage = Stage::new();
    stage.does(&Command::Open(Box::new(open(Setting::Outpatient, "m-open"))));
    stage.refused(&add(vec![line("1", "DEMO-X-0001", "12.8", "2", "25.61")]), "visit/line-amount");
    stage.does(&add(vec![line("1", "DEMO-X-0005", "100", "1", "100")]));
    let mut asked = settle("m-1", "100.01");
    asked.declared.insert("preselfpay_amt".to_owned(), "5".parse().unwrap());
    let refusals = stage.decide(&Command::Settle(Box::new(asked.clone()))).map(|_| "done").unwrap_err();
    assert_eq!(refusals.len(), 1);
    assert_eq!(refusals[0].facts["field"], terms::Fact::Text("medfee_sumamt".to_owned()));
    asked.declared.insert("medfee_sumamt".to_owned(), "100".parse().unwrap());
    stage.does(&Command::Settle(Box::new(asked)));
}

#[test]
fn a_message_is_reversed_by_its_id_once() {
    let mut stage = Stage::new();
    stage.does(&Command::Open(Box::new(open(Setting::Outpatient, "m-open"))));
    stage.does(&add(vec![line("1", "DEMO-X-0001", "12.8", "1", "12.80")]));
    stage.does(&Command::Settle(Box::new(settle("m-settle", "12.80"))));
    stage.refused(&reverse("m-never"), "visit/nothing-to-reverse");
    stage.refused(&reverse("m-open"), "visit/nothing-to-reverse");
    stage.does(&reverse("m-settle"));
    assert_eq!(stage.visit(1).standing().count(), 0);
    stage.refused(&reverse("m-settle"), "visit/nothing-to-reverse");
    stage.refused(&Command::Settle(Box::new(settle("m-settle", "12.80"))), "visit/message-used");

    let mut stage = Stage::new();
    stage.does(&Command::Open(Box::new(open(Setting::Inpatient, "m-admit"))));
    stage.does(&reverse("m-admit"));
    assert!(stage.visit(1).withdrawn);
}

#[test]
fn a_purchase_at_a_pharmacy_is_one_decision() {
    let mut stage = Stage::new();
    let buy = |message: &str| Buy {
        open: Open { med_type: Some("41".parse().unwrap()), ..open(Setting::Pharmacy, message) },
        lines: vec![line("1", "DEMO-X-0001", "12.8", "2", "25.60")],
        settle: settle(message, "25.60"),
    };
    let (visit, seen) = preview_purchase(&stage.records, &mut stage.context(), &buy("m-1")).unwrap();
    assert_eq!(visit.lines.len(), 1);
    stage.does(&Command::Buy(Box::new(buy("m-1"))));
    assert_eq!(stage.visit(1).standing().next().unwrap().settlement, seen.made.settlement);
    stage.refused(&Command::Buy(Box::new(buy("m-1"))), "visit/message-used");
    stage.does(&reverse("m-1"));
}

#[test]
fn who_may_and_for_whom() {
    let mut stage = Stage::new();
    let open_for = |change: fn(&mut Open)| {
        let mut asked = open(Setting::Outpatient, "m-open");
        change(&mut asked);
        Command::Open(Box::new(asked))
    };
    stage.refused(&open_for(|asked| asked.person = PersonId(99)), "visit/person-unknown");
    stage.refused(&open_for(|asked| asked.name = "李四".to_owned()), "visit/person-differs");
    stage.refused(&open_for(|asked| asked.certno = "110101202311012176".to_owned()), "visit/person-differs");
    stage.refused(&open_for(|asked| asked.insutype = "390".parse().unwrap()), "visit/not-insured");
    stage.refused(&open_for(|asked| asked.begntime = at("2026-10-09 12:01")), "visit/days");
    stage.does(&open_for(|_| {}));
    // Another provider's visit is answered like one that never was.
    stage.actor.organisation = Organisation::Provider(OTHER);
    stage.refused(&withdraw(), "visit/unknown");
    stage.actor.organisation = Organisation::Provider(SUSPENDED);
    stage.refused(&open_for(|_| {}), "agreement/expired");
    // On the last day of its agreement it was designated.
    stage.does(&open_for(|asked| asked.begntime = at("2026-03-31 10:00")));
    stage.actor.organisation = Organisation::Agency;
    stage.refused(&withdraw(), "visit/not-permitted");
    stage.actor = Actor {
        roles: ["doctor".to_owned()].into(),
        organisation: Organisation::Provider(HOSPITAL),
        ..stage.actor
    };
    stage.refused(&withdraw(), "visit/not-permitted");
    assert!(!rules().roles.allow(&stage.actor, Capability::Settle));
}

#[test]
fn a_visit_of_no_kind_is_settled_once_a_kind_is_named() {
    let mut stage = Stage::new();
    stage.does(&Command::Open(Box::new(Open { med_type: None, ..open(Setting::Outpatient, "m-1") })));
    stage.does(&add(vec![line("1", "DEMO-X-0001", "12.8", "1", "12.80")]));
    stage.refused(&Command::Settle(Box::new(settle("m-2", "12.80"))), "visit/no-kind");
    let named = Settle { med_type: Some("11".parse().unwrap()), ..settle("m-3", "12.80") };
    stage.does(&Command::Settle(Box::new(named)));
}

#[test]
fn nothing_of_a_suspension_is_settled_and_the_ground_is_named() {
    let mut stage = Stage::new();
    let happens = |stage: &mut Stage, event: Event| {
        let stream = StreamId::Provider(HOSPITAL);
        let expected_version = stage.records.events(&stream).len() as u64;
        let append = crate::StreamAppend { stream, expected_version, events: vec![event] };
        assert!(stage.records.append(&[append]));
    };
    stage.does(&Command::Open(Box::new(open(Setting::Outpatient, "m-open"))));
    stage.does(&add(vec![line("1", "DEMO-X-0001", "12.8", "10", "128")]));
    // Suspended on the day of service, lifted before the settlement: the day of service counts.
    let suspension = provider::Suspension {
        from: day("2026-10-01"),
        to: day("2026-12-31"),
        article: "nhsa-order-2/43".into(),
        ground: "overcharging".to_owned(),
        case: crate::CaseId(1),
    };
    happens(&mut stage, Event::ProviderSuspended { provider: HOSPITAL, suspension });
    let lifted = Event::ProviderResumed { provider: HOSPITAL, on: day("2026-10-02"), case: crate::CaseId(2) };
    happens(&mut stage, lifted);
    let settling = Command::Settle(Box::new(settle("m-settle", "128")));
    let refusals = stage.decide(&settling).map(|_| ()).unwrap_err();
    let told: Vec<(&str, &str)> =
        refusals.iter().map(|refusal| (refusal.code.as_str(), refusal.article.0.as_str())).collect();
    assert_eq!(told, [("agreement/suspended", "nhsa-order-2/43")]);
    // From the day it is in force again the provider registers and settles.
    let next = Open { begntime: at("2026-10-02 08:30"), ..open(Setting::Outpatient, "m-next") };
    stage.does(&Command::Open(Box::new(next)));
}

#[test]
fn every_ground_of_a_visit_is_in_the_pack() {
    let codes = include_str!("decide.rs")
        .split("refuse(\"")
        .chain(include_str!("settle.rs").split("refuse(\""))
        .skip(1);
    let codes = codes.filter_map(|rest| rest.split('"').next()).filter(|code| code.starts_with("visit/"));
    for code in codes {
        let refusal = rules().grounds.refuse(code);
        assert_ne!(refusal.article.0, code, "{code} has no article");
    }
}

use crate::casework::{Command, OpenAbout, decide};
use crate::provider::{self, Standing};
use crate::testing::{acting, day, rules};
use crate::{CaseId, Context, Event, Ids, Memory, Organisation, ProviderId, Records, StreamAppend, StreamId};
use case::{Action, Completion, Piece, Presented};
use terms::{Fact, Facts, Moment, Refusals};

const PROVIDER: ProviderId = ProviderId(5);

struct Office {
    records: Memory,
    ids: Ids,
}

impl Office {
    fn new(agreements: &[(&str, &str)]) -> Office {
        let mut records = Memory::default();
        let registered = provider::Registered {
            provider: PROVIDER,
            code: "H33010600005".into(),
            name: "演示医院".into(),
            provider_kind: "hospital".into(),
            hosp_lv: "2".into(),
            region: "330106".into(),
            refers: false,
        };
        let mut events = vec![Event::ProviderRegistered(registered)];
        events.extend(agreements.iter().map(|(from, to)| {
            let designation =
                provider::Designation { from: day(from), to: Some(day(to)), article: "sil-2018/31-1".into() };
            Event::ProviderDesignated { provider: PROVIDER, designation }
        }));
        let stream = StreamId::Provider(PROVIDER);
        assert!(records.append(&[StreamAppend { stream, expected_version: 0, events }]));
        Office { records, ids: Ids::default() }
    }

    fn tries(&mut self, on: &str, who: (u64, &str), command: &Command) -> Result<(), Refusals> {
        let (account, role) = who;
        let provider = role == "agreement-officer";
        let actor = acting(
            account,
            role,
            if provider { Organisation::Provider(PROVIDER) } else { Organisation::Agency },
        );
        let now = Moment::at(day(on), 9, 0);
        let mut context = Context { rules: rules(), actor: &actor, now, ids: self.ids.clone() };
        let decision = decide(&self.records, &mut context, command)?;
        self.ids = context.ids;
        assert!(self.records.append(&decision.appends));
        Ok(())
    }

    #[track_caller]
    fn does(&mut self, on: &str, who: (u64, &str), command: &Command) {
        self.tries(on, who, command).unwrap_or_else(|refusals| panic!("{refusals:?}"));
    }

    fn standing(&self, on: &str) -> Standing {
        let records: &dyn Records = &self.records;
        records.provider(PROVIDER).unwrap().standing_on(day(on))
    }
}

const MANAGER: (u64, &str) = (1, "agreement-manager");
const OFFICER: (u64, &str) = (2, "agreement-officer");
const REVIEWER: (u64, &str) = (3, "reviewer");
const SENIOR: (u64, &str) = (4, "senior-reviewer");

fn open(procedure: &str, capacity: &str, facts: &[(&str, Fact)], papers: &[&str]) -> Command {
    let paper = |id: &&str| Presented {
        material: (*id).to_owned(),
        pieces: vec![Piece { original: true, copies: 1, ..Piece::default() }],
    };
    Command::OpenAbout(Box::new(OpenAbout {
        procedure: procedure.to_owned(),
        about: format!("provider/{PROVIDER}"),
        capacity: capacity.to_owned(),
        facts: facts.iter().map(|(name, fact)| ((*name).to_owned(), fact.clone())).collect(),
        materials: papers.iter().map(paper).collect(),
        stand_in: None,
    }))
}

fn act(case: u64, action: Action) -> Command {
    Command::Act { case: CaseId(case), action: Box::new(action) }
}

fn step(case: u64, step: &str, facts: &[(&str, Fact)]) -> Command {
    let facts: Facts = facts.iter().map(|(name, fact)| ((*name).to_owned(), fact.clone())).collect();
    let note = "noted".to_owned();
    act(case, Action::Complete(Completion { facts, note, ..Completion::approve(step) }))
}

fn date(text: &str) -> Fact {
    Fact::Day(day(text))
}

#[test]
fn a_suspension_is_decided_after_the_provider_was_heard_and_lifted_after_it_mended() {
    let mut office = Office::new(&[("2026-01-01", "2026-12-31")]);
    let told = [
        ("suspension.ground", Fact::Code("overcharging".into())),
        ("suspension.from", date("2026-07-01")),
        ("suspension.to", date("2026-09-30")),
    ];
    office.does("2026-06-01", MANAGER, &open("agreement-suspend", "agency", &told, &["inspection-record"]));
    office.does("2026-06-01", MANAGER, &act(1, Action::Accept));
    office.does("2026-06-03", OFFICER, &step(1, "defend", &[]));
    assert_eq!(office.standing("2026-07-01"), Standing::Designated);
    office.does("2026-06-08", SENIOR, &step(1, "decide", &[]));
    assert_eq!(office.standing("2026-06-30"), Standing::Designated);
    let suspended = Standing::Suspended { from: day("2026-07-01"), article: "nhsa-order-2/42".into() };
    assert_eq!(office.standing("2026-07-01"), suspended);
    assert_eq!(office.standing("2026-10-01"), Standing::Designated);

    office.does("2026-08-03", OFFICER, &open("agreement-resume", "provider", &[], &["correction-report"]));
    office.does("2026-08-03", MANAGER, &act(2, Action::Accept));
    office.does("2026-08-04", REVIEWER, &step(2, "check", &[]));
    office.does("2026-08-05", SENIOR, &step(2, "decide", &[("resumption.on", date("2026-08-06"))]));
    assert_eq!(office.standing("2026-08-05"), suspended);
    assert_eq!(office.standing("2026-08-06"), Standing::Designated);
}

#[test]
fn who_is_no_provider_and_no_manager_opens_nothing() {
    let mut office = Office::new(&[("2026-01-01", "2026-12-31")]);
    let leave = open("agreement-leave", "provider", &[("leaving.last", date("2026-12-31"))], &["notice"]);
    for (who, command) in [(REVIEWER, &leave), (MANAGER, &leave)] {
        let refusals = office.tries("2026-06-01", who, command).unwrap_err();
        assert_eq!(refusals[0].code, "case/capacity-not-shown");
    }
    let mut nowhere = leave.clone();
    if let Command::OpenAbout(open) = &mut nowhere {
        open.about = "provider/77".to_owned();
    }
    assert_eq!(office.tries("2026-06-01", OFFICER, &nowhere).unwrap_err()[0].code, "provider/unknown");
    if let Command::OpenAbout(open) = &mut nowhere {
        open.about = "case/1".to_owned();
    }
    assert_eq!(office.tries("2026-06-01", OFFICER, &nowhere).unwrap_err()[0].code, "case/about-nothing");
}

#[test]
fn a_renewal_follows_the_present_agreement_and_an_end_cuts_both() {
    let mut office = Office::new(&[("2026-01-01", "2026-12-31")]);
    office.does("2026-09-01", OFFICER, &open("agreement-renew", "provider", &[], &["application"]));
    office.does("2026-09-01", MANAGER, &act(1, Action::Accept));
    office.does("2026-09-02", REVIEWER, &step(1, "negotiate", &[]));
    office.does("2026-09-03", OFFICER, &step(1, "sign-provider", &[]));
    let term = [("agreement.from", date("2027-01-01")), ("agreement.to", date("2027-12-31"))];
    office.does("2026-09-04", MANAGER, &step(1, "sign-agency", &term));
    assert_eq!(office.standing("2027-06-01"), Standing::Designated);

    let told = [("ending.ground", Fact::Code("fraud".into())), ("ending.last", date("2026-10-31"))];
    office.does("2026-09-07", MANAGER, &open("agreement-end", "agency", &told, &["evidence"]));
    office.does("2026-09-07", MANAGER, &act(2, Action::Accept));
    office.does("2026-09-08", OFFICER, &step(2, "defend", &[]));
    office.does("2026-09-09", SENIOR, &step(2, "decide", &[]));
    assert_eq!(office.standing("2026-10-31"), Standing::Designated);
    let ended = Standing::Ended { on: day("2026-10-31"), article: "nhsa-order-2/43".into() };
    assert_eq!(office.standing("2026-11-01"), ended);
    assert_eq!(office.standing("2027-06-01"), ended);
}

#[test]
fn a_change_of_level_comes_from_the_list_and_of_an_account_as_written() {
    let mut office = Office::new(&[("2026-01-01", "2026-12-31")]);
    let told = [
        ("change.what", Fact::Code("hosp_lv".into())),
        ("change.value", Fact::Text("二级甲等".into())),
        ("change.level", Fact::Code("5".into())),
        ("change.on", date("2026-03-02")),
    ];
    let papers = ["application", "approval"];
    office.does("2026-03-09", OFFICER, &open("agreement-change", "provider", &told, &papers));
    office.does("2026-03-09", MANAGER, &act(1, Action::Accept));
    office.does("2026-03-10", REVIEWER, &step(1, "check", &[]));
    let records: &dyn Records = &office.records;
    assert_eq!(records.provider(PROVIDER).unwrap().registered.hosp_lv, "5");
}

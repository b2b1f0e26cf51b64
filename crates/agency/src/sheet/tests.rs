use super::*;
use crate::testing::{day, rules};
use crate::{AccountId, Actor, Context, Decision, Ids, Memory, Organisation, SettlementId, provider};
use terms::Refusals;

fn filed(key: &str) -> Filed {
    Filed {
        provider: ProviderId(5),
        sheet: SheetKind::Department,
        key: key.to_owned(),
        details: [("hosp_dept_name".to_owned(), "内科".to_owned())].into(),
        tables: BTreeMap::new(),
        message: "m".to_owned(),
        at: Moment(0),
    }
}

#[test]
fn a_sheet_is_what_was_filed_last_until_it_is_withdrawn() {
    let mut events = vec![Event::SheetFiled(Box::new(filed("D1")))];
    let mut changed = filed("D1");
    changed.details.insert("hosp_dept_name".to_owned(), "心内科".to_owned());
    events.push(Event::SheetFiled(Box::new(changed)));
    let sheet = Sheet::of(&events);
    assert_eq!(sheet.filed.as_ref().map(|filed| filed.detail("hosp_dept_name")), Some("心内科"));
    events.push(Event::SheetWithdrawn {
        provider: ProviderId(5),
        sheet: SheetKind::Department,
        key: "D1".to_owned(),
        message: "m".to_owned(),
    });
    assert_eq!(Sheet::of(&events), Sheet { filed: None, version: 3 });
}

#[test]
fn every_kind_has_a_word_of_its_own() {
    for (kind, word) in SheetKind::ALL {
        assert_eq!((SheetKind::named(word), kind.word()), (Some(kind), word));
    }
    assert_eq!(mapping_key("201", "A/1"), "201/A/1");
}

const HOSPITAL: ProviderId = ProviderId(5);

/// An office that knows one hospital.
fn office() -> Memory {
    let mut records = Memory::default();
    let registered = provider::Registered {
        provider: HOSPITAL,
        code: "H33010600005".to_owned(),
        name: "演示医院".to_owned(),
        provider_kind: "hospital".to_owned(),
        hosp_lv: "2".to_owned(),
        region: "330106".to_owned(),
        refers: false,
    };
    let mut decision = Decision::default();
    decision.push(StreamId::Provider(HOSPITAL), 0, Event::ProviderRegistered(registered));
    assert!(records.append(&decision.appends));
    records
}

/// What was refused; nothing where it was kept.
fn asks(records: &mut Memory, role: &str, command: &Command) -> Vec<String> {
    let provider = ["agreement-officer", "provider-system"].contains(&role);
    let actor = Actor {
        account: AccountId(1),
        name: role.to_owned(),
        roles: [role.to_owned()].into(),
        organisation: if provider { Organisation::Provider(HOSPITAL) } else { Organisation::Agency },
        title: None,
        person: None,
    };
    let now = Moment::at(day("2026-10-09"), 9, 0);
    let mut context = Context { rules: rules(), actor: &actor, now, ids: Ids::default() };
    let codes = |refusals: Refusals| refusals.into_iter().map(|refusal| refusal.code).collect();
    match decide(&*records, &mut context, command) {
        Ok(decision) => {
            assert!(records.append(&decision.appends));
            Vec::new()
        }
        Err(refusals) => codes(refusals),
    }
}

fn practitioner(provider: ProviderId, changed: &[(&str, &str)]) -> Command {
    let whole = [
        ("prac_psn_code", "D1"),
        ("prac_psn_name", "陈医生"),
        ("prac_psn_type", "1"),
        ("psn_cert_type", "01"),
        ("certno", "1"),
        ("hi_dr_flag", "1"),
        ("begntime", "2020-01-01 00:00:00"),
    ];
    let details = whole.iter().chain(changed).map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let sheet = NewSheet { key: "D1".to_owned(), details: details.collect(), tables: BTreeMap::new() };
    Command::KeepPractitioner { provider, sheet }
}

#[test]
fn only_the_office_keeps_practitioners_and_whole_ones() {
    let mut records = office();
    let plain = practitioner(HOSPITAL, &[]);
    for role in ["agreement-officer", "provider-system", "cashier"] {
        assert_eq!(asks(&mut records, role, &plain), ["registry/not-permitted"], "{role}");
    }
    let manager = "agreement-manager";
    assert_eq!(asks(&mut records, manager, &practitioner(ProviderId(6), &[])), ["provider/unknown"]);
    let wrong = [
        ("prac_psn_code", "D2"),
        ("prac_psn_name", " "),
        ("chg_rea", "\u{7}"),
        ("endtime", "2019-12-31 00:00:00"),
    ];
    assert_eq!(
        asks(&mut records, manager, &practitioner(HOSPITAL, &wrong)),
        ["sheet/key", "sheet/field", "sheet/field", "sheet/days"]
    );
    assert!(asks(&mut records, manager, &plain).is_empty());
    let left = practitioner(HOSPITAL, &[("endtime", "2026-09-30 00:00:00")]);
    assert!(asks(&mut records, manager, &left).is_empty());
    let sheet = Sheet::find(&records, HOSPITAL, SheetKind::Practitioner, "D1");
    assert_eq!(sheet.version, 2);
    assert_eq!(sheet.filed.unwrap().detail("endtime"), "2026-09-30 00:00:00");
}

#[test]
fn a_list_is_audited_once_it_was_handed_in() {
    let mut records = office();
    let audit = |passed: bool, reason: &str| Command::AuditList {
        provider: HOSPITAL,
        settlement: SettlementId(7),
        passed,
        reason: reason.to_owned(),
    };
    let officer = "settlement-officer";
    assert_eq!(asks(&mut records, officer, &audit(true, "")), ["sheet/unknown"]);
    let list = |status: &str| Filed {
        sheet: SheetKind::List,
        details: [("stas_type".to_owned(), status.to_owned())].into(),
        ..filed("7")
    };
    let files = |records: &mut Memory, status: &str| {
        let mut decision = Decision::default();
        let stream = list(status).stream();
        let version = (&*records as &dyn Records).version(&stream);
        decision.push(stream, version, Event::SheetFiled(Box::new(list(status))));
        assert!(records.append(&decision.appends));
    };
    files(&mut records, "0");
    let closed = ["sheet/list-status", "statement/text-length"];
    assert_eq!(asks(&mut records, officer, &audit(false, "")), closed);
    files(&mut records, "1");
    assert_eq!(asks(&mut records, "cashier", &audit(true, "")), ["registry/not-permitted"]);
    assert!(asks(&mut records, officer, &audit(false, " 主要诊断不符 ")).is_empty());
    let found = |records: &Memory| Sheet::find(records, HOSPITAL, SheetKind::List, "7").filed.unwrap();
    assert_eq!((status(&found(&records)), found(&records).detail(SENT_BACK)), ("3", "主要诊断不符"));
    files(&mut records, "1");
    assert!(asks(&mut records, officer, &audit(true, "")).is_empty());
    assert_eq!((status(&found(&records)), found(&records).detail(SENT_BACK)), ("2", ""));
    assert_eq!(asks(&mut records, officer, &audit(true, "")), ["sheet/list-status"]);
}

//! Keys and the sandbox, as the people of a hospital see them.

use super::*;
use crate::pages::{keys, practitioners, sandbox, sandbox_trial, settlement_lists};

fn ask<'a>(stage: &'a Stage, provider: u64, query: &[(&str, &str)], form: &[(&str, &str)]) -> Ask<'a> {
    let office = Actor {
        account: AccountId(7),
        name: "周医保".into(),
        roles: ["hospital-insurance-office".to_owned()].into(),
        organisation: Organisation::Provider(ProviderId(provider)),
        title: None,
        person: None,
    };
    Ask { path: "/keys".into(), query: typed(query), form: typed(form), ..reader(stage, office) }
}

#[test]
fn a_key_is_shown_once_changed_with_an_overlap_and_revoked() {
    let stage = Stage::new();
    let old = format!("{HOSPITAL}-1");
    let new = format!("{HOSPITAL}-00112233445566aa");
    let secret = stage.app.interface.secrets.of(&new);
    let form = [
        ("key", "0123456789abcdef0123456789abcdef"),
        ("fresh", "00112233445566aa"),
        ("do", "change"),
        ("access_key", old.as_str()),
        ("overlap", "7"),
    ];
    assert!(shown(keys::act(&ask(&stage, 1, &[], &form))).contains(&secret));
    // The same form again has no effect and shows nothing again; neither does the page.
    assert!(!shown(keys::act(&ask(&stage, 1, &[], &form))).contains(&secret));
    assert!(!shown(keys::show(&ask(&stage, 1, &[], &[]))).contains(&secret));
    let state = || {
        let find = |records: &dyn agency::Records| records.provider(ProviderId(1)).unwrap();
        stage.app.desk.store().with_records(find).unwrap()
    };
    let (today, week) = (day("2026-10-09"), day("2026-10-16"));
    assert!(state().has_key(&old, today) && state().has_key(&new, today));
    assert!(
        state().has_key(&old, day("2026-10-15"))
            && !state().has_key(&old, week)
            && state().has_key(&new, week)
    );
    let revoke =
        [("key", "1123456789abcdef0123456789abcdef"), ("do", "revoke"), ("access_key", old.as_str())];
    // Somebody of another provider cannot.
    assert!(matches!(keys::act(&ask(&stage, 2, &[], &revoke)), Ok(Shown::Refused(_))));
    shown(keys::act(&ask(&stage, 1, &[], &revoke)));
    assert!(!state().has_key(&old, today));
}

#[test]
fn the_sandbox_checks_shows_examples_and_masks() {
    let stage = Stage::new();
    let client = stage.client(HOSPITAL);
    client.refused("1101", json!({ "data": with(person(), json!({ "psn_name": "" })) }), "psn_name");
    let page = shown(sandbox::show(&ask(&stage, 1, &[("t", "2207")], &[])));
    assert!(page.contains("callService/2207") && page.contains("_api_signature"));
    let certno = person()["certno"].as_str().unwrap().to_owned();
    assert!(page.contains("节点[data]字段[psn_name]必填项为空") && !page.contains(&certno), "{page}");
    // Another provider sees nothing of it.
    let other = shown(sandbox::show(&ask(&stage, 2, &[], &[])));
    assert!(!other.contains("必填项为空"));
    let checked = shown(sandbox::check(&ask(&stage, 1, &[], &[("message", "{\"infno\":\"1101\"}")])));
    assert!(checked.contains("字段[msgid]必填项为空"), "{checked}");
    shown(sandbox::check(&ask(&stage, 1, &[], &[("message", "<script>")])));
}

/// In a demo the examples are about somebody whom the office knows: sent one after another, each with the numbers of the
/// answers before it, they make a visit that is settled.
#[test]
fn the_examples_of_a_demo_are_served_as_they_stand() {
    let mut stage = Stage::new();
    stage.app.office.demo = Some(1);
    let client = stage.client(HOSPITAL);
    let asked = ask(&stage, 1, &[], &[]);
    let find = |records: &dyn agency::Records| records.provider(ProviderId(1)).unwrap();
    let provider = stage.app.desk.store().with_records(find).unwrap();
    let known = sandbox_trial::known(&asked, &asked.page(), &provider);
    let specification = &stage.app.interface.specification;
    let mut visit = String::new();
    for infno in ["1101", "2201", "2204", "2206", "2207"] {
        let transaction = specification.transaction(infno).unwrap();
        let numbered = client.message(infno, &json!({}));
        let about = ::interface::example::About {
            provider: HOSPITAL,
            region: "330106",
            msgid: numbered["msgid"].as_str().unwrap(),
            sign_no: &client.sign_no.borrow(),
            now: stage.app.desk.now(),
            known: &known,
        };
        let text = ::interface::example::message(specification, transaction, &about);
        let text = text.replace("\"mdtrt_id\": \"1\"", &format!("\"mdtrt_id\": \"{visit}\""));
        let (_, answer) = client.post(&serde_json::from_str(&text).unwrap());
        assert_eq!(answer["infcode"], json!(0), "{text}: {answer}");
        if infno == "2201" {
            answer["output"]["data"]["mdtrt_id"].as_str().unwrap().clone_into(&mut visit);
        }
    }
    // An office of real people shows nobody.
    stage.app.office.demo = None;
    let asked = ask(&stage, 1, &[], &[]);
    assert_eq!(sandbox_trial::known(&asked, &asked.page(), &provider), []);
}

/// Somebody at the desk: the office's agreement manager, or a hospital's insurance office.
fn at<'a>(stage: &'a Stage, provider: Option<u64>, form: &[(&str, &str)]) -> Ask<'a> {
    let mut ask = ask(stage, provider.unwrap_or(1), &[], form);
    ask.path = "/providers/1/practitioners".into();
    ask.parts = vec!["1".to_owned()];
    if provider.is_none() {
        ask.actor = Some(Actor { roles: ["agreement-manager".to_owned()].into(), ..operator() });
    }
    ask
}

#[test]
fn the_office_keeps_practitioners_and_a_provider_sees_its_own() {
    let stage = Stage::new();
    let form = [
        ("key", "0123456789abcdef0123456789abcdef"),
        ("psn_cert_type", "01"),
        ("certno", "110101199001011237"),
        ("prac_psn_code", "D330106000001"),
        ("prac_psn_name", "陈医生"),
        ("prac_psn_type", "1"),
        ("hi_dr_flag", "1"),
        ("begntime", "2020-01-01"),
    ];
    // What is missing, of no list or no day is told field by field, and nothing is kept.
    let wrong =
        [("key", "k0123456789abcdef0123456789abcdef"), ("psn_cert_type", "77"), ("begntime", "yesterday")];
    let reply = practitioners::act(&at(&stage, None, &wrong)).unwrap();
    let Shown::Refused(told) = reply else { panic!("{reply:?}") };
    let told = told.into_string();
    for id in ["f-psn_cert_type-fault", "f-certno-fault", "f-prac_psn_name-fault", "f-begntime-fault"] {
        assert!(told.contains(id), "{id}");
    }
    assert!(matches!(practitioners::act(&at(&stage, None, &form)), Ok(Shown::See { .. })));
    let listed = shown(practitioners::show(&at(&stage, None, &[])));
    assert!(listed.contains("陈医生") && !listed.contains("110101199001011237"));
    assert_eq!(told_by_5102(&stage)["certno"], json!("110101199001011237"));
    // Written anew without the number of the document it stays; who left has a last day.
    let mut later: Vec<(&str, &str)> = form.iter().copied().filter(|(name, _)| *name != "certno").collect();
    later[0].1 = "1123456789abcdef0123456789abcdef";
    later.push(("endtime", "2026-09-30"));
    assert!(matches!(practitioners::act(&at(&stage, None, &later)), Ok(Shown::See { .. })));
    let now = told_by_5102(&stage);
    assert_eq!(
        (&now["certno"], &now["endtime"]),
        (&json!("110101199001011237"), &json!("2026-09-30 00:00:00"))
    );
    // The hospital sees its own and can write nothing; another sees nothing.
    let own = shown(practitioners::show(&at(&stage, Some(1), &[])));
    assert!(own.contains("陈医生") && own.contains("已离职") && !own.contains("id=\"write\""));
    let mut again = form;
    again[0].1 = "2123456789abcdef0123456789abcdef";
    assert!(matches!(practitioners::act(&at(&stage, Some(1), &again)), Ok(Shown::Refused(_))));
    assert!(practitioners::show(&at(&stage, Some(2), &[])).is_err());
    assert!(settlement_lists::show(&at(&stage, Some(2), &[])).is_err());
    assert!(shown(settlement_lists::show(&at(&stage, Some(1), &[]))).contains("没有这一状态"));
}

fn told_by_5102(stage: &Stage) -> Value {
    let asked = json!({ "data": { "prac_psn_type": "1", "prac_psn_code": "D330106000001" } });
    stage.client(HOSPITAL).asks("5102", asked)["feedetail"][0].clone()
}

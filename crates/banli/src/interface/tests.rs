//! Hospital and pharmacy software as the specification alone describes it, against a real office in a folder.

mod accounts;
mod breaks;
mod files;
mod guests;
mod hostile;
mod pages;
mod raw;
mod sheets;
mod walk;

use super::gateway::handle;
use super::*;
use crate::app::App;
use crate::ask::{Ask, Fields, Reply as Shown};
use crate::clock::Clock;
use crate::errors::Problem;
use crate::office::Office;
use crate::pages::parts::Theme;
use crate::text::Lang;
use ::interface::{Specification, signature};
use agency::registry::{self, NewPerson, NewProvider};
use agency::{AccountId, Actor, Command, Organisation, ProviderId, person::Insurance};
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use serde_json::{Value, json};
use std::cell::{Cell, RefCell};
use std::sync::Arc;
use store::{Options, Store};
use terms::{CitizenId, Day};

const HOSPITAL: &str = "H33010600001";
const PHARMACY: &str = "P33010600002";

struct Stage {
    app: App,
    folder: tempfile::TempDir,
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn office(folder: &std::path::Path) -> Office {
    let store = Arc::new(Store::open(folder, Options::default()).unwrap());
    let rules = crate::rules::Rules::of(
        crate::office::rulebook(&crate::packs::PacksArgs::default(), "hangzhou").unwrap(),
    );
    Office { store, rules, clock: Clock::opening_on(day("2026-10-09")), demo: None }
}

fn operator() -> Actor {
    Actor {
        account: AccountId(1),
        name: "运维".into(),
        roles: ["operator".to_owned()].into(),
        organisation: Organisation::Agency,
        title: None,
        person: None,
    }
}

impl Stage {
    /// An office with a hospital, a pharmacy, one insured person and a key for each provider.
    fn new() -> Stage {
        let folder = tempfile::tempdir().unwrap();
        let stage = Stage { app: App::new(office(folder.path())).unwrap(), folder };
        for (number, code, kind) in [(1, HOSPITAL, "hospital"), (2, PHARMACY, "pharmacy")] {
            stage.register(registry::Command::RegisterProvider(NewProvider {
                code: code.into(),
                name: "翠微演示医院".into(),
                provider_kind: kind.into(),
                hosp_lv: if kind == "hospital" { "2" } else { "11" }.into(),
                region: "330106".into(),
                refers: kind == "hospital",
            }));
            stage.register(registry::Command::Designate {
                provider: ProviderId(number),
                from: day("2015-01-01"),
                to: None,
                article: "nhsa-order-2/42".into(),
            });
            stage.register(registry::Command::IssueKey {
                provider: ProviderId(number),
                access_key: format!("{code}-1"),
            });
        }
        stage.register(registry::Command::RegisterPerson(NewPerson {
            name: "王芳".into(),
            citizen: CitizenId::compose(330_106, day("1975-03-02"), 22).unwrap(),
            address: "西湖区".into(),
            unit: None,
            insurance: vec![Insurance {
                insutype: "310".into(),
                psn_type: "11".into(),
                from: day("2010-01-01"),
                to: None,
            }],
            categories: Vec::new(),
            parent: None,
            region: "330100".into(),
        }));
        stage
    }

    fn register(&self, command: registry::Command) {
        self.app.desk.submit(&operator(), None, &Command::Registry(command)).unwrap();
    }

    /// The provider's software, signed in for the day.
    fn client(&self, code: &'static str) -> Client<'_> {
        let client = self.stranger(code);
        client.sign_in();
        client
    }

    /// The provider's software before it signs in.
    fn stranger(&self, code: &'static str) -> Client<'_> {
        let (sequence, sign_no) = (Cell::new(0), RefCell::default());
        Client { app: &self.app, code, key: format!("{code}-1"), sequence, sign_no }
    }
}

struct Client<'a> {
    app: &'a App,
    code: &'static str,
    key: String,
    sequence: Cell<u32>,
    sign_no: RefCell<String>,
}

impl Client<'_> {
    fn sign_in(&self) {
        let input = json!({"signIn": {"opter_no": "0001", "mac": "-", "ip": "127.0.0.1"}});
        let number = self.asks("9001", input)["signinoutb"]["sign_no"].as_str().unwrap().to_owned();
        *self.sign_no.borrow_mut() = number;
    }

    fn message(&self, infno: &str, input: &Value) -> Value {
        self.sequence.set(self.sequence.get() + 1);
        json!({
            "infno": infno, "msgid": format!("{}20261009120000{:04}", self.code, self.sequence.get()),
            "mdtrtarea_admvs": "330106", "insuplc_admdvs": "330100", "recer_sys_code": "YBXT", "infver": "V1.0",
            "opter_type": "1", "opter": "0001", "opter_name": "李收费", "inf_time": "2026-10-09 08:00:00",
            "fixmedins_code": self.code, "sign_no": *self.sign_no.borrow(), "input": input,
        })
    }

    fn headers(&self, infno: &str, secret: &str) -> HeaderMap {
        let timestamp = Clock::Real.now().0.to_string();
        let signature = signature::sign(secret.as_bytes(), &self.key, infno, &timestamp, "1.0.0");
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("_api_name", infno),
            ("_api_version", "1.0.0"),
            ("_api_timestamp", &timestamp),
            ("_api_access_key", &self.key),
            ("_api_signature", &signature),
        ] {
            headers.insert(name, HeaderValue::from_str(value).unwrap());
        }
        headers
    }

    fn post(&self, message: &Value) -> (StatusCode, Value) {
        let infno = message["infno"].as_str().unwrap();
        let headers = self.headers(infno, &self.app.interface.secrets.of(&self.key));
        // Every other message by its own address.
        let named = self.sequence.get().is_multiple_of(2).then_some(infno);
        read(handle(self.app, named, &headers, Some(message.to_string().as_bytes())))
    }

    #[expect(clippy::needless_pass_by_value, reason = "tests write a message where they send it")]
    #[track_caller]
    fn asks(&self, infno: &str, input: Value) -> Value {
        let (status, answer) = self.post(&self.message(infno, &input));
        assert_eq!((status, &answer["infcode"]), (StatusCode::OK, &json!(0)), "{infno}: {answer}");
        assert_eq!(answer["inf_refmsgid"].as_str().unwrap().len(), 30);
        answer["output"].clone()
    }

    #[expect(clippy::needless_pass_by_value, reason = "tests write a message where they send it")]
    #[track_caller]
    fn refused(&self, infno: &str, input: Value, word: &str) {
        let (status, answer) = self.post(&self.message(infno, &input));
        assert_eq!((status, &answer["infcode"]), (StatusCode::OK, &json!(-1)), "{infno}: {answer}");
        assert!(answer["err_msg"].as_str().unwrap().contains(word), "{word} in {answer}");
    }
}

fn read(response: Response) -> (StatusCode, Value) {
    let status = response.status();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let bytes = runtime.block_on(to_bytes(response.into_body(), usize::MAX)).unwrap();
    (status, serde_json::from_slice(&bytes).unwrap())
}

/// Somebody at a page, in Chinese, who has typed nothing yet.
fn reader(stage: &Stage, actor: Actor) -> Ask<'_> {
    Ask {
        app: &stage.app,
        lang: Lang::Zh,
        path: String::new(),
        parts: Vec::new(),
        files: Vec::new(),
        query: Fields::default(),
        form: Fields::default(),
        actor: Some(actor),
        reader: None,
        secret: String::new(),
        theme: Theme::default(),
        host: String::new(),
        address: String::new(),
        now: stage.app.desk.now(),
    }
}

/// The page that was answered with.
#[track_caller]
fn shown(reply: Result<Shown, Problem>) -> String {
    match reply.unwrap() {
        Shown::Page(page) | Shown::Refused(page) => page.into_string(),
        other => panic!("{other:?}"),
    }
}

fn typed(pairs: &[(&str, &str)]) -> Fields {
    Fields::of(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
}

fn person() -> Value {
    let certno = CitizenId::compose(330_106, day("1975-03-02"), 22).unwrap().as_str().to_owned();
    json!({
        "psn_no": "1", "insutype": "310", "mdtrt_cert_type": "02", "mdtrt_cert_no": certno, "psn_cert_type": "01",
        "certno": certno, "psn_type": "11", "psn_name": "王芳",
    })
}

fn with(mut base: Value, more: Value) -> Value {
    let Value::Object(more) = more else { panic!("{more} is no object") };
    base.as_object_mut().unwrap().extend(more);
    base
}

fn line(visit: &str, sn: &str, item: &str, price: &str, count: &str, amount: &str) -> Value {
    json!({
        "feedetl_sn": sn, "mdtrt_id": visit, "psn_no": "1", "chrg_bchno": "B1", "rx_circ_flag": "0", "med_type": "21",
        "fee_ocur_time": "2026-10-08 09:00:00", "med_list_codg": item, "medins_list_codg": "H1",
        "det_item_fee_sumamt": amount, "cnt": count, "pric": price, "bilg_dept_codg": "D1", "bilg_dept_name": "内科",
        "bilg_dr_codg": "R1", "bilg_dr_name": "陈医生", "hosp_appr_flag": "0",
    })
}

fn register(client: &Client<'_>) -> String {
    register_as(client, &person())
}

fn register_as(client: &Client<'_>, person: &Value) -> String {
    let more = json!({
        "begntime": "2026-10-08 08:30:00", "ipt_otp_no": "M1", "dept_code": "D1", "dept_name": "内科", "caty": "A03",
    });
    let output = client.asks("2201", json!({ "data": with(person.clone(), more) }));
    output["data"]["mdtrt_id"].as_str().unwrap().to_owned()
}

fn settle(visit: &str, total: &str) -> Value {
    with(
        person(),
        json!({
            "med_type": "11", "medfee_sumamt": total, "psn_setlway": "01", "mdtrt_id": visit, "chrg_bchno": "B1",
            "acct_used_flag": "0", "fulamt_ownpay_amt": "0", "overlmt_selfpay": "0", "preselfpay_amt": "5.00",
            "inscp_scp_amt": "105.00",
        }),
    )
}

/// An amount in fen. Only this test reads amounts as floats, and only to print them with two decimals.
fn number(value: &Value) -> i64 {
    format!("{:.2}", value.as_f64().unwrap()).replace('.', "").parse().unwrap()
}

#[test]
fn an_outpatient_visit_from_the_specification_alone() {
    let stage = Stage::new();
    let client = stage.client(HOSPITAL);
    let number_in = client.sign_no.borrow().clone();
    let known = client.asks("1101", json!({ "data": person() }));
    assert_eq!(
        (&known["baseinfo"]["psn_no"], &known["insuinfo"][0]["insutype"]),
        (&json!("1"), &json!("310"))
    );
    let visit = register(&client);
    let lines = [
        line(&visit, "1", "DEMO-S-0001", "10", "1", "10.00"),
        line(&visit, "2", "DEMO-X-0005", "100", "1", "100.00"),
    ];
    let split = client.asks("2204", json!({ "feedetail": lines }));
    assert_eq!(
        (&split["result"][1]["preselfpay_amt"], &split["result"][1]["chrgitm_lv"]),
        (&json!(5.0), &json!("02"))
    );
    let seen = client.asks("2206", json!({ "data": settle(&visit, "110.00") }))["setlinfo"].clone();
    client.refused("2207", json!({ "data": settle(&visit, "110.01") }), "medfee_sumamt");
    let settled = client.asks("2207", json!({ "data": settle(&visit, "110.00") }));
    let info = &settled["setlinfo"];
    for name in ["medfee_sumamt", "fund_pay_sumamt", "psn_cash_pay", "act_pay_dedc"] {
        assert_eq!(seen[name], info[name], "{name}");
    }
    assert_eq!(number(&info["medfee_sumamt"]), 11_000);
    assert_eq!(
        number(&info["fund_pay_sumamt"]) + number(&info["psn_part_amt"]) + number(&info["hosp_part_amt"]),
        number(&info["medfee_sumamt"])
    );
    let key = json!({ "data": { "psn_no": "1", "mdtrt_id": visit, "setl_id": info["setl_id"] } });
    assert_eq!(client.asks("5203", key.clone())["setlinfo"]["medfee_sumamt"], info["medfee_sumamt"]);
    assert_eq!(client.asks("5204", key.clone()).as_array().unwrap().len(), 2);
    client.refused(
        "2205",
        json!({ "data": { "psn_no": "1", "mdtrt_id": visit, "chrg_bchno": "0000" } }),
        "结算",
    );
    let totals = |cnt: u32| {
        json!({ "data": {
            "insutype": "310", "clr_type": "11", "setl_optins": "330106", "stmt_begndate": "2026-10-09",
            "stmt_enddate": "2026-10-09", "medfee_sumamt": 110, "fund_pay_sumamt": info["fund_pay_sumamt"],
            "acct_pay": 0, "fixmedins_setl_cnt": cnt, "fixmedins_refd_setl_flag": "0",
        }})
    };
    assert_eq!(client.asks("3201", totals(1))["stmtinfo"]["stmt_rslt"], json!("0"));
    assert_eq!(client.asks("3201", totals(2))["stmtinfo"]["stmt_rslt"], json!("1"));
    let back = client.asks("2208", key.clone());
    assert_eq!(number(&back["setlinfo"]["medfee_sumamt"]), -11_000);
    // Afterwards both stand in the day's totals, one against the other, and each can be asked for by itself.
    let both = json!({ "data": with(totals(2)["data"].clone(), json!({ "medfee_sumamt": 0, "fund_pay_sumamt": 0 })) });
    assert_eq!(client.asks("3201", both)["stmtinfo"]["stmt_rslt"], json!("0"));
    let made = json!({ "data": with(totals(1)["data"].clone(), json!({ "refd_setl_flag": "0" })) });
    assert_eq!(client.asks("3201", made)["stmtinfo"]["stmt_rslt"], json!("0"));
    for other in [json!({ "clr_type": "21" }), json!({ "insutype": "390" })] {
        let other = json!({ "data": with(totals(1)["data"].clone(), other) });
        assert_eq!(client.asks("3201", other)["stmtinfo"]["stmt_rslt"], json!("1"));
    }
    client.refused("2208", key, "撤销");
    client.refused("9002", json!({"signOut": {"sign_no": number_in, "opter_no": "0002"}}), "签到");
    client.asks("9002", json!({"signOut": {"sign_no": number_in, "opter_no": "0001"}}));
    client.refused("1101", json!({ "data": person() }), "签到");
}

#[test]
fn a_stay_from_admission_to_settlement_and_reversal() {
    let stage = Stage::new();
    let client = stage.client(HOSPITAL);
    let diagnosis = json!({
        "psn_no": "1", "diag_type": "1", "maindiag_flag": "1", "diag_srt_no": 1, "diag_code": "J18.900",
        "diag_name": "肺炎", "diag_dept": "D1", "dise_dor_no": "R1", "dise_dor_name": "陈医生",
        "diag_time": "2026-10-01 10:00:00",
    });
    let admit = with(
        person(),
        json!({
            "begntime": "2026-10-01 09:00:00", "cert_type": "01", "med_type": "21", "ipt_no": "Z1", "atddr_no": "R1",
            "chfpdr_name": "陈医生", "adm_diag_dscr": "肺炎", "adm_dept_codg": "D1", "adm_dept_name": "内科",
            "adm_bed": "12", "dscg_maindiag_code": "J18.900", "dscg_maindiag_name": "肺炎",
            "insuplc_admdvs": "330100", "mdtrtarea_admvs": "330106",
        }),
    );
    let admitted = client.asks("2401", json!({ "mdtrtinfo": admit, "diseinfo": [diagnosis] }));
    let visit = admitted["result"]["mdtrt_id"].as_str().unwrap().to_owned();
    let lying = json!({ "data": { "begntime": "2026-10-01 00:00:00", "endtime": "2026-10-01 00:00:00" } });
    assert_eq!(client.asks("5303", lying.clone())["data"].as_array().unwrap().len(), 1);
    client.asks(
        "2301",
        json!({ "feedetail": [
        line(&visit, "1", "DEMO-S-0021", "60", "10", "600.00"),
        line(&visit, "2", "DEMO-S-0031", "1680", "1", "1680.00"),
    ] }),
    );
    let total = with(
        settle(&visit, "2280.00"),
        json!({
            "mid_setl_flag": "0", "insuplc_admdvs": "330100", "mdtrtarea_admvs": "330106", "overlmt_selfpay": "150.00",
            "preselfpay_amt": 0, "inscp_scp_amt": 2130, "med_type": null, "chrg_bchno": null,
        }),
    );
    client.asks("2303", json!({ "data": total }));
    client.refused("2304", json!({ "data": total }), "出院");
    let leave = json!({
        "mdtrt_id": visit, "psn_no": "1", "insutype": "310", "endtime": "2026-10-08 18:00:00",
        "dscg_dept_codg": "D1", "dscg_dept_name": "内科", "dscg_way": "1",
    });
    client.asks("2402", json!({ "dscginfo": leave }));
    assert_eq!(client.asks("5303", lying)["data"], json!([]));
    let message = client.message("2304", &json!({ "data": total }));
    let (_, first) = client.post(&message);
    assert_eq!(first["infcode"], json!(0), "{first}");
    // How the fund came to it: 2,130 in scope, less the deductible of 800, at 82 %.
    let fund = &first["output"]["setldetail"][0];
    let told = fund["setl_proc_info"].as_str().unwrap();
    assert!(
        ["起付标准 800.00", "1,330.00 元 × 82%", "1,090.60"].iter().all(|said| told.contains(said)),
        "{fund}"
    );
    // The same message again, and after a restart: the same answer, one effect.
    let (_, again) = client.post(&message);
    assert_eq!(first["output"], again["output"]);
    let other = with(message.clone(), json!({ "input": { "data": with(total, json!({ "invono": "9" })) } }));
    let (_, reused) = client.post(&other);
    assert!(reused["err_msg"].as_str().unwrap().contains("其他内容"), "{reused}");
    let diagnoses = client.asks("5202", json!({ "data": { "psn_no": "1", "mdtrt_id": visit } }));
    assert_eq!(diagnoses["diseinfo"][0]["diag_code"], json!("J18.900"));
    let signed = client.sign_no.borrow().clone();
    let Stage { app, folder } = stage;
    drop(app);
    let app = App::new(office(folder.path())).unwrap();
    let (sequence, sign_no) = (Cell::new(500), RefCell::new(signed));
    let client = Client { app: &app, code: HOSPITAL, key: format!("{HOSPITAL}-1"), sequence, sign_no };
    let (_, after) = client.post(&message);
    assert_eq!(first["output"], after["output"]);
    assert_eq!(app.desk.store().read(|reader| reader.count_settlements()).unwrap(), 1);
    client.asks("2601", json!({ "data": { "psn_no": "1", "omsgid": message["msgid"], "oinfno": "2304" } }));
    client.refused(
        "2601",
        json!({ "data": { "psn_no": "1", "omsgid": message["msgid"], "oinfno": "2304" } }),
        "冲正",
    );
    client.asks("2405", json!({ "data": { "psn_no": "1", "mdtrt_id": visit } }));
}

#[test]
fn a_purchase_at_a_pharmacy() {
    let stage = Stage::new();
    let client = stage.client(PHARMACY);
    let buy = with(
        person(),
        json!({
            "begntime": "2026-10-09 07:00:00", "medfee_sumamt": "25.60", "acct_used_flag": "0", "med_type": "41",
        }),
    );
    let drug = line("", "1", "DEMO-X-0001", "12.8", "2", "25.60");
    let seen = client.asks("2101", json!({ "druginfo": buy, "drugdetail": [drug] }));
    assert_eq!(seen["detlcutinfo"].as_array().unwrap().len(), 1);
    let bought = client.asks("2102", json!({ "druginfo": buy, "drugdetail": [drug] }));
    let info = &bought["setlinfo"];
    assert_eq!(seen["setlinfo"]["psn_cash_pay"], info["psn_cash_pay"]);
    let key = json!({ "data": { "psn_no": "1", "mdtrt_id": info["mdtrt_id"], "setl_id": info["setl_id"] } });
    // Another provider sees nothing of it.
    stage.client(HOSPITAL).refused("5203", key.clone(), "就诊");
    client.asks("2103", key);
}

#[test]
fn who_signs_wrongly_gets_no_further() {
    let stage = Stage::new();
    let client = stage.client(HOSPITAL);
    let message = client.message("1101", &json!({ "data": person() }));
    let post =
        |headers: &HeaderMap| read(handle(&stage.app, None, headers, Some(message.to_string().as_bytes())));
    let (status, told) = post(&HeaderMap::new());
    assert_eq!((status, told["code"].clone()), (StatusCode::UNAUTHORIZED, json!(401)));
    assert_eq!(post(&client.headers("1101", "guessed")).0, StatusCode::UNAUTHORIZED);
    let good = client.headers("1101", &stage.app.interface.secrets.of(&client.key));
    assert_eq!(post(&good).0, StatusCode::OK);
    // A key speaks for its own provider only, and no longer once it is revoked.
    let foreign = with(
        message.clone(),
        json!({ "fixmedins_code": PHARMACY, "msgid": format!("{PHARMACY}202610091200000001") }),
    );
    let (_, told) = read(handle(&stage.app, None, &good, Some(foreign.to_string().as_bytes())));
    assert!(told["err_msg"].as_str().unwrap().contains("密钥"), "{told}");
    stage.register(registry::Command::RevokeKey { provider: ProviderId(1), access_key: client.key });
    assert_eq!(post(&good).0, StatusCode::UNAUTHORIZED);
}

#[test]
fn a_number_of_signing_in_is_good_for_its_day() {
    let stage = Stage::new();
    let client = stage.client(HOSPITAL);
    client.asks("1101", json!({ "data": person() }));
    let sign_no = RefCell::new(client.sign_no.borrow().clone());
    let Stage { app, folder } = stage;
    drop(app);
    let next = Office { clock: Clock::opening_on(day("2026-10-10")), ..office(folder.path()) };
    let app = App::new(next).unwrap();
    let sequence = Cell::new(500);
    let client = Client { app: &app, code: HOSPITAL, key: format!("{HOSPITAL}-1"), sequence, sign_no };
    client.refused("1101", json!({ "data": person() }), "9001");
    client.sign_in();
    client.asks("1101", json!({ "data": person() }));
}

#[test]
fn what_is_not_offered_is_answered_in_the_protocol() {
    let stage = Stage::new();
    let client = stage.client(HOSPITAL);
    client.refused("7101", json!({}), "7101");
    client.refused("5206", json!({ "data": {} }), "psn_no");
}

#[test]
fn the_book_lists_what_is_served() {
    let book = include_str!("../../../../docs/interface.md");
    let listed: Vec<&str> =
        book.lines().filter_map(|line| line.strip_prefix("| ")?.split(' ').next()).collect();
    let listed: Vec<&str> =
        listed.into_iter().filter(|word| word.starts_with(|c: char| c.is_ascii_digit())).collect();
    let mut served = SERVED.to_vec();
    served.sort_unstable();
    assert_eq!(listed, served);
    let specification =
        Specification::compile(&crate::packs::PacksArgs::default().law("hangzhou").unwrap()).unwrap();
    for infno in SERVED {
        let title = &specification.transaction(infno).unwrap().title;
        assert!(book.contains(&format!("| {infno} | {title} |")), "{infno} {title}");
    }
}

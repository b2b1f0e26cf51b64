//! Files: catalogues, what providers send, reconciliation line by line.

use super::*;
use ::interface::archive;

/// The bytes that 9102 gives.
pub(super) fn fetch(client: &Client<'_>, number: &Value, code: &str) -> Vec<u8> {
    let input =
        json!({ "fsDownloadIn": { "file_qury_no": number, "filename": "a", "fixmedins_code": code } });
    let message = client.message("9102", &input);
    let headers = client.headers("9102", &client.app.interface.secrets.of(&client.key));
    let response = handle(client.app, None, &headers, Some(message.to_string().as_bytes()));
    assert_eq!(response.headers()["content-type"], "application/octet-stream");
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(to_bytes(response.into_body(), usize::MAX)).unwrap().to_vec()
}

pub(super) fn send(name: &str, text: &str) -> Value {
    let bytes: Vec<i8> = archive::pack(name, text).into_iter().map(|byte| byte as i8).collect();
    json!({ "fsUploadIn": { "in": bytes, "filename": name, "fixmedins_code": HOSPITAL } })
}

#[test]
fn catalogues_come_as_files_newer_than_what_is_there() {
    let stage = Stage::new();
    let client = stage.client(HOSPITAL);
    let items = stage.app.office.rules.benefits.catalogue().items();
    let listed = |list: &str| items.iter().filter(|item| item.list_type.to_string() == list).count();
    let lists = [("1301", "101"), ("1302", "102"), ("1305", "201"), ("1306", "301")];
    assert!(lists.iter().all(|(_, list)| listed(list) > 0));
    let rows = lists.map(|(infno, list)| (infno, listed(list)));
    // Five illnesses stand in the packs; no list of diagnoses does.
    for (infno, rows) in rows.into_iter().chain([("1309", 5), ("1307", 0)]) {
        let file = client.asks(infno, json!({ "data": { "ver": "0" } }));
        assert_eq!(file["data_cnt"], json!(rows), "{infno}");
        let text = archive::unpack(&fetch(&client, &file["file_qury_no"], "plc")).unwrap();
        assert_eq!(text.lines().count(), rows, "{infno}");
        let columns = stage.app.interface.specification.file(infno).unwrap().fields.len();
        assert!(text.lines().all(|line| line.split('\t').count() == columns), "{infno}: {text}");
    }
    let file = client.asks("1301", json!({ "data": { "ver": "F001_20021231" } }));
    assert_eq!(file["data_cnt"], json!(listed("101")), "older than every row");
    let file = client.asks("1301", json!({ "data": { "ver": "99991231" } }));
    assert_eq!(file["data_cnt"], json!(0));
    client.refused(
        "9102",
        json!({ "fsDownloadIn": { "file_qury_no": "CAT-1301-0-0", "filename": "a", "fixmedins_code": "plc" } }),
        "文件",
    );
}

#[test]
fn a_file_is_kept_for_who_sent_it() {
    let stage = Stage::new();
    let client = stage.client(HOSPITAL);
    client.refused(
        "9101",
        json!({ "fsUploadIn": { "in": [1, 2], "filename": "a", "fixmedins_code": HOSPITAL } }),
        "ZIP",
    );
    let message = client.message("9101", &send("a.txt", "1\t2\n"));
    let (_, first) = client.post(&message);
    let (_, again) = client.post(&message);
    assert_eq!(first["output"], again["output"]);
    let number = first["output"]["file_qury_no"].clone();
    assert_eq!(number.as_str().unwrap().len(), 30);
    assert_eq!(archive::unpack(&fetch(&client, &number, HOSPITAL)).unwrap(), "1\t2\n");
    let foreign =
        json!({ "fsDownloadIn": { "file_qury_no": number, "filename": "a", "fixmedins_code": PHARMACY } });
    stage.client(PHARMACY).refused("9102", foreign, "文件");
}

#[test]
fn line_by_line_every_break_is_found() {
    let stage = Stage::new();
    let client = stage.client(HOSPITAL);
    let mut lines = Vec::new();
    for _ in 0..2 {
        let visit = register(&client);
        client.asks("2204", json!({ "feedetail": [line(&visit, "1", "DEMO-S-0001", "10", "1", "10.00")] }));
        let bill = with(settle(&visit, "10.00"), json!({ "preselfpay_amt": 0, "inscp_scp_amt": 10 }));
        let info = client.asks("2207", json!({ "data": bill }))["setlinfo"].clone();
        let id = info["setl_id"].as_str().unwrap().to_owned();
        lines.push(format!("{id}\t{visit}\t1\t10.00\t{}\t0\t0\n", info["fund_pay_sumamt"]));
    }
    let reconcile = |text: &str| {
        let number = client.asks("9101", send("d.txt", text))["file_qury_no"].clone();
        let asked = json!({ "data": {
            "setl_optins": "330106", "file_qury_no": number, "stmt_begndate": "2026-10-09",
            "stmt_enddate": "2026-10-09", "medfee_sumamt": 20, "fund_pay_sumamt": 0, "cash_payamt": 0,
            "fixmedins_setl_cnt": 2, "clr_type": "11", "fixmedins_refd_setl_flag": "0",
        }});
        let file = client.asks("3202", asked)["fileinfo"]["file_qury_no"].clone();
        archive::unpack(&fetch(&client, &file, HOSPITAL)).unwrap()
    };
    assert_eq!(reconcile(&lines.concat()), "");
    let lost = reconcile(&lines[0]);
    assert_eq!((lost.lines().count(), lost.contains("lost-at-provider")), (1, true), "{lost}");
    let altered = reconcile(&lines.concat().replacen("10.00", "11.00", 1));
    assert_eq!((altered.lines().count(), altered.contains("altered")), (1, true), "{altered}");
    let made_up = reconcile(&(lines.concat() + "99999\t7\t1\t5.00\t0\t0\t0\n"));
    assert_eq!((made_up.lines().count(), made_up.contains("lost-at-office")), (1, true), "{made_up}");
    let twice = reconcile(&(lines.concat() + &lines[0]));
    assert_eq!((twice.lines().count(), twice.contains("duplicated-at-provider")), (1, true), "{twice}");
}

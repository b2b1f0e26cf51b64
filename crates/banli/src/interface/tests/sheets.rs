//! Departments, mappings, declarations, reviews and settlement lists, and what each changes.

use super::*;

fn department(name: &str) -> Value {
    json!({ "deptinfo": {
        "hosp_dept_codg": "D1", "caty": "A03", "hosp_dept_name": name, "begntime": "2026-01-01 00:00:00",
        "itro": "-", "dept_resper_name": "周主任", "dept_resper_tel": "1", "dept_estbdat": "2000-01-01 00:00:00",
        "aprv_bed_cnt": 30, "poolarea_no": "330100", "dr_psncnt": 9, "phar_psncnt": 1, "nurs_psncnt": 20,
        "tecn_psncnt": 2,
    }})
}

#[test]
fn departments_are_added_changed_listed_and_dropped() {
    let stage = Stage::new();
    let client = stage.client(HOSPITAL);
    client.refused("3402", department("内科"), "D1");
    client.asks("3401", department("内科"));
    client.refused("3401", department("内科"), "D1");
    client.asks("3402", department("心内科"));
    let listed = client.asks("5101", json!({}));
    assert_eq!(
        (&listed["feedetail"][0]["hosp_dept_name"], &listed["feedetail"][0]["aprv_bed_cnt"]),
        (&json!("心内科"), &json!(30))
    );
    // Another provider has its own.
    assert_eq!(stage.client(PHARMACY).asks("5101", json!({}))["feedetail"], json!([]));
    let drop = |name: &str| json!({ "data": { "hosp_dept_codg": "D1", "hosp_dept_name": name, "begntime": "2026-01-01" } });
    client.refused("3403", drop("内科"), "D1");
    client.asks("3403", drop("心内科"));
    assert_eq!(client.asks("5101", json!({}))["feedetail"], json!([]));
}

#[test]
fn practitioners_that_the_office_wrote_down_are_told() {
    let stage = Stage::new();
    let client = stage.client(HOSPITAL);
    let details = [
        ("psn_cert_type", "01"),
        ("certno", "-"),
        ("prac_psn_code", "R1"),
        ("prac_psn_name", "陈医生"),
        ("prac_psn_type", "1"),
        ("hi_dr_flag", "1"),
        ("begntime", "2020-01-01 00:00:00"),
    ];
    let details = details.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    let sheet = agency::sheet::NewSheet { key: "R1".into(), details, tables: [].into() };
    let keep = agency::sheet::Command::KeepPractitioner { provider: ProviderId(1), sheet };
    stage.app.desk.submit(&operator(), None, &Command::Sheet(keep)).unwrap();
    let asked = |name: &str| json!({ "data": { "prac_psn_type": "1", "prac_psn_name": name } });
    assert_eq!(client.asks("5102", asked("陈"))["feedetail"][0]["prac_psn_code"], json!("R1"));
    assert_eq!(client.asks("5102", asked("李"))["feedetail"], json!([]));
}

fn mapping(own: &str, item: &str, list: &str) -> Value {
    json!({
        "fixmedins_hilist_id": own, "fixmedins_hilist_name": "本院诊查费", "list_type": list, "med_list_codg": item,
        "begndate": "2026-01-01", "enddate": "2099-12-31",
    })
}

#[test]
fn a_mapping_is_held_to_the_catalogue_and_noticed_when_a_line_departs_from_it() {
    let stage = Stage::new();
    let client = stage.client(HOSPITAL);
    client.refused("3301", json!({ "data": [mapping("H1", "DEMO-S-0001", "101")] }), "目录类别");
    client.refused("3301", json!({ "data": [mapping("H1", "NONE", "201")] }), "NONE");
    client.asks(
        "3301",
        json!({ "data": [mapping("H1", "DEMO-S-0001", "201"), mapping("H2", "DEMO-S-0011", "201")] }),
    );
    let page = json!({ "data": { "updt_time": "2000-01-01", "page_num": 1, "page_size": 10 } });
    let told = client.asks("1317", page.clone());
    assert_eq!(told["data"].as_array().unwrap().len(), 2);
    assert_eq!(told["data"][0]["medins_list_name"], json!("本院诊查费"));
    let visit = register(&client);
    let lines = [
        line(&visit, "1", "DEMO-S-0001", "10", "1", "10.00"),
        with(
            line(&visit, "2", "DEMO-S-0011", "10", "1", "10.00"),
            json!({ "fee_ocur_time": "2026-10-08 09:05:00" }),
        ),
    ];
    let split = client.asks("2204", json!({ "feedetail": lines }));
    // Both carry the hospital's own code H1, which is mapped to the first.
    assert_eq!(
        (&split["result"][0]["memo"], &split["result"][1]["memo"]),
        (&json!(""), &json!("mapping:DEMO-S-0001"))
    );
    let away = |item: &str| {
        json!({ "data": {
            "fixmedins_code": HOSPITAL, "fixmedins_hilist_id": "H1", "list_type": "201", "med_list_codg": item,
        }})
    };
    client.refused("3302", away("DEMO-S-0011"), "H1");
    client.asks("3302", away("DEMO-S-0001"));
    assert_eq!(client.asks("1317", page)["data"].as_array().unwrap().len(), 1);
}

#[test]
fn the_catalogue_is_told_in_its_five_ways() {
    let stage = Stage::new();
    let client = stage.client(HOSPITAL);
    let page = |more: Value| {
        let data = with(json!({ "updt_time": "2000-01-01", "page_num": 1, "page_size": 100 }), more);
        json!({ "data": data })
    };
    let bed = page(json!({ "hilist_code": "HS-0021" }));
    assert_eq!(client.asks("1312", bed.clone())["data"][0]["chrgitm_lv"], json!("01"));
    assert_eq!(client.asks("1316", bed.clone())["data"][0]["med_list_codg"], json!("DEMO-S-0021"));
    let ceilings = client.asks("1318", bed)["data"].clone();
    assert_eq!(ceilings.as_array().unwrap().len(), 3);
    assert_eq!(format!("{}", ceilings[0]["hilist_pric_uplmt_amt"]), "45.0");
    let share =
        client.asks("1319", page(json!({ "hilist_code": "HC-0002" })))["data"][0]["selfpay_prop"].clone();
    assert_eq!(format!("{share}"), "0.2");
    assert_eq!(client.asks("1304", page(json!({})))["data"], json!([]));
}

fn illness(code: &str) -> Value {
    json!({ "data": {
        "psn_no": "1", "insutype": "310", "opsp_dise_code": code, "opsp_dise_name": "高血压", "insu_optins": "330100",
        "ide_fixmedins_no": HOSPITAL, "ide_fixmedins_name": "翠微演示医院", "hosp_ide_date": "2026-09-30",
        "diag_dr_codg": "R1", "diag_dr_name": "陈医生", "begndate": "2026-10-01",
    }})
}

#[test]
fn a_chronic_illness_is_settled_as_one_only_once_it_is_declared() {
    let stage = Stage::new();
    let client = stage.client(HOSPITAL);
    let visit = register(&client);
    let lines = [line(&visit, "1", "DEMO-X-0003", "10", "1", "10.00")];
    client.asks("2204", json!({ "feedetail": lines }));
    let bill = json!({ "data": with(settle(&visit, "10.00"), json!({
        "med_type": "14", "dise_codg": "M03900", "preselfpay_amt": 0, "inscp_scp_amt": 10,
    }))});
    client.refused("2206", bill.clone(), "慢特病");
    client.refused("2503", illness("X"), "X");
    let number = client.asks("2503", illness("M03900"))["result"]["trt_dcla_detl_sn"].clone();
    client.refused("2503", illness("M03900"), "已经存在");
    let entitled = json!({ "data": {
        "psn_no": "1", "insutype": "310", "fixmedins_code": HOSPITAL, "med_type": "14", "dise_codg": "M03900",
        "begntime": "2026-10-08 09:00:00",
    }});
    assert_eq!(client.asks("2001", entitled.clone())["trtinfo"][0]["trt_enjymnt_flag"], json!("1"));
    let known = client.asks("5301", json!({ "data": { "psn_no": "1" } }));
    assert_eq!(known["feedetail"][0]["opsp_dise_code"], json!("M03900"));
    client.asks("2207", bill);
    let drugs = client.asks("5205", json!({ "data": { "psn_no": "1", "begntime": "2026-10-01 00:00:00" } }));
    assert_eq!(drugs["feedetail"].as_array().map_or(0, Vec::len), 0, "the visit's own kind is still 11");
    let away = json!({ "data": { "psn_no": "1", "trt_dcla_detl_sn": number, "memo": "误录" } });
    // Another provider cannot take it back.
    stage.client(PHARMACY).refused("2504", away.clone(), "备案");
    client.asks("2504", away.clone());
    client.refused("2504", away, "备案");
    // What was in force until today stays so for the days before.
    assert_eq!(client.asks("2001", entitled.clone())["trtinfo"][0]["trt_enjymnt_flag"], json!("1"));
    let today =
        json!({ "data": with(entitled["data"].clone(), json!({ "begntime": "2026-10-09 09:00:00" })) });
    assert_eq!(client.asks("2001", today)["trtinfo"][0]["trt_enjymnt_flag"], json!("0"));
}

#[test]
fn a_contract_with_a_place_counts_there() {
    let stage = Stage::new();
    let client = stage.client(HOSPITAL);
    let choose = |kind: &str, code: &str| {
        json!({ "data": {
            "psn_no": "1", "biz_appy_type": kind, "begndate": "2026-10-01", "fix_srt_no": "1", "fixmedins_code": code,
            "fixmedins_name": "翠微演示医院",
        }})
    };
    client.refused("2505", choose("05", "H99999999999"), "机构");
    let number = client.asks("2505", choose("05", HOSPITAL))["result"]["trt_dcla_detl_sn"].clone();
    client.refused("2505", choose("05", PHARMACY), "已经存在");
    let asked = json!({ "data": { "psn_no": "1", "biz_appy_type": "05" } });
    assert_eq!(client.asks("5302", asked.clone())["psnfixmedin"][0]["fixmedins_code"], json!(HOSPITAL));
    let visit = register(&client);
    client.asks("2204", json!({ "feedetail": [line(&visit, "1", "DEMO-S-0001", "10", "1", "10.00")] }));
    let bill = with(settle(&visit, "10.00"), json!({ "preselfpay_amt": 0, "inscp_scp_amt": 10 }));
    client.asks("2207", json!({ "data": bill }));
    let year = agency::StreamId::Year(agency::PersonId(1), 2026);
    let events = stage.app.desk.store().with_records(|records| records.events(&year)).unwrap();
    assert!(
        events
            .iter()
            .any(|event| matches!(event, agency::Event::SettlementMade(made) if made.bill.contracted))
    );
    client.asks("2506", json!({ "data": { "psn_no": "1", "trt_dcla_detl_sn": number, "memo": "改签" } }));
    assert_eq!(client.asks("5302", asked)["psnfixmedin"], json!([]));
}

#[test]
fn a_referral_is_a_filing_and_an_accident_is_noticed_until_it_is_declared() {
    let stage = Stage::new();
    let refer = json!({ "refmedin": {
        "psn_no": "1", "diag_code": "C34.900", "diag_name": "肺恶性肿瘤", "reflin_medins_no": "H31010100001",
        "reflin_medins_name": "外地演示医院", "mdtrtarea_admdvs": "310101", "hosp_agre_refl_flag": "1",
        "refl_type": "3", "refl_date": "2026-10-08", "refl_rea": "本地无条件治疗", "refl_opnn": "同意",
        "enddate": "2027-04-08",
    }});
    stage.client(PHARMACY).refused("2501", refer.clone(), "转诊");
    let client = stage.client(HOSPITAL);
    let opposed =
        json!({ "refmedin": with(refer["refmedin"].clone(), json!({ "hosp_agre_refl_flag": "0" })) });
    client.refused("2501", opposed, "同意");
    let number = client.asks("2501", refer)["result"]["trt_dcla_detl_sn"].clone();
    let span = json!({ "data": { "psn_no": "1", "begntime": "2026-10-01 00:00:00" } });
    let told = client.asks("5304", span.clone());
    assert_eq!(
        (&told["refmedin"][0]["refl_rea"], &told["refmedin"][0]["reflin_medins_name"]),
        (&json!("本地无条件治疗"), &json!("外地演示医院"))
    );
    assert_eq!(stage.client(PHARMACY).asks("5304", span.clone())["refmedin"], json!([]));
    let person_id = agency::PersonId(1);
    let filings = stage.app.desk.store().with_records(|records| records.filings_of(person_id)).unwrap();
    assert_eq!(filings.len(), 1);
    client.asks("2502", json!({ "data": { "psn_no": "1", "trt_dcla_detl_sn": number } }));
    assert_eq!(client.asks("5304", span)["refmedin"], json!([]));

    let hurt = |id: &str| {
        json!({ "data": with(person(), json!({
            "begntime": "2026-10-08 08:30:00", "ipt_otp_no": id, "dept_code": "D1", "dept_name": "骨科",
            "caty": "A04", "med_type": "9903",
        }))})
    };
    let declared = with(
        person(),
        json!({
            "dcla_souc": "01", "insu_admdvs": "330100", "begndate": "2026-10-08", "chk_pay_flag": "0",
            "trum_rea": "跌倒",
        }),
    );
    client.asks("2201", hurt("M1"));
    client.asks("2507", json!({ "data": declared }));
    client.asks("2201", hurt("M2"));
    let notes = stage
        .app
        .desk
        .store()
        .with_records(|records| {
            let visits = records.visits_of(person_id);
            visits
                .into_iter()
                .filter_map(|id| records.visit(id))
                .map(|visit| visit.opened.notes.len())
                .collect::<Vec<_>>()
        })
        .unwrap();
    // 2201 has no kind of visit in its table: a stay says it on admission, an outpatient visit with its first lines.
    assert_eq!(notes, [0, 0]);
}

fn order(id: &str, code: &str, price: &str, count: &str, sum: &str) -> Value {
    json!({
        "rx_id": id, "rxno": "1", "long_drord_flag": "0", "hilist_type": "101", "chrg_type": "09", "drord_bhvr": "1",
        "hilist_code": code, "hilist_name": "药品", "hilist_lv": "01", "hilist_pric": price, "hosplist_code": "H1",
        "hosplist_name": "药品", "cnt": count, "pric": price, "sumamt": sum, "ownpay_amt": 0, "selfpay_amt": 0,
        "spec": "-", "spec_unt": "盒", "drord_begn_date": "2026-10-08 09:00:00", "drord_dept_codg": "D1",
        "drord_dept_name": "内科", "drord_dr_codg": "R1", "drord_dr_name": "陈医生", "drord_dr_profttl": "1",
        "curr_drord_flag": "1",
    })
}

#[test]
fn a_review_notices_tells_and_takes_the_answer() {
    let stage = Stage::new();
    let client = stage.client(HOSPITAL);
    let specification = &stage.app.interface.specification;
    let first = |list: &str| specification.list(list).unwrap().codes.keys().next().unwrap().clone();
    let review = |orders: &[Value]| {
        let orders: Vec<Value> = orders
            .iter()
            .map(|order| {
                with(
                    order.clone(),
                    json!({
                        "hilist_type": first("hilist_type"), "drord_dr_profttl": first("drord_dr_profttl"),
                    }),
                )
            })
            .collect();
        json!({ "data": { "patient_dtos": [{
            "patn_id": "1", "patn_name": "王芳", "gend": "2", "brdy": "1975-03-02", "poolarea": "330100",
            "curr_mdtrt_id": "9", "fsi_encounter_dtos": [{
                "mdtrt_id": "9", "medins_id": HOSPITAL, "medins_name": "翠微演示医院", "medins_admdvs": "330106",
                "medins_type": first("medins_type"), "medins_lv": "2", "adm_date": "2026-10-08 08:00:00",
                "dscg_date": "2026-10-09 08:00:00", "dscg_main_dise_codg": "J18", "dscg_main_dise_name": "肺炎",
                "fsi_diagnose_dtos": [{
                    "dise_id": "1", "inout_dise_type": "1", "maindise_flag": "1", "dias_srt_no": "1",
                    "dise_codg": "J18", "dise_name": "肺炎", "dise_date": "2026-10-08 09:00:00",
                }],
                "dr_codg": "R1", "adm_dept_codg": "D1", "adm_dept_name": "内科", "dscg_dept_codg": "D1",
                "dscg_dept_name": "内科", "med_mdtrt_type": first("med_mdtrt_type"), "med_type": "21",
                "fsi_order_dtos": orders, "matn_stas": first("matn_stas"), "medfee_sumamt": 1, "ownpay_amt": 0,
                "selfpay_amt": 0, "setl_totlnum": 0, "insutype": "310", "reim_flag": first("reim_flag"),
                "out_setl_flag": first("out_setl_flag"),
            }],
        }]}})
    };
    assert_eq!(
        client.asks("3101", review(&[order("1", "DEMO-X-0001", "10", "1", "10.00")]))["result"],
        json!([])
    );
    let orders = [
        order("1", "DEMO-S-0021", "50", "2", "100.00"),
        order("2", "DEMO-S-0021", "50", "1", "51.00"),
        order("3", "NONE", "1", "1", "1.00"),
        order("4", "DEMO-X-0009", "1", "1", "1.00"),
        with(
            order("5", "DEMO-S-0016", "200", "1", "200.00"),
            json!({ "drord_begn_date": "2026-10-02 09:00:00", "curr_drord_flag": "0" }),
        ),
        order("6", "DEMO-S-0016", "200", "1", "200.00"),
    ];
    let found = client.asks("3102", review(&orders))["result"].clone();
    let told: Vec<(&str, &str)> = found
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            (one["rule_id"].as_str().unwrap(), one["judge_result_detail_dtos"][0]["rx_id"].as_str().unwrap())
        })
        .collect();
    // By hand: order 1 is above the ceiling of 45 and above one a day; order 2 besides does not multiply and repeats
    // order 1; order 3 is in no catalogue; order 4 is restricted;
    // order 5 is an earlier one and told of no more, order 6 the same scan on the seventh day from it.
    let mut expected = vec![
        ("R05", "1"),
        ("R06", "1"),
        ("R05", "2"),
        ("R07", "2"),
        ("R03", "2"),
        ("R06", "2"),
        ("R01", "3"),
        ("R02", "4"),
        ("R09", "6"),
    ];
    let mut told_sorted = told.clone();
    told_sorted.sort_unstable();
    expected.sort_unstable();
    assert_eq!(told_sorted, expected);
    let answer = |way: &str, reason: &str| {
        json!({ "data": { "warn_type": "2", "warns": [
            { "warn_rslt_id": found[0]["jr_id"], "dspo_way": way, "dspo_way_rea": reason },
        ]}})
    };
    client.refused("3103", answer("1", ""), "dspo_way_rea");
    client.asks("3103", answer("1", "病情需要"));
    stage.client(PHARMACY).refused("3103", answer("2", ""), "登记");
}

#[test]
fn a_settlement_list_is_of_a_settlement_checked_and_counted() {
    let stage = Stage::new();
    let client = stage.client(HOSPITAL);
    let visit = register(&client);
    client.asks("2204", json!({ "feedetail": [line(&visit, "1", "DEMO-S-0001", "10", "1", "10.00")] }));
    let bill = with(settle(&visit, "10.00"), json!({ "preselfpay_amt": 0, "inscp_scp_amt": 10 }));
    let settled = client.asks("2207", json!({ "data": bill }))["setlinfo"].clone();
    let list = |more: Value| {
        json!({ "setlinfo": with(json!({
            "psn_no": "1", "mdtrt_id": visit, "setl_id": settled["setl_id"], "ntly": "CHN", "prfs": "90",
            "patn_rlts": "01", "dscg_caty": "A03", "coner_addr": "-", "coner_tel": "-", "ipt_med_type": "1", "bill_code": "1", "bill_no": "1",
            "biz_sn": "1", "setl_begn_date": "2026-10-08", "setl_end_date": "2026-10-08", "medins_fill_dept": "医保办",
            "medins_fill_psn": "李", "hi_setl_lv": "1", "coner_name": "-", "hsorg": "-", "hsorg_opter": "-",
            "medcasno": "1", "opsp_dise_name": "-",
        }), more) })
    };
    client.refused("4101", list(json!({ "setl_id": "999" })), "结算");
    let list_number =
        client.asks("4101", list(json!({ "setl_begn_date": "2026-10-07" })))["data"]["setl_list_id"].clone();
    assert_eq!(list_number, settled["setl_id"]);
    let month = json!({ "data": { "setl_ym": "202610", "page_num": 1, "page_size": 10 } });
    let checked = client.asks("4104", month.clone())["data"][0].clone();
    assert_eq!(
        (
            &checked["qltctrl_rslt"],
            &checked["detailinfo"][0]["exam_data_fld"],
            &checked["detailinfo"][0]["init_val"]
        ),
        (&json!("0"), &json!("setl_begn_date"), &json!("2026-10-07"))
    );
    // Not handed in yet, so it can be sent again; then it is closed.
    client.asks("4101", list(json!({})));
    let checked = client.asks("4104", month)["data"][0].clone();
    assert_eq!((&checked["qltctrl_rslt"], &checked["detailinfo"]), (&json!("1"), &json!([])));
    let count = json!({ "data": {
        "fixmedins_code": HOSPITAL, "medtype_list": ["11"], "stt_begntime": "2026-10-09 00:00:00",
        "stt_endtime": "2026-10-09 23:59:59",
    }});
    let counted = client.asks("4105", count.clone());
    assert_eq!((&counted["needUploadCnt"], &counted["uploadedCnt"]), (&json!(1), &json!(0)));
    let move_to = |status: &str| json!({ "stastinfo": [{ "psn_no": "1", "setl_id": settled["setl_id"], "stas_type": status }] });
    client.refused("4102", move_to("2"), "不能由");
    client.asks("4102", move_to("1"));
    client.refused("4102", move_to("1"), "不能由");
    client.refused("4101", list(json!({})), "已经提交");
    assert_eq!(client.asks("4105", count)["uploadedCnt"], json!(1));
    let shown = client.asks("4103", json!({ "data": { "setl_id": settled["setl_id"] } }));
    assert_eq!(
        (
            &shown["setlinfo"]["bill_no"],
            &shown["setlinfo"]["psn_name"],
            &shown["iteminfo"][0]["med_chrgitm_type"]
        ),
        (&json!("1"), &json!("王芳"), &json!("12"))
    );
    assert_eq!(number(&shown["iteminfo"][0]["item_claa_sumfee"]), 1_000);
    stage.client(PHARMACY).refused("4103", json!({ "data": { "setl_id": settled["setl_id"] } }), "记录");
    // The office sends it back, with a reason that the check tells; corrected and handed in again, it is audited.
    let month = json!({ "data": { "setl_ym": "202610", "page_num": 1, "page_size": 10 } });
    assert_eq!(audits(&stage, &settled, "auditor", true, ""), ["registry/not-permitted"]);
    assert_eq!(audits(&stage, &settled, "settlement-officer", false, " "), ["statement/text-length"]);
    assert!(audits(&stage, &settled, "settlement-officer", false, "主要诊断不符").is_empty());
    assert_eq!(audits(&stage, &settled, "settlement-officer", true, ""), ["sheet/list-status"]);
    let checked = client.asks("4104", month.clone())["data"][0].clone();
    assert_eq!(
        (&checked["retn_flag"], &checked["detailinfo"][0]["qltctrl_chk_rslt"]),
        (&json!("1"), &json!("主要诊断不符"))
    );
    client.asks("4101", list(json!({})));
    client.asks("4102", move_to("1"));
    assert!(audits(&stage, &settled, "settlement-officer", true, "").is_empty());
    assert_eq!(client.asks("4104", month)["data"][0]["retn_flag"], json!("0"));
    client.refused("4102", move_to("0"), "不能由");
    client.refused("4101", list(json!({})), "已经提交");
}

/// Somebody of the office with this role decides on the list of this settlement; why not, where refused.
fn audits(stage: &Stage, settled: &Value, role: &str, passed: bool, reason: &str) -> Vec<String> {
    let officer = Actor { roles: [role.to_owned()].into(), ..operator() };
    let settlement = settled["setl_id"].as_str().unwrap().parse().unwrap();
    let provider = ProviderId(1);
    let reason = reason.to_owned();
    let audit = agency::sheet::Command::AuditList { provider, settlement, passed, reason };
    match stage.app.desk.submit(&officer, None, &Command::Sheet(audit)) {
        Ok(_) => Vec::new(),
        Err(crate::desk::Declined::Refused(refusals)) => refusals.into_iter().map(|one| one.code).collect(),
        Err(other) => panic!("{other:?}"),
    }
}

//! The settlements that are measured: a bill of twelve lines, its amounts, and the entry that books it.

use crate::append::{Append, AppendError, NewEvent, RequestHash, RequestKey, StreamWrite};
use agency::settlement::{BillLine, Made};
use agency::{Event, PersonId, ProviderId, SettlementId, StreamId};
use std::collections::BTreeMap;
use terms::{Day, Fen, Moment};

/// One bill as the national interface sends them, with twelve lines of plausible length.
const MADE: &str = r#"{"settlement":1,"person":1,"provider":1,"year":2026,"bill":{"insutype":"310","psn_type":"11",
"category":"none","hardship":"none","account":"300.00","account_past":"0.00","provider_kind":"hospital","hosp_lv":"3",
"admdvs":330106,"designated":true,"contracted":false,"med_type":"11","begndate":"2026-03-01","enddate":"2026-03-01",
"filing":"none","direct":true,"lines":[]},"amounts":{"medfee_sumamt":"600.00","fulamt_ownpay_amt":"12.00",
"overlmt_selfpay":"0.00","preselfpay_amt":"28.80","inscp_scp_amt":"559.20","act_pay_dedc":"300.00","hifp_pay":"196.99",
"cvlserv_pay":"0.00","hifes_pay":"0.00","hifmi_pay":"0.00","hifob_pay":"0.00","hifdm_pay":"0.00","maf_pay":"0.00",
"oth_pay":"0.00","fund_pay_sumamt":"196.99","hosp_part_amt":"0.00","psn_part_amt":"403.01","acct_pay":"300.00",
"psn_cash_pay":"103.01"},"counted":{"deductible-outpatient":"300.00","inscp_scp_amt":"559.20"},
"law":"9f2b6c1e8a7d4f30c5de7712ab93f06688e1d24a7b5c3f90d6e8a1b2c4f7305e","illustrative":false,"case":null,"on":"2026-03-01"}"#;

/// What is on the bills: an item's name with its price in fen.
const ITEMS: [(&str, u64); 32] = [
    ("普通门诊诊查费", 1_000),
    ("氨氯地平片", 990),
    ("阿托伐他汀钙片", 2_800),
    ("阿莫西林胶囊", 1_280),
    ("奥美拉唑肠溶胶囊", 1_250),
    ("二甲双胍缓释片", 1_870),
    ("缬沙坦胶囊", 2_340),
    ("美托洛尔缓释片", 1_560),
    ("头孢呋辛酯片", 2_960),
    ("布洛芬缓释胶囊", 1_430),
    ("蒙脱石散", 870),
    ("孟鲁司特钠片", 3_450),
    ("血常规检查", 2_000),
    ("肝功能检查", 6_800),
    ("肾功能检查", 4_200),
    ("糖化血红蛋白测定", 7_000),
    ("心电图检查", 2_500),
    ("胸部正位摄影", 5_800),
    ("腹部彩色超声", 12_000),
    ("静脉输液", 900),
    ("肌肉注射", 350),
    ("0.9%氯化钠注射液", 420),
    ("5%葡萄糖注射液", 430),
    ("盐酸氨溴索注射液", 1_980),
    ("左氧氟沙星片", 2_210),
    ("甲钴胺片", 2_670),
    ("骨化三醇软胶囊", 4_130),
    ("雷贝拉唑钠肠溶片", 3_020),
    ("针刺治疗", 4_500),
    ("推拿治疗", 6_000),
    ("换药", 1_500),
    ("尿常规检查", 1_200),
];

const ENTRY: &str = r#"{"kind":"entry.posted","id":"settlement/1","day":"2026-03-01","occasion":"settlement",
"decision":"settlement/1","reverses":null,"postings":[{"account":"fund:310100","amount":"196.99"},
{"account":"person-account:1","amount":"300.00"},{"account":"payable:1:310100","amount":"-496.99"}]}"#;

/// 2026-01-01, the day of the first settlement.
const FIRST_DAY: i32 = 20_454;
/// Settlements a day.
const A_DAY: u64 = 20_000;

/// Settlements one after the other, the same in every run.
pub(super) struct Work {
    people: u64,
    made: u64,
    year: i32,
    /// Of each person's stream of the year.
    versions: BTreeMap<u64, u32>,
    /// Read once.
    template: Option<Made>,
    lines: Vec<BillLine>,
}

impl Work {
    pub(super) fn new(people: u64) -> Work {
        Work {
            people: people.max(1),
            made: 0,
            year: 0,
            versions: BTreeMap::new(),
            template: None,
            lines: Vec::new(),
        }
    }

    /// The next request: a settlement and its entry on the year's stream of a person.
    pub(super) fn next(&mut self) -> Result<Append, AppendError> {
        self.made += 1;
        let number = self.made;
        // A step that shares no factor with most counts visits everybody once before anybody comes twice.
        let person = 1 + number.wrapping_mul(0x9E37_79B9_7F4A_7C15) % self.people;
        let provider = 1 + number % 300;
        // Twenty thousand a day from New Year on; each year brings new streams.
        let day = Day::from_number(FIRST_DAY + i32::try_from(number / A_DAY).unwrap_or(0));
        let year = day.year();
        if year != self.year {
            self.year = year;
            self.versions.clear();
        }
        let version = self.versions.entry(person).or_default();
        let expected_version = Some(*version);
        *version += 2;

        let template = |error: serde_json::Error| AppendError::Malformed(error.to_string());
        let mut made = match &self.template {
            Some(made) => made.clone(),
            None => self.template.insert(serde_json::from_str(MADE).map_err(template)?).clone(),
        };
        if self.lines.is_empty() {
            self.lines = lines().map_err(template)?;
        }
        made.settlement = SettlementId(number);
        made.person = PersonId(person);
        made.provider = ProviderId(provider);
        made.year = year;
        made.on = day;
        let fen =
            |most: u64| Fen::new(i64::try_from(number * 7_919 % most).unwrap_or(0)).unwrap_or(Fen::ZERO);
        let amounts = &mut made.amounts;
        (amounts.medfee_sumamt, amounts.preselfpay_amt) = (fen(90_000), fen(3_000));
        (amounts.inscp_scp_amt, amounts.hifp_pay) = (fen(86_000), fen(40_000));
        (amounts.fund_pay_sumamt, amounts.psn_part_amt) = (fen(40_000), fen(50_000));
        let mut dice = number.wrapping_mul(0xD134_2543_DE82_EF95) | 1;
        for _ in 0..12 {
            dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let line = usize::try_from(dice >> 52).ok().and_then(|place| self.lines.get(place));
            made.bill.lines.extend(line.cloned().map(|line| BillLine { day, ..line }));
        }
        let entry = ENTRY
            .replace("settlement/1", &format!("settlement/{number}"))
            .replace("person-account:1", &format!("person-account:{person}"))
            .replace("payable:1:", &format!("payable:{provider}:"))
            .replace("2026-03-01", &day.to_string());
        let entry: Event = serde_json::from_str(&entry).map_err(template)?;
        // A sender counts its messages upwards: provider, time, number, as the interface asks.
        let key = format!("H3301{provider:07}20260301{number:012}");
        Ok(Append {
            hash: RequestHash::of(key.as_bytes()),
            key: RequestKey::new(key).ok(),
            at: Moment(i64::try_from(number).unwrap_or(0)),
            actor: "provider-key/1".to_owned(),
            streams: vec![StreamWrite {
                stream: StreamId::Year(PersonId(person), year).to_string(),
                expected_version,
                events: vec![NewEvent::new(Event::SettlementMade(Box::new(made)))?, NewEvent::new(entry)?],
            }],
        })
    }
}

/// Lines that differ as lines of bills do: items, prices, quantities.
fn lines() -> Result<Vec<BillLine>, serde_json::Error> {
    (0..4_096u64)
        .map(|number| {
            let (name, price) = ITEMS[usize::try_from(number % 32).unwrap_or(0)];
            let price = price + number / 32 % 40 * 5;
            let second = number / 7 % 3 == 0;
            serde_json::from_value(serde_json::json!({
                "item": format!("X{:02}BC{:03}A{:021}", number % 32, number % 997, number % 32 * 1_010_101),
                "name": name,
                "price": format!("{}.{:02}", price / 100, price % 100),
                "quantity": (1 + number / 13 % 4).to_string(),
                "day": "2026-03-01",
                "class": if second { "02" } else { "01" },
                "ceiling": null,
                "first_own": if second { "0.05" } else { "0.00" },
                "illustrative": false,
            }))
        })
        .collect()
}

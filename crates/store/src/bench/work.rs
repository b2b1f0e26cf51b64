//! The settlements that are measured: a bill of twelve lines, its amounts, and the entry that books it.

use crate::append::{Append, AppendError, NewEvent, RequestHash, RequestKey, StreamWrite};
use agency::settlement::Made;
use agency::{Event, PersonId, ProviderId, SettlementId, StreamId};
use std::collections::BTreeMap;
use terms::{Day, Moment};

/// One bill as the national interface sends them, with twelve lines of plausible length.
const MADE: &str = r#"{"settlement":1,"person":1,"provider":1,"year":2026,"bill":{"insutype":"310","psn_type":"11",
"category":"none","hardship":"none","account":"300.00","account_past":"0.00","provider_kind":"hospital","hosp_lv":"3",
"admdvs":330106,"designated":true,"contracted":false,"med_type":"11","begndate":"2026-03-01","enddate":"2026-03-01",
"filing":"none","direct":true,"lines":[]},"amounts":{"medfee_sumamt":"600.00","fulamt_ownpay_amt":"12.00",
"overlmt_selfpay":"0.00","preselfpay_amt":"28.80","inscp_scp_amt":"559.20","act_pay_dedc":"300.00","hifp_pay":"196.99",
"cvlserv_pay":"0.00","hifes_pay":"0.00","hifmi_pay":"0.00","hifob_pay":"0.00","hifdm_pay":"0.00","maf_pay":"0.00",
"oth_pay":"0.00","fund_pay_sumamt":"196.99","hosp_part_amt":"0.00","psn_part_amt":"403.01","acct_pay":"300.00",
"psn_cash_pay":"103.01"},"counted":{"deductible-outpatient":"300.00","inscp_scp_amt":"559.20"},
"law":"9f2b6c1e8a7d4f30","illustrative":false,"case":null,"on":"2026-03-01"}"#;

const LINE: &str = r#"{"item":"XA02BCA181A001010100294","name":"奥美拉唑肠溶胶囊","price":"12.50","quantity":"4",
"day":"2026-03-01","class":"02","ceiling":null,"first_own":"0.05","illustrative":false}"#;

const ENTRY: &str = r#"{"kind":"entry.posted","id":"settlement/1","day":"2026-03-01","occasion":"settlement",
"decision":"settlement/1","reverses":null,"postings":[{"account":"fund:310100","amount":"196.99"},
{"account":"person-account:1","amount":"300.00"},{"account":"payable:1:310100","amount":"-496.99"}]}"#;

/// Settlements one after the other, the same in every run.
pub(super) struct Work {
    people: u64,
    made: u64,
    versions: BTreeMap<u64, u32>,
}

impl Work {
    pub(super) fn new(people: u64) -> Work {
        Work { people: people.max(1), made: 0, versions: BTreeMap::new() }
    }

    /// The next request: a settlement and its entry on the year's stream of a person.
    pub(super) fn next(&mut self) -> Result<Append, AppendError> {
        self.made += 1;
        let number = self.made;
        // A step that shares no factor with most counts visits everybody once before anybody comes twice.
        let person = 1 + number.wrapping_mul(0x9E37_79B9_7F4A_7C15) % self.people;
        let provider = 1 + number % 300;
        let day = Day::from_number(20_454 + i32::try_from(number / 20_000 % 365).unwrap_or(0));
        let version = self.versions.entry(person).or_default();
        let expected_version = Some(*version);
        *version += 2;

        let template = |error: serde_json::Error| AppendError::Malformed(error.to_string());
        let mut made: Made = serde_json::from_str(MADE).map_err(template)?;
        made.settlement = SettlementId(number);
        made.person = PersonId(person);
        made.provider = ProviderId(provider);
        made.on = day;
        made.bill.lines =
            (0..12).map(|_| serde_json::from_str(LINE)).collect::<Result<_, _>>().map_err(template)?;
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
                stream: StreamId::Year(PersonId(person), 2026).to_string(),
                expected_version,
                events: vec![NewEvent::new(Event::SettlementMade(Box::new(made)))?, NewEvent::new(entry)?],
            }],
        })
    }
}

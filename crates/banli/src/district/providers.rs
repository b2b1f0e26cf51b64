//! Providers: hospitals of every level and a pharmacy, inside and outside the district and the region.

use super::day;
use agency::{ProviderId, provider};
use terms::Day;

/// A hospital or pharmacy and the spans of its agreements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provider {
    /// As the office registered it.
    pub registered: provider::Registered,
    /// First and last day of each agreement; open where there is no last.
    pub designations: Vec<(Day, Option<Day>)>,
}

impl Provider {
    /// Whether it held an agreement on this day.
    pub fn is_designated_on(&self, day: Day) -> bool {
        self.designations.iter().any(|&(from, to)| from <= day && to.is_none_or(|to| day <= to))
    }
}

/// A provider as made up here: name, kind, `hosp_lv`, division code, whether it refers, designations.
struct Made {
    name: &'static str,
    kind: &'static str,
    hosp_lv: &'static str,
    region: &'static str,
    refers: bool,
    designated: &'static [(&'static str, Option<&'static str>)],
}

const SINCE_2015: &[(&str, Option<&str>)] = &[("2015-01-01", None)];
const NEVER: &[(&str, Option<&str>)] = &[];

/// Place names are made up and every name says that it is a demonstration.
const MADE: [Made; 12] = [
    made("翠微演示第一医院", "hospital", "2", "330106", true, SINCE_2015),
    made("翠微演示中医院", "hospital", "3", "330106", true, SINCE_2015),
    // Its term ends soon: time to renew.
    made("云栖演示医院", "hospital", "5", "330106", false, &[("2015-01-01", Some("2027-01-31"))]),
    // Its agreement ended within the demo's year: what counts is the day of service.
    made("松涛演示医院", "hospital", "6", "330106", false, &[("2018-07-01", Some("2026-03-31"))]),
    made("青芝街道演示社区卫生服务中心", "community", "14", "330106", false, SINCE_2015),
    made("桂坊街道演示社区卫生服务中心", "community", "14", "330106", false, &[("2021-04-01", None)]),
    made("明月演示口腔门诊部", "hospital", "11", "330106", false, NEVER),
    made("江滨演示医院", "hospital", "2", "330102", true, SINCE_2015),
    made("白石演示骨伤医院", "hospital", "5", "330110", false, NEVER),
    made("惠民演示大药房", "pharmacy", "11", "330106", false, &[("2019-01-01", None)]),
    made("海曲演示肿瘤医院", "hospital", "2", "310104", true, SINCE_2015),
    made("燕原演示医院", "hospital", "1", "110105", true, SINCE_2015),
];

const fn made(
    name: &'static str,
    kind: &'static str,
    hosp_lv: &'static str,
    region: &'static str,
    refers: bool,
    designated: &'static [(&'static str, Option<&'static str>)],
) -> Made {
    Made { name, kind, hosp_lv, region, refers, designated }
}

/// Every provider, in the order of its id, with its designations as spans of days.
pub(super) fn providers() -> Vec<Provider> {
    MADE.iter().zip(1..).map(|(made, number)| provider(made, number)).collect()
}

fn provider(made: &Made, number: u64) -> Provider {
    let letter = if made.kind == "pharmacy" { 'P' } else { 'H' };
    let registered = provider::Registered {
        provider: ProviderId(number),
        code: format!("{letter}{}{number:05}", made.region),
        name: made.name.to_owned(),
        provider_kind: made.kind.to_owned(),
        hosp_lv: made.hosp_lv.to_owned(),
        region: made.region.to_owned(),
        refers: made.refers,
    };
    let designations = made.designated.iter().map(|(from, to)| (day(from), to.map(day))).collect();
    Provider { registered, designations }
}

//! Units: government agencies, public institutions and enterprises of the district.

use super::dice::Dice;
use super::{DIVISION, STREETS};
use agency::{UnitId, unit};
use terms::UnitCode;

/// How each kind of unit is named in the packs, the first two characters of its code (who registered it and as
/// what) and the share of people who work there.
struct Kind {
    word: &'static str,
    code: &'static str,
    names: &'static [&'static str],
    staff: u64,
}

const KINDS: [Kind; 3] = [
    Kind {
        word: "government-agency",
        code: "11",
        names: &[
            "演示区人民政府办公室",
            "演示区财政局",
            "演示区教育局",
            "演示区民政局",
            "演示区司法局",
            "演示区人力资源和社会保障局",
            "演示区住房和城乡建设局",
            "演示区农业农村局",
            "演示区商务局",
            "演示区文化和旅游局",
            "演示区卫生健康局",
            "演示区审计局",
            "演示区统计局",
            "演示区档案局",
        ],
        staff: 60,
    },
    Kind {
        word: "public-institution",
        code: "12",
        names: &[
            "演示区第一小学",
            "演示区第二小学",
            "演示区青芝幼儿园",
            "演示区桂坊幼儿园",
            "演示区第一中学",
            "演示区第三中学",
            "演示区职业高级中学",
            "演示区图书馆",
            "演示区文化馆",
            "演示区博物馆",
            "演示区疾病预防控制中心",
            "演示区妇幼保健计划服务中心",
            "演示区园林绿化管理中心",
            "演示区环境监测站",
            "演示区不动产登记中心",
            "演示区青少年活动中心",
        ],
        staff: 120,
    },
    Kind {
        word: "enterprise",
        code: "91",
        names: &[
            "演示云栖软件有限公司",
            "演示松涛机械股份有限公司",
            "演示青芝茶业有限公司",
            "演示桂坊百货有限公司",
            "演示明月酒店管理有限公司",
            "演示江滨物流有限公司",
            "演示白石建筑工程有限公司",
            "演示翠微丝绸有限公司",
            "演示石桥出租汽车有限公司",
            "演示竹里文化传播有限公司",
            "演示长亭电子有限公司",
            "演示枫林物业服务有限公司",
            "演示北岸餐饮有限公司",
            "演示南屏印刷有限公司",
        ],
        staff: 140,
    },
];

/// Every unit, in the order of its id, and how many people work there relative to the others.
pub(super) fn units(seed: u64) -> Vec<(unit::Registered, u64)> {
    let named = KINDS.iter().flat_map(|kind| kind.names.iter().map(move |name| (kind, *name)));
    named.zip(1..).filter_map(|((kind, name), number)| unit(seed, kind, name, number)).collect()
}

fn unit(seed: u64, kind: &Kind, name: &str, number: u64) -> Option<(unit::Registered, u64)> {
    let mut dice = Dice::of(seed, "unit", number);
    let organisation = 10_000_000 + dice.below(89_000_000);
    let body = format!("{}{DIVISION:06}{organisation:08}{}", kind.code, organisation_check(organisation));
    let registered = unit::Registered {
        unit: UnitId(number),
        name: name.to_owned(),
        code: UnitCode::compose(&body).ok()?,
        unit_kind: kind.word.to_owned(),
        district: format!("{DIVISION:06}"),
        address: format!(
            "演示区{}街道{}路{}号",
            dice.pick(&STREETS),
            dice.pick(&STREETS),
            dice.between(1, 399)
        ),
    };
    Some((registered, dice.between(kind.staff as i64 / 2, kind.staff as i64 * 2) as u64))
}

/// The check character of an organisation code (GB 11714), which a unit code carries in places 9 to 17.
fn organisation_check(digits: u64) -> char {
    const WEIGHTS: [u64; 8] = [3, 7, 9, 10, 5, 8, 4, 2];
    let text = format!("{digits:08}");
    let sum: u64 = text.bytes().zip(WEIGHTS).map(|(digit, weight)| u64::from(digit - b'0') * weight).sum();
    match 11 - sum % 11 {
        10 => 'X',
        11 => '0',
        digit => char::from(b'0' + digit as u8),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_of_an_organisation_code_is_as_computed_by_hand() {
        // 3·1 + 7·2 + 9·3 + 10·4 + 5·5 + 8·6 + 4·7 + 2·8 = 201; 201 mod 11 = 3; 11 − 3 = 8.
        assert_eq!(organisation_check(12_345_678), '8');
        // 2·4 = 8; 11 − 8 = 3.
        assert_eq!(organisation_check(4), '3');
        // 2·6 = 12; 12 mod 11 = 1; 11 − 1 = 10, written X.
        assert_eq!(organisation_check(6), 'X');
        // A sum of 11 leaves 0; 11 − 0 = 11, written 0: 7·1 + 2·2 = 11.
        assert_eq!(organisation_check(1_000_002), '0');
    }
}

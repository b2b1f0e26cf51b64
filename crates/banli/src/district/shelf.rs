//! What the demo's bills are made of: drugs, services and consumables with prices that look like a bill's.
//!
//! Made up, and marked as illustrative on every line: class, first-own share and ceiling of a real bill are looked
//! up in the catalogue of the place of treatment.

use agency::settlement::BillLine;
use benefit::{Class, Price, Quantity, Share};
use terms::Day;

/// One thing that can stand on a bill.
#[derive(Debug)]
pub(super) struct Item {
    name: &'static str,
    /// Price of a unit in fen.
    fen: u64,
    class: Class,
    /// Thousandths that the person bears first.
    first_own: u16,
    /// The most that counts of the price, in fen.
    ceiling: Option<u64>,
}

const fn a(name: &'static str, fen: u64) -> Item {
    Item { name, fen, class: Class::A, first_own: 0, ceiling: None }
}

const fn b(name: &'static str, fen: u64, first_own: u16) -> Item {
    Item { name, fen, class: Class::B, first_own, ceiling: None }
}

const fn own(name: &'static str, fen: u64) -> Item {
    Item { name, fen, class: Class::Own, first_own: 1000, ceiling: None }
}

pub(super) const VISIT: Item = a("普通门诊诊查费", 1_000);
pub(super) const DRUGS: &[Item] = &[
    a("阿莫西林胶囊", 1_280),
    a("二甲双胍片", 1_560),
    a("氨氯地平片", 990),
    a("对乙酰氨基酚片", 460),
    a("板蓝根颗粒", 1_350),
    b("头孢克肟分散片", 3_240, 50),
    b("阿托伐他汀钙片", 2_800, 50),
    b("奥美拉唑肠溶胶囊", 2_200, 50),
    b("孟鲁司特钠咀嚼片", 3_600, 50),
    b("银杏叶片", 2_650, 100),
    own("复合维生素片", 6_800),
    own("鱼油软胶囊", 12_800),
];
pub(super) const TESTS: &[Item] = &[
    a("血常规", 2_000),
    a("尿常规", 1_500),
    a("肝功能", 6_500),
    a("胸部X线摄影", 8_000),
    b("彩色多普勒超声", 12_000, 100),
    b("头颅CT平扫", 26_000, 100),
    b("腰椎磁共振平扫", 48_000, 150),
];
/// Each day of a stay.
pub(super) const BED: Item =
    Item { name: "普通床位费", fen: 6_000, class: Class::A, first_own: 0, ceiling: Some(4_500) };
pub(super) const NURSING: Item = a("二级护理", 2_200);
pub(super) const SURGERY: &[Item] = &[
    a("腹腔镜胆囊切除术", 168_000),
    a("腹股沟疝修补术", 98_000),
    a("四肢骨折切开复位内固定术", 186_000),
    a("白内障超声乳化摘除术", 112_000),
    a("阑尾切除术", 86_000),
];
pub(super) const CONSUMABLES: &[Item] = &[
    a("一次性输液器", 380),
    b("吻合器", 216_000, 200),
    Item {
        name: "药物涂层支架", fen: 780_000, class: Class::B, first_own: 100, ceiling: Some(620_000)
    },
    Item {
        name: "人工晶体（进口）", fen: 320_000, class: Class::B, first_own: 300, ceiling: Some(240_000)
    },
    own("一次性护理垫", 1_800),
];

impl Item {
    /// A line for `count` of it.
    pub(super) fn line(&self, count: u64, day: Day) -> BillLine {
        let price = |fen: u64| Price::from_micros(fen * 10_000);
        BillLine {
            item: String::new(),
            name: self.name.to_owned(),
            price: price(self.fen).unwrap_or_default(),
            quantity: Quantity::from_parts(count * 10_000).unwrap_or_default(),
            day,
            class: self.class,
            ceiling: self.ceiling.and_then(price),
            first_own: Share::from_parts(self.first_own * 10).unwrap_or_default(),
            illustrative: true,
        }
    }
}

//! In which order the bills of a year use it up.

use policy::{Law, Setting};

/// In which order the claims of a year use it up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// By the last day of service, so that the order of arriving does not matter.
    ByService,
    /// As they were settled.
    BySettlement,
}

/// The setting that says in which order the bills of a year use it up.
pub const YEAR_ORDER: &str = "year-order";

impl Order {
    /// The order that the law's setting chooses; nothing where the pack has no such setting or reading.
    pub fn of(law: &Law) -> Option<(&Setting, Order)> {
        let setting = law.setting(YEAR_ORDER)?;
        let order = match setting.chosen.as_str() {
            "service" => Order::ByService,
            "settlement" => Order::BySettlement,
            _ => return None,
        };
        Some((setting, order))
    }
}

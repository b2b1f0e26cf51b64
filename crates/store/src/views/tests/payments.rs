//! Payments from decision to the bank and back.

use super::*;
use agency::bank::{BankEvent, BankLine, BankResult};
use ledger::Word;

impl Office {
    /// A payment of this case by transfer or at the window.
    fn pays(&self, case: u64, on: &str, amount: &str, method: &str) {
        let what = format!(
            "\"event\":\"paid\",\"amount\":\"{amount}\",\"payee\":\"王芳\",\"method\":\"{method}\",{BY}"
        );
        self.case(case, on, &what);
    }

    fn in_file(&self, number: &str, what: BankEvent) {
        let file = Word::known(number);
        self.happens(StreamId::BankFile(file), Event::BankFile { file, what: Box::new(what) });
    }

    /// A transfer that went to the bank and came back, and one that waits.
    pub(super) fn banks(&self) {
        self.pays(90, "2026-10-09", "120.00", "transfer");
        self.pays(91, "2026-10-09", "80.00", "transfer");
        self.pays(92, "2026-10-09", "60.00", "window");
        let line = BankLine {
            reference: Word::known("case/90/paid"),
            of: "case/90".to_owned(),
            name: "王芳".to_owned(),
            bank: "演示银行".to_owned(),
            account: "6222".to_owned(),
            amount: "120.00".parse().unwrap(),
        };
        let (on, by) = (day("2026-10-09"), AccountId(4));
        self.in_file("2026-10-09-1", BankEvent::Written { lines: vec![line], on, by });
    }
}

#[test]
fn a_transfer_waits_until_it_is_in_a_file_and_again_after_it_came_back() {
    let office = Office::found();
    let open = || office.store.read(|reader| reader.open_payments(10)).unwrap();
    office.banks();
    let (rows, count, sum) = open();
    assert_eq!((count, sum.to_string().as_str()), (1, "80.00"));
    assert_eq!((rows[0].reference.as_str(), rows[0].stream.as_str()), ("case/91/paid", "case/91"));
    let results = vec![BankResult {
        reference: Word::known("case/90/paid"),
        on: day("2026-10-10"),
        returned: Some("户名不符".to_owned()),
    }];
    let (on, by) = (day("2026-10-10"), AccountId(4));
    office.in_file("2026-10-09-1", BankEvent::Answered { results, on, by });
    office.case(
        90,
        "2026-10-10",
        &format!("\"event\":\"payment-returned\",\"amount\":\"120.00\",\"reason\":\"户名不符\",{BY}"),
    );
    assert_eq!(open().1, 1);
    office.pays(90, "2026-10-11", "120.00", "transfer");
    let references = open().0.into_iter().map(|row| row.reference.to_string()).collect::<Vec<_>>();
    assert_eq!(references, ["case/91/paid", "case/90/paid/2"]);
    let files = office.store.read(|reader| reader.bank_files(i64::MAX, 10)).unwrap();
    assert_eq!((files[0].payments, files[0].answered), (1, Some((day("2026-10-10"), 1))));
}

//! A claim from the counter to the money and back: refused lines, an account, a transfer that comes back, an appeal.

mod advance;
mod recovery;

use super::{Claim, Receipt, RefusedLine};
use crate::casework::{CaseFile, Command, Open, OpenAbout};
use crate::settlement::{BenefitYear, BillLine};
use crate::testing::{day, fen, rules};
use crate::{
    AccountId, Actor, CaseId, Context, Event, Ids, Memory, Organisation, PersonId, ProviderId, Records,
    StreamAppend, StreamId, person, provider,
};
use case::{Action, Completion, Piece, Position, Presented};
use ledger::{AccountKind, Ledger};
use terms::{CitizenId, Fact, Facts, Fen, Moment, Refusals};

const PERSON: PersonId = PersonId(17);
const HOSPITAL: ProviderId = ProviderId(3);
const CASE: CaseId = CaseId(1);

struct Office {
    records: Memory,
    ids: Ids,
}

impl Office {
    fn new() -> Office {
        let mut records = Memory::default();
        let person = person::Registered {
            person: PERSON,
            name: "王建国".to_owned(),
            citizen: CitizenId::compose(330_106, day("1931-05-01"), 11).unwrap(),
            address: "西湖区".to_owned(),
            unit: None,
            insurance: vec![person::Insurance {
                insutype: "340".to_owned(),
                psn_type: "13".to_owned(),
                from: day("2010-01-01"),
                to: None,
            }],
            categories: vec![person::Category {
                category: "retired-cadre".to_owned(),
                from: day("2010-01-01"),
                to: None,
                proof: "离休证".to_owned(),
            }],
            parent: None,
            region: "330100".to_owned(),
        };
        let hospital = provider::Registered {
            provider: HOSPITAL,
            code: "H33010600003".to_owned(),
            name: "演示医院".to_owned(),
            provider_kind: "hospital".to_owned(),
            hosp_lv: "5".to_owned(),
            region: "330106".to_owned(),
            refers: false,
        };
        for (stream, event) in [
            (StreamId::Person(PERSON), Event::PersonRegistered(person)),
            (StreamId::Provider(HOSPITAL), Event::ProviderRegistered(hospital)),
        ] {
            assert!(records.append(&[StreamAppend { stream, expected_version: 0, events: vec![event] }]));
        }
        Office { records, ids: Ids::default() }
    }

    fn tries(&mut self, on: &str, role: &str, command: &Command) -> Result<(), Refusals> {
        self.submits(on, role, &crate::Command::Case(command.clone()))
    }

    fn submits(&mut self, on: &str, role: &str, command: &crate::Command) -> Result<(), Refusals> {
        let account = AccountId(role.bytes().map(u64::from).sum());
        let actor = Actor {
            account,
            name: role.to_owned(),
            roles: [role.to_owned()].into(),
            organisation: Organisation::Agency,
            title: None,
            person: None,
        };
        let now = Moment::at(day(on), 9, 0);
        let mut context = Context { rules: rules(), actor: &actor, now, ids: self.ids.clone() };
        let decision = crate::decide(&self.records, &mut context, command)?;
        self.ids = context.ids;
        assert!(self.records.append(&decision.appends));
        Ok(())
    }

    #[track_caller]
    fn does(&mut self, on: &str, role: &str, command: &Command) {
        self.tries(on, role, command).unwrap_or_else(|refusals| panic!("{refusals:?}"));
    }

    #[track_caller]
    fn refused(&mut self, on: &str, role: &str, command: &Command, code: &str) {
        let refusals = self.tries(on, role, command).unwrap_err();
        let codes: Vec<&str> = refusals.iter().map(|refusal| refusal.code.as_str()).collect();
        assert_eq!(codes, [code]);
    }

    #[track_caller]
    fn stands(&self, place: &str) {
        let file = CaseFile::of(&self.records.events(&StreamId::Case(CASE)));
        let here = match file.state.position {
            Position::At(place) | Position::Closed(place) => place,
            other => format!("{other:?}"),
        };
        assert_eq!(here, place);
    }

    /// What the settlement that stands is made of: charged and paid by the funds.
    fn settled(&self) -> (Fen, Fen) {
        let year = BenefitYear::of(&self.records.events(&StreamId::Year(PERSON, 2026)));
        let standing: Vec<_> = year.standing().collect();
        assert_eq!(standing.len(), 1);
        (standing[0].amounts.medfee_sumamt, standing[0].amounts.fund_pay_sumamt)
    }

    /// What the books owe the person.
    fn owed(&self) -> Fen {
        self.balance(AccountKind::PayablePerson).negated()
    }

    fn advanced(&self) -> Fen {
        self.balance(AccountKind::Advance)
    }

    fn spent(&self) -> Fen {
        self.balance(AccountKind::Fund)
    }

    /// What stands on the accounts of a kind; every entry balances or the ledger would not take it.
    fn balance(&self, kind: AccountKind) -> Fen {
        let events = self.records.streams().flat_map(|(_, events)| events);
        let entries = events.filter_map(|event| match event {
            Event::EntryPosted(entry) => Some((**entry).clone()),
            _ => None,
        });
        let mut entries: Vec<_> = entries.collect();
        // Reversals come after what they reverse.
        entries.sort_by_key(|entry| {
            entry.id.as_str().matches("/returned").count() + entry.id.as_str().matches("/void").count()
        });
        let ledger = Ledger::of(entries).unwrap();
        let of_kind = ledger.balances().filter(|(account, _)| account.kind() == kind);
        Fen::sum(of_kind.map(|(_, amount)| amount)).unwrap()
    }
}

fn claim() -> Claim {
    let line = |name: &str, price: &str| BillLine {
        item: String::new(),
        name: name.to_owned(),
        price: price.parse().unwrap(),
        quantity: "1".parse().unwrap(),
        day: day("2026-05-12"),
        class: benefit::Class::A,
        ceiling: None,
        first_own: "0".parse().unwrap(),
        illustrative: false,
    };
    Claim {
        provider: HOSPITAL,
        med_type: "11".parse().unwrap(),
        begndate: day("2026-05-12"),
        enddate: day("2026-05-12"),
        receipts: vec![Receipt {
            number: "C-1".to_owned(),
            amount: fen("230.50"),
            issued: day("2026-05-12"),
        }],
        lines: vec![line("诊查费", "50.00"), line("检查费", "100.00"), line("伙食费", "80.50")],
    }
}

fn open() -> Command {
    let paper = |id: &str| Presented {
        material: id.to_owned(),
        pieces: vec![Piece { original: true, ..Piece::default() }],
    };
    Command::Open(Box::new(Open {
        procedure: "reimburse-retired".to_owned(),
        subject: PERSON,
        capacity: "self".to_owned(),
        parties: Default::default(),
        facts: Facts::new(),
        materials: ["booklet", "receipts", "expense-list"].map(paper).into(),
        claim: Some(claim()),
        stand_in: None,
    }))
}

fn act(case: CaseId, action: Action) -> Command {
    Command::Act { case, action: Box::new(action) }
}

fn step(step: &str) -> Command {
    act(CASE, Action::Complete(Completion { note: "noted".to_owned(), ..Completion::approve(step) }))
}

fn pay() -> Command {
    let (completion, method) = (Box::new(Completion::approve("pay")), "transfer".to_owned());
    Command::Pay { case: CASE, completion, payee: "王建国".to_owned(), method }
}

fn account(holder: &str) -> Command {
    let text = |text: &str| Fact::Text(text.to_owned());
    let facts =
        [("payment.holder".to_owned(), text(holder)), ("payment.account".to_owned(), text("6222 0001"))];
    act(CASE, Action::GiveFacts(facts.into()))
}

fn lines(refused: &[(usize, &str)]) -> Command {
    let line = |(line, ground): &(usize, &str)| RefusedLine {
        line: *line,
        ground: (*ground).to_owned(),
        note: String::new(),
    };
    Command::RefuseLines { case: CASE, lines: refused.iter().map(line).collect() }
}

/// Up to the point where money is due, one line refused.
fn reviewed() -> Office {
    let mut office = Office::new();
    office.does("2026-09-10", "window-officer", &open());
    office.does("2026-09-10", "window-officer", &act(CASE, Action::Accept));
    office.does("2026-09-14", "reviewer", &lines(&[(2, "not-treatment")]));
    office.does("2026-09-14", "reviewer", &step("review"));
    office.does("2026-09-15", "senior-reviewer", &step("re-review"));
    office
}

#[test]
fn the_settlement_is_made_of_the_lines_that_stand_and_the_sums_add_up() {
    let office = reviewed();
    let (charged, funds) = office.settled();
    assert_eq!((charged, funds), (fen("150.00"), fen("150.00")));
    let file = CaseFile::of(&office.records.events(&StreamId::Case(CASE)));
    let refused = file.claim.unwrap().total_of(&file.refused).unwrap();
    assert_eq!(refused, fen("80.50"));
    assert_eq!(charged.plus(refused).unwrap(), fen("230.50"));
    assert_eq!(office.owed(), fen("150.00"));
}

#[test]
fn lines_are_refused_by_the_reviewer_before_the_settlement_with_a_known_ground_and_never_all() {
    let mut office = Office::new();
    office.does("2026-09-10", "window-officer", &open());
    office.refused("2026-09-10", "reviewer", &lines(&[(2, "not-treatment")]), "reimbursement/lines-not-now");
    office.does("2026-09-10", "window-officer", &act(CASE, Action::Accept));
    office.refused("2026-09-14", "cashier", &lines(&[(2, "not-treatment")]), "reimbursement/lines-not-now");
    office.refused("2026-09-14", "reviewer", &lines(&[(3, "not-treatment")]), "reimbursement/no-such-line");
    office.refused("2026-09-14", "reviewer", &lines(&[(1, "dislike")]), "reimbursement/no-such-ground");
    let all = [(0, "no-record"), (1, "no-record"), (2, "no-record")];
    office.refused("2026-09-14", "reviewer", &lines(&all), "reimbursement/all-lines-refused");
    office.does("2026-09-14", "reviewer", &step("review"));
    // The senior reviewer sees the list and may change it, up to the settlement.
    office.does("2026-09-15", "senior-reviewer", &lines(&[(0, "charged-twice"), (2, "not-treatment")]));
    office.does("2026-09-15", "senior-reviewer", &step("re-review"));
    assert_eq!(office.settled(), (fen("100.00"), fen("100.00")));
    office.refused("2026-09-15", "senior-reviewer", &lines(&[]), "reimbursement/lines-not-now");
}

#[test]
fn a_transfer_goes_to_the_persons_own_account_and_one_that_came_back_is_paid_again_once() {
    let mut office = reviewed();
    office.refused("2026-09-16", "cashier", &pay(), "payment/no-account");
    office.does("2026-09-16", "window-officer", &account("李四"));
    office.refused("2026-09-16", "cashier", &pay(), "payment/name-differs");
    office.does("2026-09-16", "window-officer", &account("王建国"));
    office.does("2026-09-16", "cashier", &pay());
    office.stands("paid");
    assert_eq!(office.owed(), Fen::ZERO);
    office.refused("2026-09-16", "cashier", &pay(), "case/closed");

    let back = act(CASE, Action::PaymentReturned { reason: "账号有误".to_owned() });
    office.tries("2026-09-18", "reviewer", &back).unwrap_err();
    office.does("2026-09-18", "cashier", &back);
    office.stands("payment");
    assert_eq!(office.owed(), fen("150.00"));
    office.does("2026-09-18", "window-officer", &account("王建国"));
    office.does("2026-09-21", "cashier", &pay());
    office.stands("paid");
    assert_eq!(office.owed(), Fen::ZERO);
}

#[test]
fn a_transfer_goes_to_the_bank_in_a_file_and_its_answer_brings_it_back_to_the_case() {
    use crate::bank::{AnswerLine, BankFile, Command as Bank};
    let mut office = reviewed();
    office.does("2026-09-16", "window-officer", &account("王建国"));
    office.does("2026-09-16", "cashier", &pay());
    let bank = |office: &mut Office, on: &str, command: Bank| {
        office.submits(on, "cashier", &crate::Command::Bank(command)).unwrap_or_else(|why| panic!("{why:?}"));
    };
    let reference = ledger::Word::known("case/1/paid");
    bank(&mut office, "2026-09-16", Bank::Write { payments: vec![("case/1".to_owned(), reference)] });
    let number = ledger::Word::known("2026-09-16-1");
    let file = BankFile::of(&office.records.events(&StreamId::BankFile(number))).unwrap();
    assert_eq!((file.lines[0].name.as_str(), file.sum()), ("王建国", fen("150.00")));
    let returned = Some("账号有误".to_owned());
    let line = AnswerLine { line: 2, reference, amount: fen("150.00"), on: day("2026-09-17"), returned };
    let answer = Bank::Answer { file: number, lines: vec![line] };
    bank(&mut office, "2026-09-18", answer.clone());
    office.stands("payment");
    assert_eq!(office.owed(), fen("150.00"));
    bank(&mut office, "2026-09-18", answer);
    office.does("2026-09-21", "cashier", &pay());
    let again = ledger::Word::known("case/1/paid/2");
    bank(&mut office, "2026-09-21", Bank::Write { payments: vec![("case/1".to_owned(), again)] });
    assert_eq!(office.owed(), Fen::ZERO);
}

#[test]
fn what_was_settled_cannot_be_withdrawn_only_appealed() {
    let mut office = reviewed();
    office.refused("2026-09-16", "window-officer", &act(CASE, Action::Withdraw), "case/too-late-to-withdraw");
}

#[test]
fn a_receipt_is_paid_once_and_the_second_case_is_told_the_first() {
    let mut office = reviewed();
    let refusals = office.tries("2026-09-16", "window-officer", &open()).unwrap_err();
    let used = refusals.iter().find(|refusal| refusal.code == "reimbursement/receipt-used").unwrap();
    assert_eq!(used.facts.get("by"), Some(&Fact::Text("case/1".to_owned())));
}

#[test]
fn an_upheld_appeal_has_the_case_done_again_and_only_the_difference_is_paid() {
    let mut office = reviewed();
    office.does("2026-09-16", "window-officer", &account("王建国"));
    office.does("2026-09-16", "cashier", &pay());
    let appeal = Command::OpenAbout(Box::new(OpenAbout {
        procedure: "appeal".to_owned(),
        about: "case/1".to_owned(),
        capacity: "self".to_owned(),
        facts: [("appeal.what".to_owned(), Fact::Text("伙食费属于住院治疗饮食".to_owned()))].into(),
        materials: vec![],
        stand_in: None,
    }));
    office.does("2026-09-21", "window-officer", &appeal);
    office.refused("2026-09-21", "window-officer", &appeal, "case/about-already");
    let second = CaseId(2);
    office.does("2026-09-21", "window-officer", &act(second, Action::Accept));
    let examine =
        Action::Complete(Completion { note: "成立".to_owned(), ..Completion::approve("examine") });
    office.does("2026-09-22", "auditor", &act(second, examine));
    office.stands("review");
    // The settlement no longer stands: 150.00 were paid and nothing is settled.
    assert_eq!(office.owed(), fen("-150.00"));

    office.does("2026-09-23", "reviewer", &lines(&[]));
    office.does("2026-09-23", "reviewer", &step("review"));
    office.does("2026-09-24", "senior-reviewer", &step("re-review"));
    assert_eq!(office.settled(), (fen("230.50"), fen("230.50")));
    assert_eq!(office.owed(), fen("80.50"));
    office.does("2026-09-25", "cashier", &pay());
    assert_eq!(office.owed(), Fen::ZERO);
}

#[test]
fn a_claim_may_be_as_long_as_it_is_said_and_no_longer() {
    let of = |receipts: usize, lines: usize| {
        let mut claim = claim();
        let line = BillLine { price: "0.20".parse().unwrap(), ..claim.lines[0].clone() };
        let receipt = |number: usize| Receipt { number: format!("C-{number}"), ..claim.receipts[0].clone() };
        claim.receipts = (0..receipts).map(receipt).collect();
        claim.lines = vec![line; lines];
        let total = claim.lines_total().unwrap();
        for receipt in &mut claim.receipts {
            receipt.amount = Fen::ZERO;
        }
        claim.receipts[0].amount = total;
        Command::EnterClaim { case: CASE, claim: Box::new(claim) }
    };
    let mut office = Office::new();
    office.does("2026-09-10", "window-officer", &open());
    office.does("2026-09-10", "window-officer", &of(super::RECEIPTS_MAX, super::LINES_MAX));
    office.refused("2026-09-10", "window-officer", &of(1, super::LINES_MAX + 1), "reimbursement/lines-count");
    office.refused(
        "2026-09-10",
        "window-officer",
        &of(super::RECEIPTS_MAX + 1, 1),
        "reimbursement/receipts-count",
    );
}

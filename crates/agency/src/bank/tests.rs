use super::*;
use crate::region::tests::world::{World, day, fen, rules};
use crate::statement::{self, Wish};
use crate::testing::acting;
use crate::{Context, Organisation, ProviderId, Records};
use ledger::Account;
use terms::{Month, Refusals};

#[track_caller]
fn faults(text: &str, expected: &[(u32, &str)]) {
    let found = read_answer(text).map_err(|faults| {
        faults.into_iter().map(|fault| (fault.line, fault.what.trim_start_matches("bank-fault-"))).collect()
    });
    assert_eq!(found.map(|lines| lines.len()), Err::<usize, Vec<_>>(expected.to_vec()), "{text}");
}

#[test]
fn an_answer_is_read_whole_or_every_line_that_is_wrong_is_named() {
    let heads = "reference,amount,day,result,reason";
    let text = format!(
        "\u{feff}{heads}\r\na/1,1.50,2026-11-02,paid\r\nb/2,2,2026-11-02,returned,name, differs\nsum,3.50\n"
    );
    let lines = read_answer(&text).unwrap();
    assert_eq!((lines.len(), lines[1].line, lines[1].returned.as_deref()), (2, 3, Some("name, differs")));
    assert_eq!(read_answer(&format!("{heads}\nsum,0\n")), Ok(Vec::new()));
    faults("", &[(1, "no-sum")]);
    faults("hello\nsum,0", &[(1, "heads")]);
    let wrong = "a/1,x,2026-11-02,paid\na/1,1,2026-13-02,paid\na b,1,2026-11-02,paid\na/1,1,2026-11-02,lost\na/1,1,2026-11-02,returned,";
    faults(
        &format!("{heads}\n{wrong}\nsum,0"),
        &[(2, "amount"), (3, "day"), (4, "reference"), (5, "result"), (6, "reason")],
    );
    faults(&format!("{heads}\na/1,1,2026-11-02,paid\nsum,1.01"), &[(3, "sum")]);
    faults(&format!("{heads}\na/1,1,2026-11-02,paid\n"), &[(2, "no-sum")]);
    faults(&format!("{heads}\nsum,0\na/1,1,2026-11-02,paid"), &[(3, "after-sum")]);
}

const HOSPITAL: ProviderId = ProviderId(1);
const OCTOBER: Month = Month { year: 2026, month: 10 };
const STATEMENT: &str = "statement/1/2026-10";

/// The office of Yanyuan with 700.00 owed to its hospital for October, of which 665.00 are paid after the deposit.
struct Stage {
    world: World,
}

impl Stage {
    fn new() -> Stage {
        let mut world = World::new(1, false);
        world.ask(1, 0, 0, 100_000);
        world.ask(1, 0, 1, 40_000);
        world.settle_down();
        world.until(day("2026-11-02"));
        let mut stage = Stage { world };
        let month =
            |what| crate::Command::Statement(statement::Command { provider: HOSPITAL, month: OCTOBER, what });
        stage.does("settlement-officer", 5, &month(Wish::Issue));
        let yes = Wish::Answer { agrees: true, text: String::new() };
        stage.does("hospital-insurance-office", 9, &month(yes));
        stage.does("cashier", 7, &month(Wish::Pay));
        stage
    }

    fn asks(&mut self, role: &str, who: u64, command: &crate::Command) -> Result<usize, Refusals> {
        let provider = role == "hospital-insurance-office";
        let actor =
            acting(who, role, if provider { Organisation::Provider(HOSPITAL) } else { Organisation::Agency });
        let (now, office) = (self.world.moment(1), &self.world.offices[1]);
        let mut context = Context { rules: &rules()[1], actor: &actor, now, ids: office.ids.clone() };
        let decision = crate::decide(&office.memory, &mut context, command)?;
        assert!(self.world.offices[1].memory.append(&decision.appends));
        Ok(decision.appends.len())
    }

    #[track_caller]
    fn does(&mut self, role: &str, who: u64, command: &crate::Command) -> usize {
        self.asks(role, who, command).unwrap_or_else(|reasons| panic!("refused: {reasons:?}"))
    }

    #[track_caller]
    fn refused(&mut self, command: Command, codes: &[&str]) {
        let reasons = self.asks("cashier", 7, &crate::Command::Bank(command)).unwrap_err();
        assert_eq!(reasons.iter().map(|reason| reason.code.as_str()).collect::<Vec<_>>(), codes);
    }

    fn banks(&mut self, command: Command) -> usize {
        self.does("cashier", 7, &crate::Command::Bank(command))
    }

    fn held(&self, account: &str) -> Fen {
        let account: Account = account.parse().unwrap();
        self.world.balance(1, account)
    }

    fn has_an_account(&mut self) {
        let changes = [("bank-account".to_owned(), "6222 0001".to_owned())].into();
        let event = Event::ProviderChanged { provider: HOSPITAL, changes, on: day("2026-11-01") };
        let stream = StreamId::Provider(HOSPITAL);
        let memory = &mut self.world.offices[1].memory;
        let mut decision = crate::Decision::default();
        decision.push(stream.clone(), (memory as &dyn Records).version(&stream), event);
        assert!(memory.append(&decision.appends));
    }
}

fn pay(reference: &str) -> Command {
    Command::Write { payments: vec![(STATEMENT.to_owned(), Word::known(reference))] }
}

fn answer(file: &str, amount: &str, on: &str, returned: Option<&str>) -> Command {
    let line = AnswerLine {
        line: 2,
        reference: Word::known("pay/2026-10/1/310100"),
        amount: fen(amount),
        on: day(on),
        returned: returned.map(str::to_owned),
    };
    Command::Answer { file: Word::known(file), lines: vec![line] }
}

#[test]
fn a_months_payment_goes_out_once_comes_back_once_and_goes_out_again() {
    let mut stage = Stage::new();
    assert_eq!(stage.held("cash"), fen("-665.00"));
    let first = "pay/2026-10/1/310100";
    stage.refused(pay(first), &["bank/no-account"]);
    stage.has_an_account();
    stage.refused(pay("pay/2026-10/1/310200"), &["bank/no-such-payment"]);
    stage.banks(pay(first));
    stage.refused(pay(first), &["bank/in-a-file"]);
    let number = "2026-11-02-1";
    let events = stage.world.records(1).events(&stream(Word::known(number)));
    let file = BankFile::of(&events).unwrap();
    assert!(file.text(Word::known(number)).ends_with(&format!("sum,,,1,665.00,{number}\r\n")));
    // What does not agree is refused whole.
    let back = Some("户名不符");
    stage.refused(answer("2026-11-02-2", "665.00", "2026-11-02", back), &["bank/no-such-file"]);
    stage.refused(answer(number, "664.99", "2026-11-02", back), &["bank/other-amount"]);
    stage.refused(answer(number, "665.00", "2026-11-03", back), &["bank/day"]);
    stage.refused(Command::Answer { file: Word::known(number), lines: vec![] }, &["bank/missing"]);
    assert_eq!(stage.held("cash"), fen("-665.00"));
    stage.banks(answer(number, "665.00", "2026-11-02", back));
    assert_eq!((stage.held("cash"), stage.held("payable:1:310100")), (Fen::ZERO, fen("-665.00")));
    // The same answer again changes nothing, another one is refused.
    assert_eq!(stage.banks(answer(number, "665.00", "2026-11-02", back)), 0);
    stage.refused(answer(number, "665.00", "2026-11-02", None), &["bank/answered"]);
    let again = Wish::PayAgain { reference: Word::known(first) };
    let again = statement::Command { provider: HOSPITAL, month: OCTOBER, what: again };
    stage.does("cashier", 7, &crate::Command::Statement(again));
    stage.banks(pay("pay/2026-10/1/310100/2"));
    assert_eq!(stage.held("cash"), fen("-665.00"));
    // It can come back a second time.
    let Command::Answer { lines, .. } = answer("", "665.00", "2026-11-02", back) else { return };
    let lines =
        lines.into_iter().map(|line| AnswerLine { reference: Word::known("pay/2026-10/1/310100/2"), ..line });
    stage.banks(Command::Answer { file: Word::known("2026-11-02-2"), lines: lines.collect() });
    assert_eq!(stage.held("cash"), Fen::ZERO);
    stage.world.check_books();
}

//! What can be done in a scenario of `kind money`. Names are those of `person` lines, months are `2026-10`, amounts yuan.
//!
//! ```text
//! take over NAME THIS-YEAR PAST through MONTH     base NAME AMOUNT from MONTH      credit MONTH NAME …
//! let MEMBER use HOLDER as RELATION               end MEMBER use HOLDER
//! settle NAME at PROVIDER INSIDE OUTSIDE          … and `own-account` or `family-account` at its end
//! void NUMBER                                     a settlement, counted from 1
//! issue PROVIDER MONTH    agree PROVIDER MONTH    object PROVIDER MONTH    pay PROVIDER MONTH
//! deduct PROVIDER MONTH FUND AMOUNT ARTICLE       reply, uphold, drop: PROVIDER MONTH NUMBER
//! release PROVIDER MONTH FUND AMOUNT              forfeit likewise         pay again PROVIDER MONTH PAYMENT
//! write PROVIDER MONTH PAYMENT                    into a file for the bank
//! answer FILE of DAY PAYMENT AMOUNT RESULT …      the bank's answer; RESULT is `paid` or `returned`
//! close MONTH                                     grant YEAR FUND AMOUNT
//! ```

use super::office::{Office, amount};
use agency::person_account::Command as Accounts;
use agency::settlement::{BillLine, BillRecord, Draw, ToSettle};
use agency::statement::{self, Wish};
use agency::{Command, PersonId, ProviderId, StreamId, bank, book_year, settlement};
use benefit::{Class, Code, Filing, Share};
use ledger::Word;
use terms::{Day, Fen, Month};

/// The reason wherever one must be given.
const REASON: &str = "测试";

/// What a row asks, or why nobody can.
pub(super) fn command(office: &Office<'_>, today: Day, does: &str) -> Result<Command, String> {
    let words: Vec<&str> = does.split_whitespace().collect();
    let person = |name: &str| office.number(name).map(PersonId);
    let said = |text: &str| word(&office.named(text));
    let accounts = |command| Ok(Command::PersonAccount(command));
    let of_month = |name: &str, text: &str, what: Wish| {
        let (provider, month) = (ProviderId(office.number(name)?), month(text)?);
        Ok(Command::Statement(statement::Command { provider, month, what }))
    };
    match words.as_slice() {
        ["take", "over", name, this_year, past, "through", through] => accounts(Accounts::TakeOver {
            person: person(name)?,
            this_year: amount(this_year)?,
            past: amount(past)?,
            through: month(through)?,
        }),
        ["base", name, base, "from", from] => {
            accounts(Accounts::SetBase { person: person(name)?, base: amount(base)?, from: month(from)? })
        }
        ["credit", text, names @ ..] => {
            let people = names.iter().map(|name| person(name)).collect::<Result<_, _>>()?;
            accounts(Accounts::Credit { month: month(text)?, people })
        }
        ["let", member, "use", holder, "as", relation] => accounts(Accounts::Aid {
            holder: person(holder)?,
            member: person(member)?,
            relation: (*relation).to_owned(),
        }),
        ["end", member, "use", holder] => {
            accounts(Accounts::EndAid { holder: person(holder)?, member: person(member)? })
        }
        ["settle", name, "at", provider, inside, outside, rest @ ..] => {
            let draw = match rest {
                [] => Draw::Nothing,
                ["own-account"] => Draw::Own,
                ["family-account"] => Draw::Family,
                _ => return Err(format!("`{}` is no account to draw from", rest.join(" "))),
            };
            let bill = bill(office, name, provider, today, [inside, outside])?;
            let provider = ProviderId(office.number(provider)?);
            let asked = ToSettle { person: person(name)?, provider, bill, case: None, draw };
            Ok(Command::Settlement(settlement::Command::Settle(Box::new(asked))))
        }
        ["void", number] => {
            let made = office.settled(number)?;
            let (person, year, settlement) = (made.person, made.year, made.settlement);
            let reason = REASON.to_owned();
            Ok(Command::Settlement(settlement::Command::Void { person, year, settlement, reason }))
        }
        ["issue", name, month] => of_month(name, month, Wish::Issue),
        [wish @ ("agree" | "object"), name, month] => {
            let what = Wish::Answer { agrees: *wish == "agree", text: REASON.to_owned() };
            of_month(name, month, what)
        }
        ["pay", name, month] => of_month(name, month, Wish::Pay),
        ["pay", "again", name, month, payment] => {
            of_month(name, month, Wish::PayAgain { reference: said(payment)? })
        }
        ["deduct", name, month, fund, taken, article] => {
            let what = Wish::Deduct {
                fund: word(fund)?,
                settlement: Word::known("settlement/1"),
                amount: amount(taken)?,
                reason: REASON.to_owned(),
                article: (*article).into(),
            };
            of_month(name, month, what)
        }
        ["reply", name, month, number] => {
            of_month(name, month, Wish::Reply { number: count(number)?, text: REASON.to_owned() })
        }
        [wish @ ("uphold" | "drop"), name, month, number] => {
            of_month(name, month, Wish::Decide { number: count(number)?, upheld: *wish == "uphold" })
        }
        [wish @ ("release" | "forfeit"), name, month, fund, let_go] => {
            let what = Wish::Release {
                fund: word(fund)?,
                amount: amount(let_go)?,
                forfeited: *wish == "forfeit",
                reason: REASON.to_owned(),
            };
            of_month(name, month, what)
        }
        ["write", name, text, payment] => {
            let of = StreamId::Statement(ProviderId(office.number(name)?), month(text)?).to_string();
            Ok(Command::Bank(bank::Command::Write { payments: vec![(of, said(payment)?)] }))
        }
        ["answer", file, "of", on, payments @ ..] if !payments.is_empty() && payments.len() % 3 == 0 => {
            let lines = bank_answer(office, on, payments)?;
            Ok(Command::Bank(bank::Command::Answer { file: word(file)?, lines }))
        }
        ["close", text] => Ok(Command::BookYear(book_year::Command::Close { month: month(text)? })),
        ["grant", year, fund, granted] => Ok(Command::BookYear(book_year::Command::Grant {
            year: year.parse().map_err(|_| format!("`{year}` is no year"))?,
            fund: word(fund)?,
            amount: amount(granted)?,
            paper: REASON.to_owned(),
        })),
        ["receive", fund, received] => Ok(Command::BookYear(book_year::Command::Receive {
            fund: word(fund)?,
            amount: amount(received)?,
            paper: REASON.to_owned(),
        })),
        _ => Err(format!("nobody can `{does}`")),
    }
}

fn word(text: &str) -> Result<Word, String> {
    text.parse().map_err(|why| format!("`{text}`: {why}"))
}

fn month(text: &str) -> Result<Month, String> {
    format!("{text}-01").parse::<Day>().map(Day::month).map_err(|_| format!("`{text}` is no month"))
}

fn count(text: &str) -> Result<u32, String> {
    text.parse().map_err(|_| format!("`{text}` is no number"))
}

/// The file as the bank would write it, read as the office reads one.
fn bank_answer(office: &Office<'_>, on: &str, payments: &[&str]) -> Result<Vec<bank::AnswerLine>, String> {
    let (mut text, mut sum) = (String::from("reference,amount,day,result,reason\n"), Fen::ZERO);
    for payment in payments.chunks(3) {
        let [reference, paid, result] = payment else { continue };
        let paid = amount(paid)?;
        sum = sum.plus(paid).map_err(|why| why.to_string())?;
        text.push_str(&format!("{},{paid},{on},{result},{REASON}\n", office.named(reference)));
    }
    text.push_str(&format!("sum,{sum}\n"));
    bank::read_answer(&text).map_err(|faults| format!("the bank's answer cannot be read: {faults:?}"))
}

/// An outpatient bill of today with one item inside the catalogue and one that is the person's own.
fn bill(
    office: &Office<'_>,
    name: &str,
    provider: &str,
    today: Day,
    [inside, outside]: [&str; 2],
) -> Result<BillRecord, String> {
    let code = |text: &str| text.parse::<Code>().map_err(|_| format!("`{text}` is no code"));
    let line = |text: &str, class: Class| -> Result<BillLine, String> {
        let price = text.replace(',', "").parse().map_err(|_| format!("`{text}` is no price"))?;
        let quantity = "1".parse().map_err(|_| "one is no quantity".to_owned())?;
        let (item, name) = (String::new(), REASON.to_owned());
        let (ceiling, first_own) = (None, Share::ZERO);
        Ok(BillLine {
            item,
            name,
            price,
            quantity,
            day: today,
            class,
            ceiling,
            first_own,
            illustrative: false,
        })
    };
    Ok(BillRecord {
        insutype: code(office.fact(name, "insutype")?)?,
        psn_type: code(office.fact(name, "psn_type")?)?,
        category: Code::NONE,
        hardship: Code::NONE,
        account: Fen::ZERO,
        account_past: Fen::ZERO,
        provider_kind: code(office.fact(provider, "provider")?)?,
        hosp_lv: code(office.fact(provider, "level")?)?,
        admdvs: 330_106,
        designated: true,
        contracted: false,
        med_type: code("11")?,
        begndate: today,
        enddate: today,
        filing: Filing::None,
        direct: true,
        lines: vec![line(inside, Class::A)?, line(outside, Class::Own)?],
    })
}

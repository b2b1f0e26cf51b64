//! Prepayments: how large, how far used, when to raise an alarm, how much to add.

use crate::{NoValue, Parameter, Parameters};
use terms::{Day, Fen, MoneyError, Rate, Rounding};

/// How far a prepayment is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Alarm {
    /// Enough is left.
    Quiet,
    /// The first line is reached.
    Yellow,
    /// The second line is reached: an emergency top-up is due.
    Red,
}

/// The alarm for a prepayment of which `used` is owed already. Reaching a line raises its alarm; where nothing is
/// lodged, anything owed is red.
pub fn alarm(prepaid: Fen, used: Fen, parameters: &Parameters, day: Day) -> Result<Alarm, NoValue> {
    let reaches = |line: Rate| {
        let (num, den) = (i128::from(line.num()), i128::from(line.den()));
        used > Fen::ZERO && i128::from(used.get()) * den >= i128::from(prepaid.get()) * num
    };
    let red = parameters.rate(Parameter::PrepaymentRed, day)?;
    let yellow = parameters.rate(Parameter::PrepaymentYellow, day)?;
    Ok(match (reaches(red), reaches(yellow)) {
        (true, _) => Alarm::Red,
        (false, true) => Alarm::Yellow,
        (false, false) => Alarm::Quiet,
    })
}

/// The least that has to be added so that the use falls below the yellow line; zero where it is below.
pub fn top_up(prepaid: Fen, used: Fen, parameters: &Parameters, day: Day) -> Result<Fen, NoValue> {
    let yellow = parameters.rate(Parameter::PrepaymentYellow, day)?;
    let (num, den) = (i128::from(yellow.num()), i128::from(yellow.den()));
    if num == 0 || used <= Fen::ZERO {
        return Ok(Fen::ZERO);
    }
    // The smallest whole amount with used * den < amount * num.
    let enough = i128::from(used.get()) * den / num + 1;
    let missing = (enough - i128::from(prepaid.get())).max(0);
    // Beyond numeric(16,2) nobody could lodge it; the largest amount says so.
    Ok(i64::try_from(missing).ok().and_then(|missing| Fen::new(missing).ok()).unwrap_or(Fen::MAX))
}

/// The size of a prepayment: so many months of last year's cost, rounded half up.
pub fn prepayment_size(
    last_year: Fen,
    parameters: &Parameters,
    day: Day,
) -> Result<Result<Fen, MoneyError>, NoValue> {
    let months = parameters.count(Parameter::PrepaymentMonths, day)?;
    let share = Rate::new(months, 12).unwrap_or(Rate::ZERO);
    Ok(share.of(last_year, Rounding::HalfUp))
}

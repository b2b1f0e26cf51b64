//! An expense list as text, from a spreadsheet or a hospital's print: read line by line, every fault of a line at once.

use crate::settlement::BillLine;
use benefit::{Class, Price, Quantity};
use std::collections::BTreeMap;
use terms::{Day, Fen};

/// Longest list read at once, in characters.
pub const CHARS_MAX: usize = 40_000;
/// Most lines read at once.
pub const LINES_MAX: usize = 600;
/// Longest name of an item, in characters.
const NAME_CHARS_MAX: usize = 100;

/// The columns of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Column {
    /// What was done or given.
    Name,
    /// Price of one.
    Price,
    /// How many.
    Quantity,
    /// Price times quantity, in fen.
    Amount,
    /// Class of the catalogue.
    Class,
    /// First-own ratio.
    FirstOwn,
    /// The day of the item.
    Day,
}

impl Column {
    /// The columns as they stand where the list has no heads.
    pub const ORDER: [Column; 6] =
        [Column::Name, Column::Price, Column::Quantity, Column::Class, Column::FirstOwn, Column::Day];

    /// The key of its words in the texts.
    pub fn key(self) -> &'static str {
        match self {
            Column::Name => "line-item",
            Column::Price => "line-price",
            Column::Quantity => "line-count",
            Column::Amount => "line-amount",
            Column::Class => "line-class",
            Column::FirstOwn => "part-first-own",
            Column::Day => "line-day",
        }
    }

    /// The column that a head names, as hospitals print it or as the national interface calls it.
    fn of_head(head: &str) -> Option<Column> {
        const HEADS: [(&[&str], Column); 7] = [
            (&["单价", "price", "pric"], Column::Price),
            (&["数量", "quantity", "cnt"], Column::Quantity),
            (&["金额", "总价", "amount", "det_item_fee_sumamt"], Column::Amount),
            (&["类别", "等级", "class", "chrgitm_lv"], Column::Class),
            (&["先自付", "自付比例", "自理比例", "first own", "selfpay_prop"], Column::FirstOwn),
            (&["日期", "时间", "day", "date", "fee_ocur_time"], Column::Day),
            (&["名称", "项目", "item", "name"], Column::Name),
        ];
        let head = head.to_lowercase();
        // The code of an item is not its name.
        if ["编码", "代码", "code"].iter().any(|word| head.contains(word)) {
            return None;
        }
        HEADS
            .iter()
            .find(|(words, _)| words.iter().any(|word| head.contains(word)))
            .map(|(_, column)| *column)
    }
}

/// What is wrong with a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    /// It is empty and must not be.
    Empty,
    /// It is too long or cannot be printed.
    Text,
    /// It is no number, or more than money can be.
    Number,
    /// It is not price times quantity.
    Differs,
    /// There is no such class.
    Class,
    /// It is no share of one.
    Share,
    /// It is no day.
    Day,
}

impl Wrong {
    /// The key of its words in the texts.
    pub fn key(self) -> &'static str {
        match self {
            Wrong::Empty => "list-wrong-empty",
            Wrong::Text => "list-wrong-text",
            Wrong::Number => "list-wrong-number",
            Wrong::Differs => "list-wrong-differs",
            Wrong::Class => "list-wrong-class",
            Wrong::Share => "list-wrong-share",
            Wrong::Day => "list-wrong-day",
        }
    }
}

/// A line that is given back, with everything wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bad {
    /// Its line in the text, from 1.
    pub line: usize,
    /// What it says, so that it is recognised.
    pub says: String,
    /// Every fault.
    pub wrong: Vec<(Column, Wrong)>,
}

/// Why nothing was taken of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// More lines or characters than are read at once.
    TooLong,
    /// Some lines are wrong; a list is taken as a whole or not at all.
    Lines(Vec<Bad>),
}

/// Reads a list with tabs between its fields, as a spreadsheet copies it, or else commas, also those of a Chinese keyboard.
/// A first line of heads says which column is which; without it they stand as in [`Column::ORDER`], and two columns are
/// name and price. Where a line has an amount and no price, the amount is the price of one. `day` stands in for a day that
/// is left open, and a class that is left open is the one of the line before.
///
/// # Errors
/// [`Fault`]: every line that is wrong, with every fault.
pub fn read(list: &str, day: Day) -> Result<Vec<BillLine>, Fault> {
    if list.chars().count() > CHARS_MAX {
        return Err(Fault::TooLong);
    }
    let list = list.trim_start_matches('\u{feff}');
    let tabs = list.contains('\t');
    let (mut good, mut bad) = (Vec::new(), Vec::new());
    let mut columns: Vec<Option<Column>> = Column::ORDER.into_iter().map(Some).collect();
    let mut first = true;
    let mut class = Class::A;
    for (number, text) in list.lines().enumerate().filter(|(_, text)| !text.trim().is_empty()) {
        let cells = cells(text, tabs);
        if std::mem::take(&mut first)
            && let Some(named) = heads(&cells)
        {
            columns = named;
            continue;
        }
        if good.len() + bad.len() == LINES_MAX {
            return Err(Fault::TooLong);
        }
        let by_column: BTreeMap<Column, &str> = columns
            .iter()
            .zip(&cells)
            .filter(|(_, cell)| !cell.is_empty())
            .filter_map(|(column, cell)| Some(((*column)?, cell.as_str())))
            .collect();
        match line(&by_column, day, class) {
            Ok(read) => {
                class = read.class;
                good.push(read);
            }
            Err(wrong) => {
                let says = cells.join(" ").chars().take(60).collect();
                bad.push(Bad { line: number + 1, says, wrong });
            }
        }
    }
    if bad.is_empty() { Ok(good) } else { Err(Fault::Lines(bad)) }
}

/// The fields of a line. Quotation marks around a field of a table are no part of it.
fn cells(text: &str, tabs: bool) -> Vec<String> {
    let between = |sign: char| if tabs { sign == '\t' } else { matches!(sign, ',' | '，') };
    text.split(between).map(|cell| cell.trim().trim_matches('"').trim().to_owned()).collect()
}

/// The columns that a line of heads names, nothing for one that a list here does not have; nothing at all where it is no
/// line of heads, which have no digits.
fn heads(cells: &[String]) -> Option<Vec<Option<Column>>> {
    let digits = cells.iter().any(|cell| cell.chars().any(|sign| sign.is_ascii_digit()));
    let named: Vec<Option<Column>> = cells.iter().map(|cell| Column::of_head(cell)).collect();
    (!digits && named.contains(&Some(Column::Name))).then_some(named)
}

fn line(cells: &BTreeMap<Column, &str>, day: Day, class: Class) -> Result<BillLine, Vec<(Column, Wrong)>> {
    let mut wrong = Vec::new();
    let cell = |column: Column| cells.get(&column).copied();
    let name = cell(Column::Name).unwrap_or_default();
    if name.is_empty() {
        wrong.push((Column::Name, Wrong::Empty));
    } else if name.chars().count() > NAME_CHARS_MAX || name.chars().any(char::is_control) {
        wrong.push((Column::Name, Wrong::Text));
    }
    let amount = cell(Column::Amount).map(|text| number(text).parse::<Fen>());
    if matches!(amount, Some(Err(_))) {
        wrong.push((Column::Amount, Wrong::Number));
    }
    let (priced, counted) = (cell(Column::Price), cell(Column::Quantity));
    // An amount without a price is the price of one.
    let price = priced.or_else(|| cell(Column::Amount)).map(|text| number(text).parse::<Price>());
    let counted = counted.filter(|_| priced.is_some());
    let quantity = number(counted.unwrap_or("1")).parse::<Quantity>();
    match &price {
        None => wrong.push((Column::Price, Wrong::Empty)),
        Some(Err(_)) if priced.is_some() => wrong.push((Column::Price, Wrong::Number)),
        Some(_) => {}
    }
    if quantity.is_err() {
        wrong.push((Column::Quantity, Wrong::Number));
    }
    let class = match cell(Column::Class).map(class_of) {
        None => Some(class),
        Some(None) => {
            wrong.push((Column::Class, Wrong::Class));
            None
        }
        known => known.flatten(),
    };
    let first_own = share(cell(Column::FirstOwn).unwrap_or("0")).parse();
    if first_own.is_err() {
        wrong.push((Column::FirstOwn, Wrong::Share));
    }
    let day = cell(Column::Day).map_or(Some(day), day_of);
    if day.is_none() {
        wrong.push((Column::Day, Wrong::Day));
    }
    let (Some(Ok(price)), Ok(quantity), Some(class), Ok(first_own), Some(day)) =
        (price, quantity, class, first_own, day)
    else {
        return Err(wrong);
    };
    match (price.times(quantity), amount) {
        (Err(_), _) => wrong.push((Column::Price, Wrong::Number)),
        (Ok(product), Some(Ok(said))) if product != said => wrong.push((Column::Amount, Wrong::Differs)),
        _ => {}
    }
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let (item, name) = (String::new(), name.to_owned());
    Ok(BillLine { item, name, price, quantity, day, class, ceiling: None, first_own, illustrative: false })
}

/// A number as tables write it: without signs of money, thousands and blanks, and in the digits of any keyboard.
fn number(text: &str) -> String {
    text.chars()
        .filter(|sign| !matches!(sign, ',' | '，' | ' ' | '¥' | '￥' | '元'))
        .map(|sign| match sign {
            '０'..='９' => {
                char::from_u32(u32::from(sign) - u32::from('０') + u32::from('0')).unwrap_or(sign)
            }
            '．' => '.',
            other => other,
        })
        .collect()
}

/// A share as a decimal of one: `10%` as `0.10`.
fn share(text: &str) -> String {
    let text = number(text).replace('％', "%");
    match text.strip_suffix('%').map(str::parse::<u8>) {
        Some(Ok(percent)) if percent <= 100 => format!("{}.{:02}", percent / 100, percent % 100),
        _ => text,
    }
}

fn class_of(text: &str) -> Option<Class> {
    match text.trim_end_matches('类') {
        "01" | "1" | "甲" | "A" | "a" => Some(Class::A),
        "02" | "2" | "乙" | "B" | "b" => Some(Class::B),
        "03" | "3" | "丙" | "自费" | "全自费" | "C" | "c" => Some(Class::Own),
        _ => None,
    }
}

/// A day as tables write it: `2026-09-21`, `2026/9/21`, `2026.9.21`, `2026年9月21日`, `20260921`, with or without an hour.
fn day_of(text: &str) -> Option<Day> {
    let text = number(text.split([' ', 'T']).next().unwrap_or_default());
    let parts: Vec<&str> =
        text.split(|sign: char| !sign.is_ascii_digit()).filter(|part| !part.is_empty()).collect();
    let (year, month, day) = match parts.as_slice() {
        [year, month, day] => (*year, *month, *day),
        [whole] if whole.len() == 8 => (&whole[..4], &whole[4..6], &whole[6..]),
        _ => return None,
    };
    format!("{year}-{month:0>2}-{day:0>2}").parse().ok()
}

#[cfg(test)]
mod tests;

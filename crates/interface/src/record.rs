//! Nodes and rows: reading what was sent, by the field tables.

use crate::json::Json;
use crate::{Decimal, Fault, Field, Kind, Node, Oddity, Remark, Rule, Specification, Transaction};
use terms::{Day, Fen, Moment};

/// Rows of one node at most; a provider sends more in several messages.
pub const ROWS_MAX: usize = 2_000;
/// Faults told of one message at most.
const FAULTS_MAX: usize = 100;
/// Remarks kept of one message at most.
const REMARKS_MAX: usize = 100;

/// What a column held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Nothing.
    Empty,
    /// A text or code.
    Text(String),
    /// A number.
    Number(Decimal),
    /// A day.
    Day(Day),
    /// A time.
    Moment(Moment),
    /// True or false.
    Flag(bool),
    /// The bytes of a file.
    Bytes(Vec<u8>),
    /// Several texts.
    Texts(Vec<String>),
    /// Rows of another table.
    Rows(Vec<Row>),
}

/// One row of a node: a value for each column, by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    names: Vec<String>,
    values: Vec<Value>,
}

impl Row {
    /// A row of this table with nothing in it, to be filled and answered.
    pub fn of(node: &Node) -> Row {
        let names = node.fields.iter().map(|field| field.name.clone()).collect();
        Row { names, values: vec![Value::Empty; node.fields.len()] }
    }

    /// What the column with this name holds; nothing where the table has no such column.
    pub fn value(&self, name: &str) -> &Value {
        match self.names.iter().position(|known| known == name) {
            Some(place) => &self.values[place],
            None => &Value::Empty,
        }
    }

    /// Every column with what it holds, in the document's order.
    pub fn columns(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.names.iter().map(String::as_str).zip(&self.values)
    }

    /// Whether the table has this column.
    pub fn has(&self, name: &str) -> bool {
        self.names.iter().any(|known| known == name)
    }

    /// Fills a column; does nothing where the table has no such column, so that one writer serves the answers of
    /// several transactions.
    pub fn set(&mut self, name: &str, value: impl Into<Value>) {
        if let Some(place) = self.names.iter().position(|known| known == name) {
            self.values[place] = value.into();
        }
    }

    /// Whether nothing stands in the column.
    pub fn is_empty(&self, name: &str) -> bool {
        *self.value(name) == Value::Empty
    }

    /// The text of the column; empty where it holds none.
    pub fn text(&self, name: &str) -> &str {
        match self.value(name) {
            Value::Text(text) => text,
            _ => "",
        }
    }

    /// The number of the column.
    pub fn number(&self, name: &str) -> Option<Decimal> {
        match self.value(name) {
            Value::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// The amount of the column; nothing where it is empty.
    pub fn fen(&self, name: &str) -> Option<Fen> {
        self.number(name).and_then(Decimal::fen)
    }

    /// The day of the column, of a time too.
    pub fn day(&self, name: &str) -> Option<Day> {
        match self.value(name) {
            Value::Day(day) => Some(*day),
            Value::Moment(moment) => Some(moment.day()),
            _ => None,
        }
    }

    /// The time of the column.
    pub fn moment(&self, name: &str) -> Option<Moment> {
        match self.value(name) {
            Value::Moment(moment) => Some(*moment),
            Value::Day(day) => Some(Moment::at(*day, 0, 0)),
            _ => None,
        }
    }

    /// The rows in the column.
    pub fn rows(&self, name: &str) -> &[Row] {
        match self.value(name) {
            Value::Rows(rows) => rows,
            _ => &[],
        }
    }
}

macro_rules! into_value {
    ($($kind:ty => $variant:ident),*) => {$(
        impl From<$kind> for Value {
            fn from(value: $kind) -> Value {
                Value::$variant(value.into())
            }
        }
    )*};
}
into_value!(&str => Text, String => Text, Decimal => Number, Fen => Number, Day => Day, Moment => Moment, bool => Flag);

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Value {
        value.map_or(Value::Empty, Into::into)
    }
}

/// The nodes of one message, by name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Nodes(Vec<(String, Vec<Row>)>);

impl Nodes {
    /// Every row of the node with this name.
    pub fn rows(&self, node: &str) -> &[Row] {
        self.0.iter().find(|(name, _)| name == node).map_or(&[], |(_, rows)| rows)
    }

    /// The row of a node that has one.
    pub fn row(&self, node: &str) -> Option<&Row> {
        self.rows(node).first()
    }

    /// Adds a row to a node.
    pub fn push(&mut self, node: &str, row: Row) {
        match self.0.iter_mut().find(|(name, _)| name == node) {
            Some((_, rows)) => rows.push(row),
            None => self.0.push((node.to_owned(), vec![row])),
        }
    }
}

/// What was read of a message, and what is wrong or odd about it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reading {
    /// The nodes, as far as they could be read.
    pub nodes: Nodes,
    /// Everything that breaks a rule, in the order of the tables.
    pub faults: Vec<Fault>,
    /// What was read though it is specified otherwise.
    pub remarks: Vec<Remark>,
}

/// Reads `input` by the tables of a transaction.
pub fn read(specification: &Specification, transaction: &Transaction, input: &Json<'_>) -> Reading {
    let mut reader = Reader { specification, transaction, reading: Reading::default() };
    let bare = matches!(transaction.input.as_slice(), [node] if node.name == Node::BARE);
    if bare {
        let rows = reader.node(&transaction.input[0], Some(input), "");
        reader.reading.nodes.0.push((Node::BARE.to_owned(), rows));
        return reader.reading;
    }
    for node in &transaction.input {
        let sent = reader.member(input, &node.name, "");
        let rows = reader.node(node, sent, &node.name);
        reader.reading.nodes.0.push((node.name.clone(), rows));
    }
    if let Json::Object(members) = input {
        for (name, _) in members {
            if !transaction.input.iter().any(|node| node.name.eq_ignore_ascii_case(name)) {
                reader.remark(name, "", Oddity::Unknown);
            }
        }
    }
    reader.reading
}

struct Reader<'s> {
    specification: &'s Specification,
    transaction: &'s Transaction,
    reading: Reading,
}

impl<'s> Reader<'s> {
    fn remark(&mut self, node: &str, field: &str, oddity: Oddity) {
        if self.reading.remarks.len() < REMARKS_MAX {
            let name = |text: &str| text.chars().take(60).collect();
            self.reading.remarks.push(Remark { node: name(node), field: name(field), oddity });
        }
    }

    fn fault(&mut self, node: &str, row: usize, field: &str, rule: Rule) {
        if self.reading.faults.len() < FAULTS_MAX {
            self.reading.faults.push(Fault { node: node.to_owned(), row, field: field.to_owned(), rule });
        }
    }

    /// The member with this name, in other capitals too.
    fn member<'j, 'm>(&mut self, object: &'m Json<'j>, name: &str, node: &str) -> Option<&'m Json<'j>> {
        let Json::Object(members) = object else { return None };
        if let Some(last) = members.iter().rposition(|(key, _)| key == name) {
            if members[..last].iter().any(|(key, _)| key == name) {
                self.remark_member(node, name, Oddity::Twice);
            }
            return Some(&members[last].1);
        }
        let (_, found) = members.iter().find(|(key, _)| key.eq_ignore_ascii_case(name))?;
        self.remark_member(node, name, Oddity::Capitals);
        Some(found)
    }

    /// About a field of a node, or about a node itself.
    fn remark_member(&mut self, node: &str, name: &str, oddity: Oddity) {
        let (node, field) = if node.is_empty() { (name, "") } else { (node, name) };
        self.remark(node, field, oddity);
    }

    fn node(&mut self, node: &Node, sent: Option<&Json<'_>>, name: &str) -> Vec<Row> {
        let sent = sent.filter(|json| !json.is_empty());
        let items: &[Json<'_>] = match sent {
            None => &[],
            Some(Json::List(items)) => {
                if !node.many && items.len() == 1 {
                    self.remark(name, "", Oddity::ListAsObject);
                }
                items
            }
            Some(object @ Json::Object(_)) => {
                if node.many {
                    self.remark(name, "", Oddity::ObjectAsList);
                }
                std::slice::from_ref(object)
            }
            Some(_) => {
                self.fault(name, 0, "", Rule::WrongShape);
                return Vec::new();
            }
        };
        if items.is_empty() && node.required {
            self.fault(name, 0, "", Rule::NodeMissing);
        }
        if items.len() > 1 && !node.many {
            self.fault(name, 0, "", Rule::TwoRows);
            return Vec::new();
        }
        if items.len() > ROWS_MAX {
            self.fault(name, 0, "", Rule::TooManyRows(ROWS_MAX));
            return Vec::new();
        }
        let mut rows = Vec::with_capacity(items.len());
        for (place, item) in items.iter().enumerate() {
            let number = if node.many { place + 1 } else { 0 };
            if matches!(item, Json::Object(_)) {
                let row = self.row(node, item, name, number);
                rows.push(row);
            } else {
                self.fault(name, number, "", Rule::WrongShape);
            }
        }
        rows
    }

    fn row(&mut self, node: &Node, object: &Json<'_>, name: &str, number: usize) -> Row {
        let mut row = Row::of(node);
        for (place, field) in node.fields.iter().enumerate() {
            let sent = self.member(object, &field.name, name).filter(|json| !json.is_empty());
            match sent {
                None if field.required => self.fault(name, number, &field.name, Rule::Required),
                None => {}
                Some(json) => match self.value(field, json, name) {
                    Ok(value) => row.values[place] = value,
                    Err(rule) => self.fault(name, number, &field.name, rule),
                },
            }
        }
        // The first row stands for all: a client that adds a field adds it to each.
        if let (Json::Object(members), true) = (object, number <= 1) {
            for (key, _) in members {
                // `input` stands beside the head's own fields.
                let known = node.fields.iter().any(|field| field.name.eq_ignore_ascii_case(key));
                let beside_head = name.is_empty() && key == "input";
                if !known && !beside_head {
                    self.remark(name, key, Oddity::Unknown);
                }
            }
        }
        row
    }

    fn value(&mut self, field: &Field, json: &Json<'_>, node: &str) -> Result<Value, Rule> {
        match &field.kind {
            Kind::Text(most) => {
                let text = self.read_text(field, json, node)?;
                if text.chars().count() > *most {
                    return Err(Rule::TooLong(*most));
                }
                if let Some(list) = field.list.as_deref().and_then(|list| self.specification.list(list))
                    && !list.codes.contains_key(&text)
                {
                    return Err(Rule::NotInList(list.name.clone()));
                }
                Ok(Value::Text(text))
            }
            Kind::Number(digits, places) => {
                let digits_sent = match json {
                    Json::Number(digits) => digits,
                    Json::Text(text) => {
                        self.remark(node, &field.name, Oddity::TextAsNumber);
                        text.trim()
                    }
                    _ => return Err(Rule::NotANumber),
                };
                let number: Decimal = digits_sent.parse().map_err(|_| Rule::NotANumber)?;
                if number.places() > *places || number.whole_digits() > u32::from(digits - places) {
                    return Err(Rule::TooLarge(*digits, *places));
                }
                Ok(Value::Number(number))
            }
            Kind::Date => match json {
                Json::Text(text) => {
                    self.read_date(field, text.trim(), node).map(Value::Day).ok_or(Rule::NotADate)
                }
                _ => Err(Rule::NotADate),
            },
            Kind::Time => match json {
                Json::Text(text) => {
                    self.read_time(field, text.trim(), node).map(Value::Moment).ok_or(Rule::NotATime)
                }
                _ => Err(Rule::NotATime),
            },
            Kind::Flag => match json {
                Json::Flag(flag) => Ok(Value::Flag(*flag)),
                Json::Text(text) if text == "true" || text == "1" => Ok(Value::Flag(true)),
                Json::Text(text) if text == "false" || text == "0" => Ok(Value::Flag(false)),
                _ => Err(Rule::NotAFlag),
            },
            Kind::Bytes => read_bytes(json).map(Value::Bytes).ok_or(Rule::WrongShape),
            Kind::Texts(most) => {
                let Json::List(items) = json else { return Err(Rule::WrongShape) };
                if items.len() > ROWS_MAX {
                    return Err(Rule::TooManyRows(ROWS_MAX));
                }
                let mut texts = Vec::with_capacity(items.len());
                for item in items {
                    let text = self.read_text(field, item, node)?;
                    if text.chars().count() > *most {
                        return Err(Rule::TooLong(*most));
                    }
                    texts.push(text);
                }
                Ok(Value::Texts(texts))
            }
            Kind::Rows { table, many } => {
                // Reading refuses a specification that names a table inside and has none.
                let Some(inner) = self.transaction.inner(table) else { return Err(Rule::WrongShape) };
                let rows = self.node(inner, Some(json), table);
                if rows.len() > 1 && !many { Err(Rule::TwoRows) } else { Ok(Value::Rows(rows)) }
            }
        }
    }

    fn read_text(&mut self, field: &Field, json: &Json<'_>, node: &str) -> Result<String, Rule> {
        // Line breaks and tabs are in notes that people type; anything else of the kind is a fault of the sender.
        let control = |letter: char| letter.is_control() && !matches!(letter, '\t' | '\n' | '\r');
        match json {
            Json::Text(text) if text.contains(control) => Err(Rule::Control),
            Json::Text(text) => Ok(text.clone().into_owned()),
            Json::Number(digits) => {
                self.remark(node, &field.name, Oddity::NumberAsText);
                Ok((*digits).to_owned())
            }
            _ => Err(Rule::NotText),
        }
    }

    fn read_date(&mut self, field: &Field, text: &str, node: &str) -> Option<Day> {
        if text.len() == 19 {
            self.remark(node, &field.name, Oddity::TimeAsDate);
            return moment(text).map(Moment::day);
        }
        text.parse().ok()
    }

    fn read_time(&mut self, field: &Field, text: &str, node: &str) -> Option<Moment> {
        if text.len() == 10 {
            self.remark(node, &field.name, Oddity::DateAsTime);
            return text.parse().ok().map(|day| Moment::at(day, 0, 0));
        }
        moment(text)
    }
}

/// `yyyy-MM-dd HH:mm:ss`, in China.
pub fn moment(text: &str) -> Option<Moment> {
    if text.len() != 19 || !text.is_ascii() || text.as_bytes()[10] != b' ' {
        return None;
    }
    let day: Day = text[..10].parse().ok()?;
    let clock = &text.as_bytes()[11..];
    if clock[2] != b':' || clock[5] != b':' {
        return None;
    }
    let two = |at: usize| match (clock[at], clock[at + 1]) {
        (tens @ b'0'..=b'9', ones @ b'0'..=b'9') => Some((tens - b'0') * 10 + (ones - b'0')),
        _ => None,
    };
    let (hour, minute, second) = (two(0)?, two(3)?, two(6)?);
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    Some(Moment(Moment::at(day, hour, minute).0 + i64::from(second) * 1_000))
}

/// A file's bytes: a list of numbers (clients in Java send signed ones) or Base64.
fn read_bytes(json: &Json<'_>) -> Option<Vec<u8>> {
    use base64ct::{Base64, Encoding};
    match json {
        Json::Text(text) => Base64::decode_vec(text).ok(),
        Json::List(items) => items
            .iter()
            .map(|item| match item {
                Json::Number(digits) => {
                    let number: i16 = digits.parse().ok().filter(|number| (-128..=255).contains(number))?;
                    // The lower eight bits are the byte, whichever sign the client has.
                    Some((number & 0xff) as u8)
                }
                _ => None,
            })
            .collect(),
        _ => None,
    }
}

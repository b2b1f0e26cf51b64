//! Every word a person reads: `text/zh/*.ftl` and `text/en/*.ftl`, and how dates, money and codes are written.
//!
//! A key that is not there is loud in tests; in the running office the page shows the key between brackets and
//! the log says which, so that one missing word never hides an answer.

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use rust_embed::RustEmbed;
use std::sync::LazyLock;
use terms::{Day, Fact, Facts, Fen, Moment, Month, Name, Refusal, Unit, Weekday};

#[derive(RustEmbed)]
#[folder = "../../text"]
struct Files;

/// The two languages, as they stand in the path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lang {
    /// Chinese; the one that counts.
    Zh,
    /// English.
    En,
}

impl Lang {
    /// Both, Chinese first.
    pub const ALL: [Lang; 2] = [Lang::Zh, Lang::En];

    /// `zh`, `en`: folder of the texts and first part of every path.
    pub fn code(self) -> &'static str {
        match self {
            Lang::Zh => "zh",
            Lang::En => "en",
        }
    }

    /// The tag for the `lang` attribute.
    pub fn tag(self) -> &'static str {
        match self {
            Lang::Zh => "zh-CN",
            Lang::En => "en",
        }
    }

    /// The language of this path part.
    pub fn from_code(code: &str) -> Option<Lang> {
        Lang::ALL.into_iter().find(|lang| lang.code() == code)
    }

    /// What an `Accept-Language` header prefers; Chinese where it says nothing about either.
    pub fn preferred(header: &str) -> Lang {
        for part in header.split(',').take(10) {
            match part.trim().get(..2).map(str::to_ascii_lowercase).as_deref() {
                Some("zh") => return Lang::Zh,
                Some("en") => return Lang::En,
                _ => {}
            }
        }
        Lang::Zh
    }

    /// The other one.
    pub fn other(self) -> Lang {
        match self {
            Lang::Zh => Lang::En,
            Lang::En => Lang::Zh,
        }
    }
}

/// The words of one language.
pub struct Text {
    lang: Lang,
    bundle: FluentBundle<FluentResource>,
}

/// One value put into a sentence.
pub type Arg<'a> = (&'a str, FluentValue<'a>);

static TEXTS: LazyLock<[Text; 2]> = LazyLock::new(|| Lang::ALL.map(Text::load));

impl Text {
    /// The words of this language, loaded once.
    pub fn of(lang: Lang) -> &'static Text {
        match lang {
            Lang::Zh => &TEXTS[0],
            Lang::En => &TEXTS[1],
        }
    }

    fn load(lang: Lang) -> Text {
        let tag = if lang == Lang::Zh { "zh-CN" } else { "en" };
        let mut bundle = FluentBundle::new_concurrent(tag.parse().into_iter().collect());
        // The marks confuse copying and searching, and both languages run left to right.
        bundle.set_use_isolating(false);
        for (path, source) in files(lang) {
            let resource = FluentResource::try_new(source).unwrap_or_else(|(partial, faults)| {
                tracing::error!(path, ?faults, "a text file has faults; the words after them may be missing");
                partial
            });
            if let Err(faults) = bundle.add_resource(resource) {
                tracing::error!(path, ?faults, "a text file repeats keys; the first one counts");
            }
        }
        Text { lang, bundle }
    }

    /// Which language this is.
    pub fn lang(&self) -> Lang {
        self.lang
    }

    /// The words of this key; `key.attribute` for an attribute.
    pub fn say(&self, key: &str) -> String {
        self.with(key, &[])
    }

    /// The words of this key with values put in.
    pub fn with(&self, key: &str, args: &[Arg<'_>]) -> String {
        self.find(key, args).unwrap_or_else(|| {
            let bearable = !cfg!(test);
            assert!(bearable, "no words for `{key}` in {:?}", self.lang);
            tracing::warn!(key, lang = self.lang.code(), "no words for this key");
            format!("[{key}]")
        })
    }

    /// The words of this key, or nothing: for keys made from data, where the caller has something else to show.
    pub fn find(&self, key: &str, args: &[Arg<'_>]) -> Option<String> {
        let (id, attribute) = key.split_once('.').map_or((key, None), |(id, part)| (id, Some(part)));
        let message = self.bundle.get_message(id)?;
        let pattern = match attribute {
            Some(name) => message.get_attribute(name)?.value(),
            None => message.value()?,
        };
        let args: FluentArgs<'_> = args.iter().cloned().collect();
        let mut faults = vec![];
        let said = self.bundle.format_pattern(pattern, Some(&args), &mut faults);
        assert!(!cfg!(test) || faults.is_empty(), "`{key}` in {:?}: {faults:?}", self.lang);
        Some(said.into_owned())
    }

    /// What a refusal says, and what would cure it. Its key is `refusal-` and its code, with `-` for `/`; the cure is
    /// the attribute of that name; its facts are the values.
    pub fn refusal(&self, refusal: &Refusal) -> (String, Option<String>) {
        let key = format!("refusal-{}", refusal.code.replace('/', "-"));
        (self.filled(&key, &refusal.facts), self.find_filled(&format!("{key}.cure"), &refusal.facts))
    }

    /// The words of this key, filled with facts; `_` stands for the `.` and `-` of their names.
    pub fn filled(&self, key: &str, facts: &Facts) -> String {
        self.find_filled(key, facts).unwrap_or_else(|| self.say(key))
    }

    fn find_filled(&self, key: &str, facts: &Facts) -> Option<String> {
        let said: Vec<(String, String)> =
            facts.iter().map(|(name, fact)| (name.replace(['.', '-'], "_"), self.fact(fact))).collect();
        let args: Vec<Arg<'_>> =
            said.iter().map(|pair| (pair.0.as_str(), FluentValue::from(pair.1.as_str()))).collect();
        self.find(key, &args)
    }

    /// A pack's own name in this language.
    pub fn name<'a>(&self, name: &'a Name) -> &'a str {
        match self.lang {
            Lang::En if !name.en.is_empty() => &name.en,
            _ => &name.zh,
        }
    }

    /// A word of a closed list (`tertiary`), or the word itself where the lists do not have it.
    pub fn code(&self, code: &str) -> String {
        let key: String =
            code.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '-' }).collect();
        self.find(&format!("code-{key}"), &[]).unwrap_or_else(|| code.to_owned())
    }

    /// The label of a fact by its name in the packs.
    pub fn fact_name(&self, name: &str) -> String {
        self.find(&format!("fact-{}", name.replace('_', "-")), &[])
            .unwrap_or_else(|| name.replace(['-', '_'], " "))
    }

    /// A fact as people read it.
    pub fn fact(&self, fact: &Fact) -> String {
        match fact {
            Fact::Flag(true) => self.say("word-yes"),
            Fact::Flag(false) => self.say("word-no"),
            Fact::Number(number) => number.to_string(),
            Fact::Day(day) => self.day(*day),
            Fact::Fen(fen) => self.yuan(*fen),
            Fact::Rate(rate) => rate.to_string(),
            Fact::Code(code) => self.code(code),
            Fact::Text(text) => text.clone(),
            Fact::Name(name) => self.name(name).to_owned(),
            Fact::Codes(codes) => self.list(codes.iter().map(|code| self.code(code))),
        }
    }

    /// What stands between a label and its value in running text.
    pub fn colon(&self) -> &'static str {
        if self.lang == Lang::Zh { "：" } else { ": " }
    }

    /// Several words in a row: `甲、乙`, `a, b`.
    pub fn list(&self, words: impl IntoIterator<Item = String>) -> String {
        let words: Vec<String> = words.into_iter().collect();
        words.join(if self.lang == Lang::Zh { "、" } else { ", " })
    }

    /// `2026年10月8日 (周四)`, `Thu 8 Oct 2026`.
    pub fn day(&self, day: Day) -> String {
        let (year, month, date) = day.ymd();
        match self.lang {
            Lang::Zh => format!("{year}年{month}月{date}日 ({})", self.weekday(day)),
            Lang::En => format!("{} {date} {} {year}", self.weekday(day), month_en(month)),
        }
    }

    /// `10月8日`, `8 Oct`: where the year is plain from the page.
    pub fn day_short(&self, day: Day) -> String {
        let (_, month, date) = day.ymd();
        match self.lang {
            Lang::Zh => format!("{month}月{date}日"),
            Lang::En => format!("{date} {}", month_en(month)),
        }
    }

    /// `2026年10月`, `Oct 2026`.
    pub fn month(&self, month: Month) -> String {
        match self.lang {
            Lang::Zh => format!("{}年{}月", month.year, month.month),
            Lang::En => format!("{} {}", month_en(month.month), month.year),
        }
    }

    /// `周四`, `Thu`.
    pub fn weekday(&self, day: Day) -> &'static str {
        let index = match day.weekday() {
            Weekday::Monday => 0,
            Weekday::Tuesday => 1,
            Weekday::Wednesday => 2,
            Weekday::Thursday => 3,
            Weekday::Friday => 4,
            Weekday::Saturday => 5,
            Weekday::Sunday => 6,
        };
        match self.lang {
            Lang::Zh => ["周一", "周二", "周三", "周四", "周五", "周六", "周日"][index],
            Lang::En => ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"][index],
        }
    }

    /// Day and minute: `2026年10月8日 (周四) 14:05`.
    pub fn moment(&self, moment: Moment) -> String {
        let (hour, minute, _) = moment.time_of_day();
        format!("{} {hour:02}:{minute:02}", self.day(moment.day()))
    }

    /// `15,056.00 元`, `¥15,056.00`.
    pub fn yuan(&self, amount: Fen) -> String {
        match self.lang {
            Lang::Zh => format!("{} 元", amount.grouped()),
            Lang::En if amount.is_negative() => format!("-¥{}", amount.negated().grouped()),
            Lang::En => format!("¥{}", amount.grouped()),
        }
    }

    /// `15 个工作日`, `15 working days`.
    pub fn span(&self, count: u16, unit: Unit) -> String {
        let key = match unit {
            Unit::WorkingDays => "span-working-days",
            Unit::CalendarDays => "span-calendar-days",
            Unit::Months => "span-months",
            Unit::Years => "span-years",
        };
        self.with(key, &[("count", FluentValue::from(count))])
    }
}

fn month_en(month: u8) -> &'static str {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    MONTHS.get(usize::from(month).wrapping_sub(1)).copied().unwrap_or("?")
}

/// The text files of one language, by path.
fn files(lang: Lang) -> Vec<(String, String)> {
    let folder = format!("{}/", lang.code());
    let mut files: Vec<(String, String)> = Files::iter()
        .filter(|path| path.starts_with(&folder))
        .filter_map(|path| {
            let file = Files::get(&path)?;
            Some((path.to_string(), String::from_utf8_lossy(&file.data).into_owned()))
        })
        .collect();
    files.sort();
    files
}

#[cfg(test)]
mod tests;

//! The yearly notices on holidays, as `calendar/*.toml`.

use crate::{Diagnostics, Source, say};
use serde::Deserialize;
use serde_spanned::Spanned;
use terms::{Day, Name, Notice};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    notice: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    year: i32,
    source: String,
    holiday: Vec<Spanned<HolidayEntry>>,
}

/// One holiday of a notice: days off from `from` to `to` (both included), and the weekend days worked for it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HolidayEntry {
    name: Name,
    from: Day,
    to: Day,
    #[serde(default)]
    make_up: Vec<Day>,
}

/// A notice never spans more days than this for one holiday; a longer one is a slip of the pen.
const HOLIDAY_DAYS_MAX: i32 = 15;

pub(crate) fn read(source: &Source, notices: &mut Vec<Notice>, faults: &mut Diagnostics) {
    let document: Document = match source.read() {
        Ok(document) => document,
        Err(fault) => return faults.push(fault),
    };
    for entry in document.notice {
        let mut notice =
            Notice { year: entry.year, source: entry.source, off: Vec::new(), make_up: Vec::new() };
        for spanned in entry.holiday {
            let span = spanned.span();
            let holiday = spanned.into_inner();
            let length = holiday.to.days_since(holiday.from) + 1;
            if !(1..=HOLIDAY_DAYS_MAX).contains(&length) {
                let (what, cure) =
                    (say("holiday-length"), say("holiday-length-cure").with("most", HOLIDAY_DAYS_MAX));
                faults.push(source.at(span, what.with("days", length), cure));
                continue;
            }
            for &day in holiday.make_up.iter().filter(|day| !day.is_weekend()) {
                let what = say("make-up-day").with("day", day);
                faults.push(source.at(span.clone(), what, say("make-up-day-cure")));
            }
            notice.off.extend((0..length).map(|offset| (holiday.from.plus(offset), holiday.name.clone())));
            notice.make_up.extend(holiday.make_up.iter().map(|&day| (day, holiday.name.clone())));
        }
        notices.push(notice);
    }
}

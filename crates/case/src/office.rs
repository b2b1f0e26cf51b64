//! The offices of an authority (经办机构): which one answers for a district on a day, where it is, when it is open.

use policy::expr::Expr;
use policy::{Diagnostics, Law, say};
use serde::Deserialize;
use std::collections::BTreeMap;
use terms::{ArticleId, Day, Name};

/// An office.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Office {
    /// `xihu`
    pub id: String,
    /// What it is called.
    pub name: Name,
    /// Division codes of the districts it answers for; the first one begins its certificate numbers.
    pub districts: Vec<String>,
    /// This installation is this office.
    #[serde(default)]
    pub here: bool,
    /// Where the counter is.
    pub address: Name,
    /// When the counter is open.
    pub hours: Name,
    /// First day.
    pub from: Day,
    /// Last day; open where none.
    pub to: Option<Day>,
    /// What makes it responsible.
    pub article: ArticleId,
}

impl Office {
    /// Whether it is there on this day.
    pub fn is_open_on(&self, day: Day) -> bool {
        self.from <= day && self.to.is_none_or(|to| day <= to)
    }
}

/// Which office an application belongs to, as its procedure says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Jurisdiction {
    /// `unit-in-district`
    pub id: String,
    /// The division code of the district that decides.
    pub district: Expr,
    /// The offices of the law.
    pub offices: Offices,
    /// The code of the refusal where another office answers; it names that office.
    pub refusal: String,
    /// The refusal's article.
    pub article: ArticleId,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    #[serde(default)]
    district: BTreeMap<String, Name>,
    #[serde(default)]
    office: Vec<policy::Spanned<Office>>,
}

/// Every office of a law, and the districts by their division codes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Offices {
    offices: Vec<Office>,
    districts: BTreeMap<String, Name>,
}

impl Offices {
    /// Reads `offices/*.toml`. Two offices for one district on one day, and two offices that are this one, are
    /// faults.
    pub fn compile(law: &Law) -> Result<Offices, Diagnostics> {
        let (mut known, mut faults) = (Offices::default(), Diagnostics::new());
        for source in law.documents("offices") {
            let document: Document = match source.read() {
                Ok(document) => document,
                Err(fault) => {
                    faults.push(fault);
                    continue;
                }
            };
            known.districts.extend(document.district);
            for spanned in document.office {
                let span = spanned.span();
                let office = spanned.into_inner();
                if law.article(&office.article.0).is_none() {
                    let what = say("rests-on").with("what", &office.id).with("article", &office.article);
                    faults.push(source.at(span.clone(), what, say("no-article-cure")));
                }
                if office.districts.is_empty() {
                    let what = say("office-no-district").with("office", &office.id);
                    faults.push(source.at(span.clone(), what, say("office-no-district-cure")));
                }
                for district in office.districts.iter().filter(|code| !known.districts.contains_key(*code)) {
                    let what = say("no-district").with("district", district);
                    faults.push(source.at(span.clone(), what, say("no-district-cure")));
                }
                if let Some(other) = known.offices.iter().find(|other| clashes(other, &office)) {
                    let what = say("offices-clash").with("one", &other.id).with("other", &office.id);
                    faults.push(source.at(span, what, say("offices-clash-cure")));
                }
                known.offices.push(office);
            }
        }
        if faults.is_empty() { Ok(known) } else { Err(faults) }
    }

    /// The office that answers for this district on this day.
    pub fn of(&self, district: &str, day: Day) -> Option<&Office> {
        let answers =
            |office: &&Office| office.districts.iter().any(|code| code == district) && office.is_open_on(day);
        self.offices.iter().find(answers)
    }

    /// The office that this installation is on this day.
    pub fn here(&self, day: Day) -> Option<&Office> {
        self.offices.iter().find(|office| office.here && office.is_open_on(day))
    }

    /// Every office.
    pub fn iter(&self) -> impl Iterator<Item = &Office> {
        self.offices.iter()
    }

    /// Every district: division code and name, by code.
    pub fn districts(&self) -> impl Iterator<Item = (&String, &Name)> {
        self.districts.iter()
    }

    /// What people call this district; its code where the pack does not know it.
    pub fn district_name(&self, code: &str) -> Name {
        let unnamed = || Name { zh: code.to_owned(), en: code.to_owned() };
        self.districts.get(code).cloned().unwrap_or_else(unnamed)
    }
}

fn clashes(one: &Office, other: &Office) -> bool {
    let begins_before_end = |a: &Office, b: &Office| b.to.is_none_or(|to| a.from <= to);
    let same_days = begins_before_end(one, other) && begins_before_end(other, one);
    let same_district = one.districts.iter().any(|code| other.districts.contains(code));
    same_days && (same_district || one.here && other.here)
}

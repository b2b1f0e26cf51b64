//! The offices of an authority (经办机构): which one answers for a district, where it is, when it is open.

use policy::{Diagnostics, Law};
use serde::Deserialize;
use terms::{ArticleId, Day, Name};

/// An office.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Office {
    /// `xihu`
    pub id: String,
    /// What it is called.
    pub name: Name,
    /// Division code of the district it answers for.
    pub district: String,
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

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    office: Vec<policy::Spanned<Office>>,
}

/// Every office of a law.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Offices(Vec<Office>);

impl Offices {
    /// Reads `offices/*.toml`. Two offices for one district on one day are a fault.
    pub fn compile(law: &Law) -> Result<Offices, Diagnostics> {
        let (mut offices, mut faults): (Vec<Office>, _) = (Vec::new(), Diagnostics::new());
        for source in law.documents("offices") {
            let document: Document = match source.read() {
                Ok(document) => document,
                Err(fault) => {
                    faults.push(fault);
                    continue;
                }
            };
            for spanned in document.office {
                let span = spanned.span();
                let office = spanned.into_inner();
                if law.article(&office.article.0).is_none() {
                    let what =
                        format!("office `{}` cites `{}`, which is no article", office.id, office.article);
                    faults.push(source.at(span.clone(), what, "add the article or cite another"));
                }
                if let Some(other) = offices.iter().find(|other| overlaps(other, &office)) {
                    let what =
                        format!("`{}` and `{}` answer for one district on one day", other.id, office.id);
                    faults.push(source.at(span, what, "end the one where the other begins"));
                }
                offices.push(office);
            }
        }
        if faults.is_empty() { Ok(Offices(offices)) } else { Err(faults) }
    }

    /// The office that answers for this district on this day.
    pub fn of(&self, district: &str, day: Day) -> Option<&Office> {
        let serves = |office: &&Office| {
            office.district == district && office.from <= day && office.to.is_none_or(|to| day <= to)
        };
        self.0.iter().find(serves)
    }

    /// Every office.
    pub fn iter(&self) -> impl Iterator<Item = &Office> {
        self.0.iter()
    }
}

fn overlaps(one: &Office, other: &Office) -> bool {
    let begins_before_end = |a: &Office, b: &Office| b.to.is_none_or(|to| a.from <= to);
    one.district == other.district && begins_before_end(one, other) && begins_before_end(other, one)
}

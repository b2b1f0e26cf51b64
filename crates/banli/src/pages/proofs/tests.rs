use super::*;
use crate::pages::parts::Theme;
use crate::text::{Lang, Text};
use policy::Law;
use terms::Moment;

/// The page for the reference pack with one replacement in its bands.
fn shown(lang: Lang, from: &str, to: &str) -> String {
    let mut files = crate::packs::embedded().unwrap();
    let pooled = files.get_mut("reference/benefits/pooled.toml").unwrap();
    assert!(pooled.contains(from));
    *pooled = pooled.replace(from, to);
    let law = Law::load(&files, "reference").unwrap();
    let benefits = Benefits::compile(&law).unwrap();
    let proofs = benefit::prove(&law, &benefits);
    let page = Page {
        text: Text::of(lang),
        law: &law,
        now: Moment(0),
        path: "/law/proofs",
        theme: Theme::System,
        reader: None,
        demo: false,
    };
    proven(&page, &benefits, &proofs).into_string()
}

#[test]
fn a_sound_pack_says_for_how_much() {
    let told = shown(Lang::En, "employee", "employee");
    assert!(told.contains("the properties below hold"), "{told}");
    assert!(!told.contains("class=\"faults\""));
    assert!(shown(Lang::Zh, "employee", "employee").contains("对任何金额"));
}

/// Bands at nothing between bands that pay are a gap, told with file and line.
#[test]
fn a_fault_is_told_where_it_stands() {
    let told = shown(Lang::En, "| tertiary  |  40,000 | 88.5%    |", "| tertiary  |  40,000 | 0%       |");
    assert!(told.contains("class=\"faults\"") && told.contains("reference/benefits/pooled.toml:"), "{told}");
}

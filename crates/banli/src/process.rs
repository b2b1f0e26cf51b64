//! `setl_proc_info`: how a fund's payment came about, in words, from the trace.

use crate::text::Text;
use benefit::{Explained, FundShare};

/// Characters of the national field.
const CHARACTERS_MAX: usize = 4_000;

/// Which law, then every step of the fund's layers with its amount and its article. What does not fit into the field
/// is left out step by step from the end, and the dots say so.
pub fn process_info(text: &Text, day: &Explained, share: &FundShare) -> String {
    let mut info = format!("{} [{}]", text.filled(day.key, &day.facts), day.article);
    let mut room = CHARACTERS_MAX.saturating_sub(info.chars().count());
    for step in &share.steps {
        let words = text.filled(step.key, &step.facts);
        let told = format!("; {words} = {} [{}]", step.amount.grouped(), step.article);
        let length = told.chars().count();
        if length + 1 > room {
            info.push('…');
            break;
        }
        room -= length;
        info += &told;
    }
    info
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Lang;
    use benefit::{Benefits, Outcome};
    use policy::Law;

    fn share() -> (Explained, FundShare) {
        let files = crate::packs::embedded().unwrap();
        let benefits = Benefits::compile(&Law::load(&files, "hangzhou").unwrap()).unwrap();
        let sent = r#"{"id": "1", "person": {"insutype": "310", "psn_type": "11"}, "provider": {"hosp_lv": "2"},
            "visit": {"med_type": "21", "begndate": "2021-03-01", "enddate": "2021-03-12"},
            "lines": [{"pric": "100000", "cnt": "1", "chrgitm_lv": "01"}]}"#;
        let bill = serde_json::from_str::<crate::bills::BillIn>(sent).unwrap().bill(&benefits).unwrap();
        let mut outcome = Outcome::default();
        benefits.adjudicate(&bill, &mut outcome).unwrap();
        (benefits.explain_day(&bill), benefits.fund_shares(&bill, &outcome).remove(0))
    }

    /// (40,000 − 800) × 82 % and 60,000 × 88 %, after the deductible.
    #[test]
    fn every_step_with_amount_and_article() {
        let (day, share) = share();
        let zh = process_info(Text::of(Lang::Zh), &day, &share);
        for said in ["起付标准 800.00", "32,144.00", "52,800.00", "84,944.00", "[hz-frame/law-day]"] {
            assert!(zh.contains(said), "{said} is not in {zh}");
        }
        let bands = share.steps.iter().filter(|step| step.key == "explain-band");
        assert!(bands.clone().count() == 2 && bands.clone().all(|step| zh.contains(&step.article.0)));
    }

    #[test]
    fn what_does_not_fit_is_left_out_whole() {
        let (day, mut share) = share();
        share.steps = share.steps.iter().cycle().take(1_000).cloned().collect();
        let info = process_info(Text::of(Lang::Zh), &day, &share);
        assert!(info.chars().count() <= CHARACTERS_MAX);
        assert!(info.ends_with("]…"), "{info}");
    }
}

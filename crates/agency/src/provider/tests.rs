use super::*;
use crate::testing::day;

const PROVIDER: ProviderId = ProviderId(5);

fn provider(events: &[Event]) -> Provider {
    let registered = Registered {
        provider: PROVIDER,
        code: "H33010600005".into(),
        name: "演示医院".into(),
        provider_kind: "hospital".into(),
        hosp_lv: "2".into(),
        region: "330106".into(),
        refers: false,
    };
    let mut state = None;
    Provider::evolve(&mut state, &Event::ProviderRegistered(registered));
    events.iter().for_each(|event| Provider::evolve(&mut state, event));
    state.unwrap()
}

fn agreed(from: &str, to: &str) -> Event {
    let designation = Designation { from: day(from), to: Some(day(to)), article: "sil-2018/31-1".into() };
    Event::ProviderDesignated { provider: PROVIDER, designation }
}

fn suspended(from: &str, to: &str) -> Event {
    let suspension = Suspension {
        from: day(from),
        to: day(to),
        article: "nhsa-order-2/42".into(),
        ground: "records-missing".into(),
        case: CaseId(1),
    };
    Event::ProviderSuspended { provider: PROVIDER, suspension }
}

#[track_caller]
fn check(provider: &Provider, on: &str, expected: &str) {
    assert_eq!(provider.standing_on(day(on)).word(), expected, "on {on}");
}

#[test]
fn the_agreement_of_the_day_of_service_decides_and_both_ends_belong_to_it() {
    let provider = provider(&[agreed("2026-01-01", "2026-12-31")]);
    check(&provider, "2025-12-31", "never");
    check(&provider, "2026-01-01", "designated");
    check(&provider, "2026-12-31", "designated");
    check(&provider, "2027-01-01", "expired");
}

#[test]
fn a_suspension_covers_its_days_and_what_is_lifted_early_is_in_force_from_that_day() {
    let suspension = suspended("2026-03-01", "2026-08-27");
    let lifted = Event::ProviderResumed { provider: PROVIDER, on: day("2026-06-01"), case: CaseId(2) };
    let whole = provider(&[agreed("2026-01-01", "2026-12-31"), suspension.clone()]);
    check(&whole, "2026-02-28", "designated");
    check(&whole, "2026-03-01", "suspended");
    check(&whole, "2026-08-27", "suspended");
    check(&whole, "2026-08-28", "designated");
    let early = provider(&[agreed("2026-01-01", "2026-12-31"), suspension, lifted]);
    check(&early, "2026-05-31", "suspended");
    check(&early, "2026-06-01", "designated");
    assert_eq!(early.suspensions_in_term(day("2026-06-01")), 1);
}

#[test]
fn what_is_ended_ends_for_good_with_what_was_signed_ahead() {
    let ended = Event::ProviderDesignationEnded {
        provider: PROVIDER,
        on: day("2026-06-30"),
        article: "nhsa-order-2/43".into(),
    };
    let provider = provider(&[agreed("2026-01-01", "2026-12-31"), agreed("2027-01-01", "2027-12-31"), ended]);
    check(&provider, "2026-06-30", "designated");
    check(&provider, "2026-07-01", "ended");
    check(&provider, "2027-03-01", "ended");
}

#[test]
fn the_first_day_of_a_stay_without_agreement_is_found() {
    let provider = provider(&[
        agreed("2026-01-01", "2026-06-30"),
        agreed("2026-07-01", "2026-12-31"),
        suspended("2026-08-10", "2026-08-20"),
    ]);
    let first = |from: &str, to: &str| provider.first_day_without(day(from), day(to));
    assert_eq!(first("2026-06-25", "2026-07-05"), None);
    assert_eq!(first("2026-08-01", "2026-08-31"), Some(day("2026-08-10")));
    assert_eq!(first("2026-08-15", "2026-08-31"), Some(day("2026-08-15")));
    assert_eq!(first("2026-08-21", "2027-01-05"), Some(day("2027-01-01")));
}

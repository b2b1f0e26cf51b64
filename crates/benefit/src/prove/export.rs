//! The compiled segments as JSON, for a prover that is not ours (`tests/oracles/prove.py`).

use super::plans::{self, Plan};
use super::step;
use crate::model::{Balance, Base, Benefits, Layer, Rule};
use serde_json::{Value, json};

/// Every different combination of rules with its layers written out, amounts in fen, and whether the calculus
/// left something open; nothing where there are too many combinations to walk.
pub fn export(benefits: &Benefits) -> Option<Value> {
    let met = plans::met(benefits)?;
    let accumulators: Vec<&str> = benefits.accumulators.iter().map(|known| known.id.as_str()).collect();
    let plans: Vec<Value> = met.plans.iter().map(|plan| plan_json(benefits, plan)).collect();
    Some(json!({
        "pack": benefits.pack(),
        "hash": benefits.hash(),
        "accumulators": accumulators,
        "plans": plans,
    }))
}

fn plan_json(benefits: &Benefits, plan: &Plan) -> Value {
    let layers = benefits.layers.iter().zip(&plan.rules);
    let layers = layers.filter_map(|(layer, rule)| Some(layer_json(layer, layer.rules.get((*rule)?)?)));
    json!({
        "day": benefits.periods[plan.period].to_string(),
        "layers": layers.collect::<Vec<Value>>(),
        "proven": step::open_questions(benefits, plan).is_empty(),
    })
}

fn layer_json(layer: &Layer, rule: &Rule) -> Value {
    let base = Base::ALL.iter().find(|(base, _)| *base == layer.base).map(|(_, word)| *word);
    let bands = layer.bands_of(rule).iter().map(|band| {
        let upto = (band.upto < i64::MAX).then_some(band.upto);
        json!({ "upto": upto, "num": band.rate.num(), "den": band.rate.den() })
    });
    let caps = layer.caps_of(rule).iter().filter_map(|cap| {
        let limit = cap.limit?.get();
        Some(json!({ "limit": limit, "of": cap.of }))
    });
    json!({
        "id": layer.id,
        "pays": layer.pays.field(),
        "base": base,
        "position": layer.position,
        "deductible_counts": layer.deductible_counts,
        "deductible": rule.deductible.get(),
        "bands_begin_at_deductible": layer.bands_begin_at_deductible,
        "rounding": layer.rounding,
        "balance": layer.balance.map(|balance| match balance {
            Balance::ThisYear => "account",
            Balance::EarlierYears => "account_past",
        }),
        "bands": bands.collect::<Vec<Value>>(),
        "caps": caps.collect::<Vec<Value>>(),
    })
}

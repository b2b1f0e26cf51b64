//! The reference policy for zen-engine: a decision table of rates and deductibles, and expressions on it.

use crate::reference::{HandBill, HandResult, RATES};
use serde_json::{Value, json};
use zen_engine::model::DecisionContent;
use zen_engine::{Decision, DecisionEngine};

const LEVELS: [&str; 3] = ["primary", "secondary", "tertiary"];
const PERSONS: [&str; 3] = ["employee", "retiree", "child"];
const DEDUCTIBLES: [i64; 3] = [30_000, 60_000, 100_000];

pub struct Zen {
    runtime: tokio::runtime::Runtime,
    decision: Decision,
}

/// An expression node that passes on what came in.
fn expressions(id: &str, of: &[(&str, &str)]) -> Value {
    let expressions: Vec<Value> =
        of.iter().map(|(key, value)| json!({ "id": format!("{id}-{key}"), "key": key, "value": value })).collect();
    json!({
        "id": id, "name": id, "type": "expressionNode",
        "content": { "passThrough": true, "expressions": expressions }
    })
}

fn content() -> Value {
    let rules: Vec<Value> = (0..9)
        .map(|place| {
            let (level, person) = (place / 3, place % 3);
            let [one, two, three] = RATES[level][person];
            json!({
                "_id": format!("r{place}"),
                "level": format!("'{}'", LEVELS[level]), "person": format!("'{}'", PERSONS[person]),
                "full": DEDUCTIBLES[level].to_string(),
                "one": one.to_string(), "two": two.to_string(), "three": three.to_string(),
            })
        })
        .collect();
    let column = |id: &str| json!({ "id": id, "name": id, "field": id });
    let nodes = vec![
        json!({ "id": "in", "name": "in", "type": "inputNode" }),
        json!({ "id": "rates", "name": "rates", "type": "decisionTableNode", "content": {
            "hitPolicy": "first", "passThrough": true,
            "inputs": [column("level"), column("person")],
            "outputs": [column("full"), column("one"), column("two"), column("three")],
            "rules": rules,
        } }),
        expressions("lines", &[
            ("total", "sum(map(lines, round(#.price * #.qty / 100)))"),
            ("base", "sum(map(filter(lines, #.cat != 2), round((#.limit > 0 and #.price > #.limit ? #.limit : #.price) * #.qty / 100)))"),
            ("first", "sum(map(filter(lines, #.cat == 1), round(round((#.limit > 0 and #.price > #.limit ? #.limit : #.price) * #.qty / 100) * 10 / 100)))"),
        ]),
        expressions("base", &[
            ("scope", "base - first"),
            ("deductible", "min([base - first, max([full - accum, 0])])"),
        ]),
        expressions("positions", &[("start", "accum + deductible"), ("end", "accum + scope")]),
        expressions("fund", &[(
            "fund",
            "round(max([min([end, 2000000]) - start, 0]) * one / 1000) \
             + round(max([min([end, 4000000]) - max([start, 2000000]), 0]) * two / 1000) \
             + round(max([min([end, 30000000]) - max([start, 4000000]), 0]) * three / 1000)",
        )]),
        expressions("serious", &[(
            "serious",
            "round(max([min([scope - fund, 7500000]) - 2500000, 0]) * 60 / 100) \
             + round(max([scope - fund - 7500000, 0]) * 70 / 100)",
        )]),
        expressions("cash", &[("cash", "total - fund - serious")]),
        json!({ "id": "out", "name": "out", "type": "outputNode" }),
    ];
    let ids: Vec<&str> = nodes.iter().filter_map(|node| node["id"].as_str()).collect();
    let edges: Vec<Value> = ids
        .windows(2)
        .map(|pair| {
            json!({ "id": format!("{}-{}", pair[0], pair[1]), "type": "edge", "sourceId": pair[0], "targetId": pair[1] })
        })
        .collect();
    json!({ "nodes": nodes, "edges": edges })
}

impl Zen {
    pub fn new() -> Zen {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let content: DecisionContent = serde_json::from_value(content()).expect("a decision");
        let mut decision =
            DecisionEngine::default().create_decision(content.into()).expect("a decision that compiles");
        decision.compile();
        Zen { runtime, decision }
    }

    /// Settles bills that were made into its values before.
    pub fn settle(&mut self, inputs: Vec<Value>) -> Vec<HandResult> {
        inputs.into_iter().map(|input| self.one(input)).collect()
    }

    fn one(&self, input: Value) -> HandResult {
        let response = self.runtime.block_on(self.decision.evaluate(input.into()));
        let response = response.unwrap_or_else(|error| panic!("zen-engine: {error:?}"));
        let result: Value = response.result.to_value();
        let fen = |name: &str| {
            let number = result[name].as_f64().unwrap_or_else(|| panic!("no {name} in {result}"));
            assert_eq!(number.fract(), 0.0, "{name} is no whole fen");
            number as i64
        };
        HandResult {
            deductible: fen("deductible"),
            fund: fen("fund"),
            serious: fen("serious"),
            cash: fen("cash"),
            ..HandResult::default()
        }
    }
}

/// A bill as the engine takes it.
pub fn input(bill: &HandBill) -> Value {
    let lines: Vec<Value> = bill
        .lines
        .iter()
        .map(|line| json!({ "price": line.price, "qty": line.qty, "limit": line.limit, "cat": line.cat }))
        .collect();
    json!({ "level": LEVELS[bill.level], "person": PERSONS[bill.person], "accum": bill.accum, "lines": lines })
}

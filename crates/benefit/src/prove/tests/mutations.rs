//! Packs with one thing wrong: each is refused, where it is wrong, for the right reason.

use super::*;
use policy::Diagnostics;

const SCHEME: &str = "reference/benefits/scheme.toml";
const POOLED: &str = "reference/benefits/pooled.toml";
const SERIOUS: &str = "reference/benefits/serious.toml";

/// A reference pack with these texts replaced, each of which must be there.
fn mutated(replacements: &[(&str, &str, &str)]) -> Files {
    let mut files = testing::files();
    for (file, from, to) in replacements {
        let text = files.get_mut(*file).unwrap();
        assert!(text.contains(from), "{file} does not hold {from}");
        *text = text.replacen(from, to, 1);
    }
    files
}

/// Everything said against a pack, by the compiler or by the prover.
fn told(files: &Files) -> Result<Proofs, Diagnostics> {
    let law = Law::load(files, "reference")?;
    let benefits = Benefits::compile(&law)?;
    let proofs = prove(&law, &benefits);
    for fault in &proofs.faults {
        let Some(witness) = &fault.witness else { continue };
        let (lower, higher) = (amounts(&benefits, &witness.lower), amounts(&benefits, &witness.higher));
        if fault.property != Property::Cap {
            let broken = search::broken(&lower, &higher);
            assert!(broken.is_some(), "the bill shows nothing: {}", fault.diagnostic);
        }
    }
    Ok(proofs)
}

/// The pack does not compile, with this fault at this file and line, and this bill, where there is one that shows it.
#[track_caller]
fn no_pack(replacements: &[(&str, &str, &str)], place: &str, expected: &str, bill: &str) {
    let faults = told(&mutated(replacements)).unwrap_err();
    let printed: Vec<String> = faults.iter().map(ToString::to_string).collect();
    let found = faults.iter().zip(&printed).find(|(_, one)| one.starts_with(place) && one.contains(expected));
    let (fault, printed) = found.unwrap_or_else(|| panic!("{}", printed.join("\n")));
    assert!(
        fault.line > 0 && fault.what.to_string().contains("(article reference/"),
        "no place or article: {printed}"
    );
    let told = fault.shown.as_ref().map_or_else(String::new, ToString::to_string);
    assert_eq!(told.trim_start_matches("the smallest bill that shows it: "), bill, "{printed}");
}

/// The pack compiles, and the prover refuses it with this property broken at this file and line.
#[track_caller]
fn refused(replacements: &[(&str, &str, &str)], property: Property, place: &str, expected: &str) -> Fault {
    let proofs = told(&mutated(replacements)).unwrap();
    let found = proofs.faults.iter().find(|fault| {
        let printed = fault.diagnostic.to_string();
        fault.property == property && printed.starts_with(place) && printed.contains(expected)
    });
    let printed: Vec<String> =
        proofs.faults.iter().map(|fault| format!("{:?} {}", fault.property, fault.diagnostic)).collect();
    let found =
        found.unwrap_or_else(|| panic!("not among {} fault(s):\n{}", printed.len(), printed.join("\n")));
    // Where: file and line; under which article; and where amounts break, the bill.
    let Diagnostic { line, what, .. } = &found.diagnostic;
    assert!(*line > 0 && what.to_string().contains("article"), "{}", found.diagnostic);
    let by_bill = [Property::Parts, Property::PaysLess, Property::PaysMore, Property::Cap];
    assert_eq!(found.witness.is_some(), by_bill.contains(&found.property));
    found.clone()
}

/// The total of the higher bill, in fen.
fn size(fault: &Fault) -> i64 {
    let witness = fault.witness.as_ref().unwrap();
    let fen = witness.higher.lines.iter().map(|line| line.price.times(line.quantity).unwrap().get());
    fen.sum()
}

#[test]
fn an_inverted_bracket() {
    let inverted = [(POOLED, "| primary   |  40,000 |", "| primary   |  10,000 |")];
    no_pack(
        &inverted,
        "reference/benefits/pooled.toml:27",
        "does not end above the one before it",
        "person employee, level primary, on 2000-01-01, 0.01 yuan in these bands",
    );
}

#[test]
fn a_band_of_no_length() {
    let empty = [(POOLED, "| primary   |  40,000 |", "| primary   |  20,000 |")];
    no_pack(
        &empty,
        "reference/benefits/pooled.toml:27",
        "does not end above the one before it",
        "person employee, level primary, on 2000-01-01, 0.01 yuan in these bands",
    );
    let negative = [(POOLED, "| primary   |  20,000 |", "| primary   | -20,000 |")];
    no_pack(&negative, "reference/benefits/pooled.toml:26", "is not an amount here", "");
}

#[test]
fn rounding_up_twice() {
    // 50% and 50% of one fen, each rounded up.
    let up = [
        (POOLED, "base = \"scope\"", "base = \"scope\"\nrounding = \"up\""),
        (SERIOUS, "base = \"burden\"", "base = \"scope\"\nrounding = \"up\""),
        (SERIOUS, "| 25,000 | 0%   |", "| 25,000 | 50%  |"),
        (SERIOUS, "| 75,000 | 60%  |", "| 75,000 | 50%  |"),
        (SERIOUS, "| above  | 70%  |", "| above  | 0%   |"),
        (POOLED, "| tertiary  |  1,000 |", "| tertiary  |  0     |"),
        (
            POOLED,
            "| tertiary  |  20,000 | 85%      | 89%     | 60.5% |",
            "| tertiary  |  20,000 | 50%      | 50%     | 50%   |",
        ),
    ];
    let fault = refused(&up, Property::Parts, SERIOUS, "below zero");
    assert_eq!((size(&fault), fault.layer.as_deref()), (1, Some("serious")));
}

#[test]
fn a_gap_of_one_fen_above_the_last_band() {
    let open = [(POOLED, "| tertiary  | above   | 0%       | 0%      | 0%    |", "")];
    // The last band that is left ends at 300,000.
    no_pack(
        &open,
        POOLED,
        "nothing is said above the last band",
        "person employee, level tertiary, on 2000-01-01, 300,000.01 yuan in these bands",
    );
    let fen = [(POOLED, "| tertiary  | 300,000 |", "| tertiary  | 299,999.99 |")];
    // One fen shorter is another law and no fault of form: scenarios tell it, with the fen beside it.
    assert_eq!(told(&mutated(&fen)).unwrap().faults, []);
}

#[test]
fn a_rate_above_one() {
    let above = [(POOLED, "| 90.5%    |", "| 190.5%   |")];
    no_pack(
        &above,
        "reference/benefits/pooled.toml:26",
        "pays more than there is",
        "person employee, level primary, on 2000-01-01, 0.01 yuan in these bands",
    );
    // 101 %: half a fen too much of fifty, which rounds to one; the band begins at 20,000.
    let little = [(POOLED, "| primary   |  40,000 | 92.5%", "| primary   |  40,000 | 101%")];
    no_pack(
        &little,
        "reference/benefits/pooled.toml:27",
        "pays more than there is",
        "person employee, level primary, on 2000-01-01, 20,000.50 yuan in these bands",
    );
}

#[test]
fn a_missing_level() {
    let missing = [(POOLED, "| primary   |    300 |\n", "")];
    no_pack(
        &missing,
        "reference/benefits/pooled.toml",
        "no row of the deductible holds",
        "person employee, level primary, on 2000-01-01, 0.01 yuan in scope",
    );
}

#[test]
fn dates_that_overlap_or_leave_a_day_out() {
    let twice = "[[layer.deductible]]\narticle = \"reference/deductible\"\nto = \"2020-06-30\"";
    let block = "[[layer.deductible]]\narticle = \"reference/deductible\"";
    let again = |from: &str| {
        format!(
            "[[layer.deductible]]\narticle = \"reference/deductible\"\nfrom = \"{from}\"\ntable = '''\n\
             | amount |\n|--------|\n| 500    |\n'''\n\n[[layer.bands]]"
        )
    };
    let (overlap, gap) = (again("2020-06-30"), again("2020-07-02"));
    no_pack(
        &[(POOLED, block, twice), (POOLED, "[[layer.bands]]", &overlap)],
        "reference/benefits/pooled.toml",
        "both hold on 2020-06-30",
        // A deductible of 1,000 and one of 500.
        "person employee, level tertiary, on 2020-06-30, 500.01 yuan in scope",
    );
    no_pack(
        &[(POOLED, block, twice), (POOLED, "[[layer.bands]]", &gap)],
        "reference/benefits/pooled.toml",
        "no row of the deductible holds on 2020-07-01",
        "person employee, level tertiary, on 2020-07-01, 0.01 yuan in scope",
    );
}

#[test]
fn layers_in_the_wrong_order() {
    // Serious illness first, then the pooled fund on the whole scope again.
    let swapped = [(SCHEME, "[\"pooled\", \"serious\"]", "[\"serious\", \"pooled\"]")];
    let fault = refused(&swapped, Property::PaysLess, POOLED, "a higher bill costs the person less");
    // Above 25,000 yuan of burden serious illness pays 60 fen of a hundred and the pooled fund 85: the second fen
    // is paid twice over.
    assert!((2_500_000..2_500_010).contains(&size(&fault)), "{}", size(&fault));
}

#[test]
fn a_second_fund_on_the_same_fen() {
    let scope = [(SERIOUS, "base = \"burden\"", "base = \"scope\"")];
    refused(&scope, Property::PaysLess, SERIOUS, "with layer `serious`");
    // 50 % and 50 %, both rounded half up: the first fen is paid twice.
    let halves = [
        (SERIOUS, "base = \"burden\"", "base = \"scope\""),
        (SERIOUS, "| 25,000 | 0%   |", "| 25,000 | 50%  |"),
        (SERIOUS, "| 75,000 | 60%  |", "| 75,000 | 50%  |"),
        (SERIOUS, "| above  | 70%  |", "| above  | 0%   |"),
        (POOLED, "| tertiary  |  1,000 |", "| tertiary  |  0     |"),
        (
            POOLED,
            "| tertiary  |  20,000 | 85%      | 89%     | 60.5% |",
            "| tertiary  |  20,000 | 50%      | 50%     | 50%   |",
        ),
    ];
    let fault = refused(&halves, Property::Parts, SERIOUS, "below zero");
    assert_eq!(size(&fault), 1);
    assert!(fault.witness.unwrap().smallest);
}

#[test]
fn a_rounding_that_gives_a_fen_away() {
    // Together 90 %: never more than the whole, and yet the fifth fen is paid twice.
    let split = [
        (SERIOUS, "base = \"burden\"", "base = \"scope\""),
        (SERIOUS, "| 25,000 | 0%   |", "| 25,000 | 30%  |"),
        (SERIOUS, "| 75,000 | 60%  |", "| 75,000 | 5%   |"),
        (SERIOUS, "| above  | 70%  |", "| above  | 0%   |"),
        (POOLED, "| tertiary  |  1,000 |", "| tertiary  |  0     |"),
        (
            POOLED,
            "| tertiary  |  20,000 | 85%      | 89%     | 60.5% |",
            "| tertiary  |  20,000 | 60%      | 60%     | 60%   |",
        ),
    ];
    // Of four fen 2.4 and 1.2 become 2 and 1; of five 3 and 1.5 become 3 and 2.
    let fault = refused(&split, Property::PaysLess, SERIOUS, "0.01 of 0.04, but 0.00 of 0.05");
    assert_eq!(size(&fault), 5);
}

#[test]
fn two_deductibles_on_one_scope() {
    let second = [
        (SERIOUS, "base = \"burden\"", "base = \"scope\""),
        (
            SERIOUS,
            "[[layer.bands]]",
            "[[layer.deductible]]\narticle = \"reference/serious\"\ntable = '''\n| amount |\n|---|\n| 100 |\n'''\n\n[[layer.bands]]",
        ),
    ];
    let fault = refused(&second, Property::Parts, SERIOUS, "the deductible exceeds the in-scope amount");
    assert_eq!(size(&fault), 1);
}

/// A third layer after the two, with its tables.
fn third(head: &str, tables: &str) -> String {
    format!(
        "[[layer]]\nid = \"third\"\nname = {{ zh = \"三\", en = \"third\" }}\narticle = \"reference/serious\"\n\
         {head}\n\n[[layer.bands]]\narticle = \"reference/serious\"\ntable = '''\n{tables}\n'''\n\n[[layer]]"
    )
}

#[test]
fn a_first_share_after_the_deductible() {
    let share = third("pays = \"preselfpay_amt\"\nbase = \"scope\"", "| rate |\n|---|\n| 10% |");
    let late = [
        (SCHEME, "[\"pooled\", \"serious\"]", "[\"pooled\", \"third\", \"serious\"]"),
        (SERIOUS, "[[layer]]", share.as_str()),
    ];
    // The deductible takes five fen of five, of which the share then takes one.
    let fault = refused(&late, Property::Parts, "reference/benefits/", "the deductible exceeds");
    assert_eq!(size(&fault), 5);
    // In its place it is proven.
    let early = [
        (SCHEME, "[\"pooled\", \"serious\"]", "[\"third\", \"pooled\", \"serious\"]"),
        (SERIOUS, "[[layer]]", share.as_str()),
    ];
    assert_eq!(told(&mutated(&early)).unwrap().faults, []);
}

#[test]
fn a_copayment_before_the_limit() {
    // The person's tenth is taken off the scope only after a fund, up to its limit, has paid for the whole of it.
    let share = third("pays = \"preselfpay_amt\"\nbase = \"scope\"", "| rate |\n|---|\n| 10% |");
    let cap = "[[layer.cap]]\narticle = \"reference/bands\"\ntable = '''\n| amount |\n|---|\n| 2,000 |\n'''\n\n[[layer.bands]]";
    let late = [
        (SCHEME, "[\"pooled\", \"serious\"]", "[\"pooled\", \"third\", \"serious\"]"),
        (SERIOUS, "[[layer]]", share.as_str()),
        (POOLED, "[[layer.bands]]", cap),
    ];
    let fault = refused(&late, Property::Parts, "reference/benefits/", "the deductible exceeds");
    assert_eq!(size(&fault), 5);
    let early = [
        (SCHEME, "[\"pooled\", \"serious\"]", "[\"third\", \"pooled\", \"serious\"]"),
        (SERIOUS, "[[layer]]", share.as_str()),
        (POOLED, "[[layer.bands]]", cap),
    ];
    assert_eq!(told(&mutated(&early)).unwrap().faults, []);
}

#[test]
fn a_limit_below_the_deductible() {
    let cap = "[[layer.cap]]\narticle = \"reference/bands\"\ntable = '''\n| amount |\n|---|\n| 500 |\n'''\n\n[[layer.bands]]";
    refused(
        &[(POOLED, "[[layer.bands]]", cap)],
        Property::Masked,
        POOLED,
        "the most that is paid, 500.00 yuan, is less than the deductible of 1,000.00",
    );
}

#[test]
fn a_limit_that_nothing_uses_up() {
    let cap = "[[layer.cap]]\narticle = \"reference/bands\"\nof = \"inscp_scp_amt\"\ntable = '''\n| amount |\n|---|\n| 500,000 |\n'''\n\n[[layer.bands]]";
    refused(
        &[(POOLED, "[[layer.bands]]", cap)],
        Property::Masked,
        POOLED,
        "does not count what `pooled` pays",
    );
}

#[test]
fn a_deductible_that_nothing_uses_up() {
    let counts = [(SCHEME, "counts = [\"base:pooled\"]", "counts = [\"base:serious\"]")];
    refused(&counts, Property::Masked, POOLED, "which counts neither base nor deductible of `pooled`");
}

#[test]
fn a_limit_two_layers_draw_on_in_one_bill() {
    let accumulator = "[[accumulator]]\nid = \"all-funds\"\nname = { zh = \"合计\", en = \"all\" }\n\
                       counts = [\"paid:pooled\", \"paid:serious\"]\n\n[[accumulator]]";
    let cap = "[[layer.cap]]\narticle = \"reference/bands\"\nof = \"all-funds\"\ntable = '''\n| amount |\n|---|\n| 500,000 |\n'''\n\n[[layer.bands]]";
    let shared = [(SCHEME, "[[accumulator]]", accumulator), (POOLED, "[[layer.bands]]", cap)];
    let fault = refused(&shared, Property::Cap, POOLED, "draw on one limit in the same bill");
    // One fen is left of the limit: the pooled fund takes it, and serious illness pays its first fen with the
    // burden a fen above 25,000 yuan.
    assert_eq!(size(&fault), 2_500_002);
}

#[test]
fn a_band_inside_the_deductible() {
    let band = "| tertiary  |     900 | 80%      | 80%     | 80%   |\n| tertiary  |  20,000 |";
    refused(
        &[(POOLED, "| tertiary  |  20,000 |", band)],
        Property::Masked,
        "reference/benefits/pooled.toml:34",
        "all of which lies in the deductible",
    );
}

#[test]
fn a_gap_between_bands() {
    // One fen at nothing, after 20,000 yuan.
    let gap = "| tertiary  | 20,000.01 | 0%     | 92.5%   | 65.5% |\n| tertiary  |  40,000 |";
    refused(
        &[(POOLED, "| tertiary  |  40,000 |", gap)],
        Property::Gap,
        "reference/benefits/pooled.toml:35",
        "in layer `pooled` from 20,000.00 to 20,000.01 nothing is paid, though below and above it is",
    );
}

#[test]
fn masked_rows_values_and_refusals() {
    let gate = "[[refuse]]\ncode = \"benefit/children-elsewhere\"\narticle = \"reference/people\"\n\
                when = { person = [\"child\"], level = [\"primary\"] }\n\n[[accumulator]]";
    refused(
        &[(SCHEME, "[[accumulator]]", gate)],
        Property::Masked,
        "reference/benefits/pooled.toml:26:46",
        "no bill can meet this figure",
    );
    let value = [(SCHEME, "| 8 9 10 14  | primary   |\n", "")];
    refused(&value, Property::Masked, SCHEME, "no codes of a bill lead to `primary` of `level`");
    let idle = "[[refuse]]\ncode = \"benefit/never\"\narticle = \"reference/people\"\nto = \"2000-01-01\"\n\
                when = { level = [\"primary\"] }\n\n[[accumulator]]";
    let never = [(SCHEME, "| 8 9 10 14  | primary   |\n", ""), (SCHEME, "[[accumulator]]", idle)];
    refused(&never, Property::Masked, SCHEME, "the refusal `benefit/never` never refuses");
}

#[test]
fn an_article_without_a_rule() {
    let article = "[[article]]\nid = \"reference/aim\"\nplace = { zh = \"总则\", en = \"Aim\" }\n\
                   gist = { zh = \"…\", en = \"…\" }\n\n[[article]]\nid = \"reference/lines\"";
    let added = [("reference/articles/benefits.toml", "[[article]]\nid = \"reference/lines\"", article)];
    refused(&added, Property::Article, "reference/articles/", "nothing follows from article `reference/aim`");
    let mut waived = mutated(&added);
    let waiver = "[[waived]]\narticle = \"reference/aim\"\nreason = { zh = \"目的\", en = \"an aim\" }\n";
    waived.insert("reference/proofs/waivers.toml".into(), waiver.into());
    assert_eq!(told(&waived).unwrap().faults, []);
}

#[test]
fn a_break_is_declared_only_with_an_article() {
    let gap = "| tertiary  | 20,000.01 | 0%     | 0%      | 0%    |\n| tertiary  |  40,000 |";
    let mut files = mutated(&[(POOLED, "| tertiary  |  40,000 |", gap)]);
    let mut declared = |article: &str, breaks: &str| {
        let text = format!(
            "[[declared]]\nbreaks = \"{breaks}\"\nlayer = \"pooled\"\narticle = \"{article}\"\n\
             reason = {{ zh = \"…\", en = \"so the article says\" }}\n"
        );
        files.insert("reference/proofs/declared.toml".into(), text);
        told(&files).unwrap()
    };
    let accepted = declared("reference/bands", "gap");
    assert_eq!(accepted.faults, []);
    assert_eq!(accepted.declared, ["gap at `pooled` under reference/bands: so the article says"]);
    assert!(!declared("reference/none", "gap").faults.is_empty());
    // It is the layer that is meant, whatever the message says; another layer's declaration does not hide it.
    assert!(
        told(&mutated(&[(POOLED, "| tertiary  |  40,000 |", gap)]))
            .unwrap()
            .faults
            .iter()
            .all(|fault| { fault.layer.as_deref() == Some("pooled") })
    );
    // A declaration nobody needs is refused, and does not hide what it is not about.
    assert_eq!(declared("reference/bands", "pays-more").faults.len(), 1 + 3);
}

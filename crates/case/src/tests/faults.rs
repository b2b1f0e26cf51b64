//! Mutated packs: each is refused, at the line, with the path that goes wrong.

use super::*;

const PATH: &str = "tennis-club/procedures/prize.toml";

/// Replaces `from` by `to` in the procedure; the faults must say `expected`, pointing at the line of `line`.
#[track_caller]
fn check(from: &str, to: &str, expected: &str, line: &str) {
    let mut files = files();
    let text = files[PATH].clone();
    assert!(text.contains(from), "{from}");
    let mutated = text.replacen(from, to, 1);
    files.insert(PATH.into(), mutated.clone());
    let law = Law::load(&files, "tennis-club").unwrap();
    let faults = Procedures::compile(&law).unwrap_err();
    let printed: Vec<String> = faults.iter().map(ToString::to_string).collect();
    let found = faults.iter().find(|fault| fault.what.to_string().contains(expected));
    let found = found.unwrap_or_else(|| panic!("{expected}\nnot in\n{}", printed.join("\n")));
    let shown = mutated.lines().nth(found.line - 1).unwrap_or_default();
    assert!(shown.contains(line), "{found}\nis not at `{line}`");
}

#[test]
fn the_pack_itself_is_without_fault() {
    assert_eq!(prize(&law()).states.len(), 4);
}

#[test]
fn nobody_to_do_it_or_no_clock() {
    check(
        "role = \"keeper\"\norganisation = \"club\"\nact",
        "organisation = \"club\"\nact",
        "no owner",
        "[[state.step]]",
    );
    check(
        "clock = { span = { count = 3, unit = \"working-days\" }, article = \"statute/4\" }\n",
        "",
        "no clock",
        "[[state]]",
    );
    check("clock = { span = { count = 3,", "clock = { span = { count = 0,", "no clock", "[[state]]");
    check("role = \"treasurer\"", "role = \"tresurer\"", "there is no role `tresurer`", "tresurer");
    check(
        "organisation = \"training-school\"",
        "organisation = \"school-of-life\"",
        "there is no organisation",
        "[[state.step]]",
    );
}

#[test]
fn dead_ends_and_endless_rounds() {
    check("passed = \"pause\"", "passed = \"paws\"", "dead end: `opinions` leads to `paws`", "[[state]]");
    check(
        "on = { passed = \"pause\", rejected = \"refused\"",
        "on = { passed = \"pause\"",
        "nowhere to go when rejected",
        "[[state]]",
    );
    check(
        "on = { passed = \"payment\", upheld = \"refused\" }",
        "on = { passed = \"payment\" }",
        "nowhere to go when upheld",
        "[[state]]",
    );
    check(
        "on = { passed = \"payment\", upheld = \"refused\" }",
        "on = { passed = \"opinions\", upheld = \"refused\" }",
        "endless round: opened -> accepted -> opinions -> pause -> notice -> opinions",
        "[[state]]",
    );
    check(
        "returns_max = 1",
        "returns_max = 0",
        "endless round: `opinions` can send the case back for ever",
        "[[state]]",
    );
    check("to = \"opinions\"", "to = \"nowhere\"", "dead end: opened -> accepted -> `nowhere`", "[intake]");
    check("passed = \"pause\"", "passed = \"payment\"", "no path leads to state `pause`", "[[state]]");
    check(
        "on = { passed = \"paid\" }",
        "on = { passed = \"refused\" }",
        "no path leads to outcome `paid`",
        "[[outcome]]",
    );
    check("ends = \"lapsed\"", "ends = \"withdrawn\"", "no outcome ends as lapsed", "id = \"prize\"");
    check("then = \"lapsed\"", "then = \"paid\"", "a correction that is never made ends in `paid`", "then");
    check(
        "on = { passed = \"notice\" }",
        "on = { passed = \"notice\", upheld = \"refused\" }",
        "can never be upheld",
        "[[state]]",
    );
}

#[test]
fn what_time_may_decide() {
    check(
        "on = { passed = \"pause\", rejected",
        "deemed = { way = \"returned\", article = \"statute/4\" }\non = { passed = \"pause\", rejected",
        "`opinions` cannot be deemed returned",
        "[[state]]",
    );
    check(
        "on = { passed = \"paid\" }",
        "deemed = { way = \"passed\", article = \"statute/4\" }\non = { passed = \"paid\" }",
        "nobody would answer for `pay`: opened -> accepted -> … -> payment -> time passes -> deemed passed",
        "[[state]]",
    );
    check(
        "article = \"statute/4\" }\non = { passed = \"pause\"",
        "article = \"statute/4\", warn = { days = 1, tells = \"ghost\" } }\non = { passed = \"pause\"",
        "there is no role `ghost`",
        "ghost",
    );
}

#[test]
fn an_endless_wait() {
    check(
        "starts = \"step keeper\"",
        "starts = \"step pay\"",
        "endless wait: opened -> accepted -> opinions -> pause waits for `pay`, which is not done",
        "[[state]]",
    );
}

#[test]
fn one_person_who_could_do_both() {
    check(
        "apart_from = [\"keeper\", \"coach\"]",
        "apart_from = [\"coach\"]",
        "one person could do `keeper` and `pay`: opened -> accepted -> opinions -> pause -> notice -> payment",
        "[[state.step]]",
    );
    check(
        "apart_from = [\"keeper\", \"coach\"]",
        "apart_from = [\"keper\"]",
        "apart from `keper`, which is no other step",
        "[[state.step]]",
    );
    check(
        "effects = [\"pay\"]",
        "effects = [\"pay\", \"adjudicate-claim\"]",
        "one person works out and pays",
        "[[state.step]]",
    );
}

#[test]
fn a_case_that_could_come_back_for_papers() {
    check(
        "when = \"applicant.capacity == 'agent'\"",
        "when = \"has(match.verdict)\"\n[[material]]\nid = \"x\"\nname = { zh = \"x\", en = \"x\" }\nshape = \"copy\"\nbasis = \"statute/3\"\nwhen = \"has(match.verdict)\"",
        "pre-check complete -> opened -> accepted -> … -> `match.verdict` becomes known",
        "[[material]]",
    );
    check(
        "returned = \"opinions\"",
        "returned = \"intake\"",
        "an accepted case would come back to the counter: opened -> accepted -> … -> opinions -> intake",
        "[[state]]",
    );
    check(
        "when = \"!has(match.day) ||",
        "when = \"has(match.verdict) ||",
        "the pre-check cannot answer `joined-before-match`",
        "id = \"prize\"",
    );
}

#[test]
fn papers_without_legal_basis() {
    check(
        "basis = \"statute/3\"\nstamp",
        "stamp",
        "material `score-sheet` has no legal basis",
        "[[material]]",
    );
    check(
        "basis = \"statute/3\"\nstamp",
        "basis = \"statute/33\"\nstamp",
        "there is no article `statute/33`",
        "statute/33",
    );
    check(
        "from = \"2030-01-01\"",
        "from = \"2029-12-31\"",
        "`statute/1` is not in force on every day",
        "article = ",
    );
    check("at = \"pay\"", "at = \"play\"", "asked for at a step that is not there", "[[material]]");
}

#[test]
fn slips_of_the_pen() {
    check(
        "member.joined <= match.day",
        "member.joind <= match.day",
        "no fact is called `member.joind`",
        "member.joind",
    );
    check("refusal = \"prize/too-late\"", "refusal = \"Too late\"", "no refusal code", "Too late");
    check("last = 3\n", "last = 30\n", "runs past the month", "last = 30");
    check(
        "last-day-rolls = \"last-day-rolls\" } }",
        "last = \"last-day-rolls\" } }",
        "the readings of `shift` are not all here",
        "shift =",
    );
    check("setting = \"shift\"", "setting = \"shfit\"", "there is no setting `shfit`", "shift =");
    check("starts = \"step keeper\"", "starts = \"whenever\"", "`whenever` starts nothing", "wait =");
    check(
        "starts = \"match.day\"",
        "starts = \"match.days\"",
        "day among the facts called `match.days`",
        "match.days",
    );
    check("forms = [\"member\"]", "forms = [\"membre\"]", "there is no form `membre`", "membre");
    check("shape = \"copy\"", "shape = \"cpoy\"", "unknown variant `cpoy`", "cpoy");
    check("id = \"keeper\"\nname", "id = \"coach\"\nname", "step `coach` is there twice", "[[state.step]]");
}

#[test]
fn every_chopped_file_is_answered() {
    let whole = files()[PATH].clone();
    for end in (0..whole.len()).step_by(97).filter(|end| whole.is_char_boundary(*end)) {
        let mut files = files();
        files.insert(PATH.into(), whole[..end].to_owned());
        let law = Law::load(&files, "tennis-club").unwrap();
        let _ = Procedures::compile(&law);
    }
}

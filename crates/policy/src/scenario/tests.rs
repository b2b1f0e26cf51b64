use super::*;

const FILE: &str = r#"# Members may book a court
# 会员可以订场

covers     S0-3.1b S0-3.1c
kind       precheck
law        statute/3  "members book"
           in the week before
pack       club
procedure  booking
setting    fee-day first
人员       anna  member.since 2020-01-01   name "Anna Li"   # a comment
given      court 3

| 谁   | on         | answer   | because      |
|------|------------|----------|--------------|
| anna | 2026-03-31 | accepted | booking/open |
| anna | 2026-04-01 | refused  | booking/late |

question   Which week?
"#;

fn source(text: &str) -> Source {
    Source { path: "club/scenarios/booking.md".into(), text: text.into() }
}

#[test]
fn a_file_is_read_with_the_place_of_every_word() {
    let scenario = Scenario::read(&source(FILE)).unwrap();
    assert_eq!(scenario.title, ["Members may book a court", "会员可以订场"]);
    assert_eq!(scenario.kind.text, "precheck");
    assert_eq!(scenario.about.as_ref().unwrap().text, "booking");
    assert_eq!(scenario.covers.len(), 2);
    assert!(scenario.law.as_ref().unwrap().text.ends_with("week before"));
    assert_eq!(scenario.question.as_ref().unwrap().text, "Which week?");
    let anna = &scenario.people[0];
    assert_eq!((anna.name.text.as_str(), anna.facts[1].value.text.as_str()), ("anna", "Anna Li"));
    let words =
        [&scenario.pack, &anna.name, &anna.facts[0].value, &anna.facts[1].value, &scenario.given[0].key];
    for word in words {
        assert_eq!(scenario.source.text[word.span.clone()], word.text);
    }
    let row = &scenario.table.rows[1];
    assert_eq!(scenario.cell(row, "who").unwrap().text, "anna");
    assert_eq!(scenario.cell(row, "because").unwrap().text, "booking/late");
    assert_eq!(scenario.row_name(row), "anna_2026-04-01_refused");
    assert!(scenario.person(&row.cells[0]).is_ok());
}

#[track_caller]
fn check_fault(from: &str, to: &str, expected: &str) {
    assert!(FILE.contains(from), "{from}");
    let faults = Scenario::read(&source(&FILE.replace(from, to))).unwrap_err();
    let printed: Vec<String> = faults.iter().map(ToString::to_string).collect();
    assert!(
        printed.iter().any(|fault| fault.contains(expected)),
        "{expected}\nnot in\n{}",
        printed.join("\n")
    );
}

#[test]
fn faults_are_pointed_at_and_slips_are_guessed() {
    check_fault("procedure ", "procedrue ", "booking.md:9:1: unknown word `procedrue`");
    check_fault("procedure ", "procedrue ", "did you mean `procedure`?");
    check_fault("kind       precheck\n", "", "does not say its `kind`");
    check_fault("kind       precheck", "kind", "`kind` says nothing");
    check_fault("pack       club", "pack       club\npack club", "`pack` is said twice");
    check_fault("first", "first last", "`last` has no value");
    check_fault("| refused ", "", "the row has 3 cells");
    check_fault("question", "| a |\n|---|\n\nquestion", "the row has 1 cells");
    check_fault("# Members may book a court\n# 会员可以订场\n", "", "the scenario has no title");
    let bare = Scenario::read(&source("# T\nkind a\npack b\n")).unwrap_err();
    assert!(bare[0].what.code() == Some("scenario-no-table"));
}

#[test]
fn unknown_columns_and_people_are_faults() {
    let scenario = Scenario::read(&source(FILE)).unwrap();
    assert!(scenario.only_columns(&["who", "on", "answer", "because"]).is_empty());
    let faults = scenario.only_columns(&["who", "on", "answers", "because"]);
    assert_eq!(faults[0].cure.to_string(), "did you mean `answers`?");
    let stranger = Cell { text: "ana".into(), span: 0..3 };
    assert_eq!(scenario.person(&stranger).unwrap_err().cure.to_string(), "did you mean `anna`?");
}

#[test]
fn no_text_is_too_strange() {
    for text in [
        "",
        "#",
        "|",
        "| |",
        "\"",
        "# a\nkind \"",
        "# a\n kind\n| x",
        "\u{feff}#\n|\n|\n",
        "# 甲\n类别\u{3000}甲",
    ] {
        let _ = Scenario::read(&source(text));
    }
}

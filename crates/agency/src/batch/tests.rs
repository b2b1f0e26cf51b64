use super::*;
use policy::{Files, Law};

fn categories() -> Categories {
    let pack = "id = \"club\"\nname = { zh = \"会\", en = \"club\" }\nanswers_from = \"2020-01-01\"\n";
    let article = "instrument = { zh = \"章\", en = \"statute\" }\nsource = \"made up\"\nconfidence = \"illustrative\"\n\
                   checked = \"2026-11-22\"\nfrom = \"2020-01-01\"\n\n[[article]]\nid = \"club/1\"\n\
                   place = { zh = \"一\", en = \"1\" }\ngist = { zh = \"会员\", en = \"members\" }\n";
    let category = "[category.cadre]\nname = { zh = \"离休干部\", en = \"Retired cadre\" }\npurpose = \"served\"\n\
                    article = \"club/1\"\n";
    let files: Files = [
        ("club/pack.toml", pack),
        ("club/articles/club.toml", article),
        ("club/categories/categories.toml", category),
    ]
    .map(|(path, text)| (path.to_owned(), text.to_owned()))
    .into();
    Categories::compile(&Law::load(&files, "club").unwrap()).unwrap()
}

fn number(serial: u16) -> String {
    CitizenId::compose(330_106, "1950-01-01".parse().unwrap(), serial).unwrap().as_str().to_owned()
}

fn list(text: &str) -> Result<Read, TooLong> {
    read(text, &categories(), "2026-11-17".parse().unwrap())
}

#[track_caller]
fn check(row: &str, wrong: &[(Column, Wrong)]) {
    let read = list(row).unwrap();
    assert!(read.good.is_empty(), "{:?}", read.good);
    assert_eq!(read.bad[0].wrong, wrong);
}

#[test]
fn every_fault_of_every_field_is_told_at_once() {
    let (first, unborn) = (number(1), CitizenId::compose(330_106, "2027-01-01".parse().unwrap(), 3).unwrap());
    check(
        ",1,,nobody,2,",
        &[
            (Column::Name, Wrong::Empty),
            (Column::Address, Wrong::Empty),
            (Column::Proof, Wrong::Empty),
            (Column::Citizen, Wrong::Number),
            (Column::Category, Wrong::NoCategory),
            (Column::Parent, Wrong::Number),
        ],
    );
    check(&format!("王,{first},某路,cadre,,证,多"), &[(Column::Proof, Wrong::TooMany)]);
    check(&format!("王,{},某路,cadre,,证", unborn.as_str()), &[(Column::Citizen, Wrong::NotBornYet)]);
    check(&format!("{},{first},某路,cadre,,证", "长".repeat(101)), &[(Column::Name, Wrong::Text)]);
}

#[test]
fn good_rows_are_taken_while_bad_ones_are_given_back() {
    let (first, second) = (number(1), number(2));
    let text = format!(
        "\u{feff}姓名，身份证号，住址，类别，父母，证明\n王一，{first}，某路1号，离休干部，，荣誉证\n\n李二,{first},某路,cadre,,证\n\
         赵三\t{second}\t\"某路, 3号\"\tcadre\t\t证\n"
    );
    let read = list(&text).unwrap();
    let names: Vec<&str> = read.good.iter().map(|row| row.name.as_str()).collect();
    assert_eq!(names, ["王一", "赵三"]);
    assert_eq!(read.good[1].address, "某路, 3号");
    assert_eq!((read.bad.len(), read.bad[0].wrong.as_slice()), (1, &[(Column::Citizen, Wrong::Twice)][..]));
}

#[test]
fn a_list_that_is_too_long_is_not_read_at_all() {
    let row = |serial: usize| format!("王,{},某路,cadre,,证\n", number(u16::try_from(serial).unwrap()));
    let rows = |count| (1..=count).map(row).collect::<String>();
    assert_eq!(list(&rows(ROWS_MAX)).unwrap().good.len(), ROWS_MAX);
    assert_eq!(list(&rows(ROWS_MAX + 1)), Err(TooLong));
    assert_eq!(list(&"长".repeat(CHARS_MAX + 1)), Err(TooLong));
    assert_eq!(list(""), Ok(Read::default()));
}

use super::*;

fn filed(key: &str) -> Filed {
    Filed {
        provider: ProviderId(5),
        sheet: SheetKind::Department,
        key: key.to_owned(),
        details: [("hosp_dept_name".to_owned(), "内科".to_owned())].into(),
        tables: BTreeMap::new(),
        message: "m".to_owned(),
        at: Moment(0),
    }
}

#[test]
fn a_sheet_is_what_was_filed_last_until_it_is_withdrawn() {
    let mut events = vec![Event::SheetFiled(Box::new(filed("D1")))];
    let mut changed = filed("D1");
    changed.details.insert("hosp_dept_name".to_owned(), "心内科".to_owned());
    events.push(Event::SheetFiled(Box::new(changed)));
    let sheet = Sheet::of(&events);
    assert_eq!(sheet.filed.as_ref().map(|filed| filed.detail("hosp_dept_name")), Some("心内科"));
    events.push(Event::SheetWithdrawn {
        provider: ProviderId(5),
        sheet: SheetKind::Department,
        key: "D1".to_owned(),
        message: "m".to_owned(),
    });
    assert_eq!(Sheet::of(&events), Sheet { filed: None, version: 3 });
}

#[test]
fn every_kind_has_a_word_of_its_own() {
    for (kind, word) in SheetKind::ALL {
        assert_eq!((SheetKind::named(word), kind.word()), (Some(kind), word));
    }
    assert_eq!(mapping_key("201", "A/1"), "201/A/1");
}

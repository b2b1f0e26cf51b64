use super::*;
use crate::conformance::specification;

#[test]
fn a_version_is_its_last_digits() {
    for (sent, known) in
        [("0", "0"), ("20260101", "20260101"), ("F001_20260101120000", "20260101"), ("x", "")]
    {
        assert_eq!(digits(sent), known, "{sent}");
    }
}

#[test]
fn a_line_has_every_column_and_no_stray_tab() {
    let specification = specification();
    let columns = specification.file("1309").unwrap();
    let mut row = Row::of(columns);
    row.set("opsp_dise_code", "M1");
    row.set("opsp_dise_name", "高\t血压");
    assert_eq!(line(columns, &row), "M1\t高 血压\tnull\tnull\n");
}

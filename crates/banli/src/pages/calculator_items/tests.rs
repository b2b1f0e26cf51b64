use super::*;

fn told(text: &str) -> Vec<(String, String, String)> {
    let said = |item: Typed| (item.code, item.price.to_string(), item.quantity.to_string());
    read(text).unwrap().into_iter().map(said).collect()
}

#[test]
fn a_line_is_a_code_a_price_and_a_count() {
    let expected = vec![
        ("DEMO-X-0005".to_owned(), "32.40".to_owned(), "3".to_owned()),
        ("DEMO-S-0001".to_owned(), "10.00".to_owned(), "1".to_owned()),
    ];
    assert_eq!(told("demo-x-0005 32.4 3\n\nDEMO-S-0001，10\n"), expected);
    assert_eq!(told(" \n"), []);
}

#[test]
fn what_is_no_item_is_told_by_its_line() {
    for (text, line) in [
        ("DEMO-X-0005", 1),
        ("A 1\nB minus", 2),
        ("A -1", 1),
        ("A 1 2 3", 1),
        ("A 99999999999999999999 1", 1),
        ("💰 💰 💰", 1),
    ] {
        assert_eq!(read(text), Err(line), "{text}");
    }
    let many = "A 1\n".repeat(ITEMS_MAX);
    assert_eq!(read(&many).unwrap().len(), ITEMS_MAX);
    assert_eq!(read(&format!("{many}A 1")), Err(ITEMS_MAX + 1));
}

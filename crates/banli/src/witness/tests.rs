use super::*;

fn signer() -> Signer {
    Signer(SigningKey::from_bytes(&[7; 32]))
}

fn head(size: u64) -> Head {
    Head { size, root: Hash::of(&size.to_be_bytes()) }
}

#[track_caller]
fn check(paper: &str, today: Option<Head>, verdict: Option<Verdict>) {
    let found = Paper::read(paper).map(|paper| paper.verdict(Some(&signer().key()), today));
    assert_eq!(found, verdict, "{paper}");
}

#[test]
fn a_paper_is_a_witness() {
    let line = signer().line(&head(600));
    check(&line, Some(head(600)), Some(Verdict::Unchanged));
    check(&format!("  {}\n", line.replace(' ', "  ")), Some(head(600)), Some(Verdict::Unchanged));
    check(&line, Some(Head { size: 600, ..head(601) }), Some(Verdict::Changed));
    check(&line, None, Some(Verdict::Cut));
    let typed = format!("600 {}", short(&head(600).root));
    check(&typed, Some(head(600)), Some(Verdict::Unchanged));
    check(&format!("见证 600 · {}", short(&head(600).root)), Some(head(600)), Some(Verdict::Unchanged));
    check(&typed.to_uppercase(), Some(head(600)), Some(Verdict::Unchanged));
    check(&typed, Some(Head { size: 600, ..head(601) }), Some(Verdict::Changed));
    check(&typed, None, Some(Verdict::Cut));
}

#[test]
fn what_the_office_did_not_sign_accuses_it_of_nothing() {
    let line = signer().line(&head(600));
    let other = Signer(SigningKey::from_bytes(&[8; 32])).line(&head(600));
    check(&other, Some(head(600)), Some(Verdict::Foreign));
    check(&line.replace(" 600 ", " 601 "), Some(head(601)), Some(Verdict::Foreign));
    let root = head(600).root.to_string();
    check(&line.replace(&root, &head(601).root.to_string()), Some(head(600)), Some(Verdict::Foreign));
    check(&line[..line.len() - 6], Some(head(600)), Some(Verdict::Foreign));
}

#[test]
fn what_is_no_line_is_not_read() {
    let line = signer().line(&head(600));
    let many = "0 ".repeat(300);
    for text in
        ["", "600", "600 abcd", "-1 0123456789abcdef", "六 0123456789abcdef", "600 0123456789abcdeg", &many]
    {
        check(text, None, None);
    }
    check(&line.replace("banli", "bonli"), None, None);
    check(&line.replace("ed25519", "rot13"), None, None);
    check(&format!("{line}!"), None, None);
    check(&format!("600 {}", "0".repeat(65)), None, None);
}

#[test]
fn the_key_is_made_once_and_read_again() {
    let folder = tempfile::tempdir().unwrap();
    let key = Signer::open(folder.path()).unwrap().key();
    assert_eq!(Signer::open(folder.path()).unwrap().key(), key);
    assert_eq!(key.to_string().parse(), Ok(key));
    std::fs::write(folder.path().join(FILE), b"short").unwrap();
    let told = Signer::open(folder.path()).unwrap_err().to_string();
    assert!(told.contains(FILE) && told.contains("32 bytes"), "{told}");
}

proptest::proptest! {
    #[test]
    fn nothing_that_is_typed_panics(text in ".{0,120}") {
        let _ = Paper::read(&text);
        let _ = Paper::read(&format!("{WORD} {text} {ALGORITHM} {text}"));
    }
}

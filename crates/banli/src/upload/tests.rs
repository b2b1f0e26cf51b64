use super::*;

/// A picture of these points, as small as the format allows: its head and its end.
pub(crate) fn png(wide: u32, high: u32) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
    bytes.extend(wide.to_be_bytes());
    bytes.extend(high.to_be_bytes());
    bytes.extend(b"\x08\x02\0\0\0CRC.\0\0\0\0IEND\xaeB`\x82");
    bytes
}

fn jpeg(wide: u16, high: u16) -> Vec<u8> {
    let mut bytes = b"\xff\xd8\xff\xe0\0\x04JF\xff\xc0\0\x0b\x08".to_vec();
    bytes.extend(high.to_be_bytes());
    bytes.extend(wide.to_be_bytes());
    bytes.extend(b"\x01\x01\x11\0data\xff\xd9");
    bytes
}

#[track_caller]
fn check(name: &str, bytes: &[u8], expected: Result<&str, Wrong>) {
    assert_eq!(look(name, bytes), expected, "{name}");
}

#[test]
fn a_file_is_what_it_contains() {
    check("a.png", &png(1200, 1600), Ok("image/png"));
    check("a.pdf", &png(1200, 1600), Ok("image/png"));
    check("a", &jpeg(1200, 1600), Ok("image/jpeg"));
    check("a.jpg", b"%PDF-1.7\n1 0 obj\n%%EOF\n", Ok("application/pdf"));
    check("a.png", b"", Err(Wrong::Empty));
    check("a.pdf", b"MZ\x90\0 a program", Err(Wrong::Mislabelled));
    check("a.JPG", b"<html><script>alert(1)</script>", Err(Wrong::Mislabelled));
    check("a.docx", b"PK\x03\x04", Err(Wrong::Kind));
    check("a.gif", b"GIF89a", Err(Wrong::Kind));
    check(
        "big.pdf",
        &[b"%PDF-1.7".to_vec(), vec![b' '; store::ATTACHMENT_BYTES_MAX]].concat(),
        Err(Wrong::TooLarge),
    );
}

#[test]
fn damaged_and_hostile_files_are_told_apart() {
    check("cut.png", &png(10, 10)[..30], Err(Wrong::Damaged));
    check("cut.jpg", &jpeg(10, 10)[..12], Err(Wrong::Damaged));
    check("cut.pdf", b"%PDF-1.7\nhalf", Err(Wrong::Damaged));
    check("bomb.png", &png(60_000, 60_000), Err(Wrong::Points));
    check("bomb.jpg", &jpeg(65_000, 65_000), Err(Wrong::Points));
    check("nothing.png", &png(0, 10), Err(Wrong::Damaged));
    check("run.pdf", b"%PDF-1.7\n<< /OpenAction << /S /JavaScript >> >>\n%%EOF", Err(Wrong::Active));
    check("run.pdf", b"%PDF-1.7\n<< /S /Launch /F (cmd.exe) >>\n%%EOF", Err(Wrong::Active));
}

fn form(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (says, contents) in parts {
        bytes.extend(format!("--xyz\r\nContent-Disposition: form-data; {says}\r\n\r\n").as_bytes());
        bytes.extend(*contents);
        bytes.extend(b"\r\n");
    }
    bytes.extend(b"--xyz--\r\n");
    bytes
}

#[test]
fn fields_and_files_of_a_form() {
    let bytes = form(&[
        ("name=\"do\"", b"save"),
        ("name=\"note\"", "一\t1\r\n二\0".as_bytes()),
        (
            "name=\"scan.photo\"; filename=\"C:\\dir\\..\\照 片%22.png\"\r\nContent-Type: text/html",
            b"\x89PNG\r\n--xy",
        ),
        ("name=\"scan.form\"; filename=\"\"", b""),
    ]);
    let (fields, files) = parse(&bytes, "xyz").unwrap();
    assert_eq!((fields.get("do"), fields.get("note")), ("save", "一\t1\n二"));
    assert_eq!(files.len(), 1);
    assert_eq!((files[0].field.as_str(), files[0].name.as_str()), ("scan.photo", "照 片.png"));
    assert_eq!(files[0].bytes, b"\x89PNG\r\n--xy");
}

#[test]
fn every_chopped_form_is_answered() {
    let whole = form(&[("name=\"a\"", b"1"), ("name=\"f\"; filename=\"x.png\"", b"abc")]);
    for end in 0..whole.len() - 2 {
        let cut = parse(&whole[..end], "xyz");
        assert!(matches!(cut, Err(Problem::Unreadable(_))), "{end}");
    }
    let many: Vec<(&str, &[u8])> = (0..700).map(|_| ("name=\"a\"", b"1".as_slice())).collect();
    assert!(matches!(parse(&form(&many), "xyz"), Err(Problem::TooLarge)));
    assert!(matches!(parse(b"--xyz\r\nno head", "xyz"), Err(Problem::Unreadable(_))));
    assert!(matches!(parse(&form(&[("filename=\"x\"", b"1")]), "xyz"), Err(Problem::Unreadable(_))));
}

#[test]
fn boundaries() {
    assert_eq!(
        boundary("multipart/form-data; boundary=----WebKitFormBoundaryAb"),
        Some("----WebKitFormBoundaryAb")
    );
    assert_eq!(boundary("multipart/form-data; boundary=\"q\"; charset=utf-8"), Some("q"));
    for none in ["application/x-www-form-urlencoded", "multipart/form-data", "multipart/form-data; boundary="]
    {
        assert_eq!(boundary(none), None, "{none}");
    }
}

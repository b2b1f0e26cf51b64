use super::*;
use std::fs;

/// The project's packs in a folder of their own, and the catalogue of the city as exported.
fn packs() -> (tempfile::TempDir, PathBuf, String) {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in crate::packs::embedded().unwrap() {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let out = folder.path().join("items.csv");
    let packs = PacksArgs { folder: Some(folder.path().to_owned()), ..PacksArgs::default() };
    export("hangzhou", &out, None, &packs).unwrap();
    let text = fs::read_to_string(&out).unwrap();
    (folder, out, text)
}

/// Every file of the city's pack, to see that nothing was touched.
fn files(folder: &Path) -> Files {
    from_folder(folder).unwrap()
}

#[test]
fn what_is_exported_is_imported_and_is_the_same() {
    let (folder, out, text) = packs();
    let city = folder.path().join("hangzhou");
    fs::remove_dir_all(city.join("catalogue")).unwrap();
    // As a spreadsheet saves it.
    fs::write(&out, format!("\u{feff}{}", text.replace('\n', "\r\n"))).unwrap();
    assert_eq!(import(&out, &city, Some("all")).unwrap(), ExitCode::SUCCESS);
    let again = folder.path().join("again.csv");
    let packs = PacksArgs { folder: Some(folder.path().to_owned()), ..PacksArgs::default() };
    export("hangzhou", &again, None, &packs).unwrap();
    assert_eq!(fs::read_to_string(again).unwrap(), text);
    assert_eq!(fs::read_dir(city.join("catalogue")).unwrap().count(), 1);
}

#[test]
fn one_bad_row_and_nothing_is_imported() {
    let (folder, out, text) = packs();
    let city = folder.path().join("hangzhou");
    fs::write(&out, text.replacen(",01,,", ",09,,", 1)).unwrap();
    let before = files(folder.path());
    assert_eq!(import(&out, &city, Some("demonstration")).unwrap(), ExitCode::from(super::super::NO));
    // The same rows beside those that are there overlap with them.
    fs::write(&out, text).unwrap();
    assert_eq!(import(&out, &city, Some("twice")).unwrap(), ExitCode::from(super::super::NO));
    let mut after = files(folder.path());
    after.insert("items.csv".to_owned(), before["items.csv"].clone());
    assert_eq!(after, before);
}

#[test]
fn what_is_no_table_no_pack_or_no_name_is_told() {
    let (folder, out, _) = packs();
    let told = |file: &Path, into: &Path, name: &str| import(file, into, Some(name)).unwrap_err().to_string();
    let city = folder.path().join("hangzhou");
    assert!(told(&out, &folder.path().join("nowhere"), "a").contains("is no pack"));
    assert!(told(&out, &city, "../a").contains("cannot be the name"));
    fs::write(&out, b"a,b\n\xd6\xd0").unwrap();
    let told = told(&out, &city, "a");
    assert!(
        told.contains("line 2 is not UTF-8") && told.contains("do this: save it as CSV in UTF-8"),
        "{told}"
    );
}

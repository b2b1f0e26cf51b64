//! What the tests of this crate build on: the packs of the project and plain bills.

use crate::{Benefits, Bill, Class, Code, Filing, Line, Person, Provider, Share, Visit, Year};
use policy::{Files, Law};
use std::fs;
use std::path::Path;
use terms::{Day, Fen};

/// Every file below `packs/`.
pub fn files() -> Files {
    fn walk(folder: &Path, root: &Path, files: &mut Files) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, root, files);
            } else if let Ok(text) = fs::read_to_string(&path) {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
                files.insert(name, text);
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs");
    let mut files = Files::new();
    walk(&root, &root, &mut files);
    files
}

/// One file below `packs/`.
pub fn file(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs").join(path)).unwrap()
}

/// A pack, compiled; its faults are printed.
#[track_caller]
pub fn pack(id: &str) -> Benefits {
    compile(&files(), id)
}

/// A pack of these files, compiled.
#[track_caller]
pub fn compile(files: &Files, id: &str) -> Benefits {
    let compiled = Law::load(files, id).and_then(|law| Benefits::compile(&law));
    compiled.unwrap_or_else(|faults| {
        let printed: Vec<String> = faults.iter().map(ToString::to_string).collect();
        panic!("{}", printed.join("\n\n"))
    })
}

pub fn code(text: &str) -> Code {
    text.parse().unwrap()
}

pub fn day(text: &str) -> Day {
    text.parse().unwrap()
}

/// A class A line without a ceiling.
pub fn line(price: &str, quantity: &str) -> Line {
    Line {
        price: price.parse().unwrap(),
        quantity: quantity.parse().unwrap(),
        ceiling: None,
        first_own: Share::ZERO,
        class: Class::A,
        day: day("2024-05-10"),
        entry: None,
        illustrative: false,
    }
}

/// An employee's first stay of 2024 at home, without lines.
pub fn bill(hosp_lv: &str) -> Bill {
    Bill {
        person: Person {
            insutype: code("310"),
            psn_type: code("11"),
            category: Code::NONE,
            hardship: Code::NONE,
            account: Fen::ZERO,
            account_past: Fen::ZERO,
        },
        provider: Provider {
            kind: code("hospital"),
            hosp_lv: code(hosp_lv),
            admdvs: 0,
            designated: true,
            contracted: false,
        },
        visit: Visit {
            med_type: code("21"),
            begndate: day("2024-05-08"),
            enddate: day("2024-05-12"),
            filing: Filing::None,
            direct: true,
            ordinal: 1,
            highest: None,
        },
        year: Year::default(),
        lines: Vec::new(),
    }
}

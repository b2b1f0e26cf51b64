//! Bills as columns for the engines of Python, and what they measured.

use crate::Engine;
use crate::reference::{HandBill, HandResult};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::Command;

/// Columns of whole numbers; lines follow each other bill by bill.
#[derive(Default)]
pub struct Table {
    columns: [(&'static str, Vec<i32>); 7],
    results: [(&'static str, Vec<i64>); 4],
}

impl Table {
    pub fn add(&mut self, bills: &[HandBill], results: &[HandResult]) {
        let names = ["price", "qty", "limit", "cat", "level", "person", "accum"];
        self.columns.iter_mut().zip(names).for_each(|(column, name)| column.0 = name);
        let names = ["deductible", "fund", "serious", "cash"];
        self.results.iter_mut().zip(names).for_each(|(column, name)| column.0 = name);
        let narrow = |number: i64| i32::try_from(number).expect("a generated number is small");
        for bill in bills {
            for line in &bill.lines {
                let cells = [narrow(line.price), narrow(line.qty), narrow(line.limit), i32::from(line.cat)];
                self.columns.iter_mut().zip(cells).for_each(|(column, cell)| column.1.push(cell));
            }
            let cells = [bill.level as i32, bill.person as i32, narrow(bill.accum)];
            self.columns[4..].iter_mut().zip(cells).for_each(|(column, cell)| column.1.push(cell));
        }
        for result in results {
            let cells = [result.deductible, result.fund, result.serious, result.cash];
            self.results.iter_mut().zip(cells).for_each(|(column, cell)| column.1.push(cell));
        }
    }

    fn write(&self, folder: &Path) -> std::io::Result<()> {
        for (name, cells) in &self.columns {
            let mut file = BufWriter::new(File::create(folder.join(format!("{name}.i32")))?);
            cells.iter().try_for_each(|cell| file.write_all(&cell.to_le_bytes()))?;
        }
        for (name, cells) in &self.results {
            let mut file = BufWriter::new(File::create(folder.join(format!("{name}.i64")))?);
            cells.iter().try_for_each(|cell| file.write_all(&cell.to_le_bytes()))?;
        }
        Ok(())
    }
}

/// Runs vectorised.py on the table; it prints `NAME<tab>NANOSECONDS A BILL<tab>equal` for each engine.
pub fn measure(python: &str, table: &Table) -> Vec<Engine> {
    let folder = std::env::temp_dir().join(format!("side-by-side-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder for the columns");
    table.write(&folder).expect("room for the columns");
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/vectorised.py");
    let output = Command::new(python).arg(script).arg(&folder).output().expect("an interpreter");
    let _ = std::fs::remove_dir_all(&folder);
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{told}{}", String::from_utf8_lossy(&output.stderr));
    told.lines()
        .filter_map(|line| {
            let mut cells = line.split('\t');
            let (name, nanos) = (cells.next()?.to_owned(), cells.next()?.parse().ok()?);
            Some(Engine { name, nanos, equal: cells.next()? == "equal" })
        })
        .collect()
}

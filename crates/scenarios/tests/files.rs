//! Every scenario file of every pack, one test per row.

use libtest_mimic::{Arguments, Failed, Trial};

fn main() {
    let arguments = Arguments::from_args();
    let trials = match scenarios::disk::packs() {
        Ok(files) => {
            let row = |test: scenarios::run::Test| {
                Trial::test(test.name, move || (test.run)().map_err(Failed::from))
            };
            scenarios::run::tests(files).into_iter().map(row).collect()
        }
        Err(error) => vec![Trial::test("packs", move || Err(format!("{error:#}").into()))],
    };
    libtest_mimic::run(&arguments, trials).exit();
}

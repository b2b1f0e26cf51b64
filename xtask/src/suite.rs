//! rustfmt, clippy and the Rust tests.

use crate::door::{Count, Door};
use anyhow::bail;

/// rustfmt changes nothing.
pub fn format(door: &Door) -> anyhow::Result<Count> {
    door.run(door.command("cargo").args(["fmt", "--all", "--check"]))?;
    Ok(Count::default())
}

/// No warning anywhere.
pub fn clippy(door: &Door) -> anyhow::Result<Count> {
    let mut clippy = door.command("cargo");
    clippy.args([
        "clippy",
        "--locked",
        "--quiet",
        "--workspace",
        "--all-targets",
        "--",
        "--deny",
        "warnings",
    ]);
    door.run(&mut clippy)?;
    Ok(Count::default())
}

/// Every Rust test of the workspace.
pub fn tests(door: &Door) -> anyhow::Result<Count> {
    let nextest = door.has("cargo-nextest", "--version");
    let mut cargo = door.command("cargo");
    if nextest {
        cargo.args(["nextest", "run", "--locked", "--workspace", "--no-fail-fast", "--status-level", "slow"]);
    } else {
        cargo.args(["test", "--locked", "--workspace", "--no-fail-fast", "--quiet"]);
    }
    let mut count = Count::default();
    let success = door.run_reading(&mut cargo, &mut |line| {
        let more = if nextest { nextest_summary(line) } else { libtest_summary(line) };
        count.add(&more.unwrap_or_default());
    })?;
    if !success && count.failed == 0 {
        bail!("the tests could not be built or run");
    }
    if success && count.passed == 0 {
        bail!("no test was run");
    }
    Ok(count)
}

/// `     Summary [   0.512s] 45 tests run: 44 passed (1 slow), 1 failed, 3 skipped`
fn nextest_summary(line: &str) -> Option<Count> {
    let (_, counts) = line.trim_start().strip_prefix("Summary [")?.split_once("run: ")?;
    let of = |word| number_before(counts, word);
    Some(Count { passed: of(" passed"), failed: of(" failed") + of(" timed out") })
}

/// `test result: FAILED. 44 passed; 1 failed; 0 ignored; …`
pub fn libtest_summary(line: &str) -> Option<Count> {
    let counts = line.strip_prefix("test result: ")?;
    Some(Count { passed: number_before(counts, " passed"), failed: number_before(counts, " failed") })
}

/// The number that stands directly before this word; 0 where there is none.
pub fn number_before(text: &str, word: &str) -> u32 {
    let Some(end) = text.find(word) else { return 0 };
    let digits =
        text[..end].rfind(|letter: char| !letter.is_ascii_digit()).map_or(0, |position| position + 1);
    text[digits..end].parse().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn summaries_are_read() {
        let line = "     Summary [   0.512s] 45 tests run: 44 passed (1 slow), 1 failed, 3 skipped";
        assert_eq!(nextest_summary(line), Some(Count { passed: 44, failed: 1 }));
        let line =
            "test result: ok. 5 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s";
        assert_eq!(libtest_summary(line), Some(Count { passed: 5, failed: 0 }));
        assert_eq!(nextest_summary("        PASS [   0.004s] terms day::tests::month_ends"), None);
    }
}

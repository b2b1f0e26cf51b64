//! The pages, walked in a real browser.

use crate::door::{Count, Door};
use crate::oracles::binary;
use crate::suite::number_before;
use anyhow::bail;

/// Gets Chromium, Chinese fonts and Node, then runs tests/browser with Node's own runner.
pub fn walk(door: &Door) -> anyhow::Result<Count> {
    needs(door)?;
    let folder = door.root.join("tests/browser");
    door.run(
        door.command("npm").args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]).current_dir(&folder),
    )?;
    let banli = binary(door)?;
    let output = door.folder("browser")?;
    let mut node = door.command("node");
    node.args(["--test", "--test-reporter=spec", "--test-concurrency=2"]).current_dir(&folder);
    node.env("BANLI", banli).env("BANLI_OUTPUT", output).env("BANLI_ROOT", &door.root);
    let mut count = Count::default();
    // Node's closing lines: `ℹ pass 12`, `ℹ fail 0`.
    let success = door.run_reading(&mut node, &mut |line| {
        if let Some(number) = line.trim_start_matches(['ℹ', '#', ' ']).strip_prefix("pass ") {
            count.passed = number_before(&format!("{number} "), " ");
        } else if let Some(number) = line.trim_start_matches(['ℹ', '#', ' ']).strip_prefix("fail ") {
            count.failed = number_before(&format!("{number} "), " ");
        }
    })?;
    if count.passed == 0 || (!success && count.failed == 0) {
        bail!("the browser tests broke off");
    }
    Ok(count)
}

fn needs(door: &Door) -> anyhow::Result<()> {
    let mut missing = Vec::new();
    if !door.has("chromium", "--version") {
        missing.push("chromium");
    }
    let fonts = door.command("fc-list").arg(":lang=zh").output();
    if !fonts.is_ok_and(|output| !output.stdout.is_empty()) {
        missing.extend(["fontconfig", "fonts-noto-cjk"]);
    }
    if !door.has("node", "--version") || !door.has("npm", "--version") {
        missing.extend(["nodejs", "npm"]);
    }
    if !missing.is_empty() {
        door.install(&missing)?;
    }
    let node = door.command("node").arg("--version").output()?;
    let version = String::from_utf8_lossy(&node.stdout).trim().to_owned();
    let major: u32 =
        version.trim_start_matches('v').split('.').next().unwrap_or_default().parse().unwrap_or(0);
    if major < 20 {
        bail!("node is {version}; the browser tests need Node 20 or newer: install it and try again");
    }
    Ok(())
}

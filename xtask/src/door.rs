//! What stages share: where things lie, how a program is run, how a missing one is got.

use anyhow::{Context, bail};
use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The project and its target folder.
pub struct Door {
    /// The root of the workspace.
    pub root: PathBuf,
    /// Where everything built and downloaded goes.
    pub target: PathBuf,
    /// What `cargo metadata` said.
    pub metadata: serde_json::Value,
}

/// What a test runner counted.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    /// Tests that passed.
    pub passed: u32,
    /// Tests that failed.
    pub failed: u32,
}

impl Count {
    /// Adds another runner's count.
    pub fn add(&mut self, other: &Count) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

impl Door {
    /// Asks cargo where things lie. Fails where the lock file does not fit the manifests.
    pub fn open() -> anyhow::Result<Door> {
        let output = Command::new("cargo")
            .args(["metadata", "--locked", "--format-version", "1"])
            .stdin(Stdio::null())
            .stderr(Stdio::inherit())
            .output()
            .context("cargo cannot be started")?;
        if !output.status.success() {
            bail!(
                "cargo metadata failed: is Cargo.lock as the manifests want it? Run `cargo check` and commit it"
            );
        }
        let metadata: serde_json::Value = serde_json::from_slice(&output.stdout)?;
        let place =
            |name: &str| metadata[name].as_str().map(PathBuf::from).context("cargo metadata is incomplete");
        Ok(Door { root: place("workspace_root")?, target: place("target_directory")?, metadata })
    }

    /// A command in the project's root, without input.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root).stdin(Stdio::null());
        command
    }

    /// Runs to the end; its output is shown.
    pub fn run(&self, command: &mut Command) -> anyhow::Result<()> {
        let told = told(command);
        println!("$ {told}");
        let status = command.status().with_context(|| format!("`{told}` cannot be started"))?;
        if !status.success() {
            bail!("`{told}` failed ({status})");
        }
        Ok(())
    }

    /// Runs to the end; shows each line of what it says on both streams and gives it to `read`. Returns whether
    /// it succeeded.
    pub fn run_reading(&self, command: &mut Command, read: &mut dyn FnMut(&str)) -> anyhow::Result<bool> {
        let told = told(command);
        println!("$ {told}");
        // Both streams into one pipe, so that lines stay in order.
        let (reader, writer) = std::io::pipe()?;
        let mut child = command
            .stdout(writer.try_clone()?)
            .stderr(writer)
            .spawn()
            .with_context(|| format!("`{told}` cannot be started"))?;
        // The command keeps its ends of the pipe open until it is dropped or given others.
        command.stdout(Stdio::null()).stderr(Stdio::null());
        for line in BufReader::new(reader).split(b'\n') {
            let line = line?;
            let line = String::from_utf8_lossy(&line);
            println!("{line}");
            read(&line);
        }
        Ok(child.wait()?.success())
    }

    /// Whether this program can be started at all.
    pub fn has(&self, program: &str, argument: &str) -> bool {
        let quiet = self.command(program).arg(argument).stdout(Stdio::null()).stderr(Stdio::null()).status();
        quiet.is_ok_and(|status| status.success())
    }

    /// Gets Debian packages: as root by apt; otherwise says how.
    pub fn install(&self, packages: &[&str]) -> anyhow::Result<()> {
        let line = format!("apt-get install -y --no-install-recommends {}", packages.join(" "));
        let root =
            self.command("id").arg("-u").output().is_ok_and(|output| output.stdout.starts_with(b"0\n"));
        if !root || !self.has("apt-get", "--version") {
            bail!("missing: {}. On Debian or Ubuntu run as root: {line}", packages.join(", "));
        }
        self.run(self.command("apt-get").args(["update", "-qq"]))?;
        let mut apt = self.command("apt-get");
        apt.args(["install", "-y", "-qq", "--no-install-recommends"]).args(packages);
        self.run(apt.env("DEBIAN_FRONTEND", "noninteractive").stdout(Stdio::null()))
    }

    /// A folder under target/, made where it is missing.
    pub fn folder(&self, name: &str) -> anyhow::Result<PathBuf> {
        let folder = self.target.join(name);
        std::fs::create_dir_all(&folder).with_context(|| format!("{} cannot be made", folder.display()))?;
        Ok(folder)
    }
}

/// Reads a file, naming it where it cannot be read.
pub fn read(path: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))
}

fn told(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

// A demo office of its own folder, served on a free port by the binary under test.

import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import readline from "node:readline";
import { fileURLToPath } from "node:url";

export const root = process.env.BANLI_ROOT ?? fileURLToPath(new URL("../..", import.meta.url));
export const banli = process.env.BANLI ?? path.join(root, "target/debug/banli");
/** Screenshots and what a failing test leaves go here. */
export const output = process.env.BANLI_OUTPUT ?? path.join(root, "target/browser");

/** Runs a command to its end and returns what it printed. */
export function run(...args) {
  const done = spawnSync(banli, args, { encoding: "utf8", timeout: 300_000 });
  if (done.status !== 0) throw new Error(`banli ${args.join(" ")}: ${done.status}\n${done.stderr}`);
  return done.stdout;
}

/**
 * Founds a demo office, plays its stories, serves it. `told` is the summary of `demo --json`; `meanwhile` is done while
 * nobody serves it.
 */
export async function open({ meanwhile = async () => {} } = {}) {
  const data = mkdtempSync(path.join(tmpdir(), "banli-browser-"));
  run("demo", "--once", "--json", "--data", data);
  await meanwhile(data);
  const office = { data, ...(await serve(data)) };
  office.close = async () => {
    await office.stop();
    rmSync(data, { recursive: true, force: true });
  };
  return office;
}

/** Serves the office in this folder; resolves once it answers. */
export async function serve(data, ...further) {
  const server = spawn(banli, ["demo", "--json", "--port", "0", "--data", data, ...further], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let complaint = "";
  server.stderr.on("data", (chunk) => (complaint += chunk));
  const ended = new Promise((resolve) => server.once("exit", resolve));
  const lines = readline.createInterface({ input: server.stdout });
  const first = await Promise.race([
    new Promise((resolve) => lines.once("line", resolve)),
    ended.then((code) => Promise.reject(new Error(`the server ended with ${code}: ${complaint}`))),
  ]);
  const told = JSON.parse(first);
  return {
    told,
    address: told.address.replace(/\/$/, ""),
    password: told.password,
    process: server,
    stop: async (signal = "SIGTERM") => {
      server.kill(signal);
      return ended;
    },
  };
}

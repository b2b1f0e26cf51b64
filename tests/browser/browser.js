// Chromium, and pages that notice what a person would not see: requests to other hosts, errors in the console,
// what a screen reader stumbles over.

import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { chromium } from "playwright-core";
import { output } from "./office.js";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Words of the pages that the walks press and read, in both languages. */
export const languages = ["zh", "en"];
export const widths = { desk: 1366, phone: 390 };

export async function launch() {
  const args = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"];
  args.push("--disable-component-update", "--disable-sync");
  // A container's root may not make the sandbox's namespaces.
  if (process.getuid?.() === 0) args.push("--no-sandbox");
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args });
}

/**
 * A tab of its own session. `page.trouble` collects what must not happen; `calm(page)` asserts that nothing did.
 */
export async function tab(browser, office, { lang = "zh", width = "desk", scheme = "light", script = true } = {}) {
  const context = await browser.newContext({
    baseURL: office.address,
    viewport: { width: widths[width], height: width === "desk" ? 900 : 844 },
    locale: lang === "zh" ? "zh-CN" : "en-GB",
    timezoneId: "Asia/Shanghai",
    colorScheme: scheme,
    javaScriptEnabled: script,
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  page.lang = lang;
  page.trouble = [];
  const host = new URL(office.address).host;
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (url.protocol !== "data:" && url.host !== host) page.trouble.push(`request to ${url.host}`);
  });
  page.on("console", (message) => {
    if (message.type() === "error" && !/status of 4\d\d/.test(message.text())) page.trouble.push(message.text());
  });
  page.on("pageerror", (error) => page.trouble.push(`script: ${error.message}`));
  page.on("response", (response) => {
    if (response.status() >= 500) page.trouble.push(`${response.status()} at ${response.url()}`);
  });
  return page;
}

/** Signs in by keyboard alone. */
export async function signIn(page, office, login) {
  await page.goto(`/${page.lang}/sign-in`);
  await page.locator("input[name=login]").focus();
  await page.keyboard.type(login);
  await page.keyboard.press("Tab");
  await page.keyboard.type(office.password);
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => !url.pathname.endsWith("/sign-in"));
}

/** Nothing happened on this page that must not. */
export function calm(page) {
  assert.deepEqual(page.trouble, [], page.url());
}

/** What the accessibility checker finds, one line each; the screen reader's rules of WCAG 2.2 AA and its advice. */
export async function violations(page) {
  await page.evaluate(axe);
  const found = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  return found.violations.flatMap((rule) =>
    rule.nodes.map((node) => `${rule.id}: ${node.target.join(" ")}: ${rule.help}`),
  );
}

/**
 * A screenshot of the whole page under target/, for people to look at. Chromium on a busy machine now and then has no
 * frame to give ("Unable to capture screenshot"): that says nothing of the page, so the camera tries again, and a
 * picture that cannot be had is told and fails no test.
 */
export async function picture(page, name) {
  const file = path.join(output, "screenshots", `${name}.png`);
  mkdirSync(path.dirname(file), { recursive: true });
  for (const wait of [0, 200, 1000, null]) {
    try {
      await page.screenshot({ path: file, fullPage: true, animations: "disabled" });
      return file;
    } catch (error) {
      if (!/Unable to capture screenshot/.test(error.message)) throw error;
      if (wait !== null) await page.waitForTimeout(wait);
    }
  }
  console.warn(`no picture of ${name}: Chromium had no frame to give`);
  return file;
}

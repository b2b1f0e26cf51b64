// Every page that can be reached by links, as each role, is looked at: found by walking, so that a new page is
// covered on the day it lands.

import { calm, languages, picture, signIn, tab, violations, widths } from "./browser.js";

/**
 * The tallest a page may be on a phone, in pixels: six screens. What is longer begins with a summary, folds its details
 * or goes on on a next page.
 */
const TALLEST = 5_000;

/** `/zh/people/17` and `/zh/people/18` are one kind of page, and so are all articles and all layers. */
export function kind(pathname) {
  const local = pathname.replace(/^\/(zh|en)/, "").replace(/^(\/law\/(articles|rules))\/.*/, "$1/N");
  return local.replace(/\/[^/]*\d[^/]*/g, "/N").replace(/\/$/, "") || "/";
}

/**
 * Where a role can get by links: `pages` has one address for each kind of page, `dead` the links that lead nowhere.
 * `login` is null for somebody not signed in.
 */
export async function reachable(browser, office, login) {
  const page = await tab(browser, office, { lang: "zh" });
  if (login) await signIn(page, office, login);
  else await page.goto("/zh/");
  const open = [page.url()];
  const pages = new Map();
  const seen = new Set();
  const dead = [];
  while (open.length > 0 && seen.size < 80) {
    const url = new URL(open.shift());
    if (seen.has(kind(url.pathname))) continue;
    seen.add(kind(url.pathname));
    // What is no page, a file to take home, is asked for and not looked at.
    const asked = await page.request.get(url.href);
    if (asked.status() !== 200) dead.push(`${asked.status()} ${url.pathname}`);
    if (asked.status() !== 200 || !asked.headers()["content-type"].startsWith("text/html")) continue;
    await page.goto(url.href);
    pages.set(kind(url.pathname), url.pathname.replace(/^\/zh/, "") + url.search);
    const links = await page.locator("a[href]").evaluateAll((all) =>
      // Links within pictures have no `href` that is a text.
      all.map((link) => new URL(link.getAttribute("href"), document.baseURI).href),
    );
    for (const link of links.map((href) => new URL(href))) {
      const ours = link.origin === office.address && link.pathname.startsWith("/zh");
      if (ours && !seen.has(kind(link.pathname))) open.push(link.href);
    }
  }
  calm(page);
  await page.context().close();
  return { pages, dead };
}

/**
 * Looks at pages as one role in both languages, at both widths, light and dark. Returns for each name in `pages`
 * (a map from name to address) what is wrong with the page.
 */
export async function look(browser, office, login, pages) {
  const faults = new Map([...pages.keys()].map((name) => [name, new Set()]));
  for (const lang of languages) {
    for (const scheme of ["light", "dark"]) {
      const page = await tab(browser, office, { lang, scheme });
      if (login) await signIn(page, office, login);
      for (const [name, address] of pages) {
        for (const fault of await lookOnce(page, name, `/${lang}${address}`, lang, scheme)) {
          faults.get(name).add(fault);
        }
      }
      await page.context().close();
    }
  }
  return faults;
}

async function lookOnce(page, name, address, lang, scheme) {
  const faults = [];
  const response = await page.goto(address);
  const bytes = (await response.body()).length;
  if (bytes >= 100_000) faults.push(`${bytes} bytes`);
  for (const [word, width] of Object.entries(widths)) {
    await page.setViewportSize({ width, height: 900 });
    await picture(page, `${name}/${lang}-${word}-${scheme}`);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    if (wide > width) faults.push(`${wide} wide in a window of ${width} (${lang})`);
    const tall = await page.evaluate(() => document.documentElement.scrollHeight);
    if (word === "phone" && tall > TALLEST) faults.push(`${tall} tall on a phone, ${TALLEST} at most (${lang})`);
    // The checker sees every pair of language, width and scheme once; the camera sees all.
    const odd = (lang === "en") !== (scheme === "dark");
    if (odd === (word === "phone")) {
      for (const violation of await violations(page)) faults.push(violation);
    }
  }
  const told = await page.locator("html").getAttribute("lang");
  if (told !== (lang === "zh" ? "zh-CN" : "en")) faults.push(`its language is ${told}`);
  faults.push(...page.trouble.splice(0));
  return faults;
}

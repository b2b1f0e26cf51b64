// Every page that can be reached by links, as each role, is looked at: found by walking, so that a new page is
// covered on the day it lands.

import assert from "node:assert/strict";
import { languages, picture, signIn, tab, violations, widths, calm } from "./browser.js";

/** `/zh/people/17` and `/zh/people/18` are one kind of page. */
function kind(pathname) {
  return pathname.replace(/^\/(zh|en)/, "").replace(/\/[^/]*\d[^/]*/g, "/N").replace(/\/$/, "") || "/";
}

/** Where a role can get by links, one address for each kind of page; `login` is null for somebody not signed in. */
export async function reachable(browser, office, login) {
  const page = await tab(browser, office, { lang: "zh" });
  if (login) await signIn(page, office, login);
  else await page.goto("/zh/");
  const open = [page.url()];
  const seen = new Map();
  while (open.length > 0 && seen.size < 80) {
    const url = new URL(open.shift());
    if (seen.has(kind(url.pathname))) continue;
    const response = await page.goto(url.href);
    seen.set(kind(url.pathname), url.pathname.replace(/^\/zh/, "") + url.search);
    assert.equal(response.status(), 200, `${url.pathname} as ${login ?? "visitor"}`);
    const links = await page.locator("a[href]").evaluateAll((all) => all.map((link) => link.href));
    for (const link of links.map((href) => new URL(href))) {
      const ours = link.origin === office.address && link.pathname.startsWith("/zh");
      if (ours && !seen.has(kind(link.pathname))) open.push(link.href);
    }
  }
  calm(page);
  await page.context().close();
  return seen;
}

/** Looks at one page in both languages, at both widths, light and dark. */
export async function look(browser, office, login, name, address) {
  for (const lang of languages) {
    for (const scheme of ["light", "dark"]) {
      const page = await tab(browser, office, { lang, scheme });
      if (login) await signIn(page, office, login);
      let bytes = 0;
      page.on("response", async (response) => {
        if (response.request().resourceType() === "document") bytes = (await response.body().catch(() => "")).length;
      });
      await page.goto(`/${lang}${address}`);
      for (const [word, width] of Object.entries(widths)) {
        await page.setViewportSize({ width, height: 900 });
        await picture(page, `${name}/${lang}-${word}-${scheme}`);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth);
        assert.ok(wide <= width, `${address} is ${wide} wide in a window of ${width} (${lang})`);
        assert.deepEqual(await violations(page), [], `${address} ${lang} ${word} ${scheme}`);
      }
      assert.equal(await page.locator("html").getAttribute("lang"), lang === "zh" ? "zh-CN" : "en");
      assert.ok(bytes < 100_000, `${address} has ${bytes} bytes`);
      calm(page);
      await page.context().close();
    }
  }
}

// What people see of the law: from a number to its article and back, what is proven, what one will pay, a draft tried
// by the policy officer, and the letter that explains a settlement.

import { it } from "node:test";
import assert from "node:assert/strict";
import { calm, languages, signIn, tab, violations } from "./browser.js";

/** An amount in a sentence, as fen. */
function fen(words) {
  const [whole, part] = /([\d,]+)\.(\d\d)/.exec(words).slice(1);
  return Number(whole.replaceAll(",", "")) * 100 + Number(part);
}

export function tests(world) {
  for (const lang of languages) {
    it(`leads from a number to its rule, its article and the scenarios, by keyboard (${lang})`, async () => {
      const page = await tab(world.browser, world.office, { lang });
      await page.goto(`/${lang}/law`);
      await page.locator("#law-q").focus();
      await page.keyboard.type("800");
      await page.keyboard.press("Enter");
      await page.waitForURL((url) => url.search === "?q=800");
      const rule = page.locator("a[href*='/law/rules/']").first();
      await rule.focus();
      await page.keyboard.press("Enter");
      await page.waitForURL((url) => url.pathname.includes("/law/rules/"));
      // Every bar of the timeline is a link to its article.
      const bar = page.locator(".lane a[href*='/law/articles/']").first();
      await bar.focus();
      await page.keyboard.press("Enter");
      await page.waitForURL((url) => url.pathname.includes("/law/articles/"));
      assert.ok((await page.locator("a[href*='/law/rules/']").count()) > 0, "the article leads back to its rules");
      calm(page);
      await page.context().close();
    });
  }

  it("says what is proven, as banli check does", async () => {
    const page = await tab(world.browser, world.office, { lang: "en" });
    await page.goto("/en/law/proofs");
    await page.waitForSelector("td .status", { timeout: 60_000 });
    assert.equal(await page.locator("td .status.late").count(), 0, "everything proven holds");
    assert.ok((await page.locator("td .status.done").count()) >= 7);
    calm(page);
    await page.context().close();
  });

  it("answers what one will pay on a phone: parts that sum to the bill, turns with their article", async () => {
    const page = await tab(world.browser, world.office, { lang: "en", width: "phone" });
    await page.goto("/en/calculator");
    await page.locator("input[name=amount]").fill("100,000");
    await page.locator("input[name=amount]").press("Enter");
    await page.waitForSelector(".answer");
    const sentence = await page.locator(".answer .lead").innerText();
    const [own, funds] = sentence.split("funds").map(fen);
    assert.equal(own + funds, 10_000_000, sentence);
    assert.ok((await page.locator(".marks a.law").count()) >= 2, "the curve's turns name their articles");
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= 390, `${wide} wide`);
    calm(page);
    await page.context().close();
  });

  it("takes items with their codes, without JavaScript, and tells the line that is none", async () => {
    const page = await tab(world.browser, world.office, { lang: "zh", script: false });
    await page.goto("/zh/calculator");
    await page.locator("details.fold:has(textarea) > summary").click();
    await page.locator("textarea[name=items]").fill("DEMO-X-0005 32.40 3\nHIS-ONLY 5");
    await page.locator("main form button[type=submit]").first().click();
    await page.waitForSelector("#items");
    assert.equal(await page.locator("#items tbody tr").count(), 2);
    assert.match(await page.locator("#items tbody tr").first().innerText(), /4\.86/, "5 % of 97.20 first");
    await page.goto("/zh/calculator?items=DEMO-X-0005%20x");
    assert.equal(await page.locator("#f-items-fault").count(), 1);
    calm(page);
    await page.context().close();
  });

  it("compares two places side by side and keeps nonsense out", async () => {
    const page = await tab(world.browser, world.office, { lang: "zh" });
    await page.goto("/zh/calculator?amount=100000&other-where=referral");
    assert.ok((await page.locator("#compared tbody tr").count()) > 3);
    for (const query of ["amount=-1", "amount=1e9", "amount=<b>", "amount=5&day=never", "amount=5&where=moon&level=%00"]) {
      const response = await page.goto(`/zh/calculator?${query}`);
      assert.equal(response.status(), 200, query);
    }
    calm(page);
    await page.context().close();
  });

  it("lets the policy officer try one changed figure, and nobody else", async () => {
    const page = await tab(world.browser, world.office, { lang: "en" });
    await signIn(page, world.office, "policy-officer");
    await page.goto("/en/law/rules/employee-inpatient");
    await page.locator("details.fold > summary").first().click();
    await page.locator("a[href*='/simulations?draft=figure']").first().click();
    await page.waitForSelector("input[name=value]");
    await page.locator("input[name=value]").fill("nonsense");
    await page.locator("main form button[type=submit]:not([formaction])").click();
    await page.waitForSelector("#faults");
    assert.deepEqual(await violations(page), [], "what is wrong with a draft");
    await page.locator("input[name=value]").fill("100");
    await page.locator("main form button[type=submit]:not([formaction])").click();
    await page.waitForURL(/simulations\/[0-9a-f]{16}$/);
    await page.waitForSelector("a[href$='report.csv']", { timeout: 120_000 });
    const csv = await page.request.get(`${page.url()}/report.csv`);
    assert.match(await csv.text(), /^part,name,now,draft,difference,bills\r\n/);
    // No link of the crawler leads to a report that somebody has to ask for first.
    for (const lang of languages) {
      for (const [width, height] of [[1366, 900], [390, 844]]) {
        for (const colorScheme of ["light", "dark"]) {
          await page.setViewportSize({ width, height });
          await page.emulateMedia({ colorScheme });
          await page.goto(page.url().replace(/\/(zh|en)\//, `/${lang}/`));
          assert.deepEqual(await violations(page), [], `${page.url()} ${width} ${colorScheme}`);
          const wide = await page.evaluate(() => document.documentElement.scrollWidth);
          assert.ok(wide <= width, `${page.url()}: ${wide} wide`);
        }
      }
    }
    calm(page);
    await page.context().close();
    const other = await tab(world.browser, world.office, { lang: "en" });
    await signIn(other, world.office, "window-officer");
    assert.equal((await other.goto("/en/simulations")).status(), 403);
    await other.context().close();
  });

  for (const lang of languages) {
    it(`explains a settlement in a letter (${lang})`, async () => {
      const page = await tab(world.browser, world.office, { lang });
      await signIn(page, world.office, "auditor");
      await page.goto(`/${lang}/settlements`);
      await page.locator("a[href*='/settlements/']").first().click();
      await page.locator("a[href$='/letter']").click();
      await page.waitForSelector(".letter");
      const letter = await page.locator(".letter").innerText();
      assert.ok(!letter.includes("["), "no key without words");
      assert.ok((await page.locator(".letter .sources dt").count()) > 0, "its articles are named");
      calm(page);
      await page.context().close();
    });
  }
}

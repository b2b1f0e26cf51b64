// Certificates, agents and a unit's list, walked by keyboard alone, in both languages.

import { it } from "node:test";
import assert from "node:assert/strict";
import { calm, languages, signIn, tab, violations } from "./browser.js";

/** Presses Tab until this is focused, as somebody without a mouse does. */
async function tabTo(page, selector) {
  for (let presses = 0; presses < 160; presses += 1) {
    await page.keyboard.press("Tab");
    if (await page.evaluate((selector) => document.activeElement?.matches(selector), selector)) return;
  }
  assert.fail(`${selector} cannot be reached by Tab at ${page.url()}`);
}

async function type(page, selector, words) {
  await tabTo(page, selector);
  await page.keyboard.type(words);
}

async function day(page, selector, value) {
  await tabTo(page, selector);
  // A field for dates takes its parts in the order of the machine's locale; the value is what counts.
  await page.locator(selector).fill(value);
}

export function tests(world) {
  for (const lang of languages) {
    it(`a person authorises an agent and revokes it (${lang})`, async () => {
      const page = await tab(world.browser, world.office, { lang });
      await signIn(page, world.office, "insured-person");
      await page.keyboard.press("g");
      await page.keyboard.press("a");
      await page.waitForURL(/\/people\/\d+\/authorities$/);
      await type(page, "input[name=name]", "陈小荷");
      await type(page, "input[name=citizen]", "11010120231101217X");
      await day(page, "input[name=from]", "2026-10-09");
      await day(page, "input[name=to]", "2027-10-08");
      await tabTo(page, "form.stack button[type=submit]");
      await page.keyboard.press("Enter");
      await page.waitForSelector("#f-citizen-fault");
      assert.equal(await page.inputValue("input[name=name]"), "陈小荷", "what was typed is kept");
      await page.locator("input[name=citizen]").fill("");
      await type(page, "input[name=citizen]", "110101202311012176");
      await tabTo(page, "form.stack button[type=submit]");
      await page.keyboard.press("Enter");
      await page.waitForSelector("ul.tasks button");
      assert.deepEqual(await violations(page), []);
      await tabTo(page, "ul.tasks button");
      await page.keyboard.press("Enter");
      await page.waitForFunction(() => !document.querySelector("ul.tasks button"));
      calm(page);
      await page.context().close();
    });

    it(`a unit's list is checked, its good rows are taken once (${lang})`, async () => {
      const page = await tab(world.browser, world.office, { lang });
      await signIn(page, world.office, "liaison");
      await page.goto(`/${lang}/unit`);
      await tabTo(page, "a[href$='/unit/batch']");
      await page.keyboard.press("Enter");
      await page.waitForURL(/\/unit\/batch$/);
      const list = "陈小荷,110101202311012176,某路1号,离休干部,,荣誉证\n王五,1,,没有,,";
      await tabTo(page, "textarea[name=list]");
      await page.keyboard.insertText(list);
      await tabTo(page, "button[value=check]");
      await page.keyboard.press("Enter");
      await page.waitForSelector("button[value=take]");
      assert.equal(await page.locator("tr[data-row]").count(), 2, "one row in order, one given back");
      assert.deepEqual(await violations(page), []);
      const taken = [];
      for (let twice = 0; twice < 2; twice += 1) {
        if (twice === 1) {
          await tabTo(page, "button[value=check]");
          await page.keyboard.press("Enter");
          await page.waitForSelector("button[value=take]");
        }
        await tabTo(page, "button[value=take]");
        await page.keyboard.press("Enter");
        await page.waitForSelector("a[href$='/registration-form']");
        taken.push(await page.getAttribute("a[href$='/registration-form']", "href"));
      }
      assert.equal(taken[0], taken[1], "the same list twice has one effect");
      await tabTo(page, "a[href$='/registration-form']");
      await page.keyboard.press("Enter");
      await page.waitForURL(/registration-form$/);
      assert.match(await page.textContent("main"), /陈小荷/);
      assert.deepEqual(await violations(page), []);
      calm(page);
      await page.context().close();
    });
  }
}

// The stories of the office as people meet them in the pages. The demo has played them; here they are read, and where
// one is still open, it is carried on by keyboard alone.

import { it } from "node:test";
import assert from "node:assert/strict";
import { calm, languages, signIn, tab } from "./browser.js";

/** The case that the first line of this story that matches names. */
function caseOf(office, story, line) {
  const told = office.told.stories.find(({ number }) => number === story).lines.find((text) => line.test(text));
  return /case (\d+)/.exec(told)[1];
}

/** Presses Tab until this is focused, as somebody without a mouse does. */
async function tabTo(page, selector) {
  for (let presses = 0; presses < 120; presses += 1) {
    await page.keyboard.press("Tab");
    if (await page.evaluate((selector) => document.activeElement?.matches(selector), selector)) return;
  }
  assert.fail(`${selector} cannot be reached by Tab at ${page.url()}`);
}

/** Decides the step that waits for this role, by keyboard alone, starting from its desk. */
async function decide(page, office, login, number) {
  await signIn(page, office, login);
  await tabTo(page, `a[href='/${page.lang}/cases/${number}']`);
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => url.pathname === `/${page.lang}/cases/${number}`);
  await tabTo(page, "input[name=decision]");
  await page.keyboard.press("Space");
  await tabTo(page, "form[action$='/act'] button[type=submit]");
  await page.keyboard.press("Enter");
  await page.waitForLoadState("load");
  await page.waitForFunction(() => !document.querySelector("input[name=decision]"));
}

/**
 * Answers the pre-check's questions until it answers itself: then it only asks on which other day one might come. At
 * most seven questions.
 */
async function precheck(page, procedure, answers) {
  await page.goto(`/${page.lang}/precheck/${procedure}`);
  for (let question = 1; question <= 8; question += 1) {
    const form = page.locator("main form[method=get]").first();
    const field = form.locator("input:not([type=hidden]), select").first();
    const [name, type] = [await field.getAttribute("name"), await field.getAttribute("type")];
    if (name === "day") return;
    if (await field.evaluate((field) => field.tagName === "SELECT")) {
      await field.selectOption(answers[name]);
    } else if (type === "radio" || type === "checkbox") {
      const wanted = form.locator(`input[type=${type}][name='${name}'][value='${answers[name] ?? ""}']`);
      await ((await wanted.count()) > 0 ? wanted : field).check();
    } else {
      await field.fill(answers[name]);
    }
    await form.locator("button[type=submit]").click();
    await page.waitForLoadState("load");
  }
  assert.fail("more than seven questions");
}

export function tests(world) {
  it("plays all seven", () => {
    const played = world.office.told.stories.map(({ number, lines }) => [number, lines.length > 0]);
    assert.deepEqual(played, [1, 2, 3, 4, 5, 6, 7].map((number) => [number, true]));
  });

  for (const lang of languages) {
    it(`tells a newcomer before coming which days are open (${lang})`, async () => {
      const page = await tab(world.browser, world.office, { lang });
      await precheck(page, "certificate-new", {
        capacity: "guardian",
        "subject.birth": "2018-05-02",
        "subject.categories": "staff-child",
        "subject.insutypes": "390",
        "parent_unit.district": "330106",
      });
      const text = await page.locator("main").innerText();
      for (const day of lang === "zh" ? ["10月8日", "10月13日"] : ["8 Oct", "13 Oct"]) {
        assert.ok(text.replace(/\s/g, lang === "zh" ? "" : " ").includes(day), `${day} is not in: ${text}`);
      }
      calm(page);
      await page.context().close();
    });

    it(`explains a stay of 100,000 yuan to the fen (${lang})`, async () => {
      const page = await tab(world.browser, world.office, { lang });
      await signIn(page, world.office, "senior-reviewer");
      await page.goto(`/${lang}/settlements`);
      await page.locator("tr", { hasText: "84,944.00" }).locator("a[href*='/settlements/']").first().click();
      await page.waitForURL(/settlements\/\d+/);
      const text = await page.locator("main").innerText();
      for (const amount of ["100,000.00", "800.00", "32,144.00", "52,800.00", "15,056.00"]) {
        assert.ok(text.includes(amount), `${amount} is not told`);
      }
      assert.ok((await page.locator("main a[href*='/law/articles/']").count()) >= 3, "steps name their articles");
      calm(page);
      await page.context().close();
    });

    it(`shows each case of the stories to the office, with its papers and its clock (${lang})`, async () => {
      const page = await tab(world.browser, world.office, { lang });
      await signIn(page, world.office, "senior-reviewer");
      const cases = world.office.told.stories.flatMap(({ lines }) => lines.join(" ").match(/case \d+/g) ?? []);
      for (const number of new Set(cases.map((text) => text.slice(5)))) {
        const response = await page.goto(`/${lang}/cases/${number}`);
        assert.equal(response.status(), 200, `case ${number}`);
        assert.ok((await page.locator("main a[href*='/law/articles/']").count()) > 0, `case ${number} names no article`);
      }
      calm(page);
      await page.context().close();
    });
  }

  it("lets nobody take another's step by a hand-made request", async () => {
    const { browser, office } = world;
    const number = caseOf(office, 2, /case \d+/);
    const page = await tab(browser, office, { lang: "zh" });
    await signIn(page, office, "cashier");
    const answer = await page.request.post(`/zh/cases/${number}/act`, {
      form: { key: "0".repeat(64), step: "review", do: "step", decision: "approved" },
      headers: { origin: office.address, "sec-fetch-site": "same-origin" },
      maxRedirects: 0,
    });
    assert.ok(answer.status() >= 400 && answer.status() < 500, `${answer.status()}`);
    await page.context().close();
  });

  it("carries the newcomer's case on by keyboard alone, with four eyes, to a certificate", async () => {
    const { browser, office } = world;
    const number = caseOf(office, 2, /case \d+/);
    for (const login of ["reviewer", "senior-reviewer"]) {
      const page = await tab(browser, office, { lang: "en" });
      await page.goto("/en/");
      await signIn(page, office, login);
      const waits = await page.locator(`a[href='/en/cases/${number}']`).count();
      if (login === "reviewer") assert.ok(waits > 0, "the case waits for the reviewer");
      if (waits > 0) await decide(page, office, login, number);
      calm(page);
      await page.context().close();
    }
    const page = await tab(browser, office, { lang: "en" });
    await signIn(page, office, "senior-reviewer");
    await page.goto(`/en/cases/${number}`);
    assert.equal(await page.locator("input[name=decision]").count(), 0, "nothing is left to decide there");
    await page.context().close();
  });
}

// What everybody meets: the way in, the languages, the refusal to go where one may not, life without JavaScript.

import { it } from "node:test";
import assert from "node:assert/strict";
import { calm, languages, signIn, tab } from "./browser.js";
import { run } from "./office.js";

export function tests(world) {
  for (const lang of languages) {
    it(`signs in and out by keyboard alone (${lang})`, async () => {
      const page = await tab(world.browser, world.office, { lang });
      await signIn(page, world.office, "window-officer");
      assert.equal(new URL(page.url()).pathname, `/${lang}/home`);
      const out = page.locator("form[action$='/sign-out'] button").first();
      await out.focus();
      await page.keyboard.press("Enter");
      await page.waitForURL((url) => url.pathname === `/${lang}/`);
      await page.goto(`/${lang}/home`);
      assert.ok(page.url().includes("/sign-in"), "the desk is closed after signing out");
      calm(page);
      await page.context().close();
    });
  }

  it("works without JavaScript", async () => {
    const page = await tab(world.browser, world.office, { lang: "en", script: false });
    await signIn(page, world.office, "reviewer");
    assert.equal(new URL(page.url()).pathname, "/en/home");
    await page.context().close();
  });

  it("tells a wrong password from nothing else and keeps the name", async () => {
    const page = await tab(world.browser, world.office, { lang: "en" });
    await page.goto("/en/sign-in");
    await page.locator("input[name=login]").fill("cashier");
    await page.locator("input[name=password]").fill("not-the-password");
    await page.keyboard.press("Enter");
    await page.waitForSelector("[role=alert], .faults, .refusals");
    assert.equal(await page.locator("input[name=login]").inputValue(), "cashier");
    await page.context().close();
  });

  it("refuses a role what is not its own", async () => {
    const page = await tab(world.browser, world.office, { lang: "zh" });
    await signIn(page, world.office, "doctor");
    const response = await page.goto("/zh/people");
    assert.equal(response.status(), 403);
    await page.context().close();
  });

  it("lets whoever holds a paper check that nothing before it was changed", async () => {
    const officer = await tab(world.browser, world.office, { lang: "zh" });
    await signIn(officer, world.office, "window-officer");
    await officer.goto("/zh/cases/2/receipt");
    const printed = (await officer.locator(".witness p").first().innerText()).trim();
    assert.match(printed, /^见证 \d+ · ([0-9a-f]{4} ?){4}$/);
    calm(officer);
    await officer.context().close();
    const visitor = await tab(world.browser, world.office, { lang: "zh" });
    const told = async (paper) => {
      await visitor.goto("/zh/witness");
      await visitor.locator("textarea[name=paper]").fill(paper);
      await visitor.locator("main form button[type=submit]").click();
      return visitor.locator("main [role=status]").innerText();
    };
    assert.ok((await told(printed)).includes("没有改动"));
    const last = printed.endsWith("0") ? "1" : "0";
    assert.ok((await told(printed.slice(0, -1) + last)).includes("与当时不一致"));
    calm(visitor);
    await visitor.context().close();
  });

  it("goes from Chinese to English and stays on the page", async () => {
    const page = await tab(world.browser, world.office, { lang: "zh" });
    await page.goto("/zh/precheck");
    await page.locator("a[hreflang=en]").first().click();
    await page.waitForURL((url) => url.pathname === "/en/precheck");
    assert.equal(await page.locator("html").getAttribute("lang"), "en");
    calm(page);
    await page.context().close();
  });

  it("answers forms of any size and kind without an error of its own", async () => {
    const send = (body, type) =>
      fetch(`${world.office.address}/zh/sign-in`, {
        method: "POST",
        body,
        headers: { "content-type": type, "sec-fetch-site": "same-origin", origin: world.office.address },
        redirect: "manual",
      });
    const form = "application/x-www-form-urlencoded";
    const sent = [
      ["", form],
      ["login=%FF%FE&password=%00", form],
      ["login=" + "王".repeat(1_000) + "&password=x", form],
      ["x=1&".repeat(5_000), form],
      ["{}", "application/json"],
      ["--x\r\n\r\n", "multipart/form-data; boundary=x"],
    ];
    for (const [body, type] of sent) {
      const { status } = await send(body, type);
      assert.ok(status >= 300 && status < 500, `${status} for ${type} ${body.slice(0, 20)}`);
    }
  });

  it("continues the same office after a restart", async () => {
    const { office } = world;
    await assert.rejects(async () => run("demo", "--once", "--data", office.data), /another process/);
  });
}

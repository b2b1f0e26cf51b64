// One office, one browser, every test one after the other: node --test tests/browser

import { after, before, describe, it } from "node:test";
import assert from "node:assert/strict";
import { launch } from "./browser.js";
import { open } from "./office.js";
import { look, reachable } from "./every-page.js";

const world = {};
before(async () => {
  world.office = await open();
  world.browser = await launch();
});
after(async () => {
  await world.browser?.close();
  await world.office?.close();
});

describe("every page", { timeout: 900_000 }, () => {
  it("is reachable, readable and shown by nobody else's machine", async (t) => {
    const { browser, office } = world;
    const logins = [null, ...office.told.accounts.map((account) => account.login)];
    const done = new Set();
    for (const login of logins) {
      const { pages, dead } = await reachable(browser, office, login);
      await t.test(`${login ?? "visitor"}: no link leads nowhere`, () => assert.deepEqual(dead, []));
      for (const [kind, address] of pages) {
        // A page that looks the same for several roles is looked at once; a desk differs by role.
        const name = `${kind === "/home" ? login : "pages"}${kind}`;
        if (done.has(name)) continue;
        done.add(name);
        await t.test(`${login ?? "visitor"} ${address}`, () => look(browser, office, login, name, address));
      }
    }
    assert.ok(done.size > 2);
  });
});

// Every page that anybody can reach, looked at: cargo xtask test --only browser

import { after, before, describe, it } from "node:test";
import assert from "node:assert/strict";
import { launch } from "./browser.js";
import { look, reachable } from "./look.js";
import { open } from "./office.js";

const world = {};
before(async () => {
  world.office = await open();
  world.browser = await launch();
});
after(async () => {
  await world.browser?.close();
  await world.office?.close();
});

describe("every page", { timeout: 1_500_000 }, () => {
  it("is reachable, readable and shown by nobody else's machine", async (t) => {
    const { browser, office } = world;
    const done = new Set();
    for (const login of [null, ...office.told.accounts.map((account) => account.login)]) {
      const who = login ?? "visitor";
      const { pages, dead } = await reachable(browser, office, login);
      await t.test(`${who}: no link leads nowhere`, () => assert.deepEqual(dead, []));
      // A page that looks the same for several roles is looked at once; a desk differs by role.
      const fresh = new Map();
      for (const [kind, address] of pages) {
        const name = kind === "/home" ? `home/${who}` : `pages${kind === "/" ? "/front" : kind}`;
        if (!done.has(name)) fresh.set(name, address);
        done.add(name);
      }
      for (const [name, faults] of await look(browser, office, login, fresh)) {
        await t.test(`${who}: ${fresh.get(name)}`, () => assert.deepEqual([...faults], []));
      }
    }
    assert.ok(done.size > 10, `only ${done.size} pages were found`);
  });
});

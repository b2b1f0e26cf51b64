// One office, one browser, every test one after the other: cargo xtask test --only browser

import { after, before, describe, it } from "node:test";
import assert from "node:assert/strict";
import { launch } from "./browser.js";
import { open } from "./office.js";
import { look, reachable } from "./every-page.js";
import * as certificates from "./certificates.js";
import * as front from "./front.js";
import * as law from "./law.js";
import * as readme from "./readme.js";
import * as stories from "./stories.js";

const world = {};
before(async () => {
  world.office = await open();
  world.browser = await launch();
});
after(async () => {
  await world.browser?.close();
  await world.office?.close();
});

describe("the front", { timeout: 120_000 }, () => front.tests(world));

describe("the stories", { timeout: 300_000 }, () => stories.tests(world));

describe("certificates", { timeout: 180_000 }, () => certificates.tests(world));

describe("the law", { timeout: 180_000 }, () => law.tests(world));

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

describe("the readme", { timeout: 60_000 }, () => readme.tests(world));

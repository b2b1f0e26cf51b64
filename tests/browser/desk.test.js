// What people do at their desks and before they come, in one office: cargo xtask test --only browser

import { after, before, describe } from "node:test";
import { launch } from "./browser.js";
import { open } from "./office.js";
import { cast } from "./people.js";
import * as certificates from "./certificates.js";
import * as front from "./front.js";
import * as intake from "./intake.js";
import * as law from "./law.js";
import * as mishaps from "./mishaps.js";
import * as readme from "./readme.js";
import * as stories from "./stories.js";

const world = {};
before(async () => {
  world.office = await open({ meanwhile: async (data) => (world.cast = await cast(data)) });
  world.browser = await launch();
});
after(async () => {
  await world.browser?.close();
  await world.office?.close();
});

describe("the front", { timeout: 120_000 }, () => front.tests(world));

describe("what goes wrong", { timeout: 240_000 }, () => mishaps.tests(world));

describe("the stories", { timeout: 300_000 }, () => stories.tests(world));

describe("certificates", { timeout: 180_000 }, () => certificates.tests(world));

describe("the counter", { timeout: 180_000 }, () => intake.tests(world));

describe("the law", { timeout: 180_000 }, () => law.tests(world));

describe("the readme", { timeout: 60_000 }, () => readme.tests(world));

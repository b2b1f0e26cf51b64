// The README's picture is made here, from the office everybody gets. It is only replaced when asked to, since a
// picture changes with every font; otherwise it must be there.

import { it } from "node:test";
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { calm, signIn, tab } from "./browser.js";
import { root } from "./office.js";

const picture = "docs/picture/settlement.png";

export function tests(world) {
  it(`shows ${picture}`, async () => {
    const target = path.join(root, picture);
    const page = await tab(world.browser, world.office, { lang: "zh" });
    await signIn(page, world.office, "senior-reviewer");
    await page.goto("/zh/settlements");
    // The stay of the sixth story.
    await page.locator("tr", { hasText: "84,944.00" }).locator("a[href*='/settlements/']").first().click();
    await page.waitForURL(/settlements\/\d+/);
    calm(page);
    if (process.env.UPDATE_PICTURES === "1") {
      mkdirSync(path.dirname(target), { recursive: true });
      await page.screenshot({ path: target, animations: "disabled" });
    }
    await page.context().close();
    assert.ok(existsSync(target), `${picture} is missing: UPDATE_PICTURES=1 cargo xtask test --only browser`);
    assert.ok(readFileSync(path.join(root, "README.md"), "utf8").includes(picture), `README.md does not show ${picture}`);
  });
}

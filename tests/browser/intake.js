// How long the counter takes to take something in, counted in keys: at three keys a second a minute has 180. A reader
// types a card's number as a person does, so its characters count too. docs/pages.md names these figures.

import { it } from "node:test";
import assert from "node:assert/strict";
import { calm, languages, signIn, tab } from "./browser.js";
import { enter, fill, focused, go, press, type } from "./keyboard.js";

/** The most keys, and the most of them Tabs, that the two most frequent intakes may take. */
const MOST = { certificate: { keys: 26, tabs: 1 }, reimbursement: { keys: 87, tabs: 16 } };

/** Presses a key that sends a form. */
async function send(page, key) {
  await Promise.all([page.waitForNavigation(), press(page, key)]);
}

/** From the desk to the form of a matter, by its digit, then whose it is and who comes. */
async function open(page, procedure, citizen, down) {
  await go(page, "n");
  const digit = await page.getAttribute(`a[href$='/cases/new/${procedure}']`, "data-pick");
  assert.ok(digit, `${procedure} has no key of its own`);
  await send(page, digit);
  assert.equal((await focused(page)).name, "citizen", "the form begins at its first field");
  await type(page, citizen);
  await press(page, "Tab");
  for (let presses = 0; presses < down; presses += 1) await press(page, "ArrowDown");
  if (down === 0) await press(page, "Space");
  await enter(page);
}

function counted(page, what) {
  const { keys, tabs } = page.pressed;
  assert.ok(keys <= MOST[what].keys && tabs <= MOST[what].tabs, `${keys} keys, ${tabs} of them Tab`);
  return `${what}: ${keys} keys, ${tabs} of them Tab`;
}

export function tests(world) {
  for (const [place, lang] of languages.entries()) {
    it(`takes in a certificate in few keys (${lang})`, async (t) => {
      const page = await tab(world.browser, world.office, { lang });
      await signIn(page, world.office, "window-officer");
      page.pressed = { keys: 0, tabs: 0 };
      await open(page, "certificate-new", [world.cast.child, world.cast.sibling][place].citizen, 1);
      await press(page, "Space");
      await send(page, "Control+Enter");
      t.diagnostic(counted(page, "certificate"));
      assert.equal(await page.locator("#faults").count(), 0);
      assert.equal(await page.locator("form button[value=accept]").count(), 0, "it is with the reviewer");
      calm(page);
      await page.context().close();
    });

    it(`takes in a reimbursement in few keys (${lang})`, async (t) => {
      const page = await tab(world.browser, world.office, { lang });
      await signIn(page, world.office, "window-officer");
      const answers = {
        "claim.provider": "H33011000009",
        "claim.med_type": "11",
        "claim.begndate": "2026-09-28",
      };
      page.pressed = { keys: 0, tabs: 0 };
      await open(page, "reimburse-retired", [world.cast.cadre, world.cast.veteran][place].citizen, 0);
      assert.equal((await focused(page)).name, "claim.provider");
      await fill(page, "/act", answers, { until: "receipt.0.number" });
      await type(page, `7700${place}`);
      await press(page, "Tab");
      await type(page, "360");
      // Out of the receipts by Enter on their empty row, from line to line by Enter.
      await press(page, "Enter");
      await press(page, "Enter");
      for (const [item, price] of [["摄片", "100"], ["石膏固定", "260"]]) {
        await type(page, item);
        await press(page, "Tab");
        await type(page, price);
        await press(page, "Enter");
      }
      await press(page, "Enter");
      await fill(page, "/act", {}, { until: "all" });
      await press(page, "Space");
      await send(page, "Control+Enter");
      t.diagnostic(counted(page, "reimbursement"));
      assert.equal(await page.locator("#faults").count(), 0, await page.locator("main").innerText());
      assert.equal(await page.locator("form button[value=accept]").count(), 0, "it is with the reviewer");
      calm(page);
      await page.context().close();
    });
  }
}

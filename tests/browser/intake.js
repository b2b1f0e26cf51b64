// How long the counter takes to take something in, counted in keys: at three keys a second a minute has 180. A reader
// types a card's number as a person does, so its characters count too. docs/pages.md names these figures.

import { it } from "node:test";
import assert from "node:assert/strict";
import { calm, languages, signIn, tab } from "./browser.js";
import { day, enter, focused, go, press, select, type } from "./keyboard.js";

/** The most keys, and the most of them Tabs, that the two most frequent intakes may take. */
const MOST = { certificate: { keys: 26, tabs: 1 }, reimbursement: { keys: 69, tabs: 4 } };

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
      page.pressed = { keys: 0, tabs: 0 };
      await open(page, "reimburse-retired", [world.cast.cadre, world.cast.veteran][place].citizen, 0);
      assert.equal((await focused(page)).name, "claim.provider");
      // 白石演示骨伤医院 by its first letters; Enter goes on from field to field, and a day is one of them.
      await type(page, "bs");
      await press(page, "Enter");
      assert.equal(await page.inputValue("input[name='claim.provider']"), "H33011000009");
      assert.equal(await page.innerText("output[for=f-claim-provider]"), "白石演示骨伤医院");
      await select(page, await focused(page), "11");
      await press(page, "Enter");
      await day(page, "2026-09-28");
      await press(page, "Enter");
      await press(page, "Enter");
      assert.equal((await focused(page)).name, "receipt.0.number");
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
      assert.ok((await focused(page)).all, "the papers follow the list");
      await press(page, "Space");
      await send(page, "Control+Enter");
      t.diagnostic(counted(page, "reimbursement"));
      assert.equal(await page.locator("#faults").count(), 0, await page.locator("main").innerText());
      assert.equal(await page.locator("form button[value=accept]").count(), 0, "it is with the reviewer");
      calm(page);
      await page.context().close();
    });

    it(`takes a list copied from a spreadsheet, and says what is wrong with each line (${lang})`, async () => {
      const page = await tab(world.browser, world.office, { lang });
      await signIn(page, world.office, "window-officer");
      await page.goto(`/${lang}/cases/new/reimburse-elsewhere`);
      await page.fill("[name=citizen]", [world.cast.patient, world.cast.second][place].citizen);
      await page.check("[name=capacity][value=self]");
      await Promise.all([page.waitForNavigation(), page.click("form[action$='/reimburse-elsewhere'] button")]);
      const fields = { provider: "H31010400011", begndate: "2026-09-29", enddate: "2026-09-30" };
      for (const [name, value] of Object.entries(fields)) await page.fill(`[name='claim.${name}']`, value);
      await page.selectOption("[name='claim.med_type']", "21");
      await page.fill("[name='receipt.0.number']", `7800${place}`);
      await page.fill("[name='receipt.0.amount']", "375.00");
      await page.focus("[name='line.0.name']");
      const paste = (list) =>
        page.evaluate((list) => {
          const clipboardData = new DataTransfer();
          clipboardData.setData("text/plain", list);
          document.activeElement.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
        }, list);
      await paste("项目名称\t单价\t数量\t金额\n摄片\t100\t1\t100.00\n石膏\t一百三\t2\t260.00\n绷带\t5\t3\t16.00\n");
      assert.equal((await focused(page)).name, "lines.list", "the list is seen before it is sent");
      await Promise.all([page.waitForNavigation(), page.click("button[value=save]")]);
      const faults = await page.locator("#faults li").allInnerTexts();
      assert.equal(faults.length, 2, faults.join("; "));
      assert.ok(faults[0].includes("3") && faults[1].includes("4"), "each names its line");
      const kept = await page.inputValue("[name='lines.list']");
      await page.fill("[name='lines.list']", kept.replace("一百三", "130").replace("16.00", "15.00"));
      await Promise.all([page.waitForNavigation(), page.click("button[value=save]")]);
      assert.equal(await page.locator("#faults").count(), 0, await page.locator("main").innerText());
      assert.equal(await page.inputValue("[name='line.1.price']"), "130.00");
      calm(page);
      await page.context().close();
    });
  }
}

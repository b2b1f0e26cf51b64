// A person at the keyboard: gets about by Tab, by the keys of the pages and by nothing else, fills forms from what the
// page itself asks, and counts what was pressed.

import assert from "node:assert/strict";

/** Presses of Tab after which somebody gives up. */
const PATIENCE = 250;

/** Presses one key and counts it; Tabs are counted apart. */
export async function press(page, key) {
  page.pressed ??= { keys: 0, tabs: 0 };
  page.pressed.keys += 1;
  if (key === "Tab") page.pressed.tabs += 1;
  await page.keyboard.press(key);
}

/** Types these characters, each a key. */
export async function type(page, words) {
  page.pressed ??= { keys: 0, tabs: 0 };
  page.pressed.keys += [...words].length;
  // Characters that no key bears are put in as an input method does.
  if (/^[\x20-\x7e]*$/.test(words)) await page.keyboard.type(words);
  else await page.keyboard.insertText(words);
}

/** What the focus is on. */
export function focused(page) {
  return page.evaluate(() => {
    const at = document.activeElement;
    const form = at.closest("form");
    return {
      tag: at.tagName,
      type: at.getAttribute("type") ?? "",
      name: at.getAttribute("name") ?? "",
      id: at.id,
      href: at.getAttribute("href") ?? "",
      value: at.value ?? "",
      checked: at.checked === true,
      required: at.required === true,
      all: at.dataset.all !== undefined,
      action: form?.getAttribute("action") ?? "",
      // Several buttons can send one form, each with a wish of its own.
      sends: at.tagName === "BUTTON" && at.type === "submit",
    };
  });
}

/** Presses Tab until this is focused. */
export async function tabTo(page, selector) {
  for (let presses = 0; presses < PATIENCE; presses += 1) {
    if (await page.evaluate((selector) => document.activeElement?.matches(selector) ?? false, selector)) return;
    await press(page, "Tab");
  }
  assert.fail(`${selector} cannot be reached by Tab at ${page.url()}`);
}

/** Presses Enter and waits for the page that comes of it. */
export async function enter(page) {
  const from = page.url();
  const came = page.waitForNavigation({ timeout: 10_000 }).catch(() => null);
  await press(page, "Enter");
  if ((await came) !== null) return;
  const open = await page.locator(":invalid:not(form):not(fieldset)").evaluateAll((all) => all.map((one) => one.name));
  assert.fail(`nothing comes of Enter at ${from}; the browser wants ${open}`);
}

/** Goes to a page of the side navigation by its two keys. */
export async function go(page, letter) {
  // Out of a field first: letters typed there are letters.
  if (["INPUT", "SELECT", "TEXTAREA"].includes((await focused(page)).tag)) await press(page, "Escape");
  await press(page, "g");
  await Promise.all([page.waitForNavigation(), press(page, letter)]);
}

/** Opens the row of a list that leads to this address: down the rows, then Enter. */
export async function openRow(page, href) {
  for (let row = 0; row < PATIENCE; row += 1) {
    // After the last row the list goes on on its next page, where there is one.
    const last = await page.evaluate(() => {
      const row = document.activeElement?.closest("tr[data-row]");
      const list = row?.closest("div.scroll");
      return Boolean(row && !row.nextElementSibling && list.nextElementSibling?.querySelector("a[rel=next]"));
    });
    if (last) await Promise.all([page.waitForNavigation(), press(page, "j")]);
    else await press(page, "j");
    if ((await focused(page)).href === href) return enter(page);
  }
  assert.fail(`no key leads to ${href} at ${page.url()}`);
}

/**
 * How this machine writes a day into a field for days: its parts come in the order of the machine's language. Found out
 * by typing one.
 */
async function orderOfDays(page) {
  if (page.order) return page.order;
  const scratch = await page.context().newPage();
  for (const order of ["mdy", "dmy", "ymd"]) {
    await scratch.setContent("<input type=date min=1900-01-01 max=2399-12-31 autofocus>");
    await scratch.locator("input").focus();
    await scratch.keyboard.type(digits("2026-10-31", order));
    if ((await scratch.inputValue("input")) === "2026-10-31") page.order = order;
    if (page.order) break;
  }
  await scratch.close();
  assert.ok(page.order, "days cannot be typed");
  return page.order;
}

/** Types a day into the field for days that is focused. */
export async function day(page, wanted) {
  await type(page, digits(wanted, await orderOfDays(page)));
}

function digits(day, order) {
  const [y, m, d] = day.split("-");
  return [...order].map((part) => ({ y, m, d })[part]).join("");
}

/**
 * Fills the form with this action, from the first of its fields to its button, from what the page asks: `answers` by the
 * field's name. A field that must be answered and has no answer is told, so that no form is filled by luck. Boxes of
 * papers are ticked, unless `missing` names them. `wish` chooses among several buttons; `until` stops at a field instead
 * (`all`: at the box for all papers).
 */
export async function fill(page, action, answers = {}, { wish = null, missing = [], until = null } = {}) {
  const order = await orderOfDays(page);
  const done = new Set();
  for (let presses = 0; presses < PATIENCE; presses += 1) {
    const at = await focused(page);
    if (at.action.endsWith(action)) {
      if (until !== null && (at.name === until || (until === "all" && at.all))) return;
      if (at.sends && (wish === null || at.value === wish)) return enter(page);
      if (at.name && !done.has(at.name)) await answer(page, at, answers[at.name], missing, order);
      done.add(at.name);
    }
    await press(page, "Tab");
  }
  assert.fail(`the form ${action} has no button that is reached by Tab at ${page.url()}`);
}

async function answer(page, at, wanted, missing, order) {
  const boxes = at.type === "checkbox" || at.type === "radio";
  if (at.type === "checkbox" && at.name.startsWith("paper.")) {
    const [, paper] = at.name.split(".");
    const seen = wanted ?? !missing.some((one) => one === paper || `paper.${one}` === at.name);
    if (seen !== at.checked) await press(page, "Space");
    return;
  }
  if (wanted === undefined) {
    const open = at.required && (boxes ? !(await chosen(page, at.name)) : at.value === "");
    assert.ok(!open, `nobody says what to answer to ${at.name} at ${page.url()}`);
    return;
  }
  if (at.type === "radio") await choose(page, at.name, wanted);
  else if (at.type === "checkbox") await tick(page, at, [wanted].flat());
  else if (at.tag === "SELECT") await select(page, at, wanted);
  else if (at.type === "date") {
    if (at.value !== wanted) await type(page, digits(wanted, order));
  } else if (at.value !== wanted) {
    if (at.value !== "") await press(page, "Control+a");
    await type(page, wanted);
  }
}

function chosen(page, name) {
  return page.evaluate((name) => document.querySelector(`[name='${CSS.escape(name)}']:checked`) !== null, name);
}

/** One of a group: the arrows go through it. */
async function choose(page, name, wanted) {
  for (let presses = 0; presses < 30; presses += 1) {
    const at = await focused(page);
    assert.equal(at.name, name, `${wanted} is no choice of ${name} at ${page.url()}`);
    if (at.value === wanted) {
      if (!at.checked) await press(page, "Space");
      return;
    }
    await press(page, "ArrowDown");
  }
  assert.fail(`${wanted} is no choice of ${name} at ${page.url()}`);
}

/** Several of a group: each box is a stop of Tab. */
async function tick(page, first, wanted) {
  for (let at = first; at.name === first.name; at = await focused(page)) {
    if (wanted.includes(at.value) !== at.checked) await press(page, "Space");
    const last = await page.evaluate(
      ([name, value]) => [...document.querySelectorAll(`[name='${CSS.escape(name)}']`)].at(-1).value === value,
      [at.name, at.value],
    );
    if (last) return;
    await press(page, "Tab");
  }
}

export async function select(page, at, wanted) {
  for (let presses = 0; presses < 40; presses += 1) {
    if ((await focused(page)).value === wanted) return;
    await press(page, "ArrowDown");
  }
  assert.fail(`${wanted} is no choice of ${at.name} at ${page.url()}`);
}

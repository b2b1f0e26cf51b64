// Every procedure of the packs walked by the people who do it, each at their own desk, by keyboard alone: opened,
// handed in, taken in, decided, to its end. What is walked stands in procedures.js; this knows none of it. A procedure
// of the packs that nobody walks fails here.

import { after, before, describe, it } from "node:test";
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { calm, launch, picture, signIn, tab } from "./browser.js";
import { enter, fill, focused, go, openRow, press, tabTo, type } from "./keyboard.js";
import { root, run, serve } from "./office.js";
import { cast } from "./people.js";
import { paths } from "./procedures.js";

/** The procedures of the packs that the demo's office works under, each with its outcomes by id. */
export function procedures() {
  const found = new Map();
  for (const pack of ["national", "hangzhou"]) {
    const folder = path.join(root, "packs", pack, "procedures");
    for (const file of readdirSync(folder).filter((file) => file.endsWith(".toml"))) {
      const text = readFileSync(path.join(folder, file), "utf8");
      const outcomes = [...text.matchAll(/\[\[outcome\]\]\nid = "(.+)"\nname = \{ zh = "(.+)", en = "(.+)" \}/g)];
      const intake = /\[intake\]\nrole = "(.+)"/.exec(text)[1];
      found.set(/^id = "(.+)"$/m.exec(text)[1], {
        intake,
        ends: new Map(outcomes.map(([, id, zh, en]) => [id, { zh, en }])),
      });
    }
  }
  return found;
}

/** Walks everything in one language, in an office of its own. */
export function walk(lang) {
  const known = procedures();
  const world = { lang, known, tabs: new Map(), cases: new Map(), at: new Map() };
  const days = [...new Set([0, ...paths.flatMap(({ then }) => then.filter(Number.isInteger))])].sort((a, b) => a - b);

  before(async () => {
    world.data = mkdtempSync(path.join(tmpdir(), `banli-walks-${lang}-`));
    run("demo", "--once", "--json", "--data", world.data);
    world.cast = await cast(world.data);
    world.browser = await launch();
  });
  after(async () => {
    await world.browser?.close();
    await world.office?.stop();
    rmSync(world.data, { recursive: true, force: true });
  });

  it("leaves no procedure of the packs out", () => {
    const walked = new Set(paths.map(({ procedure }) => procedure));
    assert.deepEqual([...known.keys()].filter((id) => !walked.has(id)), []);
    assert.deepEqual([...walked].filter((id) => !known.has(id)), []);
  });

  for (const [index, day] of days.entries()) {
    describe(`day ${day}`, () => {
      before(async () => {
        await world.office?.stop();
        const passed = day - (days[index - 1] ?? 0);
        world.office = { data: world.data, ...(await serve(world.data, "--forward", `${passed}`)) };
        world.tabs = new Map();
      });
      after(async () => {
        for (const page of world.tabs.values()) {
          calm(page);
          await page.context().close();
        }
      });
      for (const one of paths) {
        const parts = split(one.then);
        const part = parts.findIndex((part) => part.day === day);
        if (part === -1) continue;
        const ends = part === parts.length - 1 ? one.ends : null;
        it(`${one.procedure}, ${one.name ?? "to the good end"}${part > 0 ? ", goes on" : ""}`, async () => {
          try {
            if (part === 0 && one.before) await prepare(world, one.before);
            if (part === 0) await open(world, one);
            for (const step of parts[part].steps) await take(world, one, step);
            if (ends) await ended(world, one);
          } catch (fault) {
            // What everybody had before them, to be looked at.
            for (const [login, page] of world.tabs) await picture(page, `walks/${lang}-${one.procedure}-${login}`);
            throw fault;
          }
        });
      }
    });
  }
}

/** A path's steps by the day on which they are taken: a number among them is the day from which the next are. */
function split(then) {
  const parts = [{ day: 0, steps: [] }];
  for (const step of then) {
    if (!Number.isInteger(step)) parts.at(-1).steps.push(step);
    else if (parts.length === 1 && parts[0].steps.length === 0) parts[0].day = step;
    else parts.push({ day: step, steps: [] });
  }
  return parts;
}

/** The page of somebody who signed in once today. */
async function at(world, login) {
  if (!world.tabs.has(login)) {
    const page = await tab(world.browser, world.office, { lang: world.lang });
    await signIn(page, world.office, login);
    world.tabs.set(login, page);
  }
  return world.tabs.get(login);
}

function answersOf(world, one, step = {}) {
  const answers = { ...one.answers, ...step.answers };
  const of = (value) => (typeof value === "function" ? value(world.cast) : value);
  return Object.fromEntries(Object.entries(answers).map(([name, value]) => [name, of(value)]));
}

/**
 * What somebody else does before, sent as the pages' own forms are and not walked: `before` of a path, as login, page
 * (or how it follows from the numbers of the cases so far) and fields.
 */
async function prepare(world, { by, path, fields }) {
  const page = await at(world, by);
  const form = answersOf(world, {}, { answers: fields });
  const key = randomBytes(32).toString("hex");
  const headers = { origin: world.office.address, "sec-fetch-site": "same-origin" };
  const address = typeof path === "function" ? path(world.cases) : path;
  const answer = await page.request.post(`/${world.lang}${address}`, { form: { key, ...form }, headers });
  assert.equal(answer.status(), 200, await answer.text());
}

/** Somebody applies: from the list of matters, or from the page of the case it is about. */
async function open(world, one) {
  if (one.again) {
    world.at.set(one, world.cases.get(one.again));
    return;
  }
  const page = await at(world, one.by);
  const form = `/cases/new/${one.procedure}`;
  if (one.about) {
    await find(page, world.cases.get(one.about));
    await tabTo(page, `a[href$='${form}?about=${world.cases.get(one.about)}']`);
  } else {
    await go(page, "n");
    await tabTo(page, `a[href$='${form}']`);
  }
  await enter(page);
  const answers = answersOf(world, one);
  if (one.person) answers.citizen = world.cast[one.person].citizen;
  await fill(page, form, answers);
  const number = /\/cases\/(\d+)$/.exec(new URL(page.url()).pathname)?.[1];
  assert.ok(number, `not opened: ${await complaint(page)}`);
  world.cases.set(one.name ? `${one.procedure}, ${one.name}` : one.procedure, number);
  world.at.set(one, number);
  // Who is not of the counter hands the papers in; the counter takes them in.
  const intake = world.known.get(one.procedure).intake;
  if (one.by === intake) return;
  if ((await page.locator("form[action$='/act'] button[value=save]").count()) === 0) return;
  await fill(page, `/cases/${number}/act`, answers, { wish: "save", missing: one.missing });
  assert.equal(await page.locator("#faults").count(), 0, await complaint(page));
}

/** A step by whose turn it is: at their desk the case waits; they open it, answer what it asks, and it goes on. */
async function take(world, one, step) {
  const { who, wish = null, missing = one.missing ?? [], refused } = typeof step === "string" ? { who: step } : step;
  const page = await at(world, who);
  const number = world.at.get(one);
  const address = `/${world.lang}/cases/${number}`;
  if (new URL(page.url()).pathname !== address) {
    await go(page, "d");
    await openRow(page, address);
  } else await page.reload();
  const form = page.locator("form[action$='/act'] button[type=submit]");
  assert.ok((await form.count()) > 0, `${who} has nothing to do at case ${number}`);
  const accepts = (await page.locator("form[action$='/act'] button[value=accept]").count()) > 0;
  const key = await page.locator("form[action$='/act'] input[name=key]").first().getAttribute("value");
  const answers = { decision: "approved", ...answersOf(world, one, typeof step === "string" ? {} : step) };
  await fill(page, `/cases/${number}/act`, answers, { wish: wish ?? (accepts ? "accept" : null), missing });
  if (refused) {
    const codes = await page.locator("#faults li[data-code]").evaluateAll((all) => all.map((li) => li.dataset.code));
    assert.deepEqual(codes, refused, await complaint(page));
    return;
  }
  assert.equal(await page.locator("#faults").count(), 0, `${who} at case ${number}: ${await complaint(page)}`);
  assert.equal(await page.locator(`input[name=key][value='${key}']`).count(), 0, "the form is sent");
}

/** The case has ended as it should, and says so to whoever began it. */
async function ended(world, one) {
  const page = await at(world, one.by);
  await page.goto(`/${world.lang}/cases/${world.at.get(one)}`);
  const name = world.known.get(one.procedure).ends.get(one.ends)[world.lang];
  const answer = page.locator("#act .answer .lead").first();
  assert.ok((await answer.count()) > 0, "the case says how it ended");
  assert.equal(await answer.innerText(), name);
}

/** Opens a case by its number, from the search that every page has. */
async function find(page, number) {
  if (["INPUT", "SELECT", "TEXTAREA"].includes((await focused(page)).tag)) await press(page, "Escape");
  await press(page, "/");
  assert.equal((await focused(page)).id, "find");
  await type(page, `C-${number}`);
  await enter(page);
}

/** What the page says is wrong, for the message of a test. */
async function complaint(page) {
  const faults = page.locator("#faults");
  return (await faults.count()) > 0 ? faults.innerText() : `nothing is said at ${page.url()}`;
}

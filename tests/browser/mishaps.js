// What goes wrong on an ordinary day: lists with faulty rows, pictures that are none, a button pressed twice, the way
// back, two at one case, a request made by hand. Each gets a clear answer, nothing is lost, nothing happens twice.

import { it } from "node:test";
import assert from "node:assert/strict";
import { calm, signIn, tab, violations } from "./browser.js";

/** A page on which somebody has signed in. */
async function at(world, login, options = {}) {
  const page = await tab(world.browser, world.office, options);
  await signIn(page, world.office, login);
  return page;
}

const CHOSEN = "梅兰竹菊松柏杨柳桃李";

/** A new account, opened by the operator and taken over by its owner: the page they are then on. */
async function account(world, login, role, organisation = "") {
  const operator = await at(world, "operator");
  await operator.goto("/zh/accounts");
  await operator.locator("details", { has: operator.locator("input[name=login]") }).locator("summary").click();
  await operator.locator("input[name=login]").fill(login);
  await operator.locator("input[name=name]").fill("周同");
  await operator.locator("select[name=role]").selectOption(role);
  await operator.locator("input[name=organisation]").fill(organisation);
  await operator.locator("button[value=open]").click();
  const once = await operator.locator("[role=status] pre").innerText();
  calm(operator);
  await operator.context().close();
  const page = await tab(world.browser, world.office);
  await page.goto("/zh/sign-in");
  await page.locator("input[name=login]").fill(login);
  await page.locator("input[name=password]").fill(once);
  await page.locator("main button[type=submit]").click();
  await page.waitForURL(/\/password$/);
  for (const [name, value] of [["old", once], ["new", CHOSEN], ["again", CHOSEN]]) {
    await page.locator(`input[name=${name}]`).fill(value);
  }
  await page.locator("main button[type=submit]").click();
  await page.waitForURL(/\/home$/);
  return page;
}

/** The number of the case whose page this is. */
const number = (page) => /\/cases\/(\d+)$/.exec(new URL(page.url()).pathname)?.[1];

/** An application for this person, filled in and not yet sent: its button. */
async function application(page, procedure, { citizen }, capacity) {
  await page.goto(`/${page.lang}/cases/new/${procedure}`);
  await page.locator("input[name=citizen]").fill(citizen);
  await page.locator(`input[name=capacity][value=${capacity}]`).check();
  return page.locator(`form[action$='/cases/new/${procedure}'] button[type=submit]`);
}

/** The cases of one person, as their page lists them to the office. */
async function casesOf(world, citizen) {
  const page = await at(world, "reviewer");
  await page.goto(`/zh/search?q=${citizen}`);
  const hrefs = await page.locator("tr[data-row] a[href*='/cases/']").evaluateAll((all) => all.map((link) => link.getAttribute("href")));
  await page.context().close();
  return [...new Set(hrefs)];
}

export function tests(world) {
  it("gives a unit's list back row by row, and takes none of a file that is no list", async () => {
    const page = await at(world, "liaison");
    await page.goto("/zh/unit/batch");
    const procedures = page.locator("input[name=procedure]");
    if ((await procedures.count()) > 0) await procedures.first().check();
    const rows = ["陈小荷,110101202311012176,某路1号,离休干部,,荣誉证", "王五,1,某路2号,没有这类,,证明", ",110101202311012176,某路3号,离休干部,,证明"];
    const file = (name, buffer) => page.setInputFiles("input[name=file]", { name, mimeType: "text/csv", buffer });
    await file("名单.csv", Buffer.from(rows.join("\r\n")));
    await page.locator("button[value=check]").click();
    await page.waitForSelector("button[value=take]");
    assert.match(await page.locator("button[value=take]").innerText(), /1 人/, "one of three is in order");
    const given = await page.locator("tr[data-row]", { has: page.locator("li") }).allInnerTexts();
    assert.equal(given.length, 2, "two rows come back");
    assert.match(given[0], /身份证号：不是有效的身份证号[^]*类别：没有这个类别/, "each fault of the second row");
    assert.match(given[1], /姓名：没有填写/, "the third row lacks the name");
    assert.deepEqual(await violations(page), []);
    await file("名单.csv", Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 1]));
    await page.locator("button[value=check]").click();
    await page.waitForSelector("#f-file-fault");
    assert.match(await page.locator("#f-file-fault").innerText(), /不是 CSV 文本/);
    assert.equal(await page.locator("button[value=take]").count(), 0, "nothing of it can be taken");
    calm(page);
    await page.context().close();
  });

  it("keeps the good photo of a first form, and says of each other file what is wrong with it", async () => {
    const picture = { name: "病历.png", mimeType: "image/png", buffer: null };
    const liar = { name: "发票.pdf", mimeType: "application/pdf", buffer: Buffer.from("<html><script>alert(1)</script>") };
    const large = { name: "清单.jpg", mimeType: "image/jpeg", buffer: Buffer.alloc(10 * 1024 * 1024 + 1, 0xff) };
    // With scripts a file that is too large is told before it is sent.
    const page = await at(world, "insured-person");
    await page.goto("/zh/cases/new/reimburse-elsewhere");
    await page.locator("input[type=file]").first().setInputFiles(large);
    assert.match(await page.locator("p.fault.here").innerText(), /超过 10 MB/);
    assert.equal(await page.locator("input[type=file]").first().inputValue(), "", "it is not sent");
    picture.buffer = await page.screenshot();
    calm(page);
    await page.context().close();
    // Without them the server says it.
    const plain = await at(world, "insured-person", { script: false });
    await plain.goto("/zh/cases/new/reimburse-elsewhere");
    const inputs = plain.locator("input[type=file]");
    for (const [place, file] of [picture, liar, large].entries()) await inputs.nth(place).setInputFiles(file);
    const names = await inputs.evaluateAll((all) => all.map((one) => one.name));
    await plain.locator("input[name=capacity][value=self]").check();
    await plain.locator("form[enctype] button[type=submit]").first().click();
    const faults = await plain.locator("#faults").innerText();
    assert.match(faults, /“发票.pdf”的内容与扩展名不符/);
    assert.match(faults, /“清单.jpg”超过 10 MB/);
    assert.ok(!faults.includes("病历.png"), "nothing is said against the good one");
    // Each is told beside its own field too, and the good one is kept with the case.
    for (const name of names.slice(1, 3)) assert.equal(await plain.locator(`[id='f-${name.replace(".", "-")}-fault']`).count(), 1);
    assert.ok((await plain.locator("ul.scans", { hasText: "病历.png" }).count()) > 0, "the good one is kept");
    assert.equal(await plain.locator("ul.scans", { hasText: "发票.pdf" }).count(), 0);
    await plain.context().close();
  });

  it("lets an applicant who is refused find the decision without signing in and appeal from that page", async () => {
    const { second } = world.cast;
    const own = await account(world, "second", "insured-person", second.citizen);
    await own.goto("/zh/cases/new/filing-long-term");
    await own.locator("input[name=capacity][value=self]").check();
    await own.locator("form[enctype] button[type=submit]").first().click();
    await own.waitForURL(/\/cases\/\d+$/);
    const refused = number(own);
    calm(own);
    await own.context().close();
    const officer = await at(world, "window-officer");
    await officer.goto(`/zh/cases/${refused}`);
    await officer.locator("form[action$='/act'] button[value=decline]").click();
    await officer.waitForSelector("#act .answer.no");
    await officer.context().close();

    const visitor = await tab(world.browser, world.office);
    await visitor.goto("/zh/status");
    await visitor.locator("input[name=case]").fill(`C-${refused}`);
    await visitor.locator("input[name=last]").fill(second.citizen.slice(-6));
    await visitor.locator("main form button[type=submit]").click();
    await visitor.locator("a[href*='/cases/new/appeal?about=']").click();
    await visitor.waitForURL(/\/sign-in/);
    await visitor.locator("input[name=login]").fill("second");
    await visitor.locator("input[name=password]").fill(CHOSEN);
    await visitor.locator("main button[type=submit]").click();
    await visitor.waitForURL((url) => url.pathname.endsWith("/cases/new/appeal"));
    assert.ok((await visitor.locator("main").innerText()).includes(`C-${refused}`), "the appeal names the decision");
    await visitor.locator("textarea[name]").first().fill("材料已经齐全，请重新审核。");
    await visitor.locator("form[action$='/cases/new/appeal'] button[type=submit]").click();
    await visitor.waitForURL(/\/cases\/\d+$/);
    assert.notEqual(number(visitor), refused);
    calm(visitor);
    await visitor.context().close();
  });

  it("opens one case however often the button is pressed, and after going back", async () => {
    const { pupil } = world.cast;
    const before = await casesOf(world, pupil.citizen);
    const page = await at(world, "window-officer");
    const button = await application(page, "certificate-new", pupil, "guardian");
    // Both presses before the page can go anywhere, so that no machine is too slow or too fast for them.
    await button.evaluate((button) => [button.click(), button.click()]);
    await page.waitForURL(/\/cases\/\d+$/);
    const opened = number(page);
    // Back to the form that was sent, and again: it names the case that is there and opens none.
    await page.goBack();
    await page.waitForURL(/\/cases\/new\//);
    await (await application(page, "certificate-new", pupil, "guardian")).click();
    await page.waitForSelector("#faults");
    assert.match(await page.locator("#faults").innerText(), new RegExp(`C-${opened} 还在受理中`));
    await page.locator("#faults a").click();
    await page.waitForURL((url) => url.pathname === `/zh/cases/${opened}`);
    calm(page);
    await page.context().close();
    const after = await casesOf(world, pupil.citizen);
    assert.deepEqual(after.filter((href) => !before.includes(href)).map((href) => href.split("/").at(-1)), [opened]);

    // Without scripts nobody holds the second press back but the server.
    const plain = await at(world, "window-officer", { script: false });
    await plain.goto(`/zh/cases/${opened}`);
    const [key, version] = await Promise.all(
      ["key", "version"].map((name) => plain.locator(`form[action$='/act'] input[name=${name}]`).first().getAttribute("value")),
    );
    const send = () => plain.request.post(`/zh/cases/${opened}/act`, {
      form: { key, version, do: "ask" },
      headers: { origin: world.office.address, "sec-fetch-site": "same-origin" },
      maxRedirects: 0,
    });
    const [first, second] = [await send(), await send()];
    assert.deepEqual([first.status(), second.status()], [303, 303], "the second is answered as the first");
    await plain.goto(`/zh/cases/${opened}`);
    const asked = await plain.locator("#story ~ *, details:has(#story) li").allInnerTexts();
    assert.equal(asked.filter((moment) => moment.includes("一次告知")).length, 1, asked.join("\n"));
    await plain.context().close();
  });

  it("tells the second of two officers at one case what the first did, and does nothing", async () => {
    const second = await account(world, "second-officer", "window-officer");
    const first = await at(world, "window-officer");
    await (await application(first, "filing-long-term", world.cast.traveller, "self")).click();
    await first.waitForURL(/\/cases\/\d+$/);
    const opened = number(first);
    await second.goto(`/zh/cases/${opened}`);
    const boxes = second.locator("form[action$='/act'] ul.tasks input[type=checkbox]");
    await boxes.first().check();
    const ticked = await boxes.first().getAttribute("name");
    await first.locator("form[action$='/act'] button[value=ask]").click();
    await first.waitForSelector("#act .answer.no");
    await second.locator("form[action$='/act'] button[value=accept]").click();
    await second.waitForSelector("#faults");
    assert.match(await second.locator("#faults").innerText(), /别人处理过这个办件[^]*一次告知/, "what happened meanwhile is told");
    assert.ok(await second.locator(`input[name='${ticked}']`).isChecked(), "what was ticked is kept");
    assert.deepEqual(await violations(second), []);
    await first.reload();
    assert.ok(!(await first.locator("details:has(#story)").innerText()).includes("已受理"), "it is not accepted");
    for (const page of [first, second]) {
      calm(page);
      await page.context().close();
    }
  });

  it("answers a hand-made request of another role with a page that says no, and nothing has changed", async () => {
    const { office } = world;
    const story = office.told.stories.find(({ number }) => number === 2);
    const waiting = /case (\d+)/.exec(story.lines.join(" "))[1];
    const watcher = await at(world, "senior-reviewer");
    const seen = async () => {
      await watcher.goto(`/zh/cases/${waiting}`);
      return watcher.locator("details:has(#story)").innerText();
    };
    const before = await seen();
    const wishes = [
      { do: "step", step: "review", decision: "approved" },
      { do: "accept" },
      { do: "pay", step: "review", decision: "approved", payee: "某人", method: "transfer" },
      { do: "withdraw" },
    ];
    for (const login of ["cashier", "doctor", "insured-person", "provider-system"]) {
      const page = await at(world, login, { lang: "zh" });
      for (const [place, wish] of wishes.entries()) {
        const answer = await page.request.post(`/zh/cases/${waiting}/act`, {
          form: { key: `${place}`.repeat(64), ...wish },
          headers: { origin: office.address, "sec-fetch-site": "same-origin" },
          maxRedirects: 0,
        });
        assert.ok([403, 404, 422].includes(answer.status()), `${login} ${wish.do}: ${answer.status()}`);
        assert.match(await answer.text(), /<h1[^>]*>.+<\/h1>/, "a page of the office, and no bare error");
      }
      await page.context().close();
    }
    assert.equal(await seen(), before, "the case is as it was");
    await watcher.context().close();
  });
}

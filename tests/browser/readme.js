// The README's picture is made here, from the office everybody gets. It is only replaced when asked to, since a
// picture changes with every font; otherwise it must be there.

import { it } from "node:test";
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { calm, signIn, tab } from "./browser.js";
import { root } from "./office.js";

const pictures = [{ file: "docs/picture/desk.png", login: "window-officer", address: "/zh/home" }];

export function tests(world) {
  for (const { file, login, address } of pictures) {
    it(`shows ${file}`, async () => {
      const target = path.join(root, file);
      const page = await tab(world.browser, world.office, { lang: "zh" });
      await signIn(page, world.office, login);
      await page.goto(address);
      calm(page);
      if (process.env.UPDATE_PICTURES === "1") {
        mkdirSync(path.dirname(target), { recursive: true });
        await page.screenshot({ path: target, animations: "disabled" });
      }
      await page.context().close();
      assert.ok(existsSync(target), `${file} is missing: UPDATE_PICTURES=1 cargo xtask test --only browser`);
      assert.ok(readFileSync(path.join(root, "README.md"), "utf8").includes(file), `README.md does not show ${file}`);
    });
  }
}

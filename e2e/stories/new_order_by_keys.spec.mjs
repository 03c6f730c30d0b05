// A new order from the list in at most twelve keystrokes, without the mouse.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PATHS, Person, story } from "../office.mjs";

const KEYSTROKES_MAX = 12;

test("a new order takes at most twelve keystrokes", { timeout: 60_000 }, () => story("keystrokes", async (browser) => {
  const planner = await Person.logIn(browser, "planner", { path: PATHS.orders });
  const { page } = planner;
  await planner.settled();
  let strokes = 0;
  const strike = async (...keys) => {
    for (const key of keys) {
      await page.keyboard.press(key);
      strokes += 1;
    }
  };

  await strike("n");
  await page.locator("#field-product_id:focus").waitFor();
  await strike("t", "a", "b");
  await page.getByRole("option").filter({ hasText: "TABLE-01" }).first().waitFor();
  await page.waitForFunction(() => document.querySelectorAll("[role=option]").length === 1);
  await strike("Enter", "Tab", "1", "2", "Control+s");
  await page.locator(".record-title b").waitFor();

  assert.match(await page.locator(".record-title").innerText(), /Steel table\s+12/);
  assert.ok(strokes <= KEYSTROKES_MAX, `${strokes} keystrokes`);
  console.log(`a new order took ${strokes} keystrokes`);
  planner.assertCalm();
}));

// Most pages come in parcels of their own, after the first screen. What happens when one does not come.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PATHS, Person, story } from "../office.mjs";

/** Every program file but the one that opens the office. */
const PARCELS = /\/assets\/(?!office-)[^/]+\.wasm$/;

test("a page that could not be fetched says so and comes with the next try", { timeout: 60_000 }, () => story("parcels", async (browser) => {
  const planner = await Person.logIn(browser, "planner", { path: PATHS.orders });
  const { page } = planner;
  await page.route(PARCELS, (route) => route.abort());
  await page.reload();
  await planner.settled();

  await page.locator("nav.nav").getByRole("link", { name: "Products" }).click();
  const trouble = page.locator("main.main").getByRole("alert");
  await trouble.waitFor();
  assert.ok(page.url().endsWith(PATHS.products), page.url());
  await page.locator("nav.nav").waitFor();

  await page.unroute(PARCELS);
  await page.evaluate(() => { window.isSameWindow = true; });
  await planner.press("Try again", trouble);
  await page.getByRole("heading", { name: "Products" }).waitFor();
  assert.equal(await page.evaluate(() => window.isSameWindow), true, "the office was not loaded anew");
  planner.assertCalm();
}));

test("an office that is older than its server begins anew when a page is asked for twice", { timeout: 60_000 }, () => story("parcels-update", async (browser) => {
  const planner = await Person.logIn(browser, "planner", { path: PATHS.orders });
  const { page } = planner;
  await page.route(PARCELS, (route) => route.fulfill({ status: 404 }));
  await page.reload();
  await planner.settled();
  await page.locator("nav.nav").getByRole("link", { name: "Products" }).click();
  const trouble = page.locator("main.main").getByRole("alert");
  await trouble.waitFor();

  const anew = page.waitForEvent("load");
  await planner.press("Try again", trouble);
  await page.unroute(PARCELS);
  await anew;
  assert.ok(page.url().endsWith(PATHS.products), page.url());
  planner.assertCalm();
}));

// What happens elsewhere is seen at once: on an order that is open, beside the navigation, in a list; and nothing jumps.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PATHS, Person, story } from "../office.mjs";

/** Within this time a page shows what happened elsewhere. */
const LIVE_MS = 2_000;

test("a receipt posted elsewhere is seen on an open order within two seconds", { timeout: 60_000 }, () => story("live", async (browser) => {
  const [planner, store] = [await Person.logIn(browser, "planner"), await Person.logIn(browser, "store")];
  const { page } = planner;
  const order = await urgent(planner, "TABLE-01", "400");
  const paint = order.components.find((line) => line.product_code === "PAINT-RAL");
  await planner.open(`${PATHS.orders}/${order.id}`);
  await page.locator(".live-dot").waitFor();
  await page.evaluate(() => { window.notReloaded = true; });
  const row = page.locator("table.components tbody tr").filter({ hasText: "Powder paint" }).first();
  const missing = Number(paint.qty_missing) - 1;

  await store.call("POST", "/receipts", {
    body: {
      warehouse_id: order.components_warehouse_id, reference: "live",
      lines: [{ product_id: paint.product_id, quantity: "1", unit_id: null, unit_cost: null }],
    },
  });
  const posted = Date.now();
  await row.filter({ hasText: `Missing ${missing.toLocaleString("en-GB")} kg` }).waitFor({ timeout: LIVE_MS });
  console.log(`the receipt was seen after ${Date.now() - posted} ms`);

  // Nor does an open menu close when something else happens.
  await row.getByRole("button", { name: /^Actions on/ }).click();
  await page.getByRole("menu").waitFor();
  const count = page.locator("nav.nav a").filter({ hasText: "Manufacturing orders" }).locator(".nav-count");
  const before = Number((await count.innerText()).replaceAll(",", ""));
  await store.call("GET", "/session");
  await planner.order("TABLE-01", "1");
  await page.waitForFunction((wanted) => [...document.querySelectorAll("nav.nav a")].some((link) =>
    link.textContent.startsWith("Manufacturing orders") && link.textContent.endsWith(String(wanted))), before + 1, { timeout: LIVE_MS });
  await page.getByRole("menu").waitFor();
  assert.equal(await page.evaluate(() => window.notReloaded), true, "without loading the page again");

  await page.keyboard.press("Escape");
  await planner.follow(`${PATHS.orders}?sort=-number`);
  const fresh = await planner.order("TABLE-01", "2");
  await page.locator("main.main tbody tr").filter({ hasText: fresh.number }).waitFor({ timeout: LIVE_MS });
  // What it reserved is for other stories again.
  const { version } = await planner.call("GET", `/manufacturing-orders/${order.id}`);
  await planner.call("POST", `/manufacturing-orders/${order.id}/cancel`, { body: { reason: "only to look at" }, version });
  for (const person of [planner, store]) person.assertCalm();
}));

/** A confirmed order that is served before all others. */
async function urgent(planner, code, quantity) {
  const draft = await planner.order(code, quantity);
  const date_deadline = new Date(Date.now() + 86_400_000).toISOString().replace(/\.\d+Z$/, "Z");
  const path = `/manufacturing-orders/${draft.id}`;
  const { version } = await planner.call("PATCH", path, { body: { priority: "urgent", date_deadline }, version: draft.version });
  return planner.call("POST", `${path}/confirm`, { version });
}

// The main job: an order of ten steel tables from the list to the store, with the paint that was missing.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PATHS, Person, story } from "../office.mjs";

/** Within this time a page shows what happened elsewhere. */
const LIVE_MS = 2_000;

test("an order goes from draft to done", { timeout: 150_000 }, () => story("order", async (browser) => {
  const planner = await Person.logIn(browser, "planner");
  await othersAreServed(browser);

  const order = await planOrder(planner);
  await shortageIsSeen(planner);
  await receiveWhatIsMissing(browser, order);
  await planWhatIsThere(planner);
  await checkPlannedCost(planner);
  await work(planner);
  await finish(planner);
  await tablesAreInStock(planner, order.number);
  planner.assertCalm();
}));

/** Nobody else waits for what the story brings in, and no paint is left. */
async function othersAreServed(browser) {
  const manager = await Person.logIn(browser, "manager");
  const material = await Promise.all(["TUBE-40", "PAINT-RAL"].map((code) => manager.product(code)));
  await manager.bring(material.map(({ id }) => ({ product_id: id, quantity: "0" })));
  await manager.useUp(material[1]);
  await manager.page.context().close();
}

/** A new order from the list, by keys. */
async function planOrder(planner) {
  const { page } = planner;
  await planner.visit("Manufacturing orders");
  await page.keyboard.press("n");
  await page.getByRole("heading", { name: "New order" }).waitFor();
  await planner.choose("Product", "TABLE-01");
  await planner.fill("Quantity", "10");
  await planner.sees("Recipe BOM-TABLE");
  await page.keyboard.press("Control+s");
  await page.locator(".record-title b").waitFor();
  const number = await page.locator(".record-title b").innerText();
  assert.match(number, /^MO/);
  await planner.sees("Draft");
  await page.keyboard.press("c");
  await planner.action("Plan order").waitFor();
  return { number, address: page.url() };
}

async function shortageIsSeen(planner) {
  const { page } = planner;
  await page.locator("nav.tabs a.tab[aria-current='page']").filter({ hasText: "Components" }).waitFor();
  const paint = page.locator("table.components tr").filter({ hasText: "Powder paint" });
  assert.match(await paint.innerText(), /Missing [\d.]+ kg/);
  await planner.sees(/kg short for Painting/);
  assert.equal(await planner.action("Receive stock").count(), 0, "the planner receives nothing");
}

/** The storekeeper brings in exactly what each line lacks. */
async function receiveWhatIsMissing(browser, order) {
  const store = await Person.logIn(browser, "store", { path: order.address });
  const { page } = store;
  await page.locator("table.components").waitFor();
  const short = page.locator("tr.fix");
  for (let left = await short.count(); left > 0; left -= 1) {
    await store.press("Receive stock", short.first());
    await page.getByRole("heading", { name: "New receipt" }).waitFor();
    await page.locator("#field-warehouse_id").waitFor();
    await store.press("Receive");
    await page.locator(".record-title b").filter({ hasText: order.number }).waitFor();
    await page.waitForFunction((count) => document.querySelectorAll("tr.fix").length === count, left - 1);
  }
  store.assertCalm();
  await page.context().close();
}

/** What the storekeeper received stands on the planner's open page by itself, and is reserved already. */
async function planWhatIsThere(planner) {
  const { page } = planner;
  await page.locator("tr.fix").first().waitFor({ state: "detached", timeout: LIVE_MS });
  await planner.sees("All material reserved");
  await planner.press("Plan order");
  await planner.action("Record production").waitFor();
}

async function checkPlannedCost(planner) {
  const { page } = planner;
  await planner.tab("Costs");
  const planned = page.locator(".sum").filter({ hasText: "Planned cost" }).first();
  await planned.waitFor();
  assert.match(await planned.innerText(), /2,154\.50/);
  assert.match(await planned.innerText(), /215\.45 a piece/);
  assert.match(await page.locator(".sum-margin").innerText(), /Planned 1,045\.50, 32\.67\s%/);
  await planner.picture("order-costs");
}

/** Each operation in its turn: start the clock, report the ten, close it. */
async function work(planner) {
  const { page } = planner;
  for (const operation of ["Cutting", "Welding", "Painting", "Quality control"]) {
    await planner.press("Record production");
    await page.locator(".record-title").filter({ hasText: operation }).waitFor();
    await planner.press("Start");
    await planner.press("Report pieces");
    await page.locator("#field-good").waitFor();
    assert.equal(await page.locator("#field-good").inputValue(), "10");
    await planner.press("Report pieces", planner.dialog());
    await planner.dialog().waitFor({ state: "detached" });
    await planner.press("Finish");
    await planner.press("Finish", planner.dialog());
    await planner.dialog().waitFor({ state: "detached" });
    await planner.press("Open order");
    await planner.tab("Operations");
    await page.locator("tbody tr").filter({ hasText: operation }).filter({ hasText: "Finished" }).waitFor();
  }
}

async function finish(planner) {
  const { page } = planner;
  await planner.press("Finish order");
  await planner.sees(/MO\S+ is done/);
  await planner.tab("Costs");
  await planner.sees("Actual cost");
  const planned = page.locator(".sum").filter({ hasText: "Planned cost" }).first();
  assert.match(await planned.innerText(), /2,154\.50/);
}

async function tablesAreInStock(planner, number) {
  const { page } = planner;
  await planner.open(`${PATHS.stock}?tab=balances`);
  const row = page.locator("tbody tr").filter({ hasText: "TABLE-01" });
  await row.first().waitFor();
  await planner.tab("Moves");
  const move = page.locator("tbody tr").filter({ hasText: "Steel table" }).filter({ hasText: number });
  await move.first().waitFor();
  assert.match(await move.first().innerText(), /10/);
}

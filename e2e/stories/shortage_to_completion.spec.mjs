// From a shortage to finished tables: an order asks for what it lacks, suppliers are asked, their offers compared, the best
// ordered; it comes in two parts and is set aside for the order that caused it, which is then planned and done.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { OUTPUT, PATHS, Person, story } from "../office.mjs";

/** Within this time a page shows what happened elsewhere. */
const LIVE_MS = 4_000;

test("a shortage is bought and the order is done", { timeout: 240_000 }, () => story("purchasing", async (browser) => {
  const planner = await Person.logIn(browser, "planner");
  const buyer = await Person.logIn(browser, "buyer");
  const store = await Person.logIn(browser, "store");

  const order = await shortOrder(planner, buyer);
  const request = await ask(planner);
  const purchase = await buy(buyer, request, order);
  await planner.sees(/Material expected on/);
  await planner.picture("purchasing-order-expected");
  await receive(store, purchase, "5", false);
  await onePartIsSetAside(planner);
  await receive(store, purchase, null, true);
  await planner.page.getByText("All material reserved").first().waitFor({ timeout: LIVE_MS });
  await planAndMake(planner);

  for (const person of [planner, buyer, store]) person.assertCalm();
}));

/** A confirmed order of tables for which there is tube enough, and no paint that others have not been promised. */
async function shortOrder(planner, buyer) {
  const { page } = planner;
  const [tube, paint] = [
    await planner.product("TUBE-40"), await planner.product("PAINT-RAL"),
  ];
  const manager = await Person.logIn(page.context().browser(), "manager");
  await manager.useUp(paint);
  await manager.bring([{ product_id: tube.id, quantity: "160" }], "DN 1");
  await manager.page.context().close();
  const order = await planner.order("TABLE-01", "40", "confirmed");
  await planner.open(`${PATHS.orders}/${order.id}`);
  await page.locator("table.components").waitFor();
  assert.equal(await buyer.action("Create Purchase Request").count(), 0, "the buyer is elsewhere");
  return order;
}

/** One click asks; a second one has nothing to ask. */
async function ask(planner) {
  const { page } = planner;
  await planner.picture("purchasing-order-short");
  await planner.press("Create Purchase Request", page.locator(".record-head"));
  const link = page.locator(".record-head .fact-link a").first();
  await link.waitFor();
  const number = await link.innerText();
  assert.match(number, /^PR-/);
  await planner.sees("Everything is already asked for.");
  assert.equal(await page.locator(".record-head").getByRole("button", { name: "Create Purchase Request" }).count(), 0);
  return number;
}

/** Two suppliers sell paint: the cheaper one has a minimum. At 40, as it is valued: other stories count on it. */
async function buy(buyer, request, order) {
  const { page } = buyer;
  await buyer.visit("Purchase requests");
  await page.locator("tbody tr").filter({ hasText: request }).first().waitFor();
  const { items } = await buyer.call("GET", `/purchase-requests?q=${request}`);
  await buyer.follow(`${PATHS.purchaseRequests}/${items[0].id}`);
  await page.locator(".record-title b").filter({ hasText: request }).waitFor();
  await buyer.sees(order.number);
  await buyer.picture("purchasing-request");
  await buyer.press("Request quotations");
  await page.locator(".record-title b").filter({ hasText: /^RFQ-/ }).waitFor();
  await buyer.press("Mark as sent");
  await buyer.sees("Sent on");
  await savesPdf(buyer, page.locator(".asked").filter({ hasText: "Croma" }), /^RFQ-.*Croma.*\.pdf$/);
  await offer(buyer, "Croma Vopsele SA", "40");
  await offer(buyer, "Rapid Industrial SRL", "60");
  const cheapest = page.locator("table.offers tr").filter({ hasText: "Cheapest" });
  assert.match(await cheapest.innerText(), /Croma/);
  await page.locator("table.offers tr").filter({ hasText: "Soonest" }).filter({ hasText: "Rapid" }).waitFor();
  await buyer.picture("purchasing-offers");
  await buyer.press("Order the chosen offers");
  const link = page.locator("table.offers a").filter({ hasText: /^PO-/ }).first();
  await link.waitFor();
  await link.click();
  await page.locator(".record-title b").filter({ hasText: /^PO-/ }).waitFor();
  await buyer.sees(order.number);
  await buyer.press("E-mail text");
  await buyer.sees(/Please deliver to/, buyer.dialog());
  await buyer.picture("purchasing-mail");
  await page.keyboard.press("Escape");
  await buyer.dialog().waitFor({ state: "detached" });
  await buyer.press("Order");
  await page.locator(".step[aria-current='step']").filter({ hasText: "Ordered" }).waitFor();
  await buyer.picture("purchasing-purchase-order");
  await savesPdf(buyer, page.locator(".record-head"), /^PO-.*\.pdf$/);
  return new URL(page.url()).pathname;
}

/** The paper can be saved, and is one. */
async function savesPdf(buyer, where, name) {
  const [download] = await Promise.all([buyer.page.waitForEvent("download"), buyer.press("PDF", where)]);
  assert.match(download.suggestedFilename(), name);
  const path = `${OUTPUT}/${download.suggestedFilename()}`;
  await download.saveAs(path);
  assert.equal(readFileSync(path, "latin1").slice(0, 5), "%PDF-");
}

async function offer(buyer, supplier, price) {
  const { page } = buyer;
  const row = page.locator("table.offers tr").filter({ hasText: supplier });
  await buyer.press("Enter offer", row);
  await page.locator("#field-price").fill(price);
  await buyer.press("Save", buyer.dialog());
  await buyer.dialog().waitFor({ state: "detached" });
  await row.filter({ hasText: new RegExp(`${price}\\s*/ kg`) }).waitFor();
}

/** What comes is received from the purchase order; the storekeeper sees no price. */
async function receive(store, purchase, quantity, isLast) {
  const { page } = store;
  await store.open(purchase);
  await page.locator(".record-title b").filter({ hasText: /^PO-/ }).waitFor();
  assert.equal(await page.locator("th").filter({ hasText: "Price" }).count(), 0, "the storekeeper sees no prices");
  await store.press("Receive");
  await page.getByRole("heading", { name: "New receipt" }).waitFor();
  const amount = page.locator("[id^='field-lines-'][id$='-quantity']").first();
  await page.waitForFunction(() => document.querySelector("[id^='field-lines-'][id$='-quantity']")?.value !== "");
  if (quantity !== null) await amount.fill(quantity);
  await store.press("Receive");
  const state = isLast ? "Received" : "Partly received";
  await page.locator(".record-title b").filter({ hasText: /^PO-/ }).waitFor();
  const word = isLast ? page.locator(".step[data-at='past']").last() : page.locator(".step[aria-current='step']");
  await word.filter({ hasText: state }).waitFor();
}

async function onePartIsSetAside(planner) {
  const { page } = planner;
  const paint = page.locator("table.components tr").filter({ hasText: "Powder paint" }).first();
  await page.locator("tr.expected").filter({ hasText: /PO-/ }).first().waitFor({ timeout: LIVE_MS });
  await paint.filter({ hasText: "Expected" }).waitFor({ timeout: LIVE_MS });
  await planner.picture("purchasing-order-partly");
}

async function planAndMake(planner) {
  const { page } = planner;
  await planner.press("Plan order");
  await planner.action("Record production").waitFor();
  for (const operation of ["Cutting", "Welding", "Painting", "Quality control"]) {
    await planner.press("Record production");
    await page.locator(".record-title").filter({ hasText: operation }).waitFor();
    await planner.press("Start");
    await planner.press("Report pieces");
    await page.locator("#field-good").waitFor();
    await planner.press("Report pieces", planner.dialog());
    await planner.dialog().waitFor({ state: "detached" });
    await planner.press("Finish");
    await planner.press("Finish", planner.dialog());
    await planner.dialog().waitFor({ state: "detached" });
    await planner.press("Open order");
    await planner.tab("Operations");
    await page.locator("tbody tr").filter({ hasText: operation }).filter({ hasText: "Finished" }).waitFor();
  }
  await planner.press("Finish order");
  await planner.sees(/MO\S+ is done/);
}

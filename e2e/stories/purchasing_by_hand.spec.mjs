// Buying without a shortage: a request by hand changes while nobody knows of it, the list follows by itself, and suppliers are
// asked by hand.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PATHS, Person, story, unique } from "../office.mjs";

test("a request by hand is changed, and its list follows what becomes of it", { timeout: 120_000 }, () => story("request-by-hand", async (browser) => {
  const planner = await Person.logIn(browser, "planner", { path: `${PATHS.purchaseRequests}/new` });
  const { page } = planner;
  const note = unique("Fair");
  await planner.fill("Note", note);
  await page.getByRole("button", { name: "Add a line" }).click();
  const line = page.locator(".lines tbody tr").first();
  await planner.pick(line.locator("[role=combobox]").first(), "BOLT-M8");
  await line.locator("input[inputmode], input").nth(1).fill("30");
  await page.keyboard.press("Control+s");
  await page.locator(".paper-head").waitFor();
  const number = await page.locator(".record-title b").innerText();
  await planner.picture("request-by-hand");

  // Somebody has the list open meanwhile.
  const buyer = await Person.logIn(browser, "buyer", { path: `${PATHS.purchaseRequests}?q=${number}` });
  const row = buyer.page.locator("main.main tbody tr").filter({ hasText: number });
  await row.filter({ hasText: "Not asked yet" }).waitFor();

  await page.keyboard.press("e");
  await planner.dialog().waitFor();
  const opened = planner.dialog().locator(".lines tbody tr").first();
  await opened.waitFor();
  await opened.locator("input").nth(1).fill("45");
  await planner.picture("request-by-hand-changed");
  await page.keyboard.press("Control+s");
  await planner.dialog().waitFor({ state: "detached" });
  await planner.sees("45");

  const { items: [request] } = await planner.call("GET", `/purchase-requests?q=${number}`);
  await buyer.call("POST", `/purchase-requests/${request.id}/request-for-quotation`);
  await row.filter({ hasText: "Being bought" }).waitFor();
  await planner.page.getByRole("button", { name: "Edit" }).waitFor({ state: "detached" });
  planner.assertCalm();
  buyer.assertCalm();
}));

test("whom a request is best bought from is offered first when it is ordered", { timeout: 90_000 }, () => story("request-wished", async (browser) => {
  const buyer = await Person.logIn(browser, "buyer");
  const { items: [supplier] } = await buyer.call("GET", "/suppliers?active=true");
  const bolt = await buyer.product("BOLT-M8");
  const line = { product_id: bolt.id, quantity: "30", supplier_id: supplier.id };
  const request = await buyer.call("POST", "/purchase-requests", { body: { note: "", lines: [line] } });
  await buyer.open(`${PATHS.purchaseRequests}/${request.id}`);
  await buyer.press("Order");
  const box = buyer.field("Supplier", buyer.dialog());
  await buyer.page.waitForFunction((name) => document.querySelector("dialog[open] [role=combobox]")?.value.includes(name), supplier.name);
  assert.ok((await box.inputValue()).includes(supplier.name));
  await buyer.picture("request-wished");
  await buyer.press("Order", buyer.dialog());
  await buyer.sees(supplier.name);
  buyer.assertCalm();
}));

test("suppliers are asked by hand", { timeout: 90_000 }, () => story("quotation-by-hand", async (browser) => {
  const buyer = await Person.logIn(browser, "buyer", { path: PATHS.quotations });
  const { page } = buyer;
  await buyer.settled();
  await page.keyboard.press("n");
  await page.locator(".lines").waitFor();
  await page.getByRole("button", { name: "Add a line" }).click();
  const line = page.locator(".lines tbody tr").first();
  await buyer.pick(line.locator("[role=combobox]").first(), "BOLT-M8");
  await line.locator("input").nth(1).fill("500");
  await buyer.picture("quotation-by-hand");
  await page.keyboard.press("Control+s");
  await page.locator(".record-title b").waitFor();
  await buyer.sees("RFQ-");
  await buyer.sees("500");
  const quotation = await buyer.call("GET", `/requests-for-quotation/${page.url().split("/").pop()}`);
  assert.deepEqual([quotation.state, quotation.requests], ["draft", []]);
  await buyer.picture("quotation-by-hand-drafted");
  buyer.assertCalm();
}));

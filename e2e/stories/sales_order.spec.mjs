// A sales order is typed in and confirmed by sales, made by the planner, and given up again with what hangs on it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PATHS, Person, story, unique } from "../office.mjs";

test("a sales order is written, made and cancelled", { timeout: 90_000 }, () => story("sales-order", async (browser) => {
  const customer = unique("Muster");
  const sales = await Person.logIn(browser, "sales", { path: PATHS.salesOrders });
  await sales.settled();
  await sales.page.keyboard.press("n");
  await sales.page.locator("#field-customer").waitFor();
  await sales.fill("Customer", customer);
  await sales.page.getByRole("button", { name: "Add a line" }).click();
  const line = sales.page.locator(".lines tbody tr").first();
  await sales.pick(line.locator("[role=combobox]"), "TABLE-01");
  await line.locator("input").nth(1).fill("4");
  await sales.page.keyboard.press("Control+s");
  await sales.sees("Delivery and production");
  await sales.press("Confirm");
  await sales.sees("Confirmed");
  // Sales sees prices and no costs, and leaves production to the planner.
  assert.equal(await sales.page.getByText("Margin").count(), 0);
  assert.equal(await sales.page.getByRole("button", { name: "Create Manufacturing Order" }).count(), 0);
  await sales.sees("The planner has it made");
  await sales.picture("sales-order-of-sales");
  const address = new URL(sales.page.url()).pathname;

  const planner = await Person.logIn(browser, "planner", { path: address });
  await planner.settled();
  await planner.sees("Margin");
  await planner.press("Create Manufacturing Order");
  const made = planner.page.locator("main.main a[href*='manufacturing_order_manage/']").first();
  await made.waitFor();
  const number = await made.innerText();
  await planner.sees("All of it is being made or delivered");
  await planner.picture("sales-order-made");
  await made.click();
  await planner.sees(number);
  planner.assertCalm();

  // The other window has heard of it; cancelling says what it takes along.
  await sales.sees(number);
  await sales.press("Cancel sales order");
  await sales.sees(`Cancelled along with it: ${number}`, sales.dialog());
  await sales.picture("sales-order-cancelling");
  await sales.fill("Reason", "Too late", sales.dialog());
  await sales.press("Cancel sales order", sales.dialog());
  await sales.dialog().waitFor({ state: "detached" });
  await sales.sees("Cancelled");
  const { items } = await planner.call("GET", `/manufacturing-orders?q=${number}`);
  assert.equal(items[0].state, "cancelled");
  sales.assertCalm();
}));

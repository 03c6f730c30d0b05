// Several orders from the list in one action: each row says what became of it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PATHS, Person, story, unique } from "../office.mjs";

test("many orders are confirmed at once, and each row tells how it went", { timeout: 60_000 }, () => story("bulk-confirm", async (browser) => {
  const planner = await Person.logIn(browser, "manager");
  const { page } = planner;
  const good = [await planner.order("TABLE-01", "1"), await planner.order("TABLE-01", "2")];
  const bad = await orderWithoutRecipe(planner);

  await planner.open(`${PATHS.orders}?state=draft&sort=-number`);
  for (const order of [...good, bad]) await page.getByLabel(`Select ${order.number}`, { exact: true }).check();
  const bar = page.getByRole("region", { name: "3 selected" });
  await bar.waitFor();
  await planner.press("Confirm", bar);

  const result = planner.dialog();
  await result.getByText("Result for each row").waitFor();
  const line = (order) => result.locator("li.result").filter({ hasText: order.number });
  assert.match(await line(bad).innerText(), /A mandatory field is empty\. Missing: Recipe\./);
  for (const order of good) assert.match(await line(order).innerText(), /Done/);
  await page.keyboard.press("Escape");
  await result.waitFor({ state: "detached" });

  const rows = page.locator("main.main tbody tr");
  await rows.filter({ hasText: bad.number }).waitFor();
  for (const order of good) await rows.filter({ hasText: order.number }).waitFor({ state: "detached" });
  for (const order of good) {
    assert.equal((await planner.call("GET", `/manufacturing-orders/${order.id}`)).state, "confirmed");
  }
  planner.assertCalm();
}));

/** A product that nobody wrote a recipe for can be ordered, and not confirmed. */
async function orderWithoutRecipe(planner) {
  const table = await planner.product("TABLE-01");
  const whole = await planner.call("GET", `/products/${table.id}`);
  const code = unique("BARE");
  const body = {
    code, name: `Name of ${code}`, product_type: "storable", unit_id: whole.unit_id, category: "", can_be_made: true,
    can_be_bought: false, can_be_sold: false, cost_method: "standard", purchase_lead_days: 0, safety_stock: "0",
    tracking: "none", description: "", active: true,
  };
  await planner.call("POST", "/products", { body });
  return planner.order(code, "1");
}

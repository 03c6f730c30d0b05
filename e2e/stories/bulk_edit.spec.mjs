// A category is given to several products at once, and taken back with one press.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PATHS, Person, story, unique } from "../office.mjs";

test("one field of many products is set at once and can be taken back", { timeout: 90_000 }, () => story("bulk-edit", async (browser) => {
  const manager = await Person.logIn(browser, "manager", { path: PATHS.products });
  const { page } = manager;
  const unit = (await manager.product("TUBE-40")).unit_id;
  const family = unique("FAM");
  for (const number of [1, 2]) {
    await manager.call("POST", "/products", {
      body: {
        code: `${family}-${number}`, name: `Part ${family} ${number}`, product_type: "storable", unit_id: unit, category: "Old",
        can_be_made: false, can_be_bought: true, can_be_sold: false, cost_method: "standard", selling_price: null,
        purchase_lead_days: 3, safety_stock: "0", tracking: "none", barcode: null, description: "", active: true, standard_cost: null,
      },
    });
  }
  const categories = async () => {
    const { items } = await manager.call("GET", `/products?q=${family}&sort=code`);
    return items.map((item) => item.category);
  };
  await manager.open(`${PATHS.products}?q=${family}`);
  await page.getByRole("checkbox", { name: "Select all rows" }).check();
  await manager.press("Edit…");
  const dialog = manager.dialog();
  await manager.sees("Edit 2 records", dialog);
  await dialog.locator("select").first().selectOption({ label: "Category" });
  await manager.fill("Category", "Tubes", dialog);
  await manager.picture("bulk-edit");
  await manager.press("Set for all", dialog);
  await dialog.waitFor({ state: "detached" });
  const shown = (category) => page.locator("main.main tbody tr").filter({ has: page.getByText(category, { exact: true }) });
  await shown("Tubes").nth(1).waitFor();
  assert.deepEqual(await categories(), ["Tubes", "Tubes"]);

  await page.locator(".toasts").getByRole("button", { name: "Undo" }).click();
  await shown("Old").nth(1).waitFor();
  assert.deepEqual(await categories(), ["Old", "Old"]);
  manager.assertCalm();
}));

test("the priority of many orders is set at once, taken back on another page, and the column is in sight", { timeout: 90_000 }, () => story("bulk-edit-orders", async (browser) => {
  const manager = await Person.logIn(browser, "manager");
  const { page } = manager;
  const orders = [await manager.order("TABLE-01", "3"), await manager.order("TABLE-01", "4")];
  const priorities = async () => Promise.all(orders.map(async ({ id }) => (await manager.call("GET", `/manufacturing-orders/${id}`)).priority));
  await manager.open(`${PATHS.orders}?sort=-number`);
  for (const { number } of orders) {
    await page.locator("main.main tbody tr").filter({ hasText: number }).getByRole("checkbox").check();
  }
  await manager.press("Edit…");
  const dialog = manager.dialog();
  await dialog.locator("select").first().selectOption({ label: "Priority" });
  await manager.select("Priority", "Urgent", dialog);
  await manager.press("Set for all", dialog);
  await dialog.waitFor({ state: "detached" });
  await page.locator("main.main tbody tr").filter({ hasText: orders[1].number }).getByText("Urgent").waitFor();
  assert.deepEqual(await priorities(), ["urgent", "urgent"]);
  const cell = page.getByRole("columnheader", { name: "Priority" });
  const { x, width } = await cell.boundingBox();
  assert.ok(x + width <= 1440, `the column ends at ${x + width}`);
  await manager.picture("bulk-edit-orders");

  // What was done can be taken back after its page was left.
  await manager.visit("Work centres");
  await page.locator(".toasts").getByRole("button", { name: "Undo" }).click();
  await manager.follow(`${PATHS.orders}?sort=-number`);
  for (const { number } of orders) {
    await page.locator("main.main tbody tr").filter({ hasText: number }).getByText("Normal").waitFor();
  }
  assert.deepEqual(await priorities(), ["normal", "normal"]);
  manager.assertCalm();
}));

test("a removed line of a recipe comes back after the recipe's page was left", { timeout: 90_000 }, () => story("undo-elsewhere", async (browser) => {
  const manager = await Person.logIn(browser, "manager");
  const { page } = manager;
  const tag = unique("UNDO");
  const unit_id = (await manager.product("TUBE-40")).unit_id;
  const product = async (code, made) => manager.call("POST", "/products", {
    body: {
      code, name: code, product_type: "storable", unit_id, category: "", can_be_made: made, can_be_bought: !made, can_be_sold: false,
      cost_method: "standard", selling_price: null, purchase_lead_days: 3, safety_stock: "0", tracking: "none", barcode: null,
      description: "", active: true, standard_cost: "2",
    },
  });
  const [made, part] = [await product(tag, true), await product(`${tag}-PART`, false)];
  const bom = await manager.call("POST", "/boms", {
    body: {
      product_id: made.id, quantity_per_run: "1", bom_type: "manufacture", consumption_mode: "automatic",
      lines: [{ component_id: part.id, quantity: "4" }],
    },
  });
  const lines = async () => (await manager.call("GET", `/boms/${bom.id}`)).lines.length;
  await manager.open(`${PATHS.boms}/${bom.id}`);
  await page.locator("[id='bom-0-quantity']").waitFor();
  const line = page.locator(".bom-scroll tbody tr").filter({ hasText: `${tag}-PART` });
  await line.getByRole("button").last().click();
  await page.getByRole("menuitem", { name: "Remove" }).click();
  await line.waitFor({ state: "detached" });
  await page.locator(".toasts").getByRole("button", { name: "Undo" }).waitFor();
  assert.equal(await lines(), 0);
  await manager.visit("Work centres");
  await page.locator(".toasts").getByRole("button", { name: "Undo" }).click();
  await manager.follow(`${PATHS.boms}/${bom.id}`);
  await line.waitFor();
  assert.equal(await lines(), 1);
  manager.assertCalm();
}));

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

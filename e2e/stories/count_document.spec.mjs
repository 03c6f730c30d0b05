// A count corrects stock: the list is frozen, what is found is typed in, pasted and added, and the difference is posted.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PATHS, Person, story, unique } from "../office.mjs";

test("a count corrects stock and says what it is worth", { timeout: 90_000 }, () => story("count-document", async (browser) => {
  const keeper = await Person.logIn(browser, "manager", { path: PATHS.stock });
  const { page } = keeper;
  const tube = await keeper.product("TUBE-40");
  const category = unique("SHELF");
  const { items: [warehouse] } = await keeper.call("GET", "/warehouses");
  const products = [];
  for (const quantity of ["10", "4"]) {
    const code = unique("SPARE");
    const made = await keeper.call("POST", "/products", {
      body: {
        code, name: `Spare ${code}`, product_type: "storable", unit_id: tube.unit_id, category, can_be_made: false,
        can_be_bought: true, can_be_sold: false, standard_cost: "2", cost_method: "moving_average", selling_price: null,
        purchase_lead_days: 0, safety_stock: "0", tracking: "none", barcode: null, description: "", active: true,
      },
    });
    await keeper.call("POST", "/receipts", {
      body: { warehouse_id: warehouse.id, lines: [{ product_id: made.id, quantity, unit_cost: "2" }] },
    });
    products.push(made);
  }
  const onHand = async (place) => Number((await keeper.call("GET", `/products/${products[place].id}`)).qty_on_hand);

  await keeper.visit("Counts");
  await keeper.press("New count");
  await keeper.choose("Warehouse", warehouse.name);
  await keeper.fill("Category", category);
  await keeper.fill("Reason", "Once a year");
  await keeper.press("Begin");
  await keeper.sees("0 of 2 counted");

  await page.getByRole("textbox", { name: `Found: ${products[0].name}` }).fill("8,5");
  await keeper.press("Save");
  await keeper.sees("1 of 2 counted");
  await keeper.press("Paste");
  const dialog = keeper.dialog();
  await dialog.locator("textarea").fill(`${products[1].code}\t5`);
  await keeper.press("Save", dialog);
  await dialog.waitFor({ state: "detached" });
  await keeper.sees("2 of 2 counted");
  const row = (place) => page.locator("table.counts tbody tr").filter({ hasText: products[place].code });
  assert.match(await row(0).innerText(), /-3[.,]00|−3[.,]00/);

  // Goods that come while people count stay, and the line says that they came.
  await keeper.call("POST", "/receipts", {
    body: { warehouse_id: warehouse.id, lines: [{ product_id: products[0].id, quantity: "1", unit_cost: "2" }] },
  });
  await page.reload();
  await keeper.sees("Moved since", row(0));
  await keeper.picture("count");

  await keeper.press("Post count");
  await keeper.press("Post count", keeper.dialog());
  await keeper.sees("Posted at");
  assert.deepEqual([await onHand(0), await onHand(1)], [9.5, 5]);
  await keeper.picture("count-posted");
  keeper.assertCalm();
}));

// Something broke, and something was counted: stock follows, with the reason, and never below what orders hold.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PATHS, Person, story, unique } from "../office.mjs";

test("broken parts are scrapped with a reason and a count corrects stock", { timeout: 60_000 }, () => story("stock-corrections", async (browser) => {
  const keeper = await Person.logIn(browser, "manager", { path: PATHS.stock });
  const { page } = keeper;
  const tube = await keeper.product("TUBE-40");
  const code = unique("SPARE");
  const spare = await keeper.call("POST", "/products", { body: { ...pick(tube), code, name: `Spare ${code}`, barcode: null } });
  const { items: [warehouse] } = await keeper.call("GET", "/warehouses");
  await keeper.call("POST", "/receipts", {
    body: { warehouse_id: warehouse.id, lines: [{ product_id: spare.id, quantity: "10", unit_cost: "2" }] },
  });
  const onHand = async () => Number((await keeper.call("GET", `/products/${spare.id}`)).qty_on_hand);
  await keeper.open(PATHS.stock);

  await keeper.press("Scrap");
  let dialog = keeper.dialog();
  await keeper.choose("Product", code, dialog);
  await keeper.choose("Warehouse", warehouse.name, dialog);
  await keeper.fill("Quantity", "3", dialog);
  await keeper.press("Scrap", dialog);
  // Nobody said why yet.
  await dialog.locator("[aria-invalid='true']").first().waitFor();
  assert.equal(await onHand(), 10);
  await keeper.choose("Reason", "Damaged in transport", dialog);
  await keeper.fill("Note", "dropped from the forklift", dialog);
  await keeper.picture("scrap");
  await keeper.press("Scrap", dialog);
  await dialog.waitFor({ state: "detached" });
  assert.equal(await onHand(), 7);

  await keeper.press("Count");
  dialog = keeper.dialog();
  await keeper.choose("Product", code, dialog);
  await keeper.choose("Warehouse", warehouse.name, dialog);
  await keeper.fill("Counted", "9", dialog);
  await keeper.press("Count", dialog);
  await dialog.waitFor({ state: "detached" });
  assert.equal(await onHand(), 9);

  await keeper.open(`${PATHS.moves}?q=${code}`);
  await keeper.sees("Damaged in transport: dropped from the forklift");
  await keeper.open(`${PATHS.stock}?q=${code}`);
  await keeper.sees(code);
  assert.match(await page.locator("main.main table").first().innerText(), /9/);
  keeper.assertCalm();
}));

/** The fields that a new product like this one is made of. */
function pick({ product_type, unit_id, category, can_be_made, can_be_bought, can_be_sold, cost_method, selling_price, purchase_lead_days, safety_stock, tracking, description, active, standard_cost }) {
  return { product_type, unit_id, category, can_be_made, can_be_bought, can_be_sold, cost_method, selling_price, purchase_lead_days, safety_stock, tracking, description, active, standard_cost };
}

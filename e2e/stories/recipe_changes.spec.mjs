// A recipe changes while an order of it is open: the order follows, and the product's standard cost does.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PATHS, Person, story, unique } from "../office.mjs";

test("an open order and a standard cost follow a changed recipe", { timeout: 120_000 }, () => story("recipe-changes", async (browser) => {
  const manager = await Person.logIn(browser, "manager");
  const { page } = manager;
  const [stand, tube, foot] = [await newProduct(manager, "STAND", "standard", "5"), await newProduct(manager, "TUBE", "standard", "12.5"), await newProduct(manager, "FOOT", "standard", "0.75")];
  const bom = await validated(manager, await newBom(manager, stand, [[tube, "4"]]));
  const deadline = new Date(Date.now() + 30 * 24 * 3600 * 1000).toISOString();
  const draft = await manager.call("POST", "/manufacturing-orders", { body: { product_id: stand.id, quantity: "10", date_deadline: deadline, notes: "" } });
  const order = await manager.call("POST", `/manufacturing-orders/${draft.id}/confirm`, { version: draft.version, body: {} });

  // The engineer takes a tube away and puts feet under it.
  const next = await manager.call("POST", `/boms/${bom.id}/revise`, { version: bom.version, body: {} });
  const lines = [line([tube, "3"]), line([foot, "3"])];
  const changed = await manager.call("PATCH", `/boms/${next.id}`, { version: next.version, body: { lines } });
  await validated(manager, changed);

  // The list finds the order; the order shows what would change.
  await manager.open(`${PATHS.orders}?bom_changed=true&q=${order.number}`);
  await page.getByRole("link", { name: order.number }).first().waitFor();
  await manager.open(`${PATHS.orders}/${order.id}`);
  await manager.sees("Revision 2 of the recipe is newer: 2 components would change");
  const change = page.getByRole("table", { name: "What the newer revision changes" }).locator("tbody tr");
  assert.match(await change.filter({ hasText: tube.name }).innerText(), /Need changed\s+40\s*\S+\s+30/);
  assert.match(await change.filter({ hasText: foot.name }).innerText(), /Component added[^]*30/);
  await manager.picture("changed-recipe");

  await manager.press("Take over revision 2");
  await manager.fill("Reason", "Feet instead of a tube", manager.dialog());
  await manager.press("Take over", manager.dialog());
  await manager.dialog().waitFor({ state: "detached" });
  await page.locator("table.components tbody tr").filter({ hasText: foot.name }).first().waitFor();
  assert.equal(await page.getByText("of the recipe is newer").count(), 0);
  await manager.tab("BoM change log");
  await page.locator("main.main tbody tr").filter({ hasText: "Feet instead of a tube" }).first().waitFor();

  // The standard cost of 5.00 is far away from what the recipe costs.
  await manager.open(PATHS.products);
  await manager.press("Costs by recipe");
  await page.getByRole("heading", { name: "Costs by recipe" }).waitFor();
  await page.getByRole("searchbox", { name: "Code or name" }).fill(stand.code);
  await page.getByRole("searchbox", { name: "Code or name" }).press("Enter");
  const row = page.getByRole("table", { name: "Costs by recipe" }).locator("tbody tr");
  await row.filter({ hasText: stand.name }).waitFor();
  await page.waitForFunction(() => document.querySelectorAll("main.main tbody tr").length === 1);
  assert.match(await row.innerText(), /5\.00/);
  await manager.picture("product-costs");
  await row.getByRole("checkbox").check();
  await manager.press("Set 1 standard cost");
  await manager.sees("1 standard cost set");
  await row.filter({ hasText: "0.0 %" }).waitFor();
  const cost = async () => Number((await manager.call("GET", `/products/${stand.id}`)).standard_cost);
  assert.ok((await cost()) > 39.75, "three tubes, three feet, and work");
  await page.getByRole("button", { name: "Undo" }).click();
  await row.filter({ hasText: "5.00" }).waitFor();
  assert.equal(await cost(), 5);

  const dark = await Person.logIn(browser, "manager", { language: "ro", theme: "dark" });
  await dark.open(`${PATHS.products}/costs`);
  await dark.page.getByRole("table", { name: "Costuri după rețetă" }).waitFor();
  await dark.picture("product-costs-dark-ro");
  manager.assertCalm();
  dark.assertCalm();
}));

/** A product of its own, so that no other story sees it change. */
async function newProduct(manager, prefix, cost_method, standard_cost) {
  const unit = (await manager.call("GET", `/products/${(await manager.product("BOLT-M8")).id}`)).unit_id;
  const code = unique(prefix);
  return manager.call("POST", "/products", {
    body: {
      code, name: `Name of ${code}`, product_type: "storable", unit_id: unit, category: "", can_be_made: true,
      can_be_bought: true, can_be_sold: false, standard_cost, cost_method, purchase_lead_days: 0, safety_stock: "0",
      tracking: "none", description: "", active: true,
    },
  });
}

function line([component, quantity]) {
  return { component_id: component.id, quantity, unit_id: null, operation_sequence: null, loss_percent: "0", is_fixed: false, note: "" };
}

/** A draft that makes the product of these. */
async function newBom(manager, product, lines) {
  const { items: routings } = await manager.call("GET", "/routings?q=table");
  return manager.call("POST", "/boms", {
    body: {
      code: null, product_id: product.id, quantity_per_run: "1", unit_id: null, routing_id: routings[0].id,
      bom_type: "manufacture", consumption_mode: "automatic", lines: lines.map(line),
    },
  });
}

async function validated(manager, bom) {
  return manager.call("POST", `/boms/${bom.id}/validate`, { version: bom.version, body: {} });
}

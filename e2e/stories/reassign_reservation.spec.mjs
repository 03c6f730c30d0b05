// An urgent order lacks what another one holds: the planner looks who suffers least, takes it by keys, and both orders say so.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { PATHS, Person, story } from "../office.mjs";

/** Within this time a page shows what happened elsewhere. */
const LIVE_MS = 4_000;

test("an urgent order takes what another one holds", { timeout: 120_000 }, () => story("reassign", async (browser) => {
  const manager = await Person.logIn(browser, "manager");
  const { made, component, warehouse } = await material(manager);
  await receive(manager, warehouse, component, "4");
  const giver = await order(manager, made, "low");
  const taker = await order(manager, made, "urgent");
  const planner = await Person.logIn(browser, "planner");
  const { page } = planner;
  await planner.open(`${PATHS.orders}/${taker.id}`);
  await planner.press("Take from another order");
  const dialog = planner.dialog();
  await planner.sees(giver.number, dialog);
  await planner.sees(/Misses 4 \S+/, dialog);
  await planner.sees("Deadline at risk", dialog);
  await planner.picture("reassign-preview");
  // Less is asked for by keys; the preview follows.
  const amount = dialog.getByLabel(`What ${giver.number} gives`);
  await amount.focus();
  await page.keyboard.press("Control+a");
  await page.keyboard.type("3");
  await page.keyboard.press("Tab");
  await planner.sees(/Misses 3 \S+/, dialog);
  await planner.press("Take", dialog);
  await dialog.waitFor({ state: "detached" });
  await page.locator("table.components tbody tr").first().filter({ hasText: /Missing 1 \S+/ }).waitFor();
  const seen = await manager.call("GET", `/manufacturing-orders/${giver.id}`);
  assert.equal(Number(seen.components[0].qty_reserved), 1);
  for (const one of [taker, giver]) {
    const { entries } = await manager.call("GET", `/manufacturing-orders/${one.id}/history`);
    assert.equal(entries[0].action, "ReassignReservation");
  }
  // What comes in goes to the urgent one first, and its open page says so.
  await receive(manager, warehouse, component, "4");
  await page.getByText("All material reserved").first().waitFor({ timeout: LIVE_MS });
  for (const id of [giver.id, taker.id]) {
    const { version } = await manager.call("GET", `/manufacturing-orders/${id}`);
    await manager.call("POST", `/manufacturing-orders/${id}/cancel`, { body: { reason: "The story is over" }, version });
  }
  for (const person of [planner, manager]) person.assertCalm();
}));

/** A component of the story's own, and a product that needs four of it. */
async function material(manager) {
  const code = randomUUID().slice(0, 8).toUpperCase();
  const { unit_id } = await manager.call("GET", `/products/${(await manager.product("TABLE-01")).id}`);
  const product = (name, made) => manager.call("POST", "/products", {
    body: {
      code: `${name}-${code}`, name: `${name} ${code}`, product_type: "storable", unit_id, category: "", can_be_made: made,
      can_be_bought: !made, can_be_sold: made, standard_cost: null, cost_method: "moving_average", selling_price: null,
      purchase_lead_days: 0, safety_stock: "0", tracking: "none", barcode: null, description: "", active: true,
      template_id: null, attribute_value_ids: [], one_lot: false,
    },
  });
  const [made, component] = [await product("RS-TRAY", true), await product("RS-CLIP", false)];
  const { items: routings } = await manager.call("GET", "/routings");
  const line = {
    component_id: component.id, quantity: "4", unit_id: null, operation_sequence: null, loss_percent: "0", is_fixed: false, note: "",
  };
  const draft = await manager.call("POST", "/boms", {
    body: {
      code: null, product_id: made.id, quantity_per_run: "1", unit_id: null, routing_id: routings[0].id, bom_type: "manufacture",
      consumption_mode: "automatic", lines: [line],
    },
  });
  await manager.call("POST", `/boms/${draft.id}/validate`, { body: {}, version: draft.version });
  const { items: warehouses } = await manager.call("GET", "/warehouses");
  return { made, component, warehouse: warehouses[0] };
}

async function receive(manager, warehouse, component, quantity) {
  const lines = [{ product_id: component.id, quantity }];
  await manager.call("POST", "/receipts", { body: { warehouse_id: warehouse.id, reference: "RS", lines } });
}

async function order(manager, made, priority) {
  const deadline = new Date(Date.now() + 40 * 86_400_000).toISOString().replace(/\.\d+Z$/, "Z");
  const body = { product_id: made.id, quantity: "1", date_deadline: deadline, priority };
  const draft = await manager.call("POST", "/manufacturing-orders", { body });
  return manager.call("POST", `/manufacturing-orders/${draft.id}/confirm`, { body: {}, version: draft.version });
}

// How an order ends: with consumption recorded by hand, with a backorder for the rest, or closed short.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PATHS, Person, story, unique } from "../office.mjs";

test("unrecorded components are asked about, a backorder takes the rest", { timeout: 90_000 }, () => story("backorder", async (browser) => {
  const manager = await Person.logIn(browser, "manager");
  const { page } = manager;
  const order = await orderOfManualConsumption(browser, manager, "5");
  await produce(manager, order, "3");
  await manager.open(`${PATHS.orders}/${order.id}`);

  await choose(manager, "Steel tube", "Record consumption");
  await manager.fill("Quantity", "7", manager.dialog());
  await manager.press("Record consumption", manager.dialog());
  await manager.dialog().waitFor({ state: "detached" });
  const tube = page.locator("table.components tbody tr").filter({ hasText: "Steel tube" }).first();
  assert.match(await tube.innerText(), /\b7\b/);

  await manager.press("Finish order");
  const question = manager.dialog();
  await manager.sees("3 of 5 buc were produced", question);
  await manager.sees(/Nobody recorded any use of Bolt M8\./, question);
  await manager.press("Cancel", question);
  await question.waitFor({ state: "detached" });
  assert.equal((await manager.call("GET", `/manufacturing-orders/${order.id}`)).state, "in_progress");

  await manager.press("Finish order");
  await manager.select("The rest", "A new order makes it", question);
  await manager.press("Finish order", question);
  await question.waitFor({ state: "detached" });
  await page.locator(".step[data-at='past']").filter({ hasText: "Done" }).waitFor();

  const { items } = await manager.call("GET", `/manufacturing-orders?product_id=${order.product_id}&state=draft`);
  assert.deepEqual(items.map((item) => Number(item.quantity)), [2], "a draft of the rest");
  await manager.open(`${PATHS.orders}/${items[0].id}`);
  await manager.sees(`The rest of ${order.number}`);
  manager.assertCalm();
}));

test("an order closed short gives the rest up", { timeout: 90_000 }, () => story("close-short", async (browser) => {
  const manager = await Person.logIn(browser, "manager");
  const { page } = manager;
  const order = await orderOfManualConsumption(browser, manager, "4");
  await produce(manager, order, "1");
  await manager.open(`${PATHS.orders}/${order.id}`);
  await page.keyboard.press("f");
  const question = manager.dialog();
  await manager.select("The rest", "It is given up", question);
  await manager.press("Finish order", question);
  await question.waitFor({ state: "detached" });
  await page.locator(".step[data-at='past']").filter({ hasText: "Done" }).waitFor();
  const { items } = await manager.call("GET", `/manufacturing-orders?product_id=${order.product_id}`);
  assert.equal(items.length, 1, "nobody makes the rest");
  manager.assertCalm();
}));

/** Opens the menu of a component and takes one of its commands. */
async function choose(manager, component, command) {
  const row = manager.page.locator("table.components tbody tr").filter({ hasText: component }).first();
  await row.getByRole("button", { name: /^Actions on/ }).click();
  await manager.page.getByRole("menuitem", { name: command }).click();
  await manager.dialog().locator(".form").waitFor();
}

/** A planned order of a product of its own, whose recipe says that consumption is recorded by hand. */
async function orderOfManualConsumption(browser, manager, quantity) {
  const code = unique("HAND");
  const [table, tube, bolt] = await Promise.all(["TABLE-01", "TUBE-40", "BOLT-M8"].map((one) => manager.product(one)));
  const { unit_id: unit } = await manager.call("GET", `/products/${table.id}`);
  const { items: centers } = await manager.call("GET", "/work-centers");
  const routing = await manager.call("POST", "/routings", {
    body: {
      code: null, name: `Routing of ${code}`, active: true,
      operations: [{
        sequence: 10, name: "Cutting", work_center_id: centers[0].id, setup_seconds: 0, cycle_seconds: 60, quantity_per_cycle: "1",
        cleanup_seconds: 0, staff_needed: 1, predecessors: null, overlap_quantity: null, instructions: "",
      }],
    },
  });
  const product = await manager.call("POST", "/products", {
    body: {
      code, name: `Name of ${code}`, product_type: "storable", unit_id: unit, category: "", can_be_made: true, can_be_bought: false,
      can_be_sold: false, cost_method: "standard", purchase_lead_days: 0, safety_stock: "0", tracking: "none", description: "",
      active: true,
    },
  });
  const line = (component, count) => ({
    component_id: component.id, quantity: count, unit_id: null, operation_sequence: null, loss_percent: "0", is_fixed: false, note: "",
  });
  const bom = await manager.call("POST", "/boms", {
    body: {
      code: null, product_id: product.id, quantity_per_run: "1", unit_id: null, routing_id: routing.id, bom_type: "manufacture",
      consumption_mode: "manual", lines: [line(tube, "2"), line(bolt, "1")],
    },
  });
  await manager.call("POST", `/boms/${bom.id}/validate`, { version: bom.version });
  await receive(browser, [tube, bolt]);
  return manager.order(code, quantity, "planned");
}

/** The storekeeper brings in more than enough. */
async function receive(browser, components) {
  const store = await Person.logIn(browser, "store");
  await store.bring(components.map((one) => ({ product_id: one.id, quantity: "50" })), "finishing");
  await store.page.context().close();
}

/** Its only operation reports so many good pieces and is closed. */
async function produce(manager, order, good) {
  const id = order.operations[0].work_order_id;
  const step = async (command, body) => {
    const { version } = await manager.call("GET", `/work-orders/${id}`);
    await manager.call("POST", `/work-orders/${id}/${command}`, { body, version });
  };
  await step("start");
  await step("finish", { report: { good, scrap: "0", scrap_reason: "" } });
}

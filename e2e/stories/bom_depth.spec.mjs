// A recipe says what comes out beside the product and what may take a component's place; an order does both.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PATHS, Person, story, unique } from "../office.mjs";

test("a by-product and a substitute go from the recipe through the order into stock and cost", { timeout: 120_000 }, () => story("bom-depth", async (browser) => {
  const manager = await Person.logIn(browser, "manager");
  const { page } = manager;
  const tag = unique("D");
  const seat = await newProduct(manager, `SEAT-${tag}`, { can_be_made: true });
  const [board, plank, chips] = [await newProduct(manager, `BOARD-${tag}`), await newProduct(manager, `PLANK-${tag}`), await newProduct(manager, `CHIPS-${tag}`)];
  const bom = await newRecipe(manager, seat, board);
  await receive(browser, manager, plank);

  await manager.open(`${PATHS.boms}/${bom.id}`);
  await manager.press("Add by-product");
  await manager.choose("Product", chips.name, manager.dialog());
  await manager.fill("Quantity per run", "0.5", manager.dialog());
  await manager.fill("Cost share", "10", manager.dialog());
  await manager.press("Add", manager.dialog());
  await manager.dialog().waitFor({ state: "detached" });
  const beside = page.getByRole("table", { name: "By-products" }).locator("tbody tr");
  await beside.filter({ hasText: chips.name }).waitFor();
  assert.match(await beside.first().innerText(), /0\.5[^]*10\s%/);

  await page.getByRole("button", { name: `Actions for ${board.name}` }).click();
  await page.getByRole("menuitem", { name: "Substitutes" }).click();
  await manager.choose("Substitutes", plank.name, manager.dialog());
  await manager.press("Save", manager.dialog());
  await manager.dialog().waitFor({ state: "detached" });
  await manager.sees(`or ${plank.code}`);
  await manager.picture("bom-depth-recipe");
  await manager.press("Validate Rev 1");
  await manager.press("Validate Rev 1", manager.dialog());
  await manager.dialog().waitFor({ state: "detached" });

  const order = await manager.order(seat.code, "4", "confirmed");
  await manager.open(`${PATHS.orders}/${order.id}`);
  await manager.sees("By-products");
  await manager.picture("bom-depth-short");
  await page.getByRole("button", { name: new RegExp(`^Use ${plank.name} \\(free 50`) }).click();
  assert.equal(await manager.field("Reason", manager.dialog()).inputValue(), `substitute for ${board.name}`);
  await manager.press("Change", manager.dialog());
  await manager.dialog().waitFor({ state: "detached" });
  await page.locator("table.components tbody tr").filter({ hasText: plank.name }).first().waitFor();

  await produce(manager, order);
  await manager.open(`${PATHS.orders}/${order.id}`);
  await manager.press("Finish order");
  await manager.sees(new RegExp(`these enter stock: 2 \\S+ ${chips.name}`), manager.dialog());
  await manager.press("Finish order", manager.dialog());
  await manager.dialog().waitFor({ state: "detached" });
  await page.locator(".step[data-at='past']").filter({ hasText: "Done" }).waitFor();
  await manager.open(`${PATHS.orders}/${order.id}?tab=costs`);
  await manager.sees(`By-product ${chips.name}, 10 %`);
  await manager.sees("Cost of the product");
  await manager.picture("bom-depth-costs");

  const { items } = await manager.call("GET", `/stock?product_id=${chips.id}`);
  assert.deepEqual(items.map((row) => Number(row.qty_on_hand)), [2], "two pieces of chips are in stock");
  await manager.open(`${PATHS.stock}?q=${chips.code}`);
  await manager.sees(chips.name);
  manager.assertCalm();

  const night = await Person.logIn(browser, "manager", { theme: "dark", path: `${PATHS.boms}/${bom.id}` });
  await night.settled();
  await night.picture("bom-depth-recipe-dark");
  await night.open(`${PATHS.orders}/${order.id}?tab=costs`);
  await night.sees("Cost of the product");
  await night.picture("bom-depth-costs-dark");
}));

async function newProduct(manager, code, more = {}) {
  const table = await manager.product("TABLE-01");
  const { unit_id: unit } = await manager.call("GET", `/products/${table.id}`);
  const body = {
    code, name: `Name of ${code}`, product_type: "storable", unit_id: unit, category: "", can_be_made: false, can_be_bought: true,
    can_be_sold: false, cost_method: "moving_average", purchase_lead_days: 0, safety_stock: "0", tracking: "none", description: "",
    active: true, ...more,
  };
  return manager.call("POST", "/products", { body });
}

/** A draft of one component, made in one operation. */
async function newRecipe(manager, product, component) {
  const { items: centers } = await manager.call("GET", "/work-centers");
  const operation = {
    sequence: 10, name: "Cutting", work_center_id: centers[0].id, setup_seconds: 0, cycle_seconds: 60, quantity_per_cycle: "1",
    cleanup_seconds: 0, staff_needed: 1, predecessors: null, overlap_quantity: null, instructions: "",
  };
  const routing = await manager.call("POST", "/routings", {
    body: { code: null, name: `Routing of ${product.code}`, active: true, operations: [operation] },
  });
  const line = {
    component_id: component.id, quantity: "2", unit_id: null, operation_sequence: null, loss_percent: "0", is_fixed: false, note: "",
  };
  return manager.call("POST", "/boms", {
    body: {
      code: null, product_id: product.id, quantity_per_run: "1", unit_id: null, routing_id: routing.id, bom_type: "manufacture",
      consumption_mode: "automatic", lines: [line],
    },
  });
}

/** The storekeeper brings in fifty. */
async function receive(browser, manager, component) {
  const store = await Person.logIn(browser, "store");
  const { items: warehouses } = await manager.call("GET", "/warehouses");
  const lines = [{ product_id: component.id, quantity: "50", unit_id: null, unit_cost: "3" }];
  await store.call("POST", "/receipts", { body: { warehouse_id: warehouses[0].id, reference: "depth", lines } });
  await store.page.context().close();
}

/** Reserves and plans the order and makes all of it. */
async function produce(manager, { id }) {
  const changed = await manager.call("GET", `/manufacturing-orders/${id}`);
  const { version } = await manager.call("POST", `/manufacturing-orders/${id}/reserve`, { body: {}, version: changed.version });
  const planned = await manager.call("POST", `/manufacturing-orders/${id}/plan`, { body: { with_shortage: true }, version });
  const work = planned.operations[0].work_order_id;
  const step = async (command, body) => {
    const now = await manager.call("GET", `/work-orders/${work}`);
    await manager.call("POST", `/work-orders/${work}/${command}`, { body, version: now.version });
  };
  await step("start");
  await step("finish", { report: null });
}

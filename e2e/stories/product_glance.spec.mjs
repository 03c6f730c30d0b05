// A product's page says which open orders need it, whether there is enough, and how its cost came to be.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PATHS, Person, story, unique } from "../office.mjs";

test("a planner sees the demand in words and finance sees how the cost came to be", { timeout: 120_000 }, () => story("product-glance", async (browser) => {
  const manager = await Person.logIn(browser, "manager");
  const { page } = manager;
  const tag = unique("G");
  const [seat, board] = [await newProduct(manager, `SEAT-${tag}`, { can_be_made: true }), await newProduct(manager, `BOARD-${tag}`)];
  await manager.open(`${PATHS.products}/${board.id}`);
  const demand = page.getByRole("region", { name: "Needed by open orders" });
  const costs = page.getByRole("region", { name: "Cost history" });
  await manager.sees("No open order needs it.", demand);
  await manager.sees("Nothing has changed the cost yet.", costs);

  await recipe(manager, seat, board);
  await receive(browser, manager, board, [["40", "3"], ["10", "4.5"]]);
  await manager.order(seat.code, "20", "confirmed");
  const second = await manager.order(seat.code, "40", "confirmed");
  const { unit_code: unit } = board;
  await manager.open(`${PATHS.products}/${board.id}`);
  await manager.sees(`Needed 70, free 0, coming 0: short 70 ${unit}`, demand);
  await manager.sees(`Another 50 ${unit} are reserved`, demand);
  const rows = demand.locator("tbody tr");
  assert.equal(await rows.count(), 2);
  await rows.filter({ hasText: second.number }).getByRole("link", { name: second.number }).waitFor();

  await manager.fill("Standard cost", "3.25");
  await page.keyboard.press("Control+s");
  await manager.sees("Set by hand", costs);
  const changes = costs.locator("tbody tr");
  assert.deepEqual(await changes.count(), 3);
  assert.match(await changes.nth(0).innerText(), /Standard cost[^]*3\.25[^]*Set by hand/);
  assert.match(await changes.nth(1).innerText(), /Moving average[^]*3\.00[^]*3\.30[^]*\+0\.30[^]*Receipt RC-/);
  const chart = costs.getByRole("img");
  assert.match(await chart.getAttribute("aria-label"), /Moving average: from 3\.00 to 3\.30, lowest 3\.00, highest 3\.30/);
  await page.locator(".product-panel").first().scrollIntoViewIfNeeded();
  await page.locator(".product-panel").last().scrollIntoViewIfNeeded();
  await manager.picture("product-glance");
  await changes.nth(1).getByRole("link").click();
  await page.waitForFunction(() => location.search.includes("receipt="));
  manager.assertCalm();

  const night = await Person.logIn(browser, "manager", { theme: "dark", language: "ro", path: `${PATHS.products}/${board.id}` });
  await night.sees("Istoricul costului");
  await night.sees(/lipsesc 70/);
  await night.page.locator(".product-panel").last().scrollIntoViewIfNeeded();
  await night.picture("product-glance-ro-dark");

  const viewer = await Person.logIn(browser, "viewer", { path: `${PATHS.products}/${board.id}` });
  await viewer.sees("Needed by open orders");
  assert.equal(await viewer.page.getByRole("region", { name: "Cost history" }).count(), 0, "costs stay with those who may see them");
}));

async function newProduct(manager, code, more = {}) {
  const table = await manager.product("TABLE-01");
  const body = {
    code, name: `Name of ${code}`, product_type: "storable", unit_id: table.unit_id, category: "", can_be_made: false, can_be_bought: true,
    can_be_sold: false, cost_method: "moving_average", purchase_lead_days: 0, safety_stock: "0", tracking: "none", description: "",
    active: true, ...more,
  };
  return manager.call("POST", "/products", { body });
}

/** Two boards a seat, validated. */
async function recipe(manager, product, component) {
  const { items: routings } = await manager.call("GET", "/routings?q=table");
  const line = {
    component_id: component.id, quantity: "2", unit_id: null, operation_sequence: null, loss_percent: "0", is_fixed: false, note: "",
  };
  const bom = await manager.call("POST", "/boms", {
    body: {
      code: null, product_id: product.id, quantity_per_run: "1", unit_id: null, routing_id: routings[0].id, bom_type: "manufacture",
      consumption_mode: "automatic", lines: [line],
    },
  });
  return manager.call("POST", `/boms/${bom.id}/validate`, { version: bom.version });
}

/** The storekeeper brings in each quantity at its cost, one after the other. */
async function receive(browser, manager, component, deliveries) {
  const store = await Person.logIn(browser, "store");
  const { items: warehouses } = await manager.call("GET", "/warehouses");
  for (const [quantity, unit_cost] of deliveries) {
    const lines = [{ product_id: component.id, quantity, unit_id: null, unit_cost }];
    await store.call("POST", "/receipts", { body: { warehouse_id: warehouses[0].id, reference: "glance", lines } });
  }
  await store.page.context().close();
}

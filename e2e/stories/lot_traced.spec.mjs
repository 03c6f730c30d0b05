// A lot is received, a product is made of it and delivered; from either end the other one is found.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PATHS, Person, story, unique } from "../office.mjs";

test("a lot is received, made into a product, delivered, and traced both ways", { timeout: 120_000 }, () => story("lot-traced", async (browser) => {
  const keeper = await Person.logIn(browser, "manager", { path: PATHS.stock });
  const { page } = keeper;
  const { powder, jar, warehouse } = await filling(keeper);

  // The lot comes in, with the form that people use.
  const lot = unique("LOT");
  await keeper.open(`${PATHS.stock}?tab=receipts&receipt=new`);
  await keeper.choose("Warehouse", warehouse.name);
  await keeper.pick(page.getByRole("combobox", { name: "Product" }), powder);
  await page.getByRole("textbox", { name: "Quantity" }).fill("10");
  await page.getByRole("textbox", { name: "Lot or serial numbers" }).fill(lot);
  await keeper.picture("lot-received");
  await keeper.press("Receive");
  await keeper.sees(lot);

  // An order takes two of it for each piece, and enters stock under a lot that the manager names.
  const order = await keeper.order(jar, "3", "planned");
  const work = await keeper.call("GET", `/work-orders/${order.operations[0].work_order_id}`);
  const started = await keeper.call("POST", `/work-orders/${work.row.id}/start`, { version: work.version });
  await keeper.call("POST", `/work-orders/${work.row.id}/finish`, { version: started.version, body: { report: null } });
  await keeper.open(`${PATHS.orders}/${order.id}`);
  await keeper.press("Finish order");
  const own = unique("J");
  const dialog = keeper.dialog();
  await keeper.fill("Lot or serial numbers", own, dialog);
  await keeper.picture("lot-named-when-done");
  await keeper.press("Finish order", dialog);
  await dialog.waitFor({ state: "detached" });

  // Two of the three go to a customer.
  await keeper.open(`${PATHS.deliveries}/new`);
  await keeper.choose("Warehouse", warehouse.name);
  await keeper.fill("Customer", "School no. 4");
  await keeper.pick(page.getByRole("combobox", { name: "Product" }), jar);
  await page.getByRole("textbox", { name: "Quantity" }).fill("2");
  await keeper.press("Deliver");
  await keeper.sees(own);
  const delivery = (await page.locator("main.main h1").first().innerText()).replace("Delivery ", "");
  await keeper.picture("lot-delivered");

  // Back from what was delivered.
  const { items: [ownLot] } = await keeper.call("GET", `/lots?q=${own}`);
  await keeper.open(`${PATHS.lots}/${ownLot.id}`);
  const tree = page.getByRole("tree");
  await tree.waitFor();
  await keeper.sees(order.number, tree);
  await keeper.sees(lot, tree);
  await keeper.picture("lot-sources");

  // By keys: up and down, closed and opened again.
  await page.locator("#trace-0").focus();
  await page.keyboard.press("ArrowDown");
  await page.waitForFunction(() => document.activeElement.id === "trace-1");
  await page.keyboard.press("ArrowLeft");
  await page.waitForFunction(() => document.querySelector("#trace-1").getAttribute("aria-expanded") === "false");
  await page.keyboard.press("ArrowLeft");
  await page.waitForFunction(() => document.activeElement.id === "trace-0");
  await page.keyboard.press("End");
  await page.keyboard.press("Enter");
  await page.waitForURL((address) => address.pathname.startsWith(PATHS.lots) && !address.pathname.endsWith(ownLot.id));

  // Forward from what was received.
  await page.getByRole("button", { name: "Where it went" }).click();
  await keeper.sees(own, page.getByRole("tree"));
  await keeper.sees(delivery, page.getByRole("tree"));
  await keeper.picture("lot-uses");

  // The same goods in the list of moves.
  await keeper.open(`${PATHS.moves}?document=${delivery}`);
  await keeper.sees(own);
  await keeper.picture("moves");
  keeper.assertCalm();
}));

test("who records consumption says which lot it really was", { timeout: 90_000 }, () => story("lot-used", async (browser) => {
  const keeper = await Person.logIn(browser, "manager");
  const { page } = keeper;
  const { jar, component, warehouse } = await filling(keeper);
  const [first, second] = [unique("A"), unique("B")];
  for (const [lot, expires_on] of [[first, "2099-01-01"], [second, "2099-02-01"]]) {
    const lines = [{ product_id: component.id, quantity: "6", lot_numbers: lot, expires_on }];
    await keeper.call("POST", "/receipts", { body: { warehouse_id: warehouse.id, reference: "", lines } });
  }
  const order = await keeper.order(jar, "3", "planned");
  await keeper.open(`${PATHS.orders}/${order.id}`);
  await keeper.sees(first);
  const record = async (quantity, lot) => {
    await page.locator("table.components button[aria-haspopup=menu]").first().click();
    await page.getByRole("menuitem", { name: "Record consumption" }).click();
    await keeper.fill("Quantity", quantity, keeper.dialog());
    await keeper.fill("Lot used", lot, keeper.dialog());
    await keeper.picture("lot-used");
    await keeper.press("Record consumption", keeper.dialog());
  };
  await record("2", "NOBODY-HAS-IT");
  await keeper.dialog().getByText("stock").first().waitFor();
  await page.keyboard.press("Escape");
  await keeper.dialog().waitFor({ state: "detached" });
  await record("2", second);
  await keeper.dialog().waitFor({ state: "detached" });
  const { components: [line] } = await keeper.call("GET", `/manufacturing-orders/${order.id}`);
  assert.deepEqual([line.qty_done, line.lots.map((lot) => [lot.number, lot.qty_reserved])], ["2", [[first, "4"]]]);
  keeper.assertCalm();
}));

test("whoever reports pieces sees the lots as planned, and scans the one that was used", { timeout: 120_000 }, () => story("lots-reported", async (browser) => {
  const keeper = await Person.logIn(browser, "manager");
  const { page } = keeper;
  const { jar, component, warehouse } = await filling(keeper);
  const [soon, late] = [unique("SOON"), unique("LATE")];
  for (const [lot, expires_on] of [[late, "2099-12-31"], [soon, "2099-01-31"]]) {
    const lines = [{ product_id: component.id, quantity: "5", unit_id: null, lot_numbers: lot, expires_on }];
    await keeper.call("POST", "/receipts", { body: { warehouse_id: warehouse.id, reference: "", lines } });
  }
  const order = await keeper.order(jar, "3", "planned");
  const { row: { id } } = await keeper.call("GET", `/work-orders/${order.operations[0].work_order_id}`);
  await keeper.open(`${PATHS.workOrders}/${id}`);
  await keeper.press("Start");
  await keeper.press("Report pieces");
  const dialog = keeper.dialog();
  const lots = dialog.getByRole("combobox", { name: /^Lot of/ }).or(dialog.getByRole("textbox", { name: /^Lot of/ }));
  const amounts = dialog.getByRole("textbox", { name: "How much of this lot" });
  const planned = async () => Promise.all((await lots.all()).map(async (one, at) => [await one.inputValue(), await amounts.nth(at).inputValue()]));
  await lots.nth(1).waitFor();
  assert.deepEqual(await planned(), [[soon, "5"], [late, "1"]]);
  // For two of the three pieces the first lot is enough.
  await keeper.fill("Good", "2", dialog);
  await lots.nth(1).waitFor({ state: "detached" });
  assert.deepEqual(await planned(), [[soon, "4"]]);
  await keeper.picture("lots-planned");

  // One of it was taken from the other lot: two of the first, and what is missing where the scanner says.
  await amounts.first().fill("3");
  await lots.first().press("Enter");
  await lots.nth(1).waitFor();
  await page.waitForFunction(() => document.activeElement.id.startsWith("lot-") && document.activeElement.value === "");
  await page.keyboard.type(late);
  assert.deepEqual(await planned(), [[soon, "3"], [late, "1"]]);
  await keeper.picture("lots-scanned");
  await keeper.press("Report pieces", dialog);
  await dialog.waitFor({ state: "detached" });
  const { items } = await keeper.call("GET", `/stock?product_id=${component.id}`);
  const left = Object.fromEntries(items.map((balance) => [balance.lot_number, balance.qty_on_hand]));
  assert.deepEqual(left, { [soon]: "2", [late]: "4" });
  // The work centre is free for whoever comes next.
  const { version } = await keeper.call("GET", `/work-orders/${id}`);
  await keeper.call("POST", `/work-orders/${id}/pause`, { version, body: { reason: "Enough for today" } });
  keeper.assertCalm();
}));

/** A product that takes two of a powder, both told apart by lots. */
async function filling(keeper) {
  const tube = await keeper.product("TUBE-40");
  const { items: [warehouse] } = await keeper.call("GET", "/warehouses");
  const [powder, jar] = [unique("POWDER"), unique("JAR")];
  const product = (code, more) => keeper.call("POST", "/products", {
    body: {
      code, name: `Name of ${code}`, product_type: "storable", unit_id: tube.unit_id, category: "", can_be_made: true,
      can_be_bought: true, can_be_sold: true, standard_cost: "5", cost_method: "moving_average", selling_price: null,
      purchase_lead_days: 0, safety_stock: "0", tracking: "lot", barcode: null, description: "", active: true, ...more,
    },
  });
  const component = await product(powder);
  const made = await product(jar);
  const { items: [center] } = await keeper.call("GET", "/work-centers");
  const routing = await keeper.call("POST", "/routings", {
    body: {
      code: null, name: unique("Filling"), active: true,
      operations: [{
        sequence: 10, name: "Fill", work_center_id: center.id, setup_seconds: 0, cycle_seconds: 60, quantity_per_cycle: "1",
        cleanup_seconds: 0, staff_needed: 1, predecessors: null, overlap_quantity: null, instructions: "", time_mode: "manual",
        learn_from: 10,
      }],
    },
  });
  const recipe = await keeper.call("POST", "/boms", {
    body: {
      code: null, product_id: made.id, quantity_per_run: "1", unit_id: null, routing_id: routing.id, bom_type: "manufacture",
      consumption_mode: "automatic", lines: [{ component_id: component.id, quantity: "2", unit_id: null, operation_sequence: null, loss_percent: "0", is_fixed: false, note: "" }],
    },
  });
  await keeper.call("POST", `/boms/${recipe.id}/validate`, { version: recipe.version, body: {} });
  return { powder, jar, component, warehouse };
}

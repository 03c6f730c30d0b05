// A sales order is typed in and confirmed by sales and made by the planner; then it is delivered by the storekeeper, or given
// up again with what hangs on it.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { PATHS, Person, story, unique } from "../office.mjs";

test("a sales order is written, made and cancelled", { timeout: 90_000 }, () => story("sales-order", async (browser) => {
  const customer = unique("Muster");
  const sales = await Person.logIn(browser, "sales", { path: PATHS.salesOrders });
  await sales.settled();
  await sales.page.keyboard.press("n");
  await sales.page.locator("#field-customer").waitFor();
  await sales.fill("Customer", customer);
  await sales.page.getByRole("button", { name: "Add a line" }).click();
  const line = sales.page.locator(".lines tbody tr").first();
  await sales.pick(line.locator("[role=combobox]"), "TABLE-01");
  await line.locator("input").nth(1).fill("4");
  await sales.page.keyboard.press("Control+s");
  await sales.sees("Delivery and production");
  await sales.press("Confirm");
  await sales.sees("Confirmed");
  // Sales sees prices and no costs, and leaves production to the planner.
  assert.equal(await sales.page.getByText("Margin").count(), 0);
  assert.equal(await sales.page.getByRole("button", { name: "Create Manufacturing Order" }).count(), 0);
  await sales.sees("The planner has it made");
  await sales.picture("sales-order-of-sales");
  const address = new URL(sales.page.url()).pathname;

  const planner = await Person.logIn(browser, "planner", { path: address });
  await planner.settled();
  await planner.sees("Margin");
  await planner.press("Create Manufacturing Order");
  await planner.sees("Nothing covers 4", planner.dialog());
  await planner.picture("sales-order-making");
  await planner.press("Create Manufacturing Order", planner.dialog());
  const made = planner.page.locator("main.main a[href*='manufacturing_order_manage/']").first();
  await made.waitFor();
  const number = await made.innerText();
  await planner.sees("All of it is being made or delivered");
  await planner.picture("sales-order-made");
  // The customer waits for that order, and the order serves the customer.
  const waits = planner.page.getByRole("table", { name: "What it waits for" });
  await waits.getByRole("link", { name: number }).waitFor();
  await made.click();
  await planner.sees(number);
  await planner.tab("Connections");
  const serves = planner.page.getByRole("table", { name: "What it serves" });
  await serves.getByText(customer).waitFor();
  await planner.picture("order-connections");
  planner.assertCalm();

  // The other window has heard of it. Sales may not cancel production: the order stays, and says that nobody wants it.
  await sales.sees(number);
  await sales.press("Cancel sales order");
  await sales.sees(`Nobody has started ${number}; you may not cancel them`, sales.dialog());
  await sales.picture("sales-order-cancelling");
  await sales.fill("Reason", "Too late", sales.dialog());
  await sales.press("Cancel sales order", sales.dialog());
  await sales.dialog().waitFor({ state: "detached" });
  await sales.sees("Cancelled");
  const { items } = await planner.call("GET", `/manufacturing-orders?q=${number}`);
  assert.equal(items[0].state, "draft");
  await sales.sees(/4 \S+ no longer wanted/);
  sales.assertCalm();
}));

test("a sales order goes from the customer's call to his door", { timeout: 120_000 }, () => story("sales-delivery", async (browser) => {
  const manager = await Person.logIn(browser, "manager");
  const { code, component } = await soldProduct(manager);
  const sales = await Person.logIn(browser, "sales", { path: `${PATHS.salesOrders}/new` });
  await sales.page.locator("#field-customer").waitFor();
  await sales.fill("Customer", unique("Muster"));
  await sales.page.getByRole("button", { name: "Add a line" }).click();
  const line = sales.page.locator(".lines tbody tr").first();
  await sales.pick(line.locator("[role=combobox]"), code);
  await line.locator("input").nth(1).fill("4");
  await sales.page.keyboard.press("Control+s");
  await sales.press("Confirm");
  await sales.sees("Confirmed");
  // Sales does not hand goods over.
  assert.equal(await sales.page.getByRole("button", { name: "Deliver" }).count(), 0);
  const address = new URL(sales.page.url()).pathname;
  const sold = address.split("/").pop();

  // The planner has it made, and the floor makes it.
  await manager.open(address);
  await manager.press("Create Manufacturing Order");
  await manager.press("Create Manufacturing Order", manager.dialog());
  await manager.sees("All of it is being made or delivered");
  const { lines: [{ orders: [{ id }] }] } = await manager.call("GET", `/sales-orders/${sold}`);
  await produce(manager, id, component);

  // Before it is there nothing can go; then the storekeeper delivers three, and the last one.
  const store = await Person.logIn(browser, "store", { path: address });
  await store.settled();
  await store.sees(/4 \S+: ready/);
  await store.sees(/4 \S+ set aside for it/);
  await store.picture("sales-order-ready");
  // It was made for this customer: another one is not given it.
  const rival = await sell(manager, code, "2");
  const refused = await deliverAll(store, rival);
  assert.deepEqual([refused.status(), (await refused.json()).code], [409, "stock_reserved"]);
  await store.press("Deliver");
  const quantity = store.page.getByRole("textbox", { name: "Quantity" });
  await store.page.waitForFunction(() => document.querySelector(".lines tbody tr input[inputmode=decimal]")?.value === "4");
  await quantity.fill("5");
  await store.press("Deliver");
  await store.sees("5 would be delivered, 4 are open");
  await quantity.fill("3");
  await store.picture("sales-delivery-form");
  await store.press("Deliver");
  await store.sees("For sales order");
  await store.picture("sales-delivery");
  await store.page.locator("dl.facts a").click();
  await store.sees(/1 \S+: ready/);
  await store.press("Deliver");
  await store.page.waitForFunction(() => document.querySelector(".lines tbody tr input[inputmode=decimal]")?.value === "1");
  await store.press("Deliver");
  await store.sees("For sales order");

  // The other windows have heard of it.
  const fulfilment = sales.page.getByRole("table", { name: "Delivery and production" });
  await fulfilment.locator("a[href*='/delivery/']").nth(1).waitFor();
  await sales.sees(/Delivered on/);
  await sales.picture("sales-order-delivered");
  const { state } = await manager.call("GET", `/sales-orders/${sold}`);
  assert.equal(state, "delivered");
  for (const person of [sales, store, manager]) person.assertCalm();
}));

test("sales frees what was made for a customer, and another one gets it", { timeout: 120_000 }, () => story("sales-free", async (browser) => {
  const manager = await Person.logIn(browser, "manager");
  const { code, component } = await soldProduct(manager);
  const sold = await sell(manager, code, "3");
  const making = `/sales-orders/${sold.id}/lines/${sold.lines[0].id}/manufacturing-order`;
  const { lines: [{ orders: [{ id }] }] } = await manager.call("POST", making, { version: sold.version });
  await produce(manager, id, component);
  const rival = await sell(manager, code, "3");

  const sales = await Person.logIn(browser, "sales", { path: `${PATHS.salesOrders}/${rival.id}` });
  await sales.settled();
  await sales.sees("Delivery and production");
  assert.equal(await sales.page.getByText("ready").count(), 0, "nothing of it is the rival's");
  await sales.open(`${PATHS.salesOrders}/${sold.id}`);
  await sales.sees(/3 \S+ set aside for it/);
  await sales.press("Free the goods");
  await sales.sees("Freed, anybody can have them.", sales.dialog());
  await sales.picture("sales-order-freeing");
  await sales.press("Free the goods", sales.dialog());
  await sales.dialog().waitFor({ state: "detached" });
  await sales.page.getByText(/set aside for it/).waitFor({ state: "detached" });
  assert.equal((await deliverAll(manager, rival)).status(), 201);
  sales.assertCalm();
  manager.assertCalm();
}));

test("what has passed its last day lies there until sales free it", { timeout: 120_000 }, () => story("sales-expired", async (browser) => {
  const manager = await Person.logIn(browser, "manager");
  const { code, product, component } = await soldProduct(manager, { tracking: "lot" });
  const sold = await sell(manager, code, "3");
  const making = `/sales-orders/${sold.id}/lines/${sold.lines[0].id}/manufacturing-order`;
  const { lines: [{ orders: [{ id }] }] } = await manager.call("POST", making, { version: sold.version });
  await produce(manager, id, component);
  const { items: [lot] } = await manager.call("GET", `/lots?product_id=${product.id}`);

  // The lot's page and the product's say for whom it lies.
  await manager.open(`${PATHS.lots}/${lot.id}`);
  await manager.page.getByRole("link", { name: sold.number }).waitFor();
  await manager.picture("lot-of-customer");
  await manager.open(`${PATHS.products}/${product.id}`);
  const demand = manager.page.getByRole("region", { name: "Needed by open orders" });
  await demand.getByRole("link", { name: sold.number }).waitFor();
  await manager.sees(sold.customer, demand);
  await demand.scrollIntoViewIfNeeded();
  await manager.picture("product-sold");

  await manager.call("PATCH", `/lots/${lot.id}`, { body: { expires_on: "2020-01-31" }, version: lot.version });
  const sales = await Person.logIn(browser, "sales", { path: `${PATHS.salesOrders}/${sold.id}` });
  await sales.settled();
  await sales.sees(/3 \S+ set aside for it cannot go out/);
  await sales.picture("sales-order-expired");
  await sales.press("Free the goods");
  await sales.press("Free the goods", sales.dialog());
  await sales.dialog().waitFor({ state: "detached" });
  await sales.page.getByText("cannot go out").waitFor({ state: "detached" });
  sales.assertCalm();
  manager.assertCalm();
}));

/** A confirmed sales order, written elsewhere. */
async function sell(manager, code, quantity) {
  const body = { customer: unique("Rival"), lines: [{ product_code: code, quantity }] };
  const draft = await manager.call("POST", "/sales-orders", { body });
  return manager.call("POST", `/sales-orders/${draft.id}/confirm`, { version: draft.version });
}

/** What the API answers to a delivery of the whole first line. */
async function deliverAll(person, { warehouse_id, customer, lines: [line] }) {
  const lines = [{ product_id: line.product_id, quantity: line.quantity, sales_order_line_id: line.id }];
  return person.page.request.post("/api/v1/deliveries", {
    data: { warehouse_id, customer, reference: "", lines }, headers: { "Idempotency-Key": randomUUID() },
  });
}

/** A product of its own with one operation and one component, of which there is enough. */
async function soldProduct(manager, more = {}) {
  const code = unique("SOLD");
  const [table, tube] = await Promise.all(["TABLE-01", "TUBE-40"].map((one) => manager.product(one)));
  const { unit_id: unit } = await manager.call("GET", `/products/${table.id}`);
  const { items: [center] } = await manager.call("GET", "/work-centers");
  const routing = await manager.call("POST", "/routings", {
    body: {
      code: null, name: `Routing of ${code}`, active: true,
      operations: [{
        sequence: 10, name: "Cutting", work_center_id: center.id, setup_seconds: 0, cycle_seconds: 60, quantity_per_cycle: "1",
        cleanup_seconds: 0, staff_needed: 1, predecessors: null, overlap_quantity: null, instructions: "",
      }],
    },
  });
  const product = await manager.call("POST", "/products", {
    body: {
      code, name: `Name of ${code}`, product_type: "storable", unit_id: unit, category: "", can_be_made: true, can_be_bought: false,
      can_be_sold: true, cost_method: "standard", purchase_lead_days: 0, safety_stock: "0", tracking: "none", description: "",
      active: true, selling_price: "40", ...more,
    },
  });
  const bom = await manager.call("POST", "/boms", {
    body: {
      code: null, product_id: product.id, quantity_per_run: "1", unit_id: null, routing_id: routing.id, bom_type: "manufacture",
      consumption_mode: "automatic",
      lines: [{
        component_id: tube.id, quantity: "1", unit_id: null, operation_sequence: null, loss_percent: "0", is_fixed: false, note: "",
      }],
    },
  });
  await manager.call("POST", `/boms/${bom.id}/validate`, { version: bom.version });
  return { code, product, component: tube };
}

/** The order gets its component, is planned, worked on and finished. */
async function produce(manager, id, component) {
  await manager.bring([{ product_id: component.id, quantity: "20" }], "sold");
  const step = async (path, body) => {
    const { version } = await manager.call("GET", path.replace(/\/[a-z]+$/, ""));
    return manager.call("POST", path, { body, version });
  };
  const order = `/manufacturing-orders/${id}`;
  const { version } = await manager.call("GET", order);
  const date_deadline = new Date(Date.now() + 40 * 86_400_000).toISOString().replace(/\.\d+Z$/, "Z");
  await manager.call("PATCH", order, { body: { date_deadline }, version });
  await step(`${order}/confirm`);
  const planned = await step(`${order}/plan`, { with_shortage: true });
  const work = `/work-orders/${planned.operations[0].work_order_id}`;
  await step(`${work}/start`);
  await step(`${work}/finish`, { report: null });
  await step(`${order}/finish`, { choice: "complete" });
}

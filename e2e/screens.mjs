// Every page of the office, with its tabs, menus and dialogs: what stories go through that look at all of them.

import { PATHS, unique } from "./office.mjs";

/** An address of no page. */
export const UNKNOWN = "/admin/manufacturing/there_is_no_such_page";

/**
 * Opens one screen after the other within one window.
 * @param {import("./office.mjs").Person} manager
 * @param {(name: string) => Promise<void>} look
 */
export async function eachScreen(manager, look) {
  for (const [name, address, prepare] of await screens(manager)) {
    await go(manager, address);
    if (prepare) await prepare(manager.page);
    await look(name);
    if (prepare) await leave(manager.page);
  }
}

/** Closes what was opened; a dialog that has its own address leaves it a moment later. */
async function leave(page) {
  await page.keyboard.press("Escape");
  await page.locator("dialog[open]").waitFor({ state: "detached" });
  await page.waitForFunction(() => !new URLSearchParams(location.search).has("record"));
}

/** Follows a link within the office: only the first page is loaded from the server. */
async function go(person, address) {
  const { page } = person;
  await follow(page, address);
  await page.waitForFunction((wanted) => location.pathname + location.search === wanted, address);
  await page.waitForFunction(() => document.querySelector("main.main h1, main.main h2") !== null
    && document.querySelector("[aria-busy='true'], .skeleton") === null);
  await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
}

/** Clicks a link to an address and waits for nothing. */
export async function follow(page, address) {
  await page.evaluate((href) => {
    const link = Object.assign(document.createElement("a"), { href });
    document.body.append(link);
    link.click();
    link.remove();
  }, address);
}

/** An order that is short, what it asks for, the offers for it and the purchase order that follows. */
async function purchase(manager) {
  const order = await manager.order("TABLE-01", "200", "confirmed");
  const request = await manager.call("POST", `/manufacturing-orders/${order.id}/purchase-request`);
  let quotation = await manager.call("POST", `/purchase-requests/${request.id}/request-for-quotation`);
  const choices = [];
  for (const line of quotation.lines) {
    for (const offer of line.offers) {
      quotation = await manager.call("POST", `/requests-for-quotation/${quotation.id}/offers`, {
        version: quotation.version,
        body: { line_id: line.id, supplier_id: offer.supplier_id, price: "12.5", lead_days: offer.lead_days },
      });
    }
    if (line.offers.length > 0) choices.push({ line_id: line.id, supplier_id: line.offers[0].supplier_id });
  }
  const path = `/requests-for-quotation/${quotation.id}/choose`;
  quotation = await manager.call("POST", path, { version: quotation.version, body: { choices } });
  const id = quotation.lines.find((line) => line.purchase_order_id).purchase_order_id;
  const draft = await manager.call("GET", `/purchase-orders/${id}`);
  await manager.call("POST", `/purchase-orders/${id}/order`, { version: draft.version });
  return { order: order.id, request: request.id, quotation: quotation.id, purchase: id };
}

/** Every page with what stands on it: name, address, and what to open there. */
export async function screens(manager) {
  const first = async (path) => (await manager.call("GET", path)).items[0].id;
  const draft = await manager.order("TABLE-01", "2");
  const planned = await manager.order("TABLE-01", "2", "planned");
  const work = planned.operations[0].work_order_id;
  const bom = await first("/boms?q=BOM-BENCH");
  const [routing, center, product, user, schedule, unit] = [
    await first("/routings"), await first("/work-centers"), await first("/products"), await first("/users"),
    await first("/work-schedules"), await first("/units"),
  ];
  const receipt = await first("/receipts");
  const sold = await soldTable(manager);
  const bolt = await manager.product("BOLT-M8");
  const pasted = await manager.call("POST", "/boms", {
    body: {
      code: null, product_id: (await manager.product("TABLE-01")).id, quantity_per_run: "1", unit_id: null, routing_id: routing,
      bom_type: "manufacture", consumption_mode: "automatic", lines: [],
    },
  });
  const bought = await purchase(manager);
  const tube = await manager.product("TUBE-40");
  const powder = await manager.call("POST", "/products", {
    body: {
      code: unique("POWDER"), name: "Powder by lot", product_type: "storable", unit_id: tube.unit_id, category: "",
      can_be_made: false, can_be_bought: true, can_be_sold: false, standard_cost: "5", cost_method: "moving_average",
      selling_price: null, purchase_lead_days: 0, safety_stock: "0", tracking: "lot", barcode: null, description: "", active: true,
    },
  });
  const { items: [place] } = await manager.call("GET", "/warehouses");
  const soon = new Date(Date.now() + 10 * 86_400_000).toISOString().slice(0, 10);
  await manager.call("POST", "/receipts", {
    body: { warehouse_id: place.id, lines: [{ product_id: powder.id, quantity: "25", lot_numbers: unique("LOT"), expires_on: soon }] },
  });
  const delivery = await manager.call("POST", "/deliveries", {
    body: { warehouse_id: place.id, customer: "School no. 4", reference: "PO 77", lines: [{ product_id: powder.id, quantity: "5" }] },
  });
  const count = await manager.call("POST", "/counts", { body: { warehouse_id: place.id } });
  const { items: [lot] } = await manager.call("GET", `/lots?product_id=${powder.id}`);
  const stool = await manager.product("STOOL");
  const variant = await first(`/products?template_id=${stool.id}`);
  const opened = async (page) => page.locator("dialog[open] .form, dialog[open] .shortcuts, dialog[open] [role=listbox]").first().waitFor();
  const key = (name) => async (page) => { await page.keyboard.press(name); await opened(page); };
  const menu = async (page) => { await page.locator("main.main button[aria-haspopup=menu]").first().click(); await page.getByRole("menu").waitFor(); };
  const inMenu = (place) => async (page) => {
    await page.locator("table.components button[aria-haspopup=menu]").first().click();
    await page.getByRole("menuitem").nth(place).click();
    await opened(page);
  };
  const order = (id, tab) => `${PATHS.orders}/${id}${tab ? `?tab=${tab}` : ""}`;
  const tabs = (base, names) => names.map((name) => [`${base.split("/").pop()} ${name}`, `${base}?tab=${name}`]);
  return [
    ["dashboard", PATHS.dashboard],
    ["orders", PATHS.orders],
    ["nothing found", `${PATHS.orders}?q=nobody-has-this`],
    ["new order", `${PATHS.orders}/new`],
    ["draft order", order(draft.id)],
    ["draft order, edited", order(draft.id), key("e")],
    ["order, menu", order(planned.id), menu],
    ["order, need changed", order(planned.id), inMenu(0)],
    ["order, component replaced", order(planned.id), inMenu(1)],
    ...["operations", "costs", "pegging", "change_log", "history"].map((tab) => [`order ${tab}`, order(planned.id, tab)]),
    ["work orders", PATHS.workOrders],
    ...tabs(`${PATHS.workOrders}/${work}`, ["time", "reports", "instructions"]),
    ["recipes", PATHS.boms], ["recipe", `${PATHS.boms}/${bom}`], ["new recipe", `${PATHS.boms}/new`],
    ["rows to paste", `${PATHS.boms}/${pasted.id}`, async (page) => {
      await page.locator(".bom-toolbar button").nth(1).click();
      await page.locator("#paste-text").waitFor();
    }],
    ["rows pasted", `${PATHS.boms}/${pasted.id}`, async (page) => {
      await page.evaluate(() => {
        const data = new DataTransfer();
        data.setData("text/plain", "TUBE-4O\t1\nTUBE-40\tx\tkg\t99\nTUBE-40\t1\nBOLT-M8\t2");
        document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
      });
      await page.locator(".paste-choices button").first().waitFor();
    }],
    ["recipes compared", `${PATHS.boms}/${bom}/compare?with=${await first("/boms?q=BOM-TABLE")}`],
    ["nothing to compare with", `${PATHS.boms}/${bom}/compare`],
    ["where used", `${PATHS.products}/${bolt.id}/where_used?all=true`],
    ["component replaced", `${PATHS.products}/${bolt.id}/replace`, async (page) => {
      await manager.pick(page.locator("#field-to_id"), (await manager.product("TABLE-01")).name);
      await page.locator("main.main .actions button.button").first().click();
      await page.locator("main.main tbody tr").first().waitFor();
    }],
    ["import", PATHS.boms, async (page) => { await page.getByRole("button", { name: /CSV/ }).click(); await opened(page); }],
    ["files", PATHS.products, async (page) => {
      await menu(page);
      await page.getByRole("menuitem").last().click();
      await page.locator("dialog[open] input[type=file]").waitFor();
    }],
    ["many products edited", PATHS.products, async (page) => {
      await page.locator("main.main thead input[type=checkbox]").check();
      await page.locator(".bulk button").first().click();
      await opened(page);
    }],
    ["routings", PATHS.routings], ["routing", `${PATHS.routings}/${routing}`], ["new routing", `${PATHS.routings}/new`],
    ["work centres", PATHS.workCenters], ["work centre", `${PATHS.workCenters}/${center}`],
    ["OEE", PATHS.oee], ["OEE of a work centre", `${PATHS.oee}?work_center_id=${center}&period=last_month`], ["time logs", PATHS.timeLogs],
    ["downtimes", PATHS.downtimes], ["downtime", `${PATHS.downtimes}/${await first("/downtimes")}`], ["new downtime", `${PATHS.downtimes}/new`],
    ["costs by recipe", `${PATHS.products}/costs`],
    ["products", PATHS.products], ["product", `${PATHS.products}/${product}`],
    ["product with demand", `${PATHS.products}/${tube.id}`], ["new product", `${PATHS.products}/new`],
    ...tabs(PATHS.setting, ["general_settings", "unit_categories", "units", "attributes", "work_schedules", "closures", "loss_reasons", "warehouses"]),
    ["attribute", `${PATHS.setting}?tab=attributes&record=${await first("/attributes")}`, opened],
    ["template", `${PATHS.products}/${stool.id}`], ["variant", `${PATHS.products}/${variant}`],
    ["recipe of a template", `${PATHS.boms}/${await first("/boms?q=BOM-STOOL")}`],
    ["unit", `${PATHS.setting}?tab=units&record=${unit}`, opened],
    ["work schedule", `${PATHS.setting}?tab=work_schedules&record=${schedule}`, opened],
    ...tabs(PATHS.stock, ["balances", "receipts", "moves"]),
    ["new receipt", `${PATHS.stock}?tab=receipts&receipt=new`], ["receipt", `${PATHS.stock}?tab=receipts&receipt=${receipt}`],
    ["sales orders", PATHS.salesOrders], ["sales order", `${PATHS.salesOrders}/${sold.id}`],
    ["new sales order", `${PATHS.salesOrders}/new`],
    ["sales order, cancelled", `${PATHS.salesOrders}/${sold.id}`, async (page) => {
      await page.locator("main.main .section .actions button.button").first().click();
      await opened(page);
    }],
    ["delivery of a sales order", `${PATHS.deliveries}/new?sales_order_id=${sold.id}`],
    ["purchase requests", PATHS.purchaseRequests], ["new purchase request", `${PATHS.purchaseRequests}/new`],
    ["purchase request", `${PATHS.purchaseRequests}/${bought.request}`],
    ["order with what is expected", order(bought.order)],
    ["requests for quotation", PATHS.quotations], ["new request for quotation", `${PATHS.quotations}/new`], ["offers compared", `${PATHS.quotations}/${bought.quotation}`],
    ["purchase orders", PATHS.purchaseOrders], ["new purchase order", `${PATHS.purchaseOrders}/new`],
    ["purchase order", `${PATHS.purchaseOrders}/${bought.purchase}`],
    ["purchase order as a mail", `${PATHS.purchaseOrders}/${bought.purchase}`, async (page) => {
      await page.locator(".record-head .actions button.button").first().click();
      await page.locator("dialog[open] .mail-text").waitFor();
    }],
    ["purchase order received", `${PATHS.stock}?tab=receipts&receipt=new&purchase_order_id=${bought.purchase}`],
    ...tabs(PATHS.suppliers, ["suppliers", "prices"]),
    ["supplier", `${PATHS.suppliers}/${await first("/suppliers")}`], ["new supplier", `${PATHS.suppliers}/new`],
    ["supplier price", `${PATHS.suppliers}?tab=prices&record=${await first("/supplier-prices")}`, opened],
    ["counts", PATHS.counts], ["new count", `${PATHS.counts}/new`], ["count", `${PATHS.counts}/${count.id}`],
    ...tabs(PATHS.stockValue, ["values", "differences"]), ["order costs", PATHS.orderCosts],
    ["moves", PATHS.moves], ["transfers", PATHS.transfers], ["new transfer", `${PATHS.transfers}/new`],
    ["deliveries", PATHS.deliveries], ["new delivery", `${PATHS.deliveries}/new`], ["delivery", `${PATHS.deliveries}/${delivery.id}`],
    ["lots", PATHS.lots], ["lot", `${PATHS.lots}/${lot.id}`], ["new lot", `${PATHS.lots}/new`],
    ["users", PATHS.users], ["user", `${PATHS.users}/${user}`],
    ["shortcuts", PATHS.dashboard, key("?")],
    ["palette", PATHS.orders, key("Control+k")],
    ["nobody's address", UNKNOWN],
  ];
}

/** A confirmed sales order with an order that makes part of it. */
async function soldTable(manager) {
  const product = await manager.product("TABLE-01");
  const body = { customer: "Muster GmbH", lines: [{ product_id: product.id, quantity: "2" }] };
  let sold = await manager.call("POST", "/sales-orders", { body });
  sold = await manager.call("POST", `/sales-orders/${sold.id}/confirm`, { version: sold.version });
  const path = `/sales-orders/${sold.id}/lines/${sold.lines[0].id}/manufacturing-order`;
  return manager.call("POST", path, { version: sold.version });
}

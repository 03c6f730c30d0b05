// A factory from nothing: units, schedule, holiday, work centre, codes, routing, products, recipe; then an order of it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PATHS, Person, story, unique } from "../office.mjs";

test("a configured product can be ordered", { timeout: 150_000 }, () => story("configuration", async (browser) => {
  const manager = await Person.logIn(browser, "manager");
  const own = {
    category: unique("Packs"),
    unit: unique("pk"),
    schedule: unique("One shift"),
    holiday: unique("Saint Andrew"),
    workCenter: unique("WC"),
    prefix: `${unique("RT")}-`,
    routing: unique("Packing"),
    component: unique("SHEET"),
    product: unique("CRATE"),
  };
  await units(manager, own);
  await schedule(manager, own);
  await workCenter(manager, own);
  await codes(manager, own);
  await routing(manager, own);
  await products(manager, own);
  await recipe(manager, own);
  await order(manager, own);
  manager.assertCalm();
}));

async function setting(manager, tab) {
  await manager.visit("Settings");
  await manager.tab(tab);
}

/** The new record of a list on a settings tab; `write` fills its dialog in. */
async function create(manager, button, name, write) {
  await manager.press(button);
  const dialog = manager.dialog();
  await dialog.locator(".form").waitFor();
  await write(dialog);
  await manager.press("Create", dialog);
  await dialog.waitFor({ state: "detached" });
  await manager.page.locator("main.main tbody tr").filter({ hasText: name }).waitFor();
}

/** Step 1: what things are counted in. */
async function units(manager, own) {
  await setting(manager, "Unit categories");
  await create(manager, "New unit category", own.category, (dialog) => manager.fill("Name", own.category, dialog));
  await manager.tab(/^\s*Units/);
  await create(manager, "New unit", own.unit, async (dialog) => {
    await manager.fill("Short name", own.unit, dialog);
    await manager.fill("Name", `Pack ${own.unit}`, dialog);
    await manager.choose("Category", own.category, dialog);
  });
}

/** Step 2: when people work, and when not. */
async function schedule(manager, own) {
  await manager.tab("Work schedules");
  await create(manager, "New work schedule", own.schedule, async (dialog) => {
    await manager.fill("Name", own.schedule, dialog);
    const monday = dialog.getByRole("group", { name: "Mon" });
    await manager.press("Shift", monday);
    await manager.press("Break", monday);
    await monday.getByLabel("Until", { exact: true }).fill("14:30");
    await manager.press("Copy Monday to Tuesday–Friday", dialog);
    await manager.sees("40:00 a week", dialog);
  });
  await manager.tab("Holidays and shutdowns");
  await create(manager, "New holiday or shutdown", own.holiday, async (dialog) => {
    await manager.fill("Reason", own.holiday, dialog);
    await manager.select("Kind", "Public holiday", dialog);
    await manager.fill("First day", "2031-11-30", dialog);
    await manager.fill("Last day", "2031-12-01", dialog);
  });
}

/** Step 3: where work is done, and what an hour of it costs. */
async function workCenter(manager, own) {
  await manager.visit("Work centres");
  await manager.press("New work centre");
  await manager.fill("Code", own.workCenter);
  await manager.fill("Name", `Bench ${own.workCenter}`);
  await manager.select("Kind", "Team");
  await manager.choose("Work schedule", own.schedule);
  await manager.fill("Cost per hour", "36");
  await manager.fill("Labour cost per hour", "24");
  await saved(manager, PATHS.workCenters);
}

/** Step 4: how codes look. */
async function codes(manager, own) {
  await setting(manager, "General settings");
  const row = manager.page.locator("table.series tr").filter({ hasText: "Routings" });
  await row.getByLabel("Routings, Prefix").fill(own.prefix);
  await manager.press("Save", row);
  await manager.action("Save", row).waitFor({ state: "detached" });
  assert.ok((await row.innerText()).includes(own.prefix));
  // When a lot is near its end, and back again.
  const days = manager.field("Lots are near their end, days before");
  for (const value of ["45", "30"]) {
    await days.fill(value);
    await manager.page.keyboard.press("Control+s");
    await manager.page.waitForFunction(async (wanted) => String((await (await fetch("/api/v1/setting")).json()).near_expiry_days) === wanted, value);
  }
}

/** Step 5: how it is made. */
async function routing(manager, own) {
  const { page } = manager;
  await manager.visit("Routing");
  await manager.press("New routing");
  await manager.fill("Name", own.routing);
  for (const [index, [name, cycle]] of [["Cutting to size", "0:06"], ["Packing", "0:03"]].entries()) {
    await manager.press("Operation");
    const card = page.locator("li.operation-card").nth(index);
    await manager.fill("Operation", name, card);
    await manager.choose("Work centre", own.workCenter, card);
    await manager.fill("Cycle", cycle, card);
  }
  await saved(manager, PATHS.routings);
  assert.ok((await manager.field("Code").inputValue()).startsWith(own.prefix));
}

/** Step 6: what is made, and what goes into it. */
async function products(manager, own) {
  const write = async (code, isMade) => {
    await manager.visit("Products");
    await manager.press("New product");
    await manager.fill("Code", code);
    await manager.fill("Name", `Name of ${code}`);
    await manager.choose("Unit", own.unit);
    await manager.page.getByLabel("Can be made").setChecked(isMade);
    await manager.page.getByLabel("Can be bought").setChecked(!isMade);
    await manager.fill(isMade ? "Selling price" : "Standard cost", isMade ? "25" : "4.50");
    await saved(manager, PATHS.products);
  };
  await write(own.component, false);
  await write(own.product, true);
}

/** Step 7: the recipe, with its component, validated. */
async function recipe(manager, own) {
  const { page } = manager;
  await manager.visit("BoM recipes");
  await manager.press("New recipe");
  await manager.choose("Product", own.product);
  await manager.choose("Routing", own.routing);
  await saved(manager, PATHS.boms);
  await manager.pick(page.locator("#bom-add"), own.component);
  const quantity = page.getByLabel(`Quantity of Name of ${own.component}`);
  await quantity.and(page.locator("input")).fill("2");
  await quantity.press("Enter");
  await quantity.and(page.locator("button")).filter({ hasText: "2" }).waitFor();
  await manager.press("Validate Rev 1");
  await manager.press("Validate Rev 1", manager.dialog());
  await manager.sees("Rev 1 is validated");
}

/** And then it can be ordered. */
async function order(manager, own) {
  await manager.visit("Manufacturing orders");
  await manager.press("New order");
  await manager.choose("Product", own.product);
  await manager.fill("Quantity", "5");
  await manager.press("Create");
  await manager.press("Confirm order");
  await manager.action("Plan order").waitFor();
  const component = manager.page.locator("table.components tr").filter({ hasText: own.component });
  assert.match(await component.first().innerText(), /Missing 10/);
  await manager.tab("Costs");
  // Two sheets at 4.50, nine minutes of machine at 36 and of a person at 24, each for five crates.
  assert.match(await manager.page.locator(".sum").first().innerText(), /90\.00/);
}

/** Creates the record of a form and waits for its own page. */
async function saved(manager, list) {
  await manager.press("Create");
  await manager.page.waitForURL(new RegExp(`${list}/[0-9a-f]{8}-[0-9a-f-]+$`));
  await manager.settled();
}

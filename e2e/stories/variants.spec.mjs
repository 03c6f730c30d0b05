// A product comes in colours and heights: somebody says so, the variants are made, one recipe serves all of them, and an
// order for one of them takes exactly what that one needs.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PATHS, Person, story, unique } from "../office.mjs";

test("a product gets attributes, variants, and one recipe for all of them", { timeout: 180_000 }, () => story("variants", async (browser) => {
  const manager = await Person.logIn(browser, "manager");
  const { page } = manager;
  const tag = unique("V");
  const [colour, height] = [`Colour ${tag}`, `Height ${tag}`];

  // Attributes, in the settings.
  await newAttribute(manager, `C-${tag}`, colour, [["RED", "Red"], ["BLUE", "Blue"]]);
  await newAttribute(manager, `H-${tag}`, height, [["LOW", "Low"], ["HIGH", "High"]]);
  await manager.picture("variants-attributes");

  const [red, blue, leg] = [await newProduct(manager, `RED-${tag}`), await newProduct(manager, `BLUE-${tag}`), await newProduct(manager, `LEG-${tag}`)];
  const desk = await newProduct(manager, `DESK-${tag}`, { can_be_made: true, can_be_bought: false });

  // The product offers values and becomes a template.
  await manager.open(`${PATHS.products}/${desk.id}`);
  for (const value of [`${colour}: Red`, `${colour}: Blue`, `${height}: Low`, `${height}: High`]) {
    await manager.pick(page.locator("#attribute_value_ids, [id$='attribute_value_ids']").first(), value);
  }
  await page.keyboard.press("Control+s");
  await manager.press("Make 4 variants");
  await manager.sees("4 of 4 made");
  const table = page.getByRole("table", { name: "Variants" });
  assert.equal(await table.locator("tbody tr").count(), 4);
  await manager.picture("variants-product");

  // One of them is stopped and started again, by the keyboard.
  const low = `DESK-${tag}-BLUE-LOW`;
  await page.getByRole("button", { name: `Actions for ${low}` }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("menuitem", { name: "Make inactive" }).focus();
  await page.keyboard.press("Enter");
  await table.locator("tbody tr").filter({ hasText: low }).filter({ hasText: "Inactive" }).waitFor();
  await page.getByRole("button", { name: `Actions for ${low}` }).click();
  await page.getByRole("menuitem", { name: "Make active" }).click();
  await table.locator("tbody tr").filter({ hasText: low }).filter({ hasText: "Active" }).waitFor();

  // A template is not offered where something is made.
  await manager.open(`${PATHS.orders}/new`);
  const product = manager.field("Product");
  await product.click();
  await product.fill(`DESK-${tag}`);
  await page.getByRole("option").filter({ hasText: "Blue, High" }).first().waitFor();
  // What is typed narrows the list: the variants are left, and not the template.
  await page.waitForFunction(() => document.querySelectorAll("[role=option]").length === 4);

  // The list tells who is whose.
  await manager.open(`${PATHS.products}?q=DESK-${tag}&is_variant=true`);
  await page.locator("main").getByText(`Name of DESK-${tag}`, { exact: true }).first().waitFor();
  await manager.picture("variants-list");

  // One recipe: paint by colour.
  const bom = await newRecipe(manager, desk, [red, blue, leg]);
  await manager.open(`${PATHS.boms}/${bom.id}`);
  await applies(manager, red, [`${colour}: Red`]);
  await applies(manager, blue, [`${colour}: Blue`]);
  await applies(manager, leg, [`${height}: High`, `${colour}: Blue`]);
  await manager.sees("High · Blue");
  await manager.picture("variants-recipe");
  const shown = page.locator("#bom-show-as");
  await shown.selectOption({ label: `DESK-${tag}-BLUE-HIGH` });
  const grid = page.locator("table.bom-grid").first();
  await grid.getByText(red.name).waitFor({ state: "detached" });
  await grid.getByText(blue.name).waitFor();
  await page.locator(".bom-totals tr").first().waitFor();
  await manager.picture("variants-recipe-as-one");
  const high = Number((await page.locator(".bom-totals td.number").first().innerText()).replace(/[^\d.]/g, ""));
  await shown.selectOption({ label: low });
  await grid.getByText(leg.name).waitFor({ state: "detached" });
  await page.waitForFunction((before) => Number((document.querySelector(".bom-totals td.number")?.textContent ?? "").replace(/[^\d.]/g, "")) < before, high);
  await manager.press("Validate Rev 1");
  await manager.press("Validate Rev 1", manager.dialog());
  await manager.dialog().waitFor({ state: "detached" });

  // An order for one variant takes exactly its lines.
  const order = await manager.order(low, "2", "confirmed");
  await manager.open(`${PATHS.orders}/${order.id}`);
  const components = page.locator("table.components tbody tr");
  await components.filter({ hasText: blue.name }).first().waitFor();
  assert.equal(await components.filter({ hasText: red.name }).count(), 0);
  assert.equal(await components.filter({ hasText: leg.name }).count(), 0);
  manager.assertCalm();

  const night = await Person.logIn(browser, "manager", { theme: "dark", language: "ro", path: `${PATHS.products}/${desk.id}` });
  await night.settled();
  await night.sees("4 din 4 create");
  await night.picture("variants-product-dark");
  await night.open(`${PATHS.boms}/${bom.id}`);
  await night.sees("High · Blue");
  await night.picture("variants-recipe-dark");
  night.assertCalm();
}));

async function newAttribute(manager, code, name, values) {
  const { page } = manager;
  await manager.open(`${PATHS.setting}?tab=attributes`);
  await manager.press("New attribute");
  const dialog = manager.dialog();
  await manager.fill("Code", code, dialog);
  await manager.fill("Name", name, dialog);
  for (const [place, [valueCode, valueName]] of values.entries()) {
    await dialog.getByRole("button", { name: "Add a line" }).click();
    await dialog.getByLabel(`Code, Line ${place + 1}`).fill(valueCode);
    await dialog.getByLabel(`Name, Line ${place + 1}`).fill(valueName);
  }
  await page.keyboard.press("Control+s");
  await dialog.waitFor({ state: "detached" });
  await manager.sees(values.map(([, valueName]) => valueName).join(", "));
}

/** Says to which variants a component's line applies. */
async function applies(manager, component, values) {
  await manager.page.getByRole("button", { name: new RegExp(`^Applies to, ${component.name}`) }).click();
  for (const value of values) await manager.choose("Applies to", value, manager.dialog());
  await manager.press("Save", manager.dialog());
  await manager.dialog().waitFor({ state: "detached" });
}

async function newProduct(manager, code, more = {}) {
  const table = await manager.product("TABLE-01");
  const { unit_id: unit } = await manager.call("GET", `/products/${table.id}`);
  const body = {
    code, name: `Name of ${code}`, product_type: "storable", unit_id: unit, category: "", can_be_made: false, can_be_bought: true,
    can_be_sold: false, standard_cost: "5", cost_method: "moving_average", purchase_lead_days: 0, safety_stock: "0",
    tracking: "none", description: "", active: true, ...more,
  };
  return manager.call("POST", "/products", { body });
}

/** A draft of these components, made in one operation. */
async function newRecipe(manager, product, components) {
  const { items: centers } = await manager.call("GET", "/work-centers");
  const operation = {
    sequence: 10, name: "Cutting", work_center_id: centers[0].id, setup_seconds: 0, cycle_seconds: 60, quantity_per_cycle: "1",
    cleanup_seconds: 0, staff_needed: 1, predecessors: null, overlap_quantity: null, instructions: "",
  };
  const routing = await manager.call("POST", "/routings", {
    body: { code: null, name: `Routing of ${product.code}`, active: true, operations: [operation] },
  });
  const line = (component) => ({
    component_id: component.id, quantity: "2", unit_id: null, operation_sequence: null, loss_percent: "0", is_fixed: false, note: "",
  });
  return manager.call("POST", "/boms", {
    body: {
      code: null, product_id: product.id, quantity_per_run: "1", unit_id: null, routing_id: routing.id, bom_type: "manufacture",
      consumption_mode: "automatic", lines: components.map(line),
    },
  });
}

// A draft recipe is edited in its grid by keyboard; a validated one leads to one draft, however often one asks for it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PATHS, Person, story, unique } from "../office.mjs";

test("a draft recipe is edited in the grid by keyboard alone", { timeout: 90_000 }, () => story("bom-keys", async (browser) => {
  const manager = await Person.logIn(browser, "manager");
  const { page } = manager;
  const bom = await validatedRecipe(manager);
  await manager.open(`${PATHS.boms}/${bom.id}`);

  await manager.press("New revision");
  await page.locator(".bom-grid button.bom-cell").first().waitFor();
  const draft = page.url();
  assert.notEqual(draft.split("/").pop(), bom.id);

  // Asking again leads to the same draft instead of an error.
  await manager.open(`${PATHS.boms}/${bom.id}`);
  await manager.press("Open draft Rev 2");
  await page.locator(".bom-grid button.bom-cell").first().waitFor();
  assert.equal(page.url(), draft);
  const { items } = await manager.call("GET", `/boms?q=${encodeURIComponent(bom.code)}`);
  assert.equal(items.filter((item) => item.code === bom.code).length, 2);

  const cell = (part, name) => page.locator(`button.bom-cell[aria-label^="${part} of ${name}"]`);
  const input = page.locator(".bom-grid input.bom-input:focus");
  await cell("Quantity", "Steel tube").focus();
  await page.keyboard.press("Enter");
  await input.waitFor();
  await page.keyboard.type("2.5");
  await page.keyboard.press("Enter");
  await cell("Quantity", "Steel tube").filter({ hasText: "2.5" }).waitFor();

  // Enter went down a line; a wrong number is refused where it stands, Esc restores what was there.
  await input.waitFor();
  await page.keyboard.type("0");
  await page.keyboard.press("Enter");
  await page.locator(".bom-problem").filter({ hasText: "Not a number above 0" }).waitFor();
  await page.keyboard.press("Escape");
  assert.match(await cell("Quantity", "Bolt").innerText(), /8/);

  // Tab walks to the right: quantity, unit, operation, loss.
  await cell("Quantity", "Bolt").focus();
  await page.keyboard.press("Enter");
  await input.waitFor();
  for (const focused of ["#bom-unit-edit:focus", ".bom-grid select.bom-input:focus", ".bom-grid input.bom-input:focus"]) {
    await page.keyboard.press("Tab");
    await page.locator(focused).waitFor();
  }
  await page.keyboard.type("5");
  await page.keyboard.press("Enter");
  await cell("Loss", "Bolt").filter({ hasText: "5" }).waitFor();
  await manager.sees(/Draft saved/);

  const saved = await manager.call("GET", `/boms/${draft.split("/").pop()}`);
  const line = (name) => saved.lines.find((one) => one.component_name.startsWith(name));
  assert.equal(Number(line("Steel tube").quantity), 2.5);
  assert.equal(Number(line("Bolt").loss_percent), 5);
  manager.assertCalm();
}));

/** A recipe of its own, validated, so that no other story sees it change. */
async function validatedRecipe(manager) {
  const [table, tube, bolt] = await Promise.all(["TABLE-01", "TUBE-40", "BOLT-M8"].map((code) => manager.product(code)));
  const [whole, { items: routings }] = await Promise.all([
    manager.call("GET", `/products/${table.id}`), manager.call("GET", "/routings?q=table"),
  ]);
  const code = unique("STAND");
  const product = await manager.call("POST", "/products", {
    body: {
      code, name: `Name of ${code}`, product_type: "storable", unit_id: whole.unit_id, category: "", can_be_made: true,
      can_be_bought: false, can_be_sold: false, cost_method: "standard", purchase_lead_days: 0, safety_stock: "0",
      tracking: "none", description: "", active: true,
    },
  });
  const line = (component, quantity) => ({
    component_id: component.id, quantity, unit_id: null, operation_sequence: null, loss_percent: "0", is_fixed: false, note: "",
  });
  const bom = await manager.call("POST", "/boms", {
    body: {
      code: null, product_id: product.id, quantity_per_run: "1", unit_id: null, routing_id: routings[0].id,
      bom_type: "manufacture", consumption_mode: "automatic", lines: [line(tube, "2"), line(bolt, "8")],
    },
  });
  return manager.call("POST", `/boms/${bom.id}/validate`, { version: bom.version });
}

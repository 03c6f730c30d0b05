// Rows copied in a spreadsheet become lines of a draft: pasted, corrected cell by cell by keyboard, added, and taken back.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PATHS, Person, story, unique } from "../office.mjs";

test("rows are pasted, corrected by keyboard, added at once and taken back", { timeout: 120_000 }, () => story("bom-paste", async (browser) => {
  const manager = await Person.logIn(browser, "manager");
  const { page } = manager;
  const bom = await draft(manager);
  await manager.open(`${PATHS.boms}/${bom.id}`);
  await page.locator(".bom-grid button.bom-cell").first().waitFor();

  await pasteByKeys(page, "Code\tQuantity\tUnit\tOperation\tLoss\tOnce per order\tNote\nTUBE-40\t1,250.5\tm\t\t5%\tno\tshiny\nBOTL-M8\t8\t\t\t\t\t\n"
    + "PAINT-RAL\ttwo\tkg\t\t\tyes\t\nTUBE-40\t1\tkg\t99\t\t\t\n");
  const dialog = manager.dialog();
  await manager.sees("4 rows", dialog);
  await manager.sees("1 right", dialog);
  await manager.sees("3 to correct", dialog);
  const cell = (row, column) => page.locator(`#paste-${row}-${column}`);
  assert.match(await cell(1, 0).innerText(), /There is no such product/);
  assert.match(await cell(2, 1).innerText(), /not a number/);
  assert.match(await cell(3, 2).innerText(), /another kind/);
  assert.match(await cell(3, 3).innerText(), /not in the routing/);
  await manager.picture("bom-paste");

  // The first problem is at hand; a product that is like it is one press away.
  assert.equal(await page.locator("#paste-grid").getAttribute("aria-activedescendant"), "paste-1-0");
  await dialog.locator(".paste-choices button").filter({ hasText: "BOLT-M8" }).first().click();
  await manager.sees("2 right", dialog);
  await page.locator("#paste-grid:focus").waitFor();
  await page.keyboard.press("F8");
  await page.keyboard.press("Enter");
  await page.locator("#paste-2-1 input:focus").waitFor();
  await page.keyboard.press("Control+a");
  await page.keyboard.type("0.25");
  await page.keyboard.press("Enter");
  await manager.sees("3 right", dialog);
  await page.keyboard.press("F8");
  await page.keyboard.press("Delete");
  await manager.sees("1 left out", dialog);
  await manager.sees("Every row can be added", dialog);

  await manager.press("Add 3 lines", dialog);
  await dialog.waitFor({ state: "detached" });
  await manager.sees("3 lines added");
  let saved = await manager.call("GET", `/boms/${bom.id}`);
  assert.deepEqual(saved.lines.map((line) => [line.component_code, Number(line.quantity), line.is_fixed, line.note]), [
    ["TUBE-40", 2, false, ""], ["TUBE-40", 1250.5, false, "shiny"], ["BOLT-M8", 8, false, ""], ["PAINT-RAL", 0.25, true, ""],
  ]);
  await page.locator(".toast").getByRole("button", { name: "Undo" }).click();
  await page.waitForFunction(() => document.querySelectorAll(".bom-grid tbody button.bom-cell[id$='-quantity']").length === 1);
  saved = await manager.call("GET", `/boms/${bom.id}`);
  assert.equal(saved.lines.length, 1);
  manager.assertCalm();
}));

test("five hundred rows stay fluent and take the place of all lines", { timeout: 120_000 }, () => story("bom-paste-many", async (browser) => {
  const manager = await Person.logIn(browser, "manager", { language: "ro", theme: "dark" });
  const { page } = manager;
  const bom = await draft(manager);
  await manager.open(`${PATHS.boms}/${bom.id}`);
  await page.locator(".bom-grid button.bom-cell").first().waitFor();
  const rows = Array.from({ length: 500 }, (_, row) => `TUBE-40;${row + 1},5;m;;;nu;rând ${row + 1}`);
  rows[499] = "TUBE-40;zero;m";
  await paste(page, rows.join("\n"));
  const dialog = manager.dialog();
  await manager.sees("500 de rânduri", dialog);
  await manager.sees("499 corecte", dialog);
  await page.locator("#paste-499-1[data-here]").waitFor();
  await manager.picture("bom-paste-many-ro-dark");
  const drawn = await page.locator("#paste-grid tbody tr[aria-rowindex]").count();
  assert.ok(drawn < 60, `${drawn} rows are drawn`);
  const took = await page.evaluate(async () => {
    const grid = document.querySelector("#paste-grid");
    const started = performance.now();
    for (let step = 0; step < 60; step += 1) {
      grid.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowUp", bubbles: true, cancelable: true }));
      await new Promise((drawn) => requestAnimationFrame(drawn));
    }
    return (performance.now() - started) / 60;
  });
  console.log(`a step in 500 pasted rows takes ${took.toFixed(1)} ms`);
  assert.ok(took < 100, `a step takes ${took} ms`);
  await dialog.getByRole("checkbox").check();
  await dialog.locator("button:not([aria-disabled])").filter({ hasText: "Înlocuiește tot" }).waitFor();
  await manager.press("Înlocuiește tot cu 499 de rânduri", dialog);
  await dialog.waitFor({ state: "detached" });
  const saved = await manager.call("GET", `/boms/${bom.id}`);
  assert.equal(saved.lines.length, 499);
  assert.equal(Number(saved.lines[1].quantity), 2.5);
  manager.assertCalm();
}));

test("equal lines become one on demand and come back", { timeout: 90_000 }, () => story("bom-merge", async (browser) => {
  const manager = await Person.logIn(browser, "manager");
  const { page } = manager;
  const bom = await draft(manager, ["2", "3", "0.5"]);
  await manager.open(`${PATHS.boms}/${bom.id}`);
  await manager.picture("bom-merge-before");
  await manager.press("Merge 2 equal lines");
  await manager.sees("2 equal lines merged");
  let saved = await manager.call("GET", `/boms/${bom.id}`);
  assert.deepEqual(saved.lines.map((line) => Number(line.quantity)), [5.5]);
  await page.getByRole("button", { name: "Merge 2 equal lines" }).waitFor({ state: "detached" });
  await page.locator(".toast").getByRole("button", { name: "Undo" }).click();
  await page.waitForFunction(() => document.querySelectorAll(".bom-grid tbody button.bom-cell[id$='-quantity']").length === 3);
  saved = await manager.call("GET", `/boms/${bom.id}`);
  assert.deepEqual(saved.lines.map((line) => Number(line.quantity)), [2, 3, 0.5]);
  manager.assertCalm();
}));

/** Ctrl+V, with this on the clipboard. */
async function pasteByKeys(page, text) {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.evaluate((told) => navigator.clipboard.writeText(told), text);
  await page.keyboard.press("Control+v");
}

/** What Ctrl+V does, with this on the clipboard. */
async function paste(page, text) {
  await page.evaluate((told) => {
    const data = new DataTransfer();
    data.setData("text/plain", told);
    document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
  }, text);
}

/** A draft of steel tubes that no other story sees. */
async function draft(manager, quantities = ["2"]) {
  const [table, tube] = await Promise.all(["TABLE-01", "TUBE-40"].map((code) => manager.product(code)));
  const { items: routings } = await manager.call("GET", "/routings?q=table");
  const code = unique("PASTE");
  const product = await manager.call("POST", "/products", {
    body: {
      code, name: `Name of ${code}`, product_type: "storable", unit_id: table.unit_id, category: "", can_be_made: true,
      can_be_bought: false, can_be_sold: false, cost_method: "standard", purchase_lead_days: 0, safety_stock: "0",
      tracking: "none", description: "", active: true,
    },
  });
  const lines = quantities.map((quantity) => ({
    component_id: tube.id, quantity, unit_id: null, operation_sequence: null, loss_percent: "0", is_fixed: false, note: "",
  }));
  return manager.call("POST", "/boms", {
    body: {
      code: null, product_id: product.id, quantity_per_run: "1", unit_id: null, routing_id: routings[0].id,
      bom_type: "manufacture", consumption_mode: "automatic", lines,
    },
  });
}

// What the grid of a recipe shows and where it leads: kits with their parts, lines of one component with their own cost, what
// by-products carry, checks that lead to lines out of sight, and an order that says that nobody has validated its recipe.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PATHS, Person, story, unique } from "../office.mjs";

test("a recipe shows kits above their parts, each line's own cost, and what by-products carry", { timeout: 120_000 }, () => story("recipe-grid", async (browser) => {
  const manager = await Person.logIn(browser, "manager");
  const { page } = manager;
  const tag = unique("G");
  const [bench, kit, part, screw, chips] = await newProducts(manager, tag, ["BENCH", "KIT", "PART", "SCREW", "CHIPS"]);
  const kitRecipe = await newBom(manager, kit, [[screw, "4"]], { bom_type: "kit", routing_id: null });
  await manager.call("POST", `/boms/${kitRecipe.id}/validate`, { version: kitRecipe.version, body: {} });
  const by_products = [{ product_id: chips.id, quantity: "1", cost_share_percent: "20" }];
  const bom = await newBom(manager, bench, [[part, "1"], [kit, "2"], [part, "3"]], { by_products });
  const rolled = await manager.call("GET", `/boms/${bom.id}/cost-roll-up`);

  await manager.open(`${PATHS.boms}/${bom.id}`);
  const rows = page.locator(".bom-scroll tbody tr");
  await rows.filter({ hasText: "Carried by by-products" }).waitFor();
  const texts = await rows.allInnerTexts();
  const at = (name) => texts.findIndex((text) => text.includes(`Name of ${name}-${tag}`));
  assert.equal(at("SCREW"), at("KIT") + 1, "the parts of a kit stand below it");
  assert.match(texts[at("KIT")], /16\.00/, "two kits of four screws at 2.00");
  const parts = texts.filter((text) => text.includes(`Name of PART-${tag}`));
  assert.equal(parts.length, 2);
  assert.match(parts[0], /\b2\.00[^]*2\.00/);
  assert.match(parts[1], /\b6\.00/);
  const carried = rolled.rows.at(-1);
  assert.ok(Number(carried.total) < 0 && carried.kind === "by_products");
  const levelOne = rolled.rows.filter((row) => row.level === 1).reduce((sum, row) => sum + Number(row.total), 0);
  assert.ok(Math.abs(levelOne - Number(rolled.rows[0].total)) < 0.05, "the rows come to the total");
  await manager.picture("recipe-grid");

  const order = await manager.order(bench.code, "1", "confirmed");
  await manager.open(`${PATHS.orders}/${order.id}`);
  await manager.sees("Not validated");
  await manager.picture("unvalidated-order");
  await manager.open(`${PATHS.orders}?bom_unvalidated=true&q=${order.number}`);
  await page.locator("main.main tbody tr").filter({ hasText: order.number }).filter({ hasText: "Not validated" }).waitFor();
  await manager.picture("unvalidated-list");
  const romanian = await Person.logIn(browser, "manager", { language: "ro", theme: "dark", path: `${PATHS.orders}/${order.id}` });
  await romanian.sees("Nevalidată");
  await romanian.open(`${PATHS.boms}/${bom.id}`);
  await romanian.sees("Preluat de produsele secundare");
  await romanian.picture("recipe-grid-dark-ro");
  manager.assertCalm();
  romanian.assertCalm();
}));

test("a check leads to its line, however far away, and the keyboard walks back and to all sides", { timeout: 120_000 }, () => story("recipe-check", async (browser) => {
  const manager = await Person.logIn(browser, "manager");
  const { page } = manager;
  const tag = unique("C");
  const [bench, part, free] = await newProducts(manager, tag, ["BENCH", "PART", "FREE"]);
  const unpriced = await manager.call("GET", `/products/${free.id}`);
  await manager.call("PATCH", `/products/${free.id}`, { version: unpriced.version, body: { standard_cost: null } });
  const lines = Array.from({ length: 110 }, () => [part, "1"]);
  const bom = await newBom(manager, bench, [...lines, [free, "1"], [part, "1"]]);
  await manager.open(`${PATHS.boms}/${bom.id}`);
  await page.locator(".bom-scroll tbody tr").first().waitFor();
  // Folded, the line is not even there.
  await page.locator(".bom-scroll tbody tr .twist[aria-expanded]").first().click();
  await page.locator(".bom-check").filter({ hasText: `Name of FREE-${tag}` }).getByRole("button", { name: "Show line" }).click();
  const focused = page.locator("#bom-110-quantity:focus");
  await focused.waitFor();
  assert.ok(await focused.isVisible());
  await page.keyboard.press("ArrowDown");
  await page.locator("#bom-111-quantity:focus").waitFor();
  await page.keyboard.press("ArrowRight");
  await page.locator("#bom-111-unit:focus").waitFor();
  await page.keyboard.press("ArrowUp");
  await page.locator("#bom-110-unit:focus").waitFor();
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("Enter");
  await page.locator(".bom-grid input.bom-input:focus").waitFor();
  await page.keyboard.press("Shift+Tab");
  await page.locator(`.bom-grid input.bom-input:focus[aria-label^="Loss of Name of PART-${tag}"]`).waitFor();
  await page.keyboard.press("Escape");

  // A note, and another component on the same line.
  const actions = async (name) => {
    await page.getByRole("button", { name: `Actions for ${name}` }).click();
  };
  await actions(free.name);
  await page.getByRole("menuitem", { name: "Note" }).click();
  await manager.fill("Note", "glue on both sides", manager.dialog());
  await manager.press("Save", manager.dialog());
  await manager.dialog().waitFor({ state: "detached" });
  await manager.sees("glue on both sides");
  await actions(free.name);
  await page.getByRole("menuitem", { name: "Other component" }).click();
  await manager.choose("Component", part.name, manager.dialog());
  await manager.press("Save", manager.dialog());
  await manager.dialog().waitFor({ state: "detached" });
  await page.getByText("Nothing to object to.").waitFor();
  const saved = await manager.call("GET", `/boms/${bom.id}`);
  assert.deepEqual([saved.lines[110].component_id, saved.lines[110].note], [part.id, "glue on both sides"]);
  manager.assertCalm();
}));

test("all rows of a list are copied, selected and added up, not only those that are loaded", { timeout: 120_000 }, () => story("whole-list", async (browser) => {
  const manager = await Person.logIn(browser, "manager");
  const { page } = manager;
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  const tag = unique("ROW");
  await newProducts(manager, tag, Array.from({ length: 95 }, (_, place) => `P${String(place).padStart(3, "0")}`));
  await manager.open(`${PATHS.products}?q=${tag}`);
  await page.locator("main.main tbody tr").first().waitFor();
  await manager.press("Copy");
  await manager.sees("95 rows copied");
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  assert.equal(copied.trim().split("\n").length, 96);

  await manager.open(`${PATHS.products}?q=${tag}&sort=-code`);
  await page.locator("main.main tbody tr").first().waitFor();
  await page.getByRole("checkbox", { name: "Select all rows" }).click();
  await page.getByRole("region", { name: "95 selected" }).waitFor();
  manager.assertCalm();
}));

/** Products of its own, each at 2.00, so that no other story sees them change. */
async function newProducts(manager, tag, names) {
  const unit = (await manager.call("GET", `/products/${(await manager.product("BOLT-M8")).id}`)).unit_id;
  const made = [];
  for (const name of names) {
    const code = `${name}-${tag}`;
    made.push(await manager.call("POST", "/products", {
      body: {
        code, name: `Name of ${code}`, product_type: "storable", unit_id: unit, category: "", can_be_made: true, can_be_bought: true,
        can_be_sold: false, standard_cost: "2", cost_method: "standard", purchase_lead_days: 0, safety_stock: "0", tracking: "none",
        description: "", active: true,
      },
    }));
  }
  return made;
}

/** A draft that makes the product of these. */
async function newBom(manager, product, lines, more = {}) {
  const { items: routings } = await manager.call("GET", "/routings?q=table");
  const line = ([component, quantity]) => (
    { component_id: component.id, quantity, unit_id: null, operation_sequence: null, loss_percent: "0", is_fixed: false, note: "" }
  );
  return manager.call("POST", "/boms", {
    body: {
      code: null, product_id: product.id, quantity_per_run: "1", unit_id: null, routing_id: routings[0].id, bom_type: "manufacture",
      consumption_mode: "automatic", lines: lines.map(line), ...more,
    },
  });
}

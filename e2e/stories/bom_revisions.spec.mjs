// A process engineer replaces a bolt in all recipes that use it, and sends a colleague what changed.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PATHS, Person, story, unique } from "../office.mjs";

test("a component is replaced everywhere, and the new revision is compared with the old", { timeout: 120_000 }, () => story("bom-revisions", async (browser) => {
  const engineer = await Person.logIn(browser, "manager");
  const { page } = engineer;
  const bolt = await newProduct(engineer, "BOLT");
  const better = await newProduct(engineer, "BETTER");
  const [frame, draft, circular] = [await newProduct(engineer, "FRAME"), await newProduct(engineer, "STAND"), await newProduct(engineer, "HEAD")];
  const validated = await validate(engineer, await newBom(engineer, frame, [[bolt, "4"]]));
  const draftBom = await newBom(engineer, draft, [[bolt, "8"], [better, "1"]]);
  const circularBom = await newBom(engineer, circular, [[bolt, "1"]]);
  await validate(engineer, await newBom(engineer, better, [[circular, "1"]]));

  // Where is it used? In three recipes, and over levels in whatever needs those.
  await engineer.open(`${PATHS.products}/${bolt.id}`);
  const rail = page.locator("aside.rail");
  await engineer.sees(`${frame.name} Rev 1`, rail);
  await rail.getByRole("link", { name: "All levels" }).click();
  await page.getByRole("heading", { name: `Where ${bolt.name} is used` }).waitFor();
  const used = page.getByRole("table", { name: "Where used" }).locator("tbody tr");
  await used.filter({ hasText: circular.name }).first().waitFor();
  assert.match(await used.filter({ hasText: validated.code }).innerText(), /Validated/);
  assert.match(await used.filter({ hasText: better.name }).first().innerText(), /2/);
  await engineer.picture("where-used");

  // The preview tells each recipe what would happen; nothing is changed yet.
  await engineer.press("Replace everywhere");
  await engineer.choose("Replace by", better.name);
  await engineer.fill("Factor", "2");
  await engineer.press("Preview");
  const row = (bom) => page.locator("main.main tbody tr").filter({ hasText: bom.code });
  await row(validated).waitFor();
  assert.match(await row(validated).innerText(), /A new draft is made\s+4 → 8/);
  assert.match(await row(draftBom).innerText(), /The draft changes\s+8 → 16[^]*added to the line/);
  assert.match(await row(circularBom).innerText(), /Not possible[^]*contain itself: HEAD/);
  assert.equal(await row(circularBom).getByRole("checkbox").isDisabled(), true);
  assert.equal((await engineer.call("GET", `/boms/${draftBom.id}`)).version, draftBom.version);
  await engineer.picture("replace-preview");

  // Another factor than the previewed one has to be previewed; a reason has to be given.
  await engineer.fill("Factor", "1");
  await engineer.sees("Preview again");
  await engineer.press("Preview");
  await row(validated).filter({ hasText: "4 → 4" }).waitFor();
  await engineer.press("Replace in 2 recipes");
  await engineer.sees("Fill this in.");
  await engineer.fill("Reason", "The old bolt rusts");
  await engineer.press("Replace in 2 recipes");
  const result = engineer.dialog();
  await result.getByText("Result for each recipe").waitFor();
  await result.locator("li.result").filter({ hasText: validated.code }).getByText("Done: Rev 2").waitFor();
  await result.locator("li.result").filter({ hasText: draftBom.code }).getByText("Done: Rev 1").waitFor();
  await engineer.picture("replace-result");
  const changed = await engineer.call("GET", `/boms/${draftBom.id}`);
  assert.deepEqual(changed.lines.map((line) => [line.component_code, Number(line.quantity)]), [[better.code, 9]]);

  // The new draft of the validated recipe: what changed, line by line, at an address that can be sent.
  await result.getByRole("link", { name: "Done: Rev 2" }).click();
  await page.locator("nav.segments").getByText("Rev 2").waitFor();
  await page.locator(".bom-toolbar a.button").filter({ hasText: "Compare" }).click();
  const line = page.getByRole("table", { name: "Components" }).locator("tbody tr");
  await line.filter({ hasText: "Changed" }).waitFor();
  assert.match(await line.innerText(), new RegExp(`${bolt.code}[^]*${better.code}`));
  await engineer.sees("Difference");
  await engineer.picture("compare");
  const address = page.url();

  const draftTwo = new URL(address).pathname.split("/").at(-2);
  await engineer.open(`${PATHS.boms}/${draftTwo}`);
  await engineer.press("Validate Rev 2");
  const dialog = engineer.dialog();
  await engineer.fill("Note", "20 frames tried", dialog);
  await engineer.press("Validate Rev 2", dialog);
  await engineer.sees("20 frames tried");
  await engineer.sees(/Validated by/);
  await engineer.picture("validated-note");

  // A colleague who may not see costs opens the address and sees the same lines.
  const viewer = await Person.logIn(browser, "viewer", { language: "ro", theme: "dark" });
  await viewer.open(address);
  const changedLine = viewer.page.getByRole("table", { name: "Componente" }).locator("tbody tr");
  await changedLine.filter({ hasText: "Schimbată" }).waitFor();
  assert.equal(await viewer.page.getByText("Diferență").count(), 0);
  await viewer.picture("compare-dark-ro");
  engineer.assertCalm();
  viewer.assertCalm();
}));

test("validating a revision names the open orders that keep another one", { timeout: 90_000 }, () => story("orders-of-other-revisions", async (browser) => {
  const manager = await Person.logIn(browser, "manager");
  const order = await manager.order("TABLE-01", "2");
  const { items: revisions } = await manager.call("GET", "/boms?q=BOM-TABLE&sort=-code");
  const validated = revisions.find((bom) => bom.state === "validated" && bom.code === "BOM-TABLE") ?? revisions[0];
  const bom = await manager.call("GET", `/boms/${validated.id}`);
  const known = bom.revisions.find((revision) => revision.state === "draft");
  const draft = known ?? (await manager.call("POST", `/boms/${bom.id}/revise`, { version: bom.version }));
  await manager.open(`${PATHS.boms}/${draft.id}`);
  await manager.page.getByRole("button", { name: /^Validate Rev/ }).click();
  const dialog = manager.dialog();
  await dialog.getByText(/open orders? keeps? another revision/).first().waitFor();
  await manager.picture("orders-of-other-revisions");
  await dialog.getByRole("link", { name: "Show all of them in the list of orders" }).click();
  await manager.sees("With another revision of the recipe");
  // Other stories have open orders of it, too.
  await manager.open(`${manager.page.url()}&q=${order.number}`);
  await manager.sees(order.number);
  manager.assertCalm();
}));

/** A product of its own, so that no other story sees its recipes change. */
async function newProduct(engineer, prefix) {
  const unit = (await engineer.call("GET", `/products/${(await engineer.product("BOLT-M8")).id}`)).unit_id;
  const code = unique(prefix);
  return engineer.call("POST", "/products", {
    body: {
      code, name: `Name of ${code}`, product_type: "storable", unit_id: unit, category: "", can_be_made: true,
      can_be_bought: true, can_be_sold: false, standard_cost: prefix === "BOLT" ? "2" : "3", cost_method: "standard",
      purchase_lead_days: 0, safety_stock: "0", tracking: "none", description: "", active: true,
    },
  });
}

/** A draft that makes the product of these. */
async function newBom(engineer, product, lines) {
  const { items: routings } = await engineer.call("GET", "/routings?q=table");
  const line = ([component, quantity]) => ({
    component_id: component.id, quantity, unit_id: null, operation_sequence: null, loss_percent: "0", is_fixed: false, note: "",
  });
  return engineer.call("POST", "/boms", {
    body: {
      code: null, product_id: product.id, quantity_per_run: "1", unit_id: null, routing_id: routings[0].id,
      bom_type: "manufacture", consumption_mode: "automatic", lines: lines.map(line),
    },
  });
}

async function validate(engineer, bom) {
  return engineer.call("POST", `/boms/${bom.id}/validate`, { version: bom.version });
}

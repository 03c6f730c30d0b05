// A reason of scrap is made once, chosen where something is scrapped, and kept as long as anything was scrapped for it. A
// unit that is used says so before anybody tries to change it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PATHS, Person, story, unique } from "../office.mjs";

const tab = (name, record = "") => `${PATHS.setting}?tab=${name}${record && `&record=${record}`}`;

test("a reason of the list is given for scrap and stays", { timeout: 90_000 }, () => story("loss-reasons", async (browser) => {
  const manager = await Person.logIn(browser, "manager", { path: tab("loss_reasons") });
  const { page } = manager;
  await manager.sees("Damaged in transport");
  await manager.picture("loss-reasons");
  const code = unique("BENT");
  await manager.press("New loss reason");
  let dialog = manager.dialog();
  await manager.fill("Code", code, dialog);
  await manager.fill("Name", `Bent ${code}`, dialog);
  await manager.select("What is lost", "Downtime", dialog);
  await manager.press("Create", dialog);
  // A downtime says what it takes away from.
  await dialog.locator("[aria-invalid='true']").first().waitFor();
  await manager.select("What is lost", "Scrap", dialog);
  await manager.press("Create", dialog);
  await dialog.waitFor({ state: "detached" });
  await manager.sees(`Bent ${code}`);

  const tube = await manager.product("TUBE-40");
  await manager.bring([{ product_id: tube.id, quantity: "5" }]);
  await manager.open(PATHS.stock);
  await manager.press("Scrap");
  dialog = manager.dialog();
  await manager.choose("Product", tube.code, dialog);
  await manager.pick(manager.field("Warehouse", dialog), (await manager.call("GET", "/warehouses")).items[0].name);
  await manager.fill("Quantity", "1", dialog);
  await manager.choose("Reason", code, dialog);
  await manager.picture("scrap-with-reason");
  await manager.press("Scrap", dialog);
  await dialog.waitFor({ state: "detached" });
  await manager.open(`${PATHS.moves}?q=${tube.code}`);
  await manager.sees(`Bent ${code}`);

  const { items: [reason] } = await manager.call("GET", `/loss-reasons?q=${code}`);
  const answer = await page.request.fetch(`/api/v1/loss-reasons/${reason.id}`, {
    method: "DELETE", headers: { "If-Match": `"${reason.version}"` },
  });
  assert.equal((await answer.json()).code, "in_use");
  manager.assertCalm();
}));

test("a unit in use says by what and locks what gives amounts their meaning", { timeout: 60_000 }, () => story("unit-in-use", async (browser) => {
  const manager = await Person.logIn(browser, "manager");
  const unit = (await manager.product("TUBE-40")).unit_id;
  await manager.open(tab("units", unit));
  const dialog = manager.dialog();
  await dialog.getByText(/Used by \d+ product/).waitFor();
  for (const label of ["Category", "One unit is", "divided by", "Rounding step"]) {
    const field = manager.field(label, dialog);
    assert.equal((await field.isDisabled()) || (await field.getAttribute("readonly")) !== null, true, label);
  }
  assert.equal(await manager.field("Name", dialog).isEditable(), true);
  await manager.picture("unit-in-use");
  manager.assertCalm();
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

test("the rows that a list shows go out alone", { timeout: 60_000 }, () => story("export-of-a-list", async (browser) => {
  const manager = await Person.logIn(browser, "manager", { path: `${PATHS.products}?q=TUBE` });
  const { page } = manager;
  await manager.settled();
  await page.getByRole("button", { name: "Files", exact: true }).click();
  await manager.picture("export-of-a-list");
  const [download] = await Promise.all([
    page.waitForEvent("download"), page.getByRole("menuitem", { name: /rows? shown as CSV/ }).click(),
  ]);
  assert.equal(download.suggestedFilename(), "products.csv");
  await page.getByText(/\d+ records? in products\.csv/).waitFor();
  manager.assertCalm();
}));

// A reason of scrap is made once, chosen where something is scrapped, and kept as long as anything was scrapped for it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PATHS, Person, story, unique } from "../office.mjs";

const tab = (name) => `${PATHS.setting}?tab=${name}`;

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

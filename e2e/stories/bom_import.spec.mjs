// A recipe comes from a file: its dry run names each row that has a problem, and only then it is written.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PATHS, Person, story, unique } from "../office.mjs";

const ROWS = [
  "Component;Quantity;Unit;Note",
  "TUBE-40;2,5;m;legs",
  "BOLT-M8;many;buc;the quantity is no number",
  "NO-SUCH-PART;3;buc;nobody knows it",
  "FOOT-40;4;buc;",
];

test("a file's problems are told row by row before a recipe is written", { timeout: 60_000 }, () => story("bom-import", async (browser) => {
  const manager = await Person.logIn(browser, "manager", { path: PATHS.boms });
  const { page } = manager;
  const code = unique("IMPORT");
  await manager.settled();
  await manager.press("Import CSV");
  const dialog = manager.dialog();
  await dialog.locator("input[type=file]").setInputFiles({
    name: "stand.csv", mimeType: "text/csv", buffer: Buffer.from(`${ROWS.join("\r\n")}\r\n`, "utf8"),
  });
  await manager.fill("Code of the product made", code, dialog);
  await manager.fill("Unit where the file says none", "buc", dialog);
  await dialog.getByLabel("Create products that do not exist").uncheck();
  await manager.press("Check the file", dialog);

  const problems = dialog.locator("tbody tr");
  await problems.filter({ hasText: "The quantity is not a number" }).filter({ hasText: "3" }).first().waitFor();
  await problems.filter({ hasText: "There is no such product" }).filter({ hasText: "4" }).first().waitFor();
  assert.equal(await manager.action("Import as draft", dialog).getAttribute("aria-disabled"), "true");
  await manager.sees("Rows have problems", dialog);

  await dialog.getByLabel("Create products that do not exist").check();
  await dialog.getByLabel("Leave out rows with problems").check();
  await manager.press("Check the file", dialog);
  await manager.sees("What would be written", dialog);
  await page.waitForFunction(() => [...document.querySelectorAll("dialog[open] .dialog-foot button")].at(-1)?.getAttribute("aria-disabled") !== "true");
  await manager.press("Import as draft", dialog);
  await dialog.waitFor({ state: "detached" });

  await page.locator(".bom-grid button.bom-cell").first().waitFor();
  const grid = await page.locator(".bom-grid").first().innerText();
  assert.match(grid, /Steel tube/);
  assert.match(grid, /2\.5/);
  assert.doesNotMatch(grid, /Bolt/);
  await manager.sees("Draft");
  manager.assertCalm();
}));

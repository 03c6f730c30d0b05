// Products go out as a file, come back changed, and a file with mistakes is told cell by cell before anything is written.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { PATHS, Person, story, unique } from "../office.mjs";

const files = (text) => ({ name: "products.csv", mimeType: "text/csv", buffer: Buffer.from(text, "utf8") });

test("products go out as a file and come back changed", { timeout: 90_000 }, () => story("data-files", async (browser) => {
  const manager = await Person.logIn(browser, "manager", { path: PATHS.products });
  const { page } = manager;
  await manager.settled();

  const choose = async (entry) => {
    await page.getByRole("button", { name: "Files", exact: true }).click();
    await page.getByRole("menuitem", { name: entry }).click();
  };
  const [download] = await Promise.all([page.waitForEvent("download"), choose("Export as CSV")]);
  assert.equal(download.suggestedFilename(), "products.csv");
  const text = readFileSync(await download.path(), "utf8");
  const header = text.slice(1).split("\n")[0].trim();
  assert.match(header, /^code,name,product_type,unit,/);
  assert.match(text, /TUBE-40/);

  // The file as it came changes nothing, and says so.
  await choose("Import a file");
  const dialog = manager.dialog();
  const input = dialog.locator("input[type=file]");
  await input.setInputFiles(files(text));
  await manager.sees("No problems", dialog);
  const write = manager.action("Import", dialog);
  assert.equal(await write.getAttribute("aria-disabled"), "true");
  await manager.sees("The file changes nothing", dialog);

  const [fresh, wrong] = [unique("NEW"), unique("BAD")];
  await input.setInputFiles(files(`code;name;unit;standard_cost\n${fresh};Fresh part;buc;12,5\n${wrong};Wrong;furlong;1,234\n`));
  const problems = dialog.locator("tbody tr");
  await problems.filter({ hasText: "unit" }).filter({ hasText: "furlong" }).first().waitFor();
  await problems.filter({ hasText: "standard_cost" }).first().waitFor();
  assert.equal(await write.getAttribute("aria-disabled"), "true");
  await manager.picture("data-files");

  await dialog.getByLabel("Leave out records with problems").check();
  await page.waitForFunction(() => [...document.querySelectorAll("dialog[open] .dialog-foot button")].at(-1)?.getAttribute("aria-disabled") !== "true");
  await manager.press("Import", dialog);
  await dialog.waitFor({ state: "detached" });
  const made = await manager.product(fresh);
  assert.equal(Number(made.standard_cost), 12.5);
  const { total } = await manager.call("GET", `/products?q=${wrong}`);
  assert.equal(total, 0);
  manager.assertCalm();
}));

test("a count sheet goes out, comes back and corrects what differs", { timeout: 90_000 }, () => story("count-sheet", async (browser) => {
  const manager = await Person.logIn(browser, "manager", { path: PATHS.stock });
  const { page } = manager;
  await manager.settled();
  const choose = async (entry) => {
    await page.getByRole("button", { name: "Files", exact: true }).click();
    await page.getByRole("menuitem", { name: entry }).click();
  };
  const [download] = await Promise.all([page.waitForEvent("download"), choose("Export as CSV")]);
  assert.equal(download.suggestedFilename(), "stock.csv");
  const [header, ...rows] = readFileSync(await download.path(), "utf8").slice(1).trim().split(/\r?\n/);
  assert.equal(header, "product,warehouse,lot_number,expires_on,qty_counted,unit_cost,note");
  const [product, warehouse, , , booked] = rows.find((row) => row.startsWith("GLUE") || row.startsWith("BOLT")).split(",");

  // Two more than the books say; a product that nobody knows is told before anything moves.
  const counted = String(Number(booked) + 2);
  await choose("Import a file");
  const dialog = manager.dialog();
  const input = dialog.locator("input[type=file]");
  await input.setInputFiles(files(`product,warehouse,qty_counted,note\n${product},${warehouse},${counted},found behind the shelf\nNOBODY-KNOWS,${warehouse},1,\n`));
  await dialog.locator("tbody tr").filter({ hasText: "NOBODY-KNOWS" }).first().waitFor();
  assert.equal(await manager.action("Import", dialog).getAttribute("aria-disabled"), "true");
  await input.setInputFiles(files(`product,warehouse,qty_counted,note\n${product},${warehouse},${counted},found behind the shelf\n`));
  await manager.sees("No problems", dialog);
  await manager.picture("count-sheet");
  await manager.press("Import", dialog);
  await dialog.waitFor({ state: "detached" });
  const { items } = await manager.call("GET", `/stock?q=${product}`);
  assert.equal(Number(items[0].qty_on_hand), Number(counted));
  await manager.visit("Stock");
  await page.getByRole("tab", { name: "Moves" }).or(page.getByRole("link", { name: "Moves" })).first().click();
  await manager.sees("found behind the shelf");
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

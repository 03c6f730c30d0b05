// A planner keeps a way of looking at a list under a name; a colleague finds it when it is shared.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PATHS, Person, story, unique } from "../office.mjs";

test("a view of a list is saved, shared, found again and removed", { timeout: 90_000 }, () => story("saved-views", async (browser) => {
  const planner = await Person.logIn(browser, "planner", { path: `${PATHS.products}?q=oak&sort=-name` });
  const { page } = planner;
  await planner.settled();
  const menu = async (entry) => {
    await page.getByRole("button", { name: "Views", exact: true }).click();
    await page.getByRole("menuitem", { name: entry }).click();
  };
  await page.getByRole("button", { name: "Columns", exact: true }).click();
  await page.getByRole("menuitemradio", { name: "Category" }).click();
  await page.locator("thead th").filter({ hasText: "Category" }).waitFor({ state: "detached" });

  const name = unique("Oak");
  await menu("Save this view");
  const dialog = planner.dialog();
  await planner.fill("Name", name, dialog);
  await dialog.getByLabel("Everybody sees it").check();
  await planner.press("Save", dialog);
  await dialog.waitFor({ state: "detached" });
  await page.locator("nav.tabs a.tab[aria-current='page']").filter({ hasText: name }).waitFor();
  await planner.picture("saved-views");

  // A colleague with every column shown gets the rows and the columns of the view.
  const manager = await Person.logIn(browser, "manager", { path: PATHS.products });
  await manager.settled();
  assert.equal(await manager.page.locator("thead th").filter({ hasText: "Category" }).count(), 1);
  await manager.page.locator("nav.tabs a.tab").filter({ hasText: name }).click();
  await manager.settled();
  assert.match(manager.page.url(), /q=oak/);
  await manager.page.locator("thead th").filter({ hasText: "Category" }).waitFor({ state: "detached" });
  for (const row of await manager.page.locator("main.main tbody tr").allInnerTexts()) assert.match(row, /oak/i);

  await menu(`Remove ${name}`);
  await page.locator("nav.tabs a.tab").filter({ hasText: name }).waitFor({ state: "detached" });
  const { items } = await planner.call("GET", "/saved-views?list=product");
  assert.ok(!items.some((view) => view.name === name));
  planner.assertCalm();
  manager.assertCalm();
}));

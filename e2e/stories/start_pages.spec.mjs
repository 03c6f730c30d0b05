// Everybody's start page shows his own business and nothing of others', and each figure leads to its rows.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PATHS, Person, story } from "../office.mjs";

const PAGES = {
  store: ["Warehouse", ["Arriving today", "Late from suppliers", "Material to bring", "Deliverable now", "Open counts", "Lots that expire soon"]],
  buyer: ["Purchasing", ["Requests to order", "Shortages not asked for", "Awaiting offers", "Late from suppliers", "Arriving within 7 days"]],
  sales: ["Sales", ["Late to customers", "Due within 7 days", "Deliverable now", "Without a manufacturing order"]],
  finance: ["Costs", ["Stock value", "Products without a cost", "Work centres without a rate", "Incomplete cost sheets"]],
  viewer: ["Needs attention", ["Late orders", "Short of material"]],
};
const PARTS = ["Warehouse", "Purchasing", "Sales", "Costs", "Needs attention"];

test("everybody begins with his own work", { timeout: 120_000 }, () => story("start-pages", async (browser) => {
  for (const [login, [part, figures]] of Object.entries(PAGES)) {
    const person = await Person.logIn(browser, login, { path: "/" });
    await person.settled();
    const page = person.page.locator(".page-scroll");
    await page.locator(".tile").first().waitFor();
    const heads = await page.locator("h2").allInnerTexts();
    assert.deepEqual(PARTS.filter((name) => heads.some((head) => head.startsWith(name))), [part], login);
    for (const figure of figures) await page.locator(".tile").filter({ hasText: figure }).first().waitFor();
    await person.picture(`start-${login}`);
    if (login !== "finance") {
      const { currency } = (await person.call("GET", "/session")).setting;
      assert.ok(!(await page.innerText()).includes(currency), `${login} sees no amount of money`);
    }
    person.assertCalm();
  }
}));

test("a figure is the number of rows behind it", { timeout: 120_000 }, () => story("start-figures", async (browser) => {
  const manager = await Person.logIn(browser, "manager");
  await manager.order("TABLE-01", "300", "confirmed");
  for (const login of ["store", "buyer", "sales"]) {
    const person = await Person.logIn(browser, login, { path: "/" });
    await person.settled();
    const tiles = person.page.locator(".page-scroll .tile");
    await tiles.first().waitFor();
    for (let place = 0; place < await tiles.count(); place += 1) {
      const tile = tiles.nth(place);
      const [name, told] = [await tile.locator(".tile-label").innerText(), Number(await tile.locator(".tile-value").innerText())];
      await tile.click();
      await person.page.waitForFunction((home) => location.pathname !== home && location.pathname !== "/", PATHS.dashboard);
      await person.settled();
      const address = new URL(person.page.url());
      assert.notEqual(address.search, "", `${login}, ${name}: the list is filtered`);
      const rows = person.page.locator("main.main tbody tr[data-id], main.main tbody tr").filter({ has: person.page.locator("td") });
      if (told === 0) assert.equal(await rows.count(), 0, `${login}, ${name}`);
      else await rows.first().waitFor();
      await person.page.goBack();
      await tiles.first().waitFor();
    }
    person.assertCalm();
  }
}));

test("who counts the money sees what the latest orders cost, by keys and in Romanian", { timeout: 90_000 }, () => story("start-costs", async (browser) => {
  const finance = await Person.logIn(browser, "finance", { path: "/", language: "ro", theme: "dark" });
  await finance.settled();
  await finance.page.locator(".tile").filter({ hasText: "Valoarea stocului" }).waitFor();
  await finance.picture("start-finance-ro-dark");
  await finance.visit("Costul comenzilor");
  await finance.page.keyboard.press("?");
  await finance.dialog().waitFor();
  await finance.page.keyboard.press("Escape");
  await finance.picture("order-costs-ro-dark");
  finance.assertCalm();
}));

// Addresses keep their word: deep links, Back, Forward and Refresh lead to the same page, tab and filter.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PATHS, Person, story } from "../office.mjs";

const NOBODY = "0198a000-0000-7000-8000-00000000dead";

test("page, tab and filter survive Back, Forward and Refresh", { timeout: 60_000 }, () => story("navigation", async (browser) => {
  const link = `${PATHS.orders}?state=confirmed`;
  const planner = await Person.logIn(browser, "planner", { path: link });
  const { page } = planner;
  const rows = page.locator("main.main tbody tr").filter({ hasText: /MO/ });
  const isFiltered = async () => {
    await rows.first().waitFor();
    await planner.settled();
    for (const row of await rows.all()) assert.match(await row.innerText(), /Confirmed/);
  };

  // The log-in page leads on to where the link pointed.
  assert.ok(page.url().endsWith(link), page.url());
  await isFiltered();

  const number = (await rows.first().innerText()).match(/MO\S+/)[0];
  await rows.first().getByRole("link").first().click();
  const title = page.locator(".record-title b").filter({ hasText: number });
  await title.waitFor();
  await planner.tab("Operations");
  await planner.tab("BoM change log");
  assert.match(page.url(), /tab=change_log/);

  await page.reload();
  await title.waitFor();
  const chosen = (name) => page.locator("nav.tabs a.tab[aria-current='page']").filter({ hasText: name }).waitFor();
  await chosen("BoM change log");

  await page.goBack();
  await chosen("Operations");
  await page.goForward();
  await chosen("BoM change log");
  await page.goBack();
  await page.goBack();
  await chosen("Components");
  await page.goBack();
  await page.getByRole("heading", { name: "Manufacturing orders" }).waitFor();
  assert.ok(page.url().endsWith(link), page.url());
  await isFiltered();
  await page.reload();
  await isFiltered();
  planner.assertCalm();
}));

test("a list is where it was after Back and Refresh", { timeout: 60_000 }, () => story("scroll", async (browser) => {
  const planner = await Person.logIn(browser, "planner");
  const { page } = planner;
  for (let made = 0; made < 40; made += 1) await planner.order("TABLE-01", "1");
  await planner.open(`${PATHS.orders}?sort=number`);
  const scroller = page.locator("main.main .table-scroll");
  const place = () => scroller.evaluate((element) => element.scrollTop);
  const isKept = (wanted) => page.waitForFunction((top) => window.history.state === String(top), wanted);
  const isBack = (wanted) => page.waitForFunction(
    (top) => document.querySelector("main.main .table-scroll")?.scrollTop === top, wanted);

  await page.locator("main.main tbody tr").filter({ hasText: /MO/ }).first().waitFor();
  await scroller.evaluate((element) => element.scrollTo(0, 480));
  await isKept(480);
  assert.equal(await place(), 480);
  const row = page.locator("main.main tbody tr a.row-link").nth(20);
  const number = await row.getAttribute("aria-label");
  await row.click();
  await page.locator(".record-title b").filter({ hasText: number }).waitFor();
  await page.goBack();
  await isBack(480);
  await page.reload();
  await isBack(480);

  // Another view of the same list begins at its top, and Back returns to where one was.
  await page.locator("nav.tabs a.tab").filter({ hasText: "Confirmed not planned" }).click();
  await isBack(0);
  planner.assertCalm();
}));

test("an address of nobody says so calmly", { timeout: 60_000 }, () => story("nobody", async (browser) => {
  const planner = await Person.logIn(browser, "planner");
  await planner.open("/admin/manufacturing/there_is_no_such_page");
  await planner.sees("There is nothing at this address");
  for (const path of [PATHS.orders, PATHS.workOrders, PATHS.boms, PATHS.routings, PATHS.products, PATHS.workCenters]) {
    await planner.page.goto(`${path}/${NOBODY}`);
    await planner.page.locator("main.main [role='alert']").first().waitFor();
    assert.ok((await planner.page.locator("main.main").innerText()).length > 10);
  }
  await planner.visit("Dashboard");
  planner.assertCalm();
}));

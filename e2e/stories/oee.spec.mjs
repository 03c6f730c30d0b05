// What happened at a work centre is told in percent and in hours, for any days, and opens to the records behind it.

import { test } from "node:test";
import { PATHS, Person, story } from "../office.mjs";

test("OEE of all work centres opens to one, its losses and its time logs", { timeout: 120_000 }, () => story("oee", async (browser) => {
  const manager = await Person.logIn(browser, "manager", { path: `${PATHS.oee}?period=3_months` });
  const { items } = await manager.call("GET", "/downtimes?downtime_class=unplanned&sort=started_at");
  const downtime = items[0];
  await manager.sees("Availability × Performance × Quality");
  const link = manager.page.locator("main.main .oee-table").getByRole("link", { name: downtime.work_center_name });
  await link.waitFor();
  await manager.picture("oee");
  await link.click();
  await manager.sees("Where the time went");
  await manager.sees("Losses, largest first");
  await manager.page.getByRole("button", { name: "12 months" }).click();
  await manager.page.waitForURL(/period=12_months/);
  const loss = manager.page.getByRole("link", { name: `Downtime: ${downtime.loss_reason_name}` });
  await loss.waitFor();
  await manager.picture("oee-of-a-work-centre");
  // Only the downtimes of the days that are told.
  const asked = manager.page.waitForRequest(/\/downtimes\?.*since=.*until=|\/downtimes\?.*until=.*since=/);
  await loss.click();
  await asked;
  await manager.page.locator("main.main tbody tr").first().waitFor();
  await manager.sees(downtime.loss_reason_name);
  await manager.page.goBack();
  await manager.page.getByRole("link", { name: "Who worked when" }).click();
  await manager.page.waitForURL(/time_log/);
  await manager.picture("time-logs");
  manager.assertCalm();
}));

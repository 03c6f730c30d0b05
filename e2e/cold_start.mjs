// How long it takes a new browser to show the list of orders: nothing cached, the processor slowed down four times.
// Prints one JSON line; `cargo xtask bench spa` runs it.

import { chromium } from "playwright-core";

const RUNS = 5;
const SLOWER = 4;
const PAGE = "/admin/manufacturing/manufacturing_order_manage";
const { MRP_URL, MRP_LOGIN, MRP_PASSWORD, MRP_CHROMIUM } = process.env;

/** A browser of its own for each run, so that it has neither files nor compiled code of an earlier one. */
async function withContext(storageState, work) {
  const browser = await chromium.launch({
    executablePath: MRP_CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync",
    ],
  });
  try {
    const context = await browser.newContext({ baseURL: MRP_URL, viewport: { width: 1440, height: 900 }, storageState });
    return await work(await context.newPage(), context);
  } finally {
    await browser.close();
  }
}

/** Logs in once; returns the cookies. */
async function session() {
  return withContext(undefined, async (page, context) => {
    await page.goto(PAGE);
    await page.locator("#login").fill(MRP_LOGIN);
    await page.locator("#password").fill(MRP_PASSWORD);
    await page.locator("#password").press("Enter");
    await page.locator(".bar-name").waitFor();
    return context.storageState();
  });
}

/** Milliseconds from asking for the page until its list stands there and nothing is on its way. */
async function coldStart(storageState) {
  return withContext(storageState, async (page, context) => {
    const devtools = await context.newCDPSession(page);
    await devtools.send("Emulation.setCPUThrottlingRate", { rate: SLOWER });
    await page.goto(PAGE, { waitUntil: "commit" });
    const usable = await page.waitForFunction(
      () =>
        document.querySelector("main.main h1") !== null &&
        document.querySelector("main.main table, main.main .blank") !== null &&
        document.querySelector("[aria-busy='true']") === null &&
        performance.now(),
      undefined,
      { polling: "raf", timeout: 60_000 },
    );
    return usable.jsonValue();
  });
}

const kept = await session();
const runs = [];
for (let run = 0; run < RUNS; run += 1) runs.push(await coldStart(kept));
console.log(JSON.stringify({ runs_ms: runs.map(Math.round) }));

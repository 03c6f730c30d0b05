// What every story needs: a browser with somebody logged in, and words for what people do in the office.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

export const URL_OF_SERVER = process.env.MRP_URL ?? "http://127.0.0.1:8080";
export const OUTPUT = path.join(path.dirname(fileURLToPath(import.meta.url)), "output");

/** The password of every demonstration user. */
const PASSWORD = "demo-factory";

/** The longest that one waits for something to be seen. */
const PATIENCE_MS = 15_000;

export const PATHS = {
  dashboard: "/admin/manufacturing/dashboard",
  orders: "/admin/manufacturing/manufacturing_order_manage",
  workOrders: "/admin/manufacturing/work_order_manage",
  oee: "/admin/manufacturing/oee",
  timeLogs: "/admin/manufacturing/time_log",
  downtimes: "/admin/manufacturing/downtime",
  boms: "/admin/manufacturing/bill_of_material_manage",
  routings: "/admin/manufacturing/routing_manage",
  workCenters: "/admin/manufacturing/work_center_manage",
  products: "/admin/manufacturing/product_management",
  setting: "/admin/manufacturing/setting",
  stock: "/admin/warehouse/stock",
  salesOrders: "/admin/sales/sales_order",
  counts: "/admin/warehouse/count",
  stockValue: "/admin/warehouse/stock_value",
  orderCosts: "/admin/manufacturing/order_cost",
  moves: "/admin/warehouse/move",
  transfers: "/admin/warehouse/transfer",
  deliveries: "/admin/warehouse/delivery",
  lots: "/admin/warehouse/lot",
  users: "/admin/setting/users",
  purchaseRequests: "/admin/acquisitions/purchase_request",
  quotations: "/admin/acquisitions/request_for_quotation",
  purchaseOrders: "/admin/acquisitions/purchase_order",
  suppliers: "/admin/acquisitions/supplier",
};

/** One browser for all that a story's people do; each of them has a context of its own. */
export async function openBrowser() {
  return chromium.launch({
    executablePath: process.env.MRP_CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync",
    ],
  });
}

/** Something that no other record is called: stories run again and again against one server. */
export function unique(prefix) {
  return `${prefix}-${Date.now().toString(36).slice(-6).toUpperCase()}`;
}

/** A person with a window of the office. */
export class Person {
  /** @param {import("playwright-core").Page} page */
  constructor(page) {
    this.page = page;
    this.errors = [];
    page.setDefaultTimeout(PATIENCE_MS);
    page.on("pageerror", (error) => this.errors.push(String(error)));
    page.on("console", (message) => {
      if (message.type() === "error" && /panicked|RuntimeError|Content Security Policy/.test(message.text())) {
        this.errors.push(message.text());
      }
    });
  }

  /**
   * Opens a window and logs in by the form, as people do.
   * @param {import("playwright-core").Browser} browser
   * @param {string} login
   * @param {{ path?: string, language?: "en" | "ro", theme?: "light" | "dark" }} [choices]
   */
  static async logIn(browser, login, choices = {}) {
    const { path: first = PATHS.dashboard, language = "en", theme = "light" } = choices;
    const context = await browser.newContext({
      baseURL: URL_OF_SERVER,
      viewport: { width: 1440, height: 900 },
      locale: "en-GB",
      timezoneId: "Europe/Bucharest",
      reducedMotion: "reduce",
    });
    await context.addInitScript(
      (kept) => {
        for (const [key, value] of Object.entries(kept)) {
          if (localStorage.getItem(key) === null) localStorage.setItem(key, value);
        }
      },
      { "mrp.language": language, "mrp.theme": theme },
    );
    const person = new Person(await context.newPage());
    await person.page.goto(first);
    await person.page.locator("#login").fill(login);
    await person.page.locator("#password").fill(PASSWORD);
    await person.page.locator("#password").press("Enter");
    await person.page.locator(".bar-name").waitFor();
    return person;
  }

  /** Goes to an address as if it had been typed. */
  async open(address) {
    await this.page.goto(address);
    await this.settled();
  }

  /** Waits until nothing on the page is still on its way. */
  async settled() {
    await this.page.locator("main.main h1").first().waitFor();
    await this.page.waitForFunction(() => document.querySelector("[aria-busy='true']") === null);
  }

  /** Follows a link to an address, without loading the office again. */
  async follow(address) {
    await this.page.evaluate((href) => {
      const link = Object.assign(document.createElement("a"), { href });
      document.body.append(link);
      link.click();
      link.remove();
    }, address);
    await this.page.waitForFunction((wanted) => location.pathname + location.search === wanted, address);
    await this.settled();
  }

  /** Goes somewhere by the navigation on the left. */
  async visit(name) {
    const link = new RegExp(`^${name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}\\s*[\\d.,]*$`);
    await this.page.locator("nav.nav").getByRole("link", { name: link }).click();
    await this.settled();
  }

  /** A button or a link that looks like one, by what it says. */
  action(name, within = this.page) {
    const link = within.locator("a.button").filter({ hasText: name });
    return within.getByRole("button", { name, exact: true }).or(link).first();
  }

  /** Presses a button that can be pressed. */
  async press(name, within = this.page) {
    const button = this.action(name, within);
    await button.waitFor();
    assert.notEqual(await button.getAttribute("aria-disabled"), "true", `"${name}" cannot be pressed now`);
    await button.click();
  }

  /** The open dialog. */
  dialog() {
    return this.page.locator("dialog[open]");
  }

  /** The control of a field, by the field's label. */
  field(label, within = this.page) {
    const exact = new RegExp(`^\\s*${label.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}\\s*(optional|opțional)?\\s*$`);
    const named = this.page.locator("label.field-label").filter({ hasText: exact });
    return within.locator(".field").filter({ has: named }).locator(".control").first();
  }

  /** Types into a field. */
  async fill(label, value, within = this.page) {
    await this.field(label, within).fill(value);
  }

  /** Chooses from a list of words. */
  async select(label, word, within = this.page) {
    await this.field(label, within).selectOption({ label: word });
  }

  /** Searches another record in a combobox and takes the one that matches. */
  async choose(label, words, within = this.page) {
    await this.pick(this.field(label, within), words);
  }

  /** As `choose`, with the combobox at hand. */
  async pick(box, words) {
    await box.click();
    await box.fill(words);
    const option = this.page.getByRole("option").filter({ hasText: words }).first();
    await option.waitFor();
    await option.click();
    await this.page.getByRole("listbox").waitFor({ state: "detached" });
  }

  /** What the API answers this person: for what a story takes as given and does not tell. */
  async call(method, path, { body, version } = {}) {
    const headers = method === "POST" ? { "Idempotency-Key": randomUUID() } : {};
    if (version !== undefined) headers["If-Match"] = `"${version}"`;
    const options = { method, headers, ...(method === "GET" ? {} : { data: body ?? {} }) };
    const reply = await this.page.request.fetch(`/api/v1${path}`, options);
    assert.ok(reply.ok(), `${method} ${path}: ${reply.status()} ${await reply.text()}`);
    return reply.json();
  }

  /** Goods come in: what the story needs, and before it as much as others wait for, who would be given it first. */
  async bring(lines, reference = "") {
    const { items: [warehouse] } = await this.call("GET", "/warehouses");
    const enough = await Promise.all(lines.map(async (line) => {
      const { qty_open } = await this.call("GET", `/products/${line.product_id}/demand`);
      return { unit_id: null, ...line, quantity: String(Number(line.quantity) + Number(qty_open)) };
    }));
    const coming = enough.filter(({ quantity }) => quantity !== "0");
    if (coming.length > 0) await this.call("POST", "/receipts", { body: { warehouse_id: warehouse.id, reference, lines: coming } });
  }

  /** Nothing of a product is free any more. */
  async useUp(product) {
    const { items } = await this.call("GET", `/stock?product_id=${product.id}`);
    for (const { warehouse_id, qty_free } of items.filter((balance) => Number(balance.qty_free) > 0)) {
      await this.call("POST", "/stock/scrap", { body: { product_id: product.id, warehouse_id, quantity: qty_free, reason: "used up" } });
    }
  }

  /** The product with this code. */
  async product(code) {
    const { items } = await this.call("GET", `/products?q=${encodeURIComponent(code)}`);
    const found = items.find((item) => item.code === code);
    assert.ok(found, `no product ${code}`);
    return found;
  }

  /** An order that is as far as told: `draft`, `confirmed` or `planned`. */
  async order(code, quantity, state = "draft") {
    const deadline = new Date(Date.now() + 40 * 86_400_000).toISOString().replace(/\.\d+Z$/, "Z");
    const body = { product_id: (await this.product(code)).id, quantity, date_deadline: deadline };
    let order = await this.call("POST", "/manufacturing-orders", { body });
    const step = async (command, given) => {
      order = await this.call("POST", `/manufacturing-orders/${order.id}/${command}`, { body: given, version: order.version });
    };
    if (state !== "draft") await step("confirm");
    if (state === "planned") await step("plan", { with_shortage: true });
    return order;
  }

  /** Opens a tab of the page. */
  async tab(name) {
    await this.page.locator("nav.tabs a.tab").filter({ hasText: name }).click();
    await this.page.locator("nav.tabs a.tab[aria-current='page']").filter({ hasText: name }).waitFor();
    await this.settled();
  }

  /** Waits until a text can be read. */
  async sees(text, within = this.page) {
    await within.getByText(text).first().waitFor();
  }

  /** Keeps a picture of the page. */
  async picture(name) {
    mkdirSync(OUTPUT, { recursive: true });
    await this.page.screenshot({ path: path.join(OUTPUT, `${name}.png`) });
  }

  /** Nothing broke behind the scenes. */
  assertCalm() {
    assert.deepEqual(this.errors, []);
  }
}

/**
 * Runs a story with a browser; keeps a picture of every window when it fails.
 * @param {string} name
 * @param {(browser: import("playwright-core").Browser) => Promise<void>} tell
 */
export async function story(name, tell) {
  const browser = await openBrowser();
  try {
    await tell(browser);
  } catch (error) {
    mkdirSync(OUTPUT, { recursive: true });
    const pages = browser.contexts().flatMap((context) => context.pages());
    for (const [index, page] of pages.entries()) {
      await page.screenshot({ path: path.join(OUTPUT, `failed-${name}-${index}.png`) }).catch(() => undefined);
    }
    throw error;
  } finally {
    await browser.close();
  }
}

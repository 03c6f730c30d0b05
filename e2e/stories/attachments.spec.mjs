// A drawing is added to an operation, stays there when the routing is saved, and lies before whoever does the work.

import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateSync } from "node:zlib";
import { PATHS, Person, story, unique } from "../office.mjs";

test("a drawing added to an operation is seen at work, and a product has a picture", { timeout: 90_000 }, () => story("attachments", async (browser) => {
  const manager = await Person.logIn(browser, "manager");
  const { page } = manager;
  const order = await manager.order("TABLE-01", "2", "planned");
  const drawing = `${unique("drawing")}.png`;
  await manager.open(`${PATHS.routings}/${order.routing_id}`);
  const card = page.locator("li.operation-card").first();
  const pictures = card.locator(".file-open img");
  const before = await pictures.count();

  // Chosen by the file picker.
  const chooser = page.waitForEvent("filechooser");
  await manager.press("Add files", card);
  await (await chooser).setFiles({ name: drawing, mimeType: "image/png", buffer: png(320, 240) });
  await manager.sees(`${drawing} added`);
  const thumbnail = card.getByRole("button", { name: `Open ${drawing}`, exact: true });
  await thumbnail.waitFor();
  assert.equal(await pictures.count(), before + 1);
  await page.waitForFunction((name) => {
    const picture = document.querySelector(`button[aria-label="Open ${name}"] img`);
    return picture.complete && picture.naturalWidth === 320;
  }, drawing);

  // Something else under the name of a picture is refused.
  await card.locator("input[type=file]").setInputFiles({ name: "fake.png", mimeType: "image/png", buffer: Buffer.from("<svg/>") });
  await manager.sees(/This type of file is not taken here/);

  // Dropped upon it, a document opens in a window of its own.
  const manual = `${unique("manual")}.pdf`;
  await drop(card.locator(".files"), manual);
  const link = card.getByRole("link", { name: `Open ${manual}` });
  await link.waitFor();
  assert.equal(await link.getAttribute("target"), "_blank");

  await thumbnail.click();
  await manager.dialog().locator("img").waitFor();
  await manager.picture("attachments-dialog");
  await page.keyboard.press("Escape");
  await manager.dialog().waitFor({ state: "detached" });

  // Saving the routing keeps what its operations have.
  await manager.fill("Instructions", `Weld along the marks. ${drawing}`, card);
  await manager.press("Save");
  await page.waitForFunction(() => document.querySelector(".footer")?.innerText.includes("Unsaved") !== true);
  await manager.open(`${PATHS.routings}/${order.routing_id}`);
  await thumbnail.waitFor();
  await link.waitFor();
  await manager.picture("attachments-routing");

  // Who works on it sees it large, with the operator's own rights.
  const work = order.operations[0].work_order_id;
  const operator = await Person.logIn(browser, "cutter", { theme: "dark" });
  await operator.open(`${PATHS.workOrders}/${work}?tab=instructions`);
  const large = operator.page.locator(`.files-large img[alt="${drawing}"]`);
  await large.waitFor();
  await operator.page.waitForFunction((name) => document.querySelector(`.files-large img[alt="${name}"]`).naturalWidth === 320, drawing);
  await operator.picture("attachments-work");
  operator.assertCalm();

  for (const name of [drawing, manual]) {
    await card.getByRole("button", { name: `Remove ${name}`, exact: true }).click();
    await manager.press("Remove", manager.dialog());
    await manager.sees(`${name} removed`);
  }
  assert.equal(await pictures.count(), before);

  const picture = `${unique("table")}.png`;
  await manager.open(`${PATHS.products}/${order.product_id}`);
  await page.locator(".rail input[type=file]").setInputFiles({ name: picture, mimeType: "image/png", buffer: png(200, 200) });
  await page.locator(".rail").getByRole("button", { name: `Open ${picture}`, exact: true }).waitFor();
  await manager.picture("attachments-product");
  await page.locator(".rail").getByRole("button", { name: `Remove ${picture}`, exact: true }).click();
  await manager.press("Remove", manager.dialog());
  await manager.sees(`${picture} removed`);
  manager.assertCalm();
}));

/** Lets a small PDF fall on an element. */
async function drop(target, name) {
  await target.evaluate((element, name) => {
    const carried = new DataTransfer();
    carried.items.add(new File(["%PDF-1.4\n%%EOF"], name, { type: "application/pdf" }));
    element.dispatchEvent(new DragEvent("drop", { dataTransfer: carried, bubbles: true, cancelable: true }));
  }, name);
}

/** A picture of diagonal stripes. */
function png(width, height) {
  const chunk = (type, data) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const whole = Buffer.alloc(body.length + 8);
    whole.writeUInt32BE(data.length, 0);
    body.copy(whole, 4);
    whole.writeUInt32BE(crc32(body), body.length + 4);
    return whole;
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const rows = Buffer.alloc((width * 3 + 1) * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      rows.set((x + y) % 40 < 20 ? [37, 99, 160] : [235, 238, 242], y * (width * 3 + 1) + 1 + x * 3);
    }
  }
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk("IHDR", head), chunk("IDAT", deflateSync(rows)), chunk("IEND", Buffer.alloc(0))]);
}

/** The check sum of PNG. */
function crc32(bytes) {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return (sum ^ 0xffffffff) >>> 0;
}

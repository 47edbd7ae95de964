// The owner at her pictures: many at once, some of them wrong, and none of them lost when the line breaks.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { deflateSync, crc32 } from "node:zlib";
import type { Browser, Page } from "playwright-core";
import { asOwner, startOwnedEmpty, visitAdmin } from "./admin.js";
import { accessibilityViolations, dayAndNight, looks, openBrowser, shoot, sidewaysScroll, sizes, type Look } from "./browser.js";
import type { Dimmer } from "./dimmer.js";

interface Media {
  id: string;
  url: string;
  name: string;
  alt: string;
  width: number;
  use_count: number;
  focal_point: { x: number; y: number };
}

let browser: Browser;
let dimmer: Dimmer;
let call: Awaited<ReturnType<typeof asOwner>>;
const [phone, , desktop] = looks;

before(async () => {
  dimmer = await startOwnedEmpty();
  call = await asOwner(dimmer);
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
  await dimmer?.stop();
});

/** A picture of soft stripes, as a PNG. */
function drawing(width: number, height: number, tint = 0): Buffer {
  const rows = Buffer.alloc((width * 3 + 1) * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * (width * 3 + 1) + 1 + x * 3;
      rows[at] = (x / width) * 120 + 100;
      rows[at + 1] = (y / height) * 90 + 110;
      rows[at + 2] = (tint + x / 8) & 255;
    }
  }
  const chunk = (name: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(name), data]);
    const around = Buffer.alloc(8);
    around.writeUInt32BE(data.length, 0);
    around.writeUInt32BE(crc32(body) >>> 0, 4);
    return Buffer.concat([around.subarray(0, 4), body, around.subarray(4)]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), chunk("IHDR", head), chunk("IDAT", deflateSync(rows)), chunk("IEND", Buffer.alloc(0))]);
}

const png = (name: string, buffer = drawing(640, 480, name.length * 40)) => ({ name, mimeType: "image/png", buffer });

async function library(query = ""): Promise<Media[]> {
  const answer = await call("GET", `/admin/media${query}`);
  assert.equal(answer.status, 200);
  return ((await answer.json()) as { data: Media[] }).data;
}

const named = async (name: string): Promise<Media> => {
  const found = (await library()).find((media) => media.name === name);
  assert.ok(found, `${name} is in the library`);
  return found;
};

/** Puts a picture into the library without a browser. */
async function kept(name: string): Promise<Media> {
  const form = new FormData();
  form.append("file", new Blob([new Uint8Array(drawing(800, 500, 90))]), name);
  form.append("alt", "Stripes at dusk");
  const { access_token: token } = (await (await fetch(`${dimmer.url}/api/v1/auth/login`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ email: "mira@example.org", password: "lamp kettle window stone 47" }) })).json()) as { access_token: string };
  const answer = await fetch(`${dimmer.url}/api/v1/admin/media`, { method: "POST", headers: { Authorization: `Bearer ${token}` }, body: form });
  assert.equal(answer.status, 201);
  return ((await answer.json()) as { data: Media }).data;
}

async function room(path: string, look: Look, journey: (page: Page, problems: string[]) => Promise<void>): Promise<void> {
  const seen = await visitAdmin(browser, dimmer, path, look);
  try {
    await journey(seen.page, seen.problems);
    assert.deepEqual(seen.problems, []);
  } finally {
    await seen.close();
  }
}

const pictures = (page: Page) => page.getByRole("list", { name: "Pictures" });
const uploads = (page: Page) => page.getByRole("region", { name: "Uploads" });
const upload = (page: Page, name: string) => uploads(page).getByRole("listitem").filter({ hasText: name });
const files = (page: Page) => page.locator('input[type="file"][multiple]');
const saved = (page: Page) => page.getByText("Saved.", { exact: true }).waitFor();

test("several pictures are sent at once, and what is wrong with one says so beside it", async () => {
  await room("/media", desktop, async (page, problems) => {
    await page.getByText("No pictures yet.").waitFor();
    await page.evaluate(() => {
      const shares = new Set<string>();
      Object.assign(window, { shares });
      new MutationObserver(() => document.querySelectorAll('[role="progressbar"]').forEach((bar) => shares.add(bar.getAttribute("aria-valuenow") ?? ""))).observe(document.body, { subtree: true, childList: true, attributes: true });
    });
    const session = await page.context().newCDPSession(page);
    await session.send("Network.emulateNetworkConditions", { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 1_500_000 });
    const noise = Buffer.from(drawing(8, 8));
    await files(page).setInputFiles([
      png("stripes.png"), png("large.png", Buffer.concat([drawing(40, 30), Buffer.alloc(1 << 20)])), { name: "letter.png", mimeType: "image/png", buffer: Buffer.from("Dear Ruth, this is no picture.") },
      { name: "huge.jpg", mimeType: "image/jpeg", buffer: Buffer.alloc(31 << 20) }, png("tiny.png", noise),
    ]);
    await upload(page, "huge.jpg").getByText("That picture is 31 MB. The limit is 20 MB; a smaller export will do.").waitFor();
    await upload(page, "letter.png").getByText("That file is no picture that can be shown here.").waitFor();
    await uploads(page).getByText("3 of 5 uploaded, 2 not").waitFor();
    const shares = await page.evaluate(() => [...(window as unknown as { shares: Set<string> }).shares].map(Number));
    assert.ok(shares.some((share) => share > 0 && share < 100), `progress was shown: ${shares.join(", ")}`);
    assert.equal(await upload(page, "letter.png").getByRole("button", { name: "Try again" }).count(), 0, "the same file would be refused again");
    assert.deepEqual((await library()).map(({ name }) => name).sort(), ["large.png", "stripes.png", "tiny.png"]);
    await pictures(page).getByRole("listitem").nth(2).waitFor();
    assert.deepEqual(await accessibilityViolations(page), []);
    await shoot(page, "admin-media-uploads", desktop);
    await uploads(page).getByRole("button", { name: "Close the list" }).click();
    await upload(page, "huge.jpg").waitFor({ state: "detached" });

    // Dropped anywhere, and pasted.
    const give = (event: "drop" | "paste", name: string, bytes: Buffer) =>
      page.evaluate(([event, name, base64]) => {
        const given = new DataTransfer();
        given.items.add(new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], name, { type: "image/png" }));
        const init = { bubbles: true, cancelable: true };
        if (event === "drop") {
          document.body.dispatchEvent(new DragEvent("dragover", { ...init, dataTransfer: given }));
          document.body.dispatchEvent(new DragEvent("drop", { ...init, dataTransfer: given }));
        } else document.body.dispatchEvent(new ClipboardEvent("paste", { ...init, clipboardData: given }));
      }, [event, name, bytes.toString("base64")] as const);
    await give("drop", "dropped.png", drawing(30, 20));
    await give("paste", "pasted.png", drawing(20, 30));
    await uploads(page).getByText("2 of 2 uploaded").waitFor();
    assert.equal((await library()).length, 5);
    problems.splice(0, problems.length, ...problems.filter((problem) => !/422/.test(problem))); // the letter, refused
  });
});

test("a picture whose upload breaks is still there and is sent again", async () => {
  await room("/media", phone, async (page, problems) => {
    await page.route("**/api/v1/admin/media", (route) => (route.request().method() === "POST" ? route.abort("connectionreset") : route.continue()));
    await files(page).setInputFiles([png("broken.png")]);
    await upload(page, "broken.png").getByText("Not sent. The connection was lost.").waitFor();
    assert.deepEqual(await accessibilityViolations(page), []);
    await shoot(page, "admin-media-lost", phone);
    assert.equal((await library("?q=broken")).length, 0);
    await page.unroute("**/api/v1/admin/media");
    await upload(page, "broken.png").getByRole("button", { name: "Try again" }).click();
    await upload(page, "broken.png").getByText("Uploaded").waitFor();
    assert.equal((await library("?q=broken")).length, 1);
    problems.splice(0, problems.length, ...problems.filter((problem) => !/ERR_CONNECTION_RESET/.test(problem)));

    // What has arrived is asked for its description.
    await upload(page, "broken.png").getByRole("link", { name: "Describe it" }).click();
    await page.getByLabel("Description").fill("Stripes, soft ones");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await saved(page);
    assert.equal((await named("broken.png")).alt, "Stripes, soft ones");
  });
});

for (const size of sizes) {
  test(`one picture is described, its focal point set, replaced, and deleted with a warning: ${size.name}`, async () => {
    const made = await kept(`lamp-${size.name}.png`);
    const post = (await (await call("POST", "/admin/posts", { title: `Shown on the ${size.name}`, feature_image: { media_id: made.id } })).json()) as { data: { id: string } };
    await room(`/media?id=${made.id}`, size.day, async (page) => {
      const dialog = page.getByRole("dialog", { name: made.name });
      await dialog.getByRole("link", { name: `Shown on the ${size.name}` }).waitFor();
      await dayAndNight(page, size, async (look) => {
        assert.deepEqual(await accessibilityViolations(page), [], look.name);
        assert.equal(await sidewaysScroll(page), 0, look.name);
        await shoot(page, "admin-media-one", look);
      });

      await dialog.getByLabel("Description").fill("A lamp over stripes");
      await dialog.getByRole("button", { name: /^Focal point, 50 % from the left, 50 % from the top/ }).focus();
      await page.keyboard.press("ArrowRight");
      await page.keyboard.press("ArrowRight");
      await page.keyboard.press("Shift+ArrowUp");
      await dialog.getByRole("button", { name: "Focal point, 52 % from the left, 40 % from the top" }).waitFor();
      assert.equal(await dialog.getByLabel("From the left, %").inputValue(), "52");

      await page.keyboard.press("Escape"); // nothing is saved yet
      await page.getByRole("button", { name: "Stay here" }).click();
      await dialog.getByRole("button", { name: "Save", exact: true }).click();
      await saved(page);
      const now = await named(made.name);
      assert.deepEqual([now.alt, now.focal_point], ["A lamp over stripes", { x: 0.52, y: 0.4 }]);

      await dialog.locator('input[type="file"]').setInputFiles(png("another.png", drawing(300, 200)));
      await page.getByRole("status", { name: "Messages" }).getByText("The new picture is in its place").waitFor();
      const after = await named(made.name);
      assert.deepEqual([after.id, after.width, after.use_count], [made.id, 300, 1]);

      await dialog.getByRole("button", { name: "Delete" }).click();
      const warning = page.getByRole("dialog", { name: "Delete this picture for good?" });
      await warning.getByText(`It is shown in 1 post: “Shown on the ${size.name}”. A gap stays there.`).waitFor();
      await warning.getByRole("button", { name: "Keep" }).click();
      await warning.waitFor({ state: "detached" });
      await named(made.name);
      await dialog.getByRole("button", { name: "Delete" }).click();
      await warning.getByRole("button", { name: "Delete for good" }).click();
      await dialog.waitFor({ state: "detached" });
      assert.equal((await library()).some(({ id }) => id === made.id), false);
      assert.equal(((await (await call("GET", `/admin/posts/${post.data.id}`)).json()) as { data: { feature_image: unknown } }).data.feature_image, null);

      await dayAndNight(page, size, async (look) => {
        assert.deepEqual(await accessibilityViolations(page), [], look.name);
        assert.equal(await sidewaysScroll(page), 0, look.name);
        await shoot(page, "admin-media", look);
      });
      await page.setViewportSize({ width: 320, height: 640 });
      assert.equal(await sidewaysScroll(page), 0, "it does not scroll sideways on the smallest screen");
    });
  });
}

test("pictures are found, and what is shown is in the address", async () => {
  const shown = await kept("kettle.png");
  await call("POST", "/admin/posts", { title: "Tea", feature_image: { media_id: shown.id } });
  await kept("teapot.png");
  await room("/media", desktop, async (page) => {
    await page.getByLabel("Search pictures").fill("kettle");
    await page.waitForURL(/q=kettle/);
    await page.getByText("1 picture", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Used nowhere" }).click();
    await page.getByText("Nothing with “kettle”. Try one word.").waitFor();
    assert.match(page.url(), /unused=true/);
    await page.reload();
    await page.getByRole("button", { name: "Show all pictures" }).click();
    const tile = pictures(page).getByRole("link", { name: /kettle\.png/ });
    await tile.click();
    await page.getByRole("dialog", { name: "kettle.png" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.waitForFunction(() => document.activeElement?.textContent?.includes("kettle.png")); // the focus is back where it was
  });
});

for (const look of [phone, desktop]) {
  test(`a post takes its picture from the library, or a new one, described: ${look.name}`, async () => {
    await kept("jar.png");
    const post = (await (await call("POST", "/admin/posts", { title: "Without a picture" })).json()) as { data: { id: string } };
    await room(`/posts/${post.data.id}?panel=picture`, look, async (page) => {
      await page.getByRole("button", { name: "Choose a picture" }).click();
      const dialog = page.getByRole("dialog", { name: "Choose a picture" });
      await dialog.getByLabel("Search pictures").fill("jar");
      await dialog.getByRole("button", { name: /^Stripes at dusk/ }).first().waitFor();
      assert.deepEqual(await accessibilityViolations(page), []);
      await shoot(page, "admin-media-choose", look);
      await dialog.locator('input[type="file"]').setInputFiles(png(`new-${look.viewport.width}.png`));
      await dialog.getByRole("button", { name: "Use it without a description" }).waitFor();
      await dialog.getByLabel("Description").fill("Stripes for the top");
      await dialog.getByRole("button", { name: "Use this picture" }).click();
      await dialog.waitFor({ state: "detached" });
      let made = await named(`new-${look.viewport.width}.png`);
      await page.waitForFunction((url) => [...document.querySelectorAll("input")].some(({ value }) => value === url), made.url); // it is in the field
      assert.equal(await page.getByRole("dialog", { name: "Picture at the top" }).getByLabel("Description", { exact: true }).inputValue(), "Stripes for the top");
      while (made.alt !== "Stripes for the top") made = await named(made.name); // the library gets to know it too
    });
  });
}

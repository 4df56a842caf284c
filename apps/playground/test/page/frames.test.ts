/** Journeys of the page in other places: in a frame of another page, and as one file on a disk. */
import { existsSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath, pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { drawn } from "./browser.ts";
import { inChromium, textOf, waitForText } from "./suite.ts";

const SINGLE = fileURLToPath(new URL("../../dist/playground.html", import.meta.url));
const TEXT =
  "title: from outside\nprocesses: { p: { mappings: { heap: { size: 4 pages, written: all } } } }\nsteps: [{ fork: p, as: c }]\n";

/** A page of another origin that has the playground in a frame. */
const parentPage = (url: string): string => `<!doctype html><title>parent</title>
<iframe src="${url}#v1/history/first-fork?step=2&embed=1" width="900" height="700"></iframe>
<script>
  const frame = document.querySelector("iframe");
  const ping = setInterval(() => frame.contentWindow.postMessage("PING", "*"), 50);
  addEventListener("message", ({ data }) => {
    if (data !== "PONG") return;
    clearInterval(ping);
    frame.contentWindow.postMessage({ forkpath: { text: ${JSON.stringify(TEXT)}, step: 1 } }, "*");
  });
</script>`;

inChromium("elsewhere", (suite) => {
  test("19: in a frame of another origin, it answers, and shows the text that it is sent", async () => {
    const server = createServer((_, response) => {
      response.writeHead(200, { "content-type": "text/html" });
      response.end(parentPage(suite.site.url));
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const page = await suite.browser.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    const frame = page.frames()[1];
    await frame.waitForFunction(
      () => document.querySelector(".caption h2")?.textContent === "fork p as c",
    );
    expect(await frame.locator(".top").count()).toBe(0);
    expect(await frame.locator("canvas[data-map]").count()).toBe(2);
    await page.close();
    server.closeAllConnections();
    server.close();
  });

  test("21: the single file draws its maps from a disk, and asks for nothing", async () => {
    expect(existsSync(SINGLE)).toBe(true);
    const page = await suite.browser.newPage();
    const asked: string[] = [];
    page.on("request", (request) => asked.push(request.url().slice(0, 40)));
    page.on("pageerror", (error) => asked.push(String(error)));
    await page.goto(`${pathToFileURL(SINGLE)}#v1/history/first-fork?step=3`);
    await drawn(page);
    expect(await textOf(page, ".caption h2")).toBe("write child heap 8..15");
    await page.keyboard.press("s");
    await waitForText(
      page,
      "[data-said]",
      "of your own disk: for others, put this file on any web",
    );
    expect(asked.filter((url) => !/^(file|blob|data):/.test(url))).toEqual([]);
    await page.close();
  });
});

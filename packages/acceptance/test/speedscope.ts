/**
 * speedscope, a viewer of profiles that is a web page: opened in a page without a screen, given a
 * file as its own command does, and asked to save what it has understood, as its users can.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { Window } from "happy-dom";
import { expect, vi } from "vitest";

const require = createRequire(import.meta.url);

/** What speedscope saves: https://www.speedscope.app/file-format-schema.json */
export interface SavedProfiles {
  readonly exporter: string;
  readonly shared: { readonly frames: readonly { readonly name: string }[] };
  readonly profiles: readonly SavedProfile[];
}

export interface SavedProfile {
  readonly name: string;
  readonly type: string;
  readonly unit: string;
  readonly events: readonly {
    /** A frame opens or closes. */
    readonly type: "O" | "C";
    /** Index in `frames`. */
    readonly frame: number;
    readonly at: number;
  }[];
}

/** The page offers to load a file where this is in its address: so its command opens it. */
const PAGE = "file:///speedscope/index.html#localProfilePath=profile.js";

type File = InstanceType<Window["Blob"]>;

interface SpeedscopeApi {
  loadFileFromBase64(name: string, content: string): void;
}

/** Fails when speedscope does not take the file. */
export async function openInSpeedscope(name: string, content: string): Promise<SavedProfiles> {
  const page = openPage();
  const saved = catchSaved(page);
  runApplication(page);
  const api = await vi.waitUntil(() => (page as { speedscope?: SpeedscopeApi }).speedscope);
  api.loadFileFromBase64(name, Buffer.from(content).toString("base64"));
  await vi.waitUntil(() => page.document.title === `${name} - speedscope`, { timeout: 10_000 });
  page.dispatchEvent(new page.KeyboardEvent("keydown", { key: "s", ctrlKey: true }));
  expect(saved).toHaveLength(1);
  const text = await saved[0].text();
  await page.happyDOM.close();
  return JSON.parse(text);
}

function openPage(): Window {
  const settings = {
    enableJavaScriptEvaluation: true,
    suppressInsecureJavaScriptEnvironmentWarning: true,
  };
  const page = new Window({ url: PAGE, settings });
  // It draws with WebGL: here, on a card that takes every call and shows nothing.
  const card: unknown = new Proxy(() => card, {
    get: (_, name) => (name === Symbol.toPrimitive ? () => 1 : card),
    apply: () => card,
  });
  page.HTMLCanvasElement.prototype.getContext = () => card as null;
  return page;
}

/** What the page lets its user save. */
function catchSaved(page: Window): File[] {
  const saved: File[] = [];
  page.URL.createObjectURL = (file) => {
    saved.push(file as File);
    return "blob:saved";
  };
  return saved;
}

/** The application is one script, whose name has a hash in it: the page of the package names it. */
function runApplication(page: Window): void {
  const release = join(dirname(require.resolve("speedscope/package.json")), "dist/release");
  const html = readFileSync(join(release, "index.html"), "utf8");
  const file = /src="([^"]+\.js)"/.exec(html)?.[1] ?? "";
  const script = page.document.createElement("script");
  script.textContent = readFileSync(join(release, file), "utf8");
  page.document.body.append(script);
}

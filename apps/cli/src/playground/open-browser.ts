/** Opens an address in the user's browser, as far as the system can. */
import { spawn } from "node:child_process";
import { platform } from "node:os";

const OPENERS: Readonly<Record<string, readonly string[]>> = {
  darwin: ["open"],
  win32: ["cmd", "/c", "start", ""],
};
const OTHERS = ["xdg-open"];

/** A machine without a browser says nothing: the address stands on the screen. */
export function openBrowser(url: string): void {
  const [command, ...words] = OPENERS[platform()] ?? OTHERS;
  const child = spawn(command, [...words, url], { stdio: "ignore", detached: true });
  child.on("error", () => {});
  child.unref();
}

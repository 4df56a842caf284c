/** Which text a link was made for: a page of its own may have another one under the same name. */
const DIGITS = 8;

/** First eight digits of the SHA-256; null where the browser offers none: outside of https. */
export async function digestOf(text: string): Promise<string | null> {
  if (crypto.subtle === undefined) return null;
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  const hex = [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.slice(0, DIGITS);
}

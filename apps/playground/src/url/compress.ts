/** A text as a part of a link: deflated, and in letters that links may have. */
const BASE64URL: Readonly<Record<string, string>> = { "+": "-", "/": "_", "=": "" };

/** @returns base64url of the raw deflate stream */
export async function deflate(text: string): Promise<string> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return btoa(binary).replace(/[+/=]/g, (sign) => BASE64URL[sign]);
}

/** @throws TypeError or DOMException for what is no such text */
export async function inflate(data: string): Promise<string> {
  const binary = atob(data.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = Uint8Array.from(binary, (char) => char.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return new Response(stream).text();
}

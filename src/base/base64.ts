// Bytes as base64, in plain ECMAScript.

const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** RFC 4648, section 4, with padding. */
export function encodeBase64(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += 3) {
    const group = (bytes[at] << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    const text = [18, 12, 6, 0].map((shift) => digits[(group >> shift) & 63]).join("");
    const given = Math.min(3, bytes.length - at);
    parts.push(text.slice(0, given + 1).padEnd(4, "="));
  }
  return parts.join("");
}

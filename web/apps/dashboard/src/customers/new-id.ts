/** An id (UUIDv7) for something that this page makes: the same act sent twice is known by it. */
export function newId(now = Date.now(), random = crypto.getRandomValues(new Uint8Array(10))): string {
  const bytes = [...timeBytes(now), ...random];
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  const hex = bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

function timeBytes(now: number): number[] {
  return Array.from({ length: 6 }, (_, index) => Math.floor(now / 256 ** (5 - index)) % 256);
}

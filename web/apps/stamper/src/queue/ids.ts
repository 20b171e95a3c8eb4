/**
 * Ids of events: UUIDv7, so that they sort by the time they were made at, also within one millisecond and when the
 * phone's clock jumps back. `now` is the server's time in ms, as far as the phone knows it.
 */
export function idMaker(
  random: (bytes: Uint8Array<ArrayBuffer>) => void = (bytes) => void crypto.getRandomValues(bytes),
) {
  let last = 0;
  let count = 0;
  return (now: number): string => {
    const bytes = new Uint8Array(16);
    random(bytes);
    if (now > last) {
      last = now;
      count = (((bytes[6] ?? 0) & 0x07) << 8) | (bytes[7] ?? 0); // half of twelve bits is room to count on
    } else if (++count > 0xfff) {
      last += 1;
      count = 0;
    }
    let rest = last;
    for (let at = 5; at >= 0; at--) {
      bytes[at] = rest % 256;
      rest = Math.floor(rest / 256);
    }
    bytes[6] = 0x70 | (count >> 8);
    bytes[7] = count & 0xff;
    bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
    const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  };
}

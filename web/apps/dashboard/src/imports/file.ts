const MOST_BYTES = 8 * 1024 * 1024;

/** Why a file need not even be sent. */
export function problemOf(file: { name: string; size: number }): "empty" | "tooBig" | "notCsv" | null {
  if (/\.(xlsx?|ods|numbers)$/i.test(file.name)) return "notCsv";
  if (file.size === 0) return "empty";
  return file.size > MOST_BYTES ? "tooBig" : null;
}

/** `51 KB`, `9.1 MB`. */
export function sizeOf(bytes: number): string {
  const kilo = Math.max(1, Math.round(bytes / 1024));
  return kilo < 1024 ? `${kilo} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

export type WalletKind = "apple" | "google";

/** What this phone can keep a card in: iPhones Apple's, Android Google's, everything else may lead to either. */
export function walletsOf(agent: string, touches: number): readonly WalletKind[] {
  // An iPad calls itself a Mac, and is the only Mac that is touched.
  if (/iPhone|iPad|iPod/.test(agent) || (/Macintosh/.test(agent) && touches > 1)) return ["apple"];
  if (/Android/.test(agent)) return ["google"];
  return ["apple", "google"];
}

/** Whether an app's own window shows this page on an iPhone: it loads the card and then does nothing with it. */
export function isInsideAnApp(agent: string): boolean {
  return /iPhone|iPad|iPod/.test(agent) && /FBAN|FBAV|Instagram|Line\/|TikTok|musical_ly|Snapchat/.test(agent);
}

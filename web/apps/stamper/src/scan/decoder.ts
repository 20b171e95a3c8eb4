/** Reads QR codes: with the phone's own detector where there is one, else with ours, whose WASM we serve. */

export type Decoder = (picture: HTMLCanvasElement) => Promise<string[]>;

type Detector = { detect: (picture: HTMLCanvasElement) => Promise<{ rawValue: string }[]> };
type DetectorClass = {
  new (options: { formats: string[] }): Detector;
  getSupportedFormats: () => Promise<readonly string[]>;
};

let found: Promise<Decoder> | null = null;

/** The decoder, loaded once; a load that failed is tried again the next time. */
export function decoder(): Promise<Decoder> {
  found ??= load().catch((error: unknown) => {
    found = null;
    throw error;
  });
  return found;
}

async function load(): Promise<Decoder> {
  const detector = (await native()) ?? (await ours());
  return async (picture) => (await detector.detect(picture)).map((code) => code.rawValue);
}

async function native(): Promise<Detector | null> {
  const phones = (globalThis as { BarcodeDetector?: DetectorClass }).BarcodeDetector;
  if (!phones) return null;
  try {
    const formats = await phones.getSupportedFormats();
    return formats.includes("qr_code") ? new phones({ formats: ["qr_code"] }) : null;
  } catch {
    return null; // announced, but not there (some Androids without the service)
  }
}

async function ours(): Promise<Detector> {
  const [{ BarcodeDetector, prepareZXingModule }, { default: address }] = await Promise.all([
    import("barcode-detector/ponyfill"),
    import("zxing-wasm/reader/zxing_reader.wasm?url"),
  ]);
  prepareZXingModule({ overrides: { locateFile: () => address } });
  return new BarcodeDetector({ formats: ["qr_code"] });
}

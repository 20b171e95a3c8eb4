import { expect, test } from "vitest";

import { readAgent } from "./agent";

test("tells browsers apart that call themselves like one another", () => {
  const chrome =
    "Mozilla/5.0 (Linux; Android 14; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Mobile Safari/537.36";
  expect(readAgent(chrome)).toEqual({ browser: "Chrome", system: "Android" });
  expect(readAgent(`${chrome} Edg/126.0`).browser).toBe("Edge");
  expect(
    readAgent("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605 Version/17.5 Safari/604"),
  ).toEqual({ browser: "Safari", system: "iPhone" });
  expect(readAgent("python-httpx/0.27")).toEqual({ browser: null, system: null });
});

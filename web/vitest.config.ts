import { defineConfig } from "vitest/config";

// The enrolment app and the card run on Preact, the others on React itself.
const preact = { jsx: { runtime: "automatic", importSource: "preact" } } as const;
const tests = (folder: string): string => `${folder}/src/**/*.test.{ts,tsx}`;

export default defineConfig({
  test: {
    projects: [
      { oxc: preact, test: { name: "preact", include: [tests("apps/enroll"), tests("packages/card")] } },
      {
        oxc: { jsx: { runtime: "automatic", importSource: "react" } },
        test: {
          name: "react",
          include: [tests("apps/dashboard"), tests("apps/stamper"), tests("packages/ui"), tests("packages/api")],
        },
      },
    ],
  },
});

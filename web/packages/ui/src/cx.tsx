import { clsx, type ClassValue } from "clsx";
import { extendTailwindMerge } from "tailwind-merge";

const merge = extendTailwindMerge({
  extend: {
    theme: {
      text: ["12", "14", "16", "20", "24", "28", "40"],
      radius: ["xs", "s", "m", "l"],
      shadow: ["object"],
      breakpoint: ["sm", "md", "lg"],
    },
  },
});

/** Class names put together; of two that contradict each other the later one counts. */
export function cx(...names: ClassValue[]): string {
  return merge(clsx(names));
}

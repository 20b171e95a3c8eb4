import { cx } from "@sello/ui/cx";
import { useMemo } from "react";
import { encode } from "uqr";

const EDGE = 4; // modules of white that readers need around it

/** A text as a QR code: black on white in light and dark, for cameras. */
export function Qr({ text, label, className }: { text: string; label: string; className?: string }) {
  const { path, size } = useMemo(() => drawn(text), [text]);
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${size} ${size}`}
      shapeRendering="crispEdges"
      className={cx("aspect-square rounded-s bg-[white] fill-[black]", className)}
    >
      <path d={path} />
    </svg>
  );
}

function drawn(text: string): { path: string; size: number } {
  const { data, size } = encode(text, { ecc: "M", border: EDGE });
  const runs: string[] = [];
  data.forEach((row, y) => {
    for (let x = 0; x < row.length; x++) {
      const start = x;
      while (row[x]) x++;
      if (x > start) runs.push(`M${start} ${y}h${x - start}v1h-${x - start}z`);
    }
  });
  return { path: runs.join(""), size };
}

import { encode } from "uqr";

/** A text as a QR code: black on white in either theme, for that is what phones read. */
export function Qr({ text, label }: { text: string; label: string }) {
  const { data, size } = encode(text, { ecc: "M", border: 2 });
  const path = data.map((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : "")).join("")).join("");
  return (
    <svg
      viewBox={`0 0 ${size} ${size}`}
      shapeRendering="crispEdges"
      role="img"
      aria-label={label}
      className="w-full max-w-50 justify-self-center rounded-s bg-[white]"
    >
      <path d={path} fill="black" />
    </svg>
  );
}

/** The pictures a shop may choose for its stamps and its rewards, as strokes and areas on 100 x 100. */
export type PictureName = "moon" | "cup" | "meal" | "gift" | "star";

const LINE = {
  fill: "none",
  stroke: "currentColor",
  strokeWidth: 5,
  strokeLinecap: "round",
  strokeLinejoin: "round",
} as const;

const STAR = "M50 26l6.6 15.4 16.7 1.5-12.6 11 3.7 16.3L50 61.6l-14.4 8.6 3.7-16.3-12.6-11 16.7-1.5z";

/** One picture, to stand inside an `svg` of 100 x 100; it takes the colour of its text. */
export function Picture({ name }: { name: PictureName }) {
  switch (name) {
    case "moon":
      return <path d="M61 27.5a24 24 0 1 0 12.5 33A20 20 0 0 1 61 27.5z" />;
    case "cup":
      return (
        <>
          <path d="M29 44h34v13a14 14 0 0 1-14 14h-6a14 14 0 0 1-14-14z" />
          <path {...LINE} strokeWidth={4.6} d="M63 48h4a6.5 6.5 0 0 1 0 13h-5M40 36c-3-4 3-5 0-9M52 36c-3-4 3-5 0-9" />
        </>
      );
    case "meal":
      return <path {...LINE} d="M34 28v12a7 7 0 0 0 14 0V28M41 28v44M66 72V28c-7 4-9 13-9 23h9" />;
    case "gift":
      return (
        <path
          {...LINE}
          d="M30 48h40v24H30zM27 38h46v10H27zM50 38v34M50 38c-16 0-14-14-6-12 5 1 6 8 6 12c0-4 1-11 6-12c8-2 10 12-6 12"
        />
      );
    case "star":
      return <path d={STAR} />;
  }
}

/** Line drawings of 24 by 24, in the colour of their text. Whoever uses one beside no words names the button. */
const PATHS = {
  wifi: "M3.5 9.5a12 12 0 0 1 17 0M6.8 13a7.3 7.3 0 0 1 10.4 0M10 16.3a2.8 2.8 0 0 1 4 0M12 19.2v.1",
  off: "M4 4l16 16M3.5 9.5A12 12 0 0 1 8 6.8M12 6a12 12 0 0 1 8.5 3.5M6.8 13a7.3 7.3 0 0 1 3.6-2M10 16.3a2.8 2.8 0 0 1 4 0M12 19.2v.1",
  undo: "M8 5L4 9l4 4M4 9h9.5a5.5 5.5 0 0 1 0 11H9",
  search: "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM20 20l-4.8-4.8",
  torch: "M8 3h8v4l-2 4v10h-4V11L8 7zM8 7h8M12 14v2",
  back: "M15 5l-7 7 7 7",
  erase: "M9 5h11v14H9l-6-7zM12.5 9.5l5 5M17.5 9.5l-5 5",
  check: "M5 12.5l4.5 4.5L19 7.5",
  cross: "M6 6l12 12M18 6L6 18",
  clock: "M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17zM12 7.5V12l3 2",
  gift: "M5 11.5h14V20H5zM4 7.5h16v4H4zM12 7.5V20M12 7.5C7.2 7.5 7.4 3 10 3.4c1.6.3 2 2.4 2 4.1 0-1.7.4-3.8 2-4.1 2.6-.4 2.8 4.1-2 4.1",
  keys: "M4 7h16v10H4zM7.5 10.5v.1M12 10.5v.1M16.5 10.5v.1M8.5 13.8h7",
  card: "M4 6.5h16v11H4zM4 10.5h16M7.5 14.5h4",
  camera: "M4 8h3.2l1.6-2.5h6.4L16.8 8H20v10.5H4zM12 16a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4z",
  lock: "M6.5 11h11v9h-11zM8.8 11V8a3.2 3.2 0 0 1 6.4 0v3",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM5 20c.6-3.6 3.4-5.4 7-5.4s6.4 1.8 7 5.4",
  shop: "M4.5 10.5V20h15v-9.5M3.5 9l1.8-5h13.4l1.8 5c0 1.6-1.3 2.5-2.8 2.5S15 10.6 15 9c0 1.6-1.4 2.5-3 2.5S9 10.6 9 9c0 1.6-1.3 2.5-2.8 2.5S3.5 10.6 3.5 9z",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}

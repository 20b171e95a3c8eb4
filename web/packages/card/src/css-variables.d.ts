import "react";

declare module "react" {
  // Custom properties carry data (a turn, a share) into the style sheet; React sets them through the CSSOM.
  interface CSSProperties {
    [name: `--${string}`]: string | number | undefined;
  }
}

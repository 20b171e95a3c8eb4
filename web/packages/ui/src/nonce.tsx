import { setNonce } from "get-nonce";

/** Let the parts that bring a style of their own (a dialog holds the page still) say the answer's nonce. Before React starts. */
export function allowStyles(nonce: string | undefined): void {
  if (nonce) setNonce(nonce);
}

/** The camera at the back: opened, lit, and looked through. */
import { decoder } from "./decoder";

/** Why there is no picture. */
export type CameraTrouble = "insecure" | "denied" | "none" | "busy" | "decoder";

export class NoCamera extends Error {
  constructor(readonly trouble: CameraTrouble) {
    super(trouble);
  }
}

export type Camera = {
  /** Lights up or goes dark; null where there is no lamp. */
  torch: ((on: boolean) => Promise<void>) | null;
  close: () => void;
};

const PAUSE = 90; // ms between looks: quick to the eye, cool for the phone
const WIDEST = 720; // px of the longer side that is looked at: enough for a code at arm's length

/** Show the camera's picture in `video`; throws `NoCamera`. `lost`: the phone took it away, as when it slept. */
export async function openCamera(video: HTMLVideoElement, lost: () => void): Promise<Camera> {
  if (!window.isSecureContext) throw new NoCamera("insecure");
  const media = (navigator as { mediaDevices?: MediaDevices }).mediaDevices;
  if (!media) throw new NoCamera("none");
  let stream: MediaStream;
  try {
    const size = { width: { ideal: 1280 }, height: { ideal: 720 } };
    stream = await media.getUserMedia({ video: { facingMode: { ideal: "environment" }, ...size } });
  } catch (error) {
    throw new NoCamera(troubleOf(error));
  }
  video.srcObject = stream;
  await video.play().catch(() => undefined); // shown as soon as the page is looked at
  const track = stream.getVideoTracks()[0];
  track?.addEventListener("ended", lost);
  const lamp = track && "getCapabilities" in track && "torch" in track.getCapabilities();
  return {
    torch: lamp ? (on) => track.applyConstraints({ advanced: [{ torch: on } as MediaTrackConstraintSet] }) : null,
    close: () => {
      for (const each of stream.getTracks()) each.stop();
      if (video.srcObject === stream) video.srcObject = null;
    },
  };
}

/** Look for codes until called off; what is in view is told at every look. Throws `NoCamera("decoder")`. */
export async function lookForCodes(video: HTMLVideoElement, tell: (texts: string[]) => void): Promise<() => void> {
  const decode = await decoder().catch(() => {
    throw new NoCamera("decoder");
  });
  const canvas = document.createElement("canvas");
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stopped = false;
  const look = async () => {
    if (pen && video.videoWidth && !document.hidden) {
      const shrink = Math.min(1, WIDEST / Math.max(video.videoWidth, video.videoHeight));
      canvas.width = Math.round(video.videoWidth * shrink);
      canvas.height = Math.round(video.videoHeight * shrink);
      pen.drawImage(video, 0, 0, canvas.width, canvas.height);
      const texts = await decode(canvas).catch(() => []);
      if (!isOff()) tell(texts);
    }
    if (!isOff()) timer = setTimeout(() => void look(), PAUSE);
  };
  const isOff = () => stopped;
  void look();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}

function troubleOf(error: unknown): CameraTrouble {
  const name = error instanceof DOMException ? error.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return "denied";
  return name === "NotReadableError" || name === "AbortError" ? "busy" : "none";
}

/** What an answer sounds and feels like: each kind its own, so that nobody has to look. */
export type Tone = "ok" | "gift" | "wait" | "no";

type Note = { at: number; hertz: number; long: number; shape?: OscillatorType };

const NOTES: Record<Tone, Note[]> = {
  ok: [
    { at: 0, hertz: 880, long: 0.09 },
    { at: 0.09, hertz: 1318.5, long: 0.16 },
  ],
  gift: [
    { at: 0, hertz: 880, long: 0.09 },
    { at: 0.09, hertz: 1108.7, long: 0.09 },
    { at: 0.18, hertz: 1318.5, long: 0.09 },
    { at: 0.27, hertz: 1760, long: 0.24 },
  ],
  wait: [{ at: 0, hertz: 659.3, long: 0.2 }],
  no: [
    { at: 0, hertz: 196, long: 0.16, shape: "square" },
    { at: 0.2, hertz: 147, long: 0.3, shape: "square" },
  ],
};

const BUZZES: Record<Tone, number[]> = {
  ok: [70],
  gift: [60, 50, 60, 50, 120],
  wait: [40, 60, 40],
  no: [220, 90, 220],
};

let audio: AudioContext | null = null;

/** Browsers let a page sound after a touch only: call it in the first one. */
export function readyToSound(): void {
  audio ??= new AudioContext();
  if (audio.state === "suspended") void audio.resume();
}

/** Sound and vibrate, with the first frame of the answer. */
export function sound(tone: Tone): void {
  if ("vibrate" in navigator && navigator.userActivation.hasBeenActive) navigator.vibrate(BUZZES[tone]);
  if (audio?.state !== "running") return;
  for (const note of NOTES[tone]) play(audio, note);
}

function play(context: AudioContext, { at, hertz, long, shape = "sine" }: Note): void {
  const from = context.currentTime + at;
  const voice = context.createOscillator();
  const volume = context.createGain();
  voice.type = shape;
  voice.frequency.value = hertz;
  volume.gain.setValueAtTime(0, from);
  volume.gain.linearRampToValueAtTime(shape === "square" ? 0.08 : 0.25, from + 0.01);
  volume.gain.exponentialRampToValueAtTime(0.001, from + long);
  voice.connect(volume).connect(context.destination);
  voice.start(from);
  voice.stop(from + long);
}

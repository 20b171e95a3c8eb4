import { useEffect, useEffectEvent, useRef, useState } from "react";
import { Dial } from "../parts/dial";
import { Icon } from "../parts/icons";
import { textsOf } from "../parts/language";
import { type Camera, type CameraTrouble, lookForCodes, NoCamera, openCamera } from "./camera";
import { texts } from "./texts";

const t = textsOf(texts);

type ViewfinderProps = {
  /** The codes in view, at every look. */
  onLook: (texts: string[]) => void;
  /** The code in view was acted on a moment ago. */
  again: boolean;
  gift: boolean;
  onLamp: (lamp: Camera["torch"]) => void;
};

/** The camera fills the screen; what it sees is told as text. Without a camera it says why, and what works. */
export function Viewfinder({ onLook, again, gift, onLamp }: ViewfinderProps) {
  const video = useRef<HTMLVideoElement>(null);
  const [state, setState] = useState<"opening" | "open" | CameraTrouble>("opening");
  const [tries, setTries] = useState(0);
  const tell = useEffectEvent(onLook);
  const lit = useEffectEvent(onLamp);
  useEffect(() => {
    const element = video.current;
    if (!element) return;
    let closed = false;
    const isClosed = () => closed;
    const opened = (async () => {
      const camera = await openCamera(element, () => setTries((count) => count + 1));
      if (isClosed()) return camera.close();
      lit(camera.torch);
      let stop = () => {};
      try {
        stop = await lookForCodes(element, (texts) => tell(texts));
      } catch (error) {
        camera.close();
        throw error;
      }
      setState("open");
      return () => {
        stop();
        camera.close();
      };
    })();
    opened.catch((error: unknown) => {
      if (!closed) setState(error instanceof NoCamera ? error.trouble : "none");
    });
    return () => {
      closed = true;
      void opened.then(
        (close) => close?.(),
        () => undefined,
      );
    };
  }, [tries]);
  const trouble = state === "opening" || state === "open" ? null : t.camera[state];
  const retry = () => {
    setState("opening");
    setTries((count) => count + 1);
  };
  return (
    <>
      <video ref={video} className="scene" playsInline muted aria-hidden="true" hidden={trouble !== null} />
      {trouble ? (
        <div className="words">
          <Icon name="camera" />
          <h1>{trouble.title}</h1>
          <p>{trouble.how}</p>
          {state !== "insecure" && (
            <button type="button" className="btn soft" onClick={retry}>
              {t.retry}
            </button>
          )}
        </div>
      ) : (
        <div className="answer">
          <h1 className="what">{state === "opening" ? t.opening : gift ? t.aimGift : t.aim}</h1>
          <Dial aim busy={state === "opening"} />
          <p className="again" role="status">
            {again ? t.again : ""}
          </p>
        </div>
      )}
    </>
  );
}

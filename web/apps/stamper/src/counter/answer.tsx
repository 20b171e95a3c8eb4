import type { ReactNode } from "react";
import { Dial } from "../parts/dial";
import { Icon } from "../parts/icons";
import type { View } from "./view";

type AnswerProps = {
  view: View;
  note?: string | null;
  /** In the ring, instead of a figure. */
  picture?: ReactNode;
  /** It changes every second: not to be read out each time. */
  quiet?: boolean;
  children: ReactNode;
};

/** An answer fills the screen: what happened, the figure in its ring, who, what is next. `children` are its buttons. */
export function Answer({ view, note, picture, quiet = false, children }: AnswerProps) {
  const { figure } = view;
  return (
    <>
      <div className="answer" role={quiet ? undefined : "status"}>
        <p className="what">
          {view.icon && <Icon name={view.icon} />}
          {view.what}
        </p>
        <Dial share={view.share} busy={view.look === "busy"} {...(view.segments ? { segments: view.segments } : {})}>
          {picture ??
            (typeof figure === "string" ? (
              <span className="prize">
                <Icon name={figure} />
              </span>
            ) : (
              figure && (
                <>
                  <span className={figure.big.length > 2 ? "big mid num" : "big num"}>{figure.big}</span>
                  <span className="of">{figure.of}</span>
                </>
              )
            ))}
        </Dial>
        <h1>{view.title}</h1>
        {view.text && <p className="after">{view.text}</p>}
        {note && <p className="note-line">{note}</p>}
      </div>
      <footer className="dock">{children}</footer>
    </>
  );
}

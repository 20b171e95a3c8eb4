import { useCallback, useEffect, useReducer, useState } from "react";
import type { Counter, Entry, Known } from "../contracts";
import { DiscountScreen } from "../counter/discount-screen";
import { FindScreen } from "../counter/find-screen";
import { GiftScreen } from "../counter/gift-screen";
import { type PendingCard, PendingScreen } from "../counter/pending-screen";
import { PurchaseScreen } from "../counter/purchase-screen";
import { QueueScreen } from "../counter/queue-screen";
import { RefusedScreen } from "../counter/refused-screen";
import { StampedScreen } from "../counter/stamped-screen";
import { TypeScreen } from "../counter/type-screen";
import { useAwake } from "../parts/awake";
import { textsOf } from "../parts/language";
import { readTyped } from "../scan/codes";
import { type Guard, makeGuard } from "../scan/guard";
import { LeaveScreen } from "../session/leave-screen";
import { learnPlace, learnRules, place } from "../session/place";
import type { Staff } from "../session/staff";
import { texts as sessionTexts } from "../session/texts";
import { WhoScreen } from "../session/who-screen";
import { texts } from "../counter/texts";
import { useWatched } from "../watched";
import { CameraScreen } from "./camera-screen";
import { Frame } from "./frame";
import { move, OPENED, type Screen } from "./machine";
import { begin, confirmFor, give, type Stamping, stampOrAsk } from "./stamping";
import { useHistory } from "./use-history";

const t = textsOf(texts);
const who = textsOf(sessionTexts).who;

/** The counter of an enrolled till: somebody stands at it, and one screen is shown. */
export function CounterDesk({ counter, staff }: { counter: Counter; staff: Staff }) {
  const [desk, go] = useReducer(move, OPENED);
  const [look, setLook] = useState("plain");
  const [guard] = useState<Guard>(makeGuard);
  const { person } = useWatched(staff.standing);
  const where = useWatched(place);
  const entries = useWatched(counter.queue.entries);
  const token = useCallback(() => staff.token(), [staff]);
  useAwake();
  useLearning(counter, staff, person?.accountId);
  useHistory(desk.screen.at !== "camera", () => go({ do: "home" }));

  const screen: Screen = person || desk.screen.at === "leave" ? desk.screen : { at: "people" };
  const work: Stamping = { counter, token, giver: person?.accountId ?? "", rules: where?.rules ?? null, go };
  const home = () => go({ do: "home" });
  const find = () => go({ do: "show", screen: { at: "find" } });
  const confirm = (entry: Entry) => void confirmFor(work, entry);
  const confirmed = (card: PendingCard, cardId: string) => {
    if (card.entryId === undefined) return void stampOrAsk(work, { target: { cardId }, label: card.name });
    counter.queue.flush();
    go({ do: "stamped", id: card.entryId });
  };
  const pick = (customer: Known) => {
    const { cardId, firstName } = customer;
    if (desk.gift) go({ do: "show", screen: { at: "gift", cardId, name: firstName, reward: null } });
    else void stampOrAsk(work, { target: { cardId }, label: firstName });
  };
  const frame = { counter, desk, look, person, where, go };
  const ways = { onNext: home, onFind: find };

  switch (screen.at) {
    case "camera":
      return <CameraScreen {...frame} token={token} guard={guard} onCode={(read) => begin(work, read, desk.gift)} />;
    case "find":
      return (
        <Frame {...frame} back={t.back}>
          <FindScreen
            counter={counter}
            token={token}
            gift={desk.gift}
            onPick={pick}
            onType={() => go({ do: "show", screen: { at: "type" } })}
          />
        </Frame>
      );
    case "type":
      return (
        <Frame {...frame} back={t.find}>
          <TypeScreen
            gift={desk.gift}
            onCode={(typed) => {
              const read = readTyped(typed);
              if (read.is === "discount") go({ do: "show", screen: { at: "discount", code: read.code } });
              if (read.is === "discount") return true;
              if (read.is === "card") void begin(work, read, desk.gift);
              return read.is === "card";
            }}
          />
        </Frame>
      );
    case "purchase":
      return (
        <Frame {...frame} back={t.purchase.cancel}>
          <PurchaseScreen
            label={screen.whom.label}
            most={where?.rules?.most ?? 1}
            minimum={where?.rules?.minimum ?? null}
            onGive={(stamps, amount) => void give(work, screen.whom, stamps, amount)}
          />
        </Frame>
      );
    case "pending":
      return (
        <Frame {...frame} back={t.back}>
          <PendingScreen
            card={screen.card}
            token={token}
            onLater={home}
            onConfirmed={(cardId) => confirmed(screen.card, cardId)}
          />
        </Frame>
      );
    case "stamped": {
      const entry = entries.find((each) => each.id === screen.id);
      if (!entry) return <Frame {...frame} />;
      return (
        <Frame {...frame} answer>
          <StampedScreen
            {...ways}
            counter={counter}
            token={token}
            entry={entry}
            steps={where?.rules?.steps ?? []}
            onLook={setLook}
            onConfirm={confirm}
            onDiscount={(code) => go({ do: "show", screen: { at: "discount", code } })}
            onGive={(cardId, name, reward) => go({ do: "show", screen: { at: "gift", cardId, name, reward } })}
            onSettled={(settled) => {
              if (settled.state !== "refused") return guard.counted();
              guard.refused();
              void counter.queue.see(settled.id); // it fills the screen: somebody has read it
            }}
          />
        </Frame>
      );
    }
    case "refused":
      return (
        <Frame {...frame} look="no" answer>
          <RefusedScreen {...ways} trouble={screen.trouble} now={counter.signal.now} />
        </Frame>
      );
    case "gift":
      return (
        <Frame {...frame} answer>
          <GiftScreen {...ways} {...screen} counter={counter} token={token} onLook={setLook} />
        </Frame>
      );
    case "discount":
      return (
        <Frame {...frame} answer>
          <DiscountScreen
            {...ways}
            key={screen.code}
            code={screen.code}
            counter={counter}
            token={token}
            onLook={setLook}
          />
        </Frame>
      );
    case "queue":
      return (
        <Frame {...frame} back={t.back}>
          <QueueScreen counter={counter} token={token} zone={where?.zone} onConfirm={confirm} />
        </Frame>
      );
    case "people":
      return (
        <Frame {...frame} {...(person ? { back: who.back } : { nobody: true })}>
          <WhoScreen
            counter={counter}
            staff={staff}
            onIn={home}
            onClose={() => go({ do: "show", screen: { at: "leave" } })}
          />
        </Frame>
      );
    case "leave":
      return (
        <Frame {...frame} back={who.back}>
          <LeaveScreen counter={counter} staff={staff} onStay={() => go({ do: "back" })} />
        </Frame>
      );
  }
}

/** Where we stand and by which rules, asked again whenever the signal or somebody comes. */
function useLearning(counter: Counter, staff: Staff, account: string | undefined): void {
  const online = useWatched(counter.signal.online);
  useEffect(() => {
    if (!online) return;
    learnPlace(counter.till)
      .then(
        () => (account ? learnRules(staff) : undefined),
        () => undefined, // known from before, or told by the till's state
      )
      .catch(() => undefined);
    if (account) counter.roster.refresh().catch(() => undefined); // a full disk is told when it matters
  }, [counter, staff, account, online]);
}

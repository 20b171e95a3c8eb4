import { Note } from "@sello/ui/note";
import { Section } from "@sello/ui/page";
import { Skeleton, Trouble } from "@sello/ui/state";

import { usePassType } from "../phones/use-pass-type";
import { useTexts } from "../texts";
import { useFormat } from "../use-format";
import { texts } from "./texts";

/** Under which identifier the shop's cards go to iPhones, and until when. */
export function PassTypeSection() {
  const t = useTexts(texts);
  const { day } = useFormat();
  const query = usePassType();
  const pass = query.data;
  return (
    <Section title={t.pass}>
      {query.isError && !pass ? (
        <Trouble small level={3} error={query.error} onRetry={() => void query.refetch()} />
      ) : !pass ? (
        <Skeleton lines={3} />
      ) : (
        <div className="grid gap-3">
          {pass.on ? null : <Note>{t.off}</Note>}
          <code className="text-14 wrap-anywhere">{pass.pass_type_id}</code>
          <p className="text-muted">{pass.own ? t.passOwn : t.passOurs}</p>
          <p>
            {t.ends}: {pass.ends_at ? t.until(day(pass.ends_at)) : t.noCertificate}
          </p>
          {pass.development ? <p className="text-12 text-muted">{t.development}</p> : null}
          {pass.own ? null : <p className="text-12 text-muted">{t.passHow}</p>}
        </div>
      )}
    </Section>
  );
}

import { Page, Split, Stack } from "@sello/ui/page";
import { useState } from "react";
import { useSearchParams } from "react-router";

import { useTexts } from "../texts";
import { Choose } from "./choose";
import { Columns } from "./columns";
import { History } from "./history";
import { texts } from "./texts";
import type { Kind } from "./use-imports";
import { Watch } from "./watch";

const SHOWN = "ver";
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Bring customers and visits along: check a file, import it, watch it, look back. */
export function ImportsPage() {
  const t = useTexts(texts);
  const [address, setAddress] = useSearchParams();
  const [kind, setKind] = useState<Kind>("customers");
  const [file, setFile] = useState<{ of: string; file: File } | null>(null);
  const shown = UUID.test(address.get(SHOWN) ?? "") ? address.get(SHOWN) : null;
  const show = (id: string | null) => setAddress(id ? { [SHOWN]: id } : {});

  return (
    <Page title={t.title} lead={t.lead}>
      <Stack>
        {shown ? (
          <Watch
            key={shown}
            id={shown}
            file={file?.of === shown ? file.file : null}
            onImport={(one) => show(one.id)}
            onLeave={() => show(null)}
          />
        ) : (
          <Split>
            <Choose
              kind={kind}
              onKind={setKind}
              onSent={(one, sent) => {
                setFile({ of: one.id, file: sent });
                show(one.id);
              }}
            />
            <Columns kind={kind} />
          </Split>
        )}
        <History />
      </Stack>
    </Page>
  );
}

import { Button } from "@sello/ui/button";
import { Page, Section, Stack } from "@sello/ui/page";
import { Empty, Loading, Skeleton, Trouble } from "@sello/ui/state";
import { Plus } from "lucide-react";
import { useState } from "react";
import { Link } from "react-router";

import { newId } from "../ids";
import { useTexts } from "../texts";
import { TemplateDialog, type Begun } from "./template-dialog";
import { TemplateItem } from "./template-item";
import { texts } from "./texts";
import type { Starter } from "./types";
import { useStarters, useTemplates } from "./use-templates";

/** The shop's texts with WhatsApp's word on each, and some to begin with. */
export function TemplatesPage() {
  const t = useTexts(texts);
  const query = useTemplates();
  const [begun, setBegun] = useState<Begun | null>(null);
  const fresh = (starter?: Starter) =>
    setBegun({
      id: newId(),
      isNew: true,
      name: starter?.name ?? "",
      language: starter?.language ?? "es",
      category: starter?.category ?? "marketing",
      body: starter?.body ?? "",
    });
  const found = query.data?.templates ?? [];
  return (
    <Page
      above={<Link to="/app/campanas">{t.campaigns}</Link>}
      title={t.title}
      lead={t.lead}
      actions={
        <Button variant="main" onClick={() => fresh()}>
          <Plus aria-hidden="true" />
          {t.fresh}
        </Button>
      }
    >
      <Stack>
        {query.isPending ? (
          <Loading>
            <Skeleton lines={6} className="h-6" />
          </Loading>
        ) : query.isError && found.length === 0 ? (
          <Trouble error={query.error} onRetry={() => void query.refetch()} />
        ) : found.length === 0 ? (
          <Empty title={t.empty} text={t.emptyText} />
        ) : (
          <ul aria-label={t.caption} className="grid gap-x-8 gap-y-6 lg:grid-cols-2">
            {found.map((template) => (
              <TemplateItem
                key={template.id}
                template={template}
                onEdit={() => setBegun({ ...template, isNew: false })}
              />
            ))}
          </ul>
        )}
        <Starters onUse={fresh} />
      </Stack>
      {begun ? <TemplateDialog begun={begun} onClose={() => setBegun(null)} /> : null}
    </Page>
  );
}

function Starters({ onUse }: { onUse: (starter: Starter) => void }) {
  const t = useTexts(texts);
  const starters = useStarters();
  if (!starters.data || starters.data.starters.length === 0) return null;
  return (
    <Section title={t.starters} lead={t.startersLead}>
      <ul className="grid gap-x-8 sm:grid-cols-2">
        {starters.data.starters.map((starter) => (
          <li key={starter.key} className="flex items-start gap-3 border-t border-line py-3">
            <div className="min-w-0 flex-1">
              <h3 className="font-semibold">{starter.name}</h3>
              <p className="mt-1 line-clamp-3 text-muted wrap-anywhere">{starter.preview.text}</p>
            </div>
            <Button size="s" aria-label={t.useNamed(starter.name)} onClick={() => onUse(starter)}>
              {t.use}
            </Button>
          </li>
        ))}
      </ul>
    </Section>
  );
}

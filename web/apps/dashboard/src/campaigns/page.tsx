import { LinkButton } from "@sello/ui/button";
import { LoadMore } from "@sello/ui/pages";
import { Page, Stack } from "@sello/ui/page";
import { Segments } from "@sello/ui/segments";
import { Empty, Loading, Skeleton, Trouble } from "@sello/ui/state";
import { FileText, Plus } from "lucide-react";
import { Link, useSearchParams } from "react-router";

import { useTexts } from "../texts";
import { Pooled } from "./pooled";
import { CampaignTable } from "./table";
import { useCampaigns, useFresh, type State } from "./use-campaigns";
import { texts } from "./words/list";

const NAMES: Readonly<Record<State, string>> = {
  active: "en-marcha",
  draft: "borradores",
  paused: "en-pausa",
  ended: "terminadas",
};
const STATES: readonly State[] = ["active", "draft", "paused", "ended"];

/** All campaigns: where each stands, what went out and what it cost; and whether they work, taken together. */
export function CampaignsPage() {
  const t = useTexts(texts);
  const [params, setParams] = useSearchParams();
  const state = STATES.find((each) => NAMES[each] === params.get("estado")) ?? null;
  useFresh();
  const query = useCampaigns(state);
  const found = query.data?.pages.flatMap((page) => page.campaigns) ?? [];
  const choose = (next: State | "all") => setParams(next === "all" ? {} : { estado: NAMES[next] }, { replace: true });
  return (
    <Page
      title={t.title}
      lead={t.lead}
      actions={
        <>
          <LinkButton variant="quiet" asChild>
            <Link to="/app/plantillas">
              <FileText aria-hidden="true" />
              {t.templates}
            </Link>
          </LinkButton>
          <LinkButton variant="main" asChild>
            <Link to="/app/campanas/nueva">
              <Plus aria-hidden="true" />
              {t.fresh}
            </Link>
          </LinkButton>
        </>
      }
    >
      <Stack>
        <div>
          <Segments<State | "all">
            label={t.group}
            value={state ?? "all"}
            onChange={choose}
            options={[
              { value: "all", label: t.groups.all },
              ...STATES.map((value) => ({ value, label: t.groups[value] })),
            ]}
            className="mb-4"
          />
          {query.isPending ? (
            <Loading>
              <Skeleton lines={6} className="h-6" />
            </Loading>
          ) : query.isError && found.length === 0 ? (
            <Trouble error={query.error} onRetry={() => void query.refetch()} />
          ) : found.length === 0 ? (
            <None all={state === null} />
          ) : (
            <>
              <CampaignTable campaigns={found} />
              <LoadMore
                hasMore={query.hasNextPage}
                busy={query.isFetchingNextPage}
                onMore={() => void query.fetchNextPage()}
              />
            </>
          )}
        </div>
        {found.some(({ activated_at }) => activated_at !== null) ? <Pooled /> : null}
      </Stack>
    </Page>
  );
}

function None({ all }: { all: boolean }) {
  const t = useTexts(texts);
  if (!all)
    return (
      <Empty
        title={t.none}
        action={
          <LinkButton asChild>
            <Link to="/app/campanas">{t.showAll}</Link>
          </LinkButton>
        }
      />
    );
  return (
    <Empty
      title={t.empty}
      text={t.emptyText}
      action={
        <LinkButton asChild>
          <Link to="/app/campanas/nueva">{t.fresh}</Link>
        </LinkButton>
      }
    />
  );
}

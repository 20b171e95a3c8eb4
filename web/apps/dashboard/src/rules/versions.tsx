import { Button } from "@sello/ui/button";
import { Section } from "@sello/ui/page";
import { Loading, Skeleton, Trouble } from "@sello/ui/state";
import { Tag } from "@sello/ui/tag";

import { $api } from "../api";
import { useLanguage, useTexts } from "../texts";
import { useFormat } from "../use-format";
import { Sentences } from "./preview";
import { texts } from "./texts";

const PAGE = 5;
const NEWEST = 2 ** 31 - 1; // every version is before it

/** Every version there was: since when, by whom, and what it said. */
export function Versions({ businessId, slug }: { businessId: string; slug: string }) {
  const t = useTexts(texts).versions;
  const { when } = useFormat();
  const language = useLanguage();
  const query = $api.useInfiniteQuery(
    "get",
    "/api/v1/businesses/{business_id}/rules/versions",
    { params: { path: { business_id: businessId }, query: { limit: PAGE } }, headers: { "accept-language": language } },
    { pageParamName: "before", initialPageParam: NEWEST, getNextPageParam: (last) => last.next ?? undefined },
  );
  const versions = query.data?.pages.flatMap((page) => page.versions);
  return (
    <Section title={t.title} actions={<PublicLink slug={slug}>{t.public}</PublicLink>}>
      {query.error ? (
        <Trouble small level={3} error={query.error} onRetry={() => void query.refetch()} />
      ) : !versions ? (
        <Loading>
          <Skeleton lines={3} />
        </Loading>
      ) : (
        <ol>
          {versions.map((version) => (
            <li key={version.version} className="border-t border-line first:border-t-0">
              <details open={version.in_force && versions.length === 1} className="py-1">
                <summary className="flex min-h-(--ctl) flex-wrap items-center gap-x-3 gap-y-0.5">
                  <b>{t.version(version.version)}</b>
                  {version.in_force ? <Tag state="ok">{t.now}</Tag> : null}
                  <span className="text-muted">
                    <time dateTime={version.created_at}>{when(version.created_at)}</time>
                    {version.by === null ? "" : `, ${t.by(version.by)}`}
                  </span>
                </summary>
                <div className="pt-1 pb-3 pl-1 text-muted">
                  <Sentences lines={version.terms} />
                </div>
              </details>
            </li>
          ))}
        </ol>
      )}
      {query.hasNextPage ? (
        <Button variant="quiet" busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {t.more}
        </Button>
      ) : null}
    </Section>
  );
}

function PublicLink({ slug, children }: { slug: string; children: string }) {
  return (
    <a href={`/legal/${slug}/terms`} target="_blank" rel="noreferrer" className="inline-flex min-h-11 items-center">
      {children}
    </a>
  );
}

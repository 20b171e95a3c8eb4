import type { Body } from "@sello/api";
import { Button } from "@sello/ui/button";
import { SearchField, SelectField } from "@sello/ui/field";
import { Menu, MenuItem } from "@sello/ui/menu";
import { LoadMore } from "@sello/ui/pages";
import { Empty, Loading, Skeleton, Trouble } from "@sello/ui/state";
import { Cell, Head, HeadCell, Row, Rows, Table } from "@sello/ui/table";
import { Tag } from "@sello/ui/tag";
import { useDeferredValue, useState } from "react";
import { useSearchParams } from "react-router";

import { $api } from "../api";
import { useTexts } from "../texts";
import { useFormat } from "../use-format";
import { PassTypeDialog } from "./pass-type-dialog";
import { SuspensionDialog } from "./suspension";
import { texts } from "./texts";

type Shop = Body<"PlatformShop">;
const STATES = ["open", "suspended", "closed"] as const;

/** Every shop of the platform, searched as one types. */
export function Shops() {
  const t = useTexts(texts);
  const [address, setAddress] = useSearchParams();
  const [changing, setChanging] = useState<Shop | null>(null);
  const [naming, setNaming] = useState<Shop | null>(null);
  const words = address.get("q") ?? "";
  const state = STATES.find((one) => one === address.get("estado"));
  const asked = useDeferredValue(words.trim());
  const list = $api.useInfiniteQuery(
    "get",
    "/api/v1/admin/businesses",
    { params: { query: { ...(asked ? { words: asked } : {}), ...(state ? { state } : {}) } } },
    {
      initialPageParam: null,
      pageParamName: "cursor",
      getNextPageParam: (last: Body<"Shops">) => last.next ?? undefined,
      placeholderData: (before) => before,
    },
  );
  const found = list.data?.pages.flatMap((page) => page.businesses) ?? [];
  const narrowed = asked !== "" || state !== undefined;
  const set = (name: string, value: string) =>
    setAddress(
      (before) => {
        const after = new URLSearchParams(before);
        if (value) after.set(name, value);
        else after.delete(name);
        return after;
      },
      { replace: true },
    );

  return (
    <>
      <search className="mb-4 flex flex-wrap items-end gap-3">
        <SearchField
          label={t.search}
          placeholder={t.searchHint}
          value={words}
          maxLength={254}
          onChange={(value) => set("q", value)}
          className="flex-[1_1_16rem]"
        />
        <SelectField
          label={t.state}
          value={state ?? ""}
          onChange={(value) => set("estado", value)}
          options={(["", ...STATES] as const).map((value) => ({ value, label: t.states[value] }))}
          wrap="max-sm:w-full"
        />
      </search>
      {list.isPending ? (
        <Loading>
          <Skeleton lines={8} className="h-8" />
        </Loading>
      ) : list.isError ? (
        <Trouble error={list.error} onRetry={() => void list.refetch()} />
      ) : found.length === 0 ? (
        <Empty
          title={narrowed ? t.noneFits : t.none}
          text={narrowed ? t.noneFitsText : t.noneText}
          action={narrowed ? <Button onClick={() => setAddress({})}>{t.clear}</Button> : undefined}
        />
      ) : (
        <>
          <Table label={t.views.shops}>
            <Head>
              <HeadCell>{t.shop}</HeadCell>
              <HeadCell>{t.state}</HeadCell>
              <HeadCell>{t.owner}</HeadCell>
              <HeadCell numeric wide>
                {t.people}
              </HeadCell>
              <HeadCell numeric wide>
                {t.tills}
              </HeadCell>
              <HeadCell wide>{t.since}</HeadCell>
              <HeadCell>
                <span className="sr-only">{t.actions}</span>
              </HeadCell>
            </Head>
            <Rows>
              {found.map((shop) => (
                <ShopRow key={shop.id} shop={shop} onChange={() => setChanging(shop)} onName={() => setNaming(shop)} />
              ))}
            </Rows>
          </Table>
          <LoadMore
            auto
            hasMore={list.hasNextPage}
            busy={list.isFetchingNextPage}
            onMore={() => void list.fetchNextPage()}
          />
        </>
      )}
      {naming ? <PassTypeDialog shop={naming} onClose={() => setNaming(null)} /> : null}
      {changing ? <SuspensionDialog shop={changing} onClose={() => setChanging(null)} /> : null}
    </>
  );
}

function ShopRow({ shop, onChange, onName }: { shop: Shop; onChange: () => void; onName: () => void }) {
  const t = useTexts(texts);
  const format = useFormat();
  return (
    <Row>
      <Cell className="sm:py-2">
        <b className="wrap-anywhere">{shop.name}</b>
        <span className="block text-12 wrap-anywhere text-muted">{shop.slug}</span>
      </Cell>
      <Cell full className="max-sm:row-start-2">
        {shop.closed_at ? (
          <Tag state="off">{t.closed(format.nearDay(shop.closed_at))}</Tag>
        ) : shop.suspended_at ? (
          <>
            <Tag state="bad">{t.suspended(format.nearDay(shop.suspended_at))}</Tag>
            {shop.why ? <span className="block text-12 wrap-anywhere text-muted">{shop.why}</span> : null}
          </>
        ) : (
          <Tag state="ok">{t.open}</Tag>
        )}
      </Cell>
      <Cell full className="sm:py-2">
        <span className="wrap-anywhere">{shop.owner_name}</span>
        <span className="block text-12 wrap-anywhere text-muted">{shop.owner_email}</span>
      </Cell>
      <Cell numeric wide>
        {format.number(shop.people)}
      </Cell>
      <Cell numeric wide>
        {format.number(shop.tills)}
      </Cell>
      <Cell wide className="whitespace-nowrap text-muted">
        {format.nearDay(shop.created_at)}
      </Cell>
      <Cell keep className="text-right max-sm:col-start-2 max-sm:row-start-1">
        <Menu label={t.more(shop.name)}>
          <MenuItem onSelect={onName}>{t.passType}</MenuItem>
          <MenuItem bad={!shop.suspended_at} onSelect={onChange}>
            {shop.suspended_at ? t.resume : t.suspend}
          </MenuItem>
        </Menu>
      </Cell>
    </Row>
  );
}

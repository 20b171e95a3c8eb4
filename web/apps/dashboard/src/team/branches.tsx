import type { Body } from "@sello/api";
import { Button } from "@sello/ui/button";
import { Menu, MenuItem } from "@sello/ui/menu";
import { Section } from "@sello/ui/page";
import { Empty, Loading, Skeleton, Trouble } from "@sello/ui/state";
import { Tag } from "@sello/ui/tag";
import { toast } from "@sello/ui/toast";
import { Plus } from "lucide-react";
import { useState } from "react";

import { useAct, useTellError } from "../act";
import { $api, api } from "../api";
import { useTexts } from "../texts";
import { useFormat } from "../use-format";
import { BranchDialog } from "./branch-dialog";
import { texts } from "./texts";

type Branch = Body<"BranchAnswer">;
const CHANGED = ["/api/v1/branches", "/api/v1/devices"];

/** The places of the shop: opened, renamed, closed and opened again. */
export function Branches() {
  const t = useTexts(texts);
  const branches = $api.useQuery("get", "/api/v1/branches", {});
  const [changing, setChanging] = useState<Branch | "new" | null>(null);
  const add = (
    <Button onClick={() => setChanging("new")}>
      <Plus aria-hidden="true" />
      {t.addBranch}
    </Button>
  );
  return (
    <Section title={t.branches} actions={(branches.data?.length ?? 0) > 0 ? add : undefined}>
      {branches.isPending ? (
        <Loading>
          <Skeleton lines={2} className="h-8" />
        </Loading>
      ) : branches.isError ? (
        <Trouble small level={3} error={branches.error} onRetry={() => void branches.refetch()} />
      ) : branches.data.length === 0 ? (
        <Empty small level={3} title={t.noBranches} text={t.noBranchesText} action={add} />
      ) : (
        <ul className="divide-y divide-line">
          {branches.data.map((branch) => (
            <BranchRow key={branch.id} branch={branch} onRename={() => setChanging(branch)} />
          ))}
        </ul>
      )}
      {changing ? (
        <BranchDialog branch={changing === "new" ? null : changing} onClose={() => setChanging(null)} />
      ) : null}
    </Section>
  );
}

function BranchRow({ branch, onRename }: { branch: Branch; onRename: () => void }) {
  const t = useTexts(texts);
  const format = useFormat();
  const tellError = useTellError();
  const params = { path: { branch_id: branch.id } };
  const reopen = useAct(() => api.DELETE("/api/v1/branches/{branch_id}/closure", { params }), CHANGED);
  const close = useAct(() => api.PUT("/api/v1/branches/{branch_id}/closure", { params }), CHANGED);
  const open = () =>
    reopen.mutate(undefined, { onSuccess: () => toast({ text: t.branchOpened(branch.name) }), onError: tellError });
  const shut = () =>
    close.mutate(undefined, {
      onSuccess: () => toast({ text: t.branchClosed(branch.name, branch.tills), undo: open }),
      onError: tellError,
    });
  return (
    <li className="flex min-h-14 items-center gap-3 py-1">
      <div className="min-w-0 flex-1">
        <p className="wrap-anywhere">
          <b>{branch.name}</b>
        </p>
        <p className="flex flex-wrap gap-x-4 text-muted">
          {branch.closed_at ? (
            <Tag state="off">{t.closedOn(format.nearDay(branch.closed_at))}</Tag>
          ) : (
            <Tag state="ok">{t.open}</Tag>
          )}
          <span>{t.tillCount(branch.tills)}</span>
        </p>
      </div>
      <Menu label={t.more(branch.name)}>
        <MenuItem onSelect={onRename}>{t.rename}</MenuItem>
        {branch.closed_at ? (
          <MenuItem onSelect={open}>{t.reopenBranch}</MenuItem>
        ) : (
          <MenuItem onSelect={shut}>{t.closeBranch}</MenuItem>
        )}
      </Menu>
    </li>
  );
}

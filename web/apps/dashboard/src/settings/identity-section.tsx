import type { Body } from "@sello/api";
import { LIMITS } from "@sello/api/limits";
import { TextField } from "@sello/ui/field";
import { Loading, Skeleton, Trouble } from "@sello/ui/state";
import { toast } from "@sello/ui/toast";
import { useQueryClient } from "@tanstack/react-query";

import { $api } from "../api";
import { useBusiness } from "../session/use-session";
import { useTexts } from "../texts";
import { useFormat } from "../use-format";
import { Part } from "./part";
import { SaveRow } from "./save-row";
import { texts } from "./texts";
import { submitting, useDraft } from "./use-draft";
import { wrongOf } from "./wrong";

type Identity = Body<"IdentityAnswer">;
const PATH = "/api/v1/businesses/{business_id}/legal-identity";

/** Who answers for the shop before the law, and the public pages that say so. */
export function IdentitySection() {
  const t = useTexts(texts).identity;
  const business = useBusiness();
  const query = $api.useQuery("get", PATH, { params: { path: { business_id: business.id } } });
  return (
    <Part id="responsable" title={t.title} lead={t.lead}>
      {query.error ? (
        <Trouble small level={3} error={query.error} onRetry={() => void query.refetch()} />
      ) : query.data === undefined ? (
        <Loading>
          <Skeleton lines={4} className="max-w-md" />
        </Loading>
      ) : (
        <IdentityForm present={query.data} />
      )}
      <p className="mt-3 flex flex-wrap gap-x-5">
        {(["privacy", "terms"] as const).map((page) => (
          <a
            key={page}
            href={`/legal/${business.slug}/${page}`}
            target="_blank"
            rel="noreferrer"
            className="inline-flex min-h-11 items-center"
          >
            {t[page]}
          </a>
        ))}
      </p>
    </Part>
  );
}

function IdentityForm({ present }: { present: Identity | null }) {
  const all = useTexts(texts);
  const t = all.identity;
  const { id: business_id } = useBusiness();
  const { when } = useFormat();
  const queries = useQueryClient();
  const put = $api.useMutation("put", PATH, {
    onSuccess: async () => {
      toast({ text: all.saved });
      await queries.invalidateQueries();
    },
  });
  const { draft, changed, set, discard } = useDraft({
    legal_name: present?.legal_name ?? "",
    ruc: present?.ruc ?? "",
    address: present?.address ?? "",
    email: present?.email ?? "",
  });
  const wrong = wrongOf(put.error, all.wrong);
  const send = () =>
    put.mutate({
      params: { path: { business_id } },
      body: { ...draft, ruc: draft.ruc.trim() || null, email: draft.email.trim() || null },
    });
  const drop = () => {
    discard();
    put.reset();
  };
  return (
    <form className="grid max-w-md grid-cols-[minmax(0,1fr)] gap-4" noValidate onSubmit={submitting(send)}>
      <TextField
        label={t.legalName}
        error={wrong.legal_name}
        value={draft.legal_name}
        maxLength={LIMITS.NewIdentity.legal_name.max}
        onChange={(event) => set({ legal_name: event.target.value })}
      />
      <TextField
        label={`${t.ruc} (${t.optional})`}
        error={wrong.ruc}
        value={draft.ruc}
        inputMode="numeric"
        maxLength={20}
        onChange={(event) => set({ ruc: event.target.value })}
      />
      <TextField
        label={t.address}
        error={wrong.address}
        value={draft.address}
        maxLength={LIMITS.NewIdentity.address.max}
        autoComplete="street-address"
        onChange={(event) => set({ address: event.target.value })}
      />
      <TextField
        label={`${t.email} (${t.optional})`}
        error={wrong.email}
        value={draft.email}
        type="email"
        inputMode="email"
        autoComplete="email"
        maxLength={LIMITS.NewIdentity.email.max}
        onChange={(event) => set({ email: event.target.value })}
      />
      {present ? <p className="text-12 text-muted">{t.since(present.version, when(present.since))}</p> : null}
      <SaveRow changed={changed} busy={put.isPending} wrong={wrong[""]} onDiscard={drop} />
    </form>
  );
}

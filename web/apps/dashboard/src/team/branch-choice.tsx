import { SelectField } from "@sello/ui/field";

import { $api } from "../api";
import { useTexts } from "../texts";
import { texts } from "./texts";

type Props = { value: string; onChange: (branchId: string) => void; hint?: string };

/** One of the open branches, or none; nothing to choose where the shop has none. */
export function BranchChoice({ value, onChange, hint }: Props) {
  const t = useTexts(texts);
  const branches = $api.useQuery("get", "/api/v1/branches", {});
  const open = (branches.data ?? []).filter((branch) => branch.closed_at === null);
  if (open.length === 0) return null;
  return (
    <SelectField
      label={t.branch}
      hint={hint}
      value={value}
      onChange={onChange}
      options={[
        { value: "", label: t.noBranchOption },
        ...open.map((branch) => ({ value: branch.id, label: branch.name })),
      ]}
    />
  );
}

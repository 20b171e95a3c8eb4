import type { Body } from "@sello/api";
import { keepPreviousData } from "@tanstack/react-query";
import { useEffect, useState } from "react";

import { $api, refusalOf } from "../api";
import { useLanguage, useTexts } from "../texts";
import { type Draft, type Rules, rulesOf } from "./draft";
import { type Problems, problemsOf } from "./problems";
import { texts } from "./texts";

export type Outlook = Body<"OutlookAnswer">;

const PAUSE = 350; // ms without a key until the API is asked

const NONE: Problems = {};

/** What the API says of the draft: what it would mean, in words, or what is wrong with which blank. */
export function useOutlook(businessId: string, draft: Draft) {
  const t = useTexts(texts).wrong;
  const rules = JSON.stringify(rulesOf(draft));
  const asked = useSettled(rules);
  const language = useLanguage();
  const query = $api.useQuery(
    "post",
    "/api/v1/businesses/{business_id}/rules/preview",
    {
      params: { path: { business_id: businessId } },
      body: JSON.parse(asked) as Rules,
      headers: { "accept-language": language },
    },
    { retry: false, placeholderData: keepPreviousData, staleTime: 60_000 },
  );
  const fields = refusalOf(query.error)?.fields;
  return {
    outlook: query.data as Outlook | undefined,
    problems: fields
      ? problemsOf(
          fields,
          draft.steps.map(({ at }) => at),
          t,
        )
      : NONE,
    error: query.error,
    /** Whether what is said is about what stands there now. */
    settled: asked === rules && !query.isFetching,
  };
}

function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), PAUSE);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}

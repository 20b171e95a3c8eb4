import { useQueryClient } from "@tanstack/react-query";

import { keepToken } from "./tokens";

/** What to do with the answer of a sign-in: keep its token, forget whoever was here before. */
export function useEntering(): (answer: { access_token: string; expires_in: number }) => void {
  const queries = useQueryClient();
  return (answer) => {
    keepToken(answer.access_token, answer.expires_in);
    queries.clear();
  };
}

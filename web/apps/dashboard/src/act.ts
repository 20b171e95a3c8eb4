import { tell } from "@sello/ui/state";
import { toast } from "@sello/ui/toast";
import { useWords } from "@sello/ui/words";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";

/** Do something, then ask anew for what these paths said. */
export function useAct<Given = void, Answer = unknown>(
  act: (given: Given) => Promise<Answer>,
  paths: readonly string[],
) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSettled: () => Promise.all(paths.map((path) => queries.invalidateQueries({ queryKey: ["get", path] }))),
  });
}

/** Say in a toast why something was refused: for acts that have no dialog to say it in. */
export function useTellError() {
  const words = useWords();
  return useCallback(
    (error: unknown) => {
      const { message, code, reference } = tell(error);
      const text = message ?? (code === "no_signal" ? words.noSignalText : words.troubleText);
      toast({ text, tone: "bad", ...(reference ? { detail: `${words.code} ${reference}` } : {}) });
    },
    [words],
  );
}

import { Toasts } from "@sello/ui/toast";
import { LanguageContext } from "@sello/ui/words";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "react-router/dom";

import { refusalOf } from "../refusal";
import { useLanguage } from "../texts";
import { router } from "./routes";

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // What is refused stays refused; what did not get through is tried again.
      retry: (failures, error) => failures < 2 && (refusalOf(error)?.status ?? 0) >= 500,
      staleTime: 10_000,
    },
  },
});

/** Everything, in one language at a time. */
export function App() {
  return (
    <LanguageContext value={useLanguage()}>
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
        <Toasts />
      </QueryClientProvider>
    </LanguageContext>
  );
}

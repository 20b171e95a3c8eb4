import { Note } from "@sello/ui/note";
import { Link } from "react-router";

import { $api } from "../api";
import { useTexts } from "../texts";
import { useFormat } from "../use-format";
import { texts } from "./words/requests";

/** Requests that wait for an answer: the law's clock runs, so they are told of where one looks every day. */
export function WaitingNote() {
  const t = useTexts(texts);
  const { calendarDay } = useFormat();
  const query = $api.useQuery("get", "/api/v1/privacy-requests", { params: { query: { limit: 100 } } });
  const requests = query.data?.requests ?? [];
  const [first] = [...requests].sort((one, other) => one.due_on.localeCompare(other.due_on));
  if (!first) return null;
  const overdue = first.state === "overdue";
  return (
    <Note tone={overdue ? "bad" : "wait"} role="status" className="mb-4">
      {overdue ? t.noteOverdue(requests.length) : t.note(requests.length, calendarDay(first.due_on))}{" "}
      <Link to="/app/clientes/solicitudes" className="font-semibold">
        {t.noteGo}
      </Link>
    </Note>
  );
}

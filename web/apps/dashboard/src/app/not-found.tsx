import { LinkButton } from "@sello/ui/button";
import { Empty } from "@sello/ui/state";
import { Link, Navigate, useLocation } from "react-router";

import { useSession } from "../session/use-session";
import { useTexts } from "../texts";
import { placesFor } from "./places";
import { texts } from "./texts";
import { useTitle } from "./use-title";

/** No such place: said in words, with a way on. */
export function NotFound() {
  const t = useTexts(texts).lost;
  const first = placesFor(useSession().role)[0]?.path ?? "/app/cuenta";
  const { pathname } = useLocation();
  useTitle(t.title);
  if (/^\/app\/?$/.test(pathname)) return <Navigate to={first} replace />;
  return (
    <Empty
      level={1}
      title={t.title}
      text={t.text}
      action={
        <LinkButton asChild variant="main">
          <Link to={first}>{t.back}</Link>
        </LinkButton>
      }
    />
  );
}

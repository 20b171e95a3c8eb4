import { Menu, MenuItem } from "@sello/ui/menu";
import { CircleUserRound, Languages, LogOut } from "lucide-react";
import { Link, useNavigate } from "react-router";

import { useSession } from "../session/use-session";
import { chooseLanguage, useLanguage, useTexts } from "../texts";
import { texts } from "./texts";

export const OTHER = { es: { language: "en", name: "English" }, en: { language: "es", name: "Español" } } as const;

/** Who is signed in, with what concerns them alone. */
export function Who() {
  const t = useTexts(texts);
  const navigate = useNavigate();
  const session = useSession();
  const other = OTHER[useLanguage()];
  return (
    <div className="mt-auto border-t border-line pt-2 max-sm:hidden">
      <Menu
        label={session.account.name}
        trigger={
          <button
            type="button"
            className="flex min-h-11 w-full items-center gap-3 rounded-s px-2 py-1 text-left hover:bg-hover sm:max-lg:justify-center"
          >
            <CircleUserRound className="size-5 shrink-0 text-muted lg:hidden" aria-hidden="true" />
            <span className="min-w-0 sm:max-lg:sr-only">
              <span className="block truncate font-semibold">{session.account.name}</span>
              <span className="block truncate text-12 text-muted">{t.roles[session.role]}</span>
            </span>
          </button>
        }
      >
        <MenuItem icon={<CircleUserRound aria-hidden="true" />} onSelect={() => void navigate("/app/cuenta")}>
          {t.places.account}
        </MenuItem>
        <MenuItem
          icon={<Languages aria-hidden="true" />}
          lang={other.language}
          onSelect={() => chooseLanguage(other.language)}
        >
          {other.name}
        </MenuItem>
        <MenuItem icon={<LogOut aria-hidden="true" />} onSelect={() => void session.signOut()}>
          {t.signOut}
        </MenuItem>
      </Menu>
    </div>
  );
}

/** The same as rows of the phone's sheet. */
export function WhoActs() {
  const t = useTexts(texts);
  const session = useSession();
  const other = OTHER[useLanguage()];
  const row = "flex min-h-13 w-full items-center gap-3 text-16 no-underline";
  return (
    <>
      <li>
        <Link to="/app/cuenta" className={row}>
          <CircleUserRound className="size-5" aria-hidden="true" />
          <span className="min-w-0 truncate">{session.account.name}</span>
        </Link>
      </li>
      <li>
        <button type="button" lang={other.language} className={row} onClick={() => chooseLanguage(other.language)}>
          <Languages className="size-5" aria-hidden="true" />
          {other.name}
        </button>
      </li>
      <li>
        <button type="button" className={row} onClick={() => void session.signOut()}>
          <LogOut className="size-5" aria-hidden="true" />
          {t.signOut}
        </button>
      </li>
    </>
  );
}

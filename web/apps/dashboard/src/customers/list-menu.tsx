import { Menu, MenuItem } from "@sello/ui/menu";
import { Download, FileUp, ShieldCheck, UsersRound } from "lucide-react";
import { Link } from "react-router";

import { useTexts } from "../texts";
import { texts } from "./words/list";

/** What else there is to do with customers. */
export function ListMenu({ onFile }: { onFile: () => void }) {
  const t = useTexts(texts);
  return (
    <Menu label={t.more2}>
      <MenuItem className="sm:hidden" icon={<Download aria-hidden="true" />} onSelect={onFile}>
        {t.file}
      </MenuItem>
      <MenuItem asChild>
        <Link to="/app/clientes/duplicados">
          <UsersRound aria-hidden="true" />
          {t.duplicates}
        </Link>
      </MenuItem>
      <MenuItem asChild>
        <Link to="/app/clientes/solicitudes">
          <ShieldCheck aria-hidden="true" />
          {t.requests}
        </Link>
      </MenuItem>
      <MenuItem asChild>
        <Link to="/app/importar">
          <FileUp aria-hidden="true" />
          {t.bring}
        </Link>
      </MenuItem>
    </Menu>
  );
}

import { Button } from "@sello/ui/button";
import { Commands } from "@sello/ui/command";
import { ConfirmDialog, Dialog, Sheet } from "@sello/ui/dialog";
import { TextField } from "@sello/ui/field";
import { Menu, MenuItem } from "@sello/ui/menu";
import { Section } from "@sello/ui/page";
import { toast } from "@sello/ui/toast";
import { Pencil, Trash2, User } from "lucide-react";
import { useState } from "react";

type Open = "dialog" | "confirm" | "sheet" | "commands" | null;

/** What comes over the page. */
export function Overlays() {
  const [open, setOpen] = useState<Open>(null);
  const [query, setQuery] = useState("ros");
  const close = () => setOpen(null);
  const over = (name: Open) => ({ open: open === name, onOpenChange: (next: boolean) => setOpen(next ? name : null) });
  return (
    <Section title="dialog · menu · command · toast">
      <div className="flex flex-wrap gap-2">
        <Button onClick={() => setOpen("dialog")}>Diálogo</Button>
        <Button onClick={() => setOpen("confirm")}>Confirmar</Button>
        <Button onClick={() => setOpen("sheet")}>Hoja</Button>
        <Button onClick={() => setOpen("commands")}>Buscar o ir a</Button>
        <Button onClick={() => toast({ text: "8 sellos anulados", undo: () => toast({ text: "Todo como antes" }) })}>
          Con vuelta atrás
        </Button>
        <Button onClick={() => toast({ text: "No se pudo guardar", tone: "bad", detail: "7Q2K1805" })}>
          Con error
        </Button>
        <Menu label="Más acciones">
          <MenuItem icon={<Pencil aria-hidden="true" />}>Corregir</MenuItem>
          <MenuItem disabled>No disponible</MenuItem>
          <MenuItem bad icon={<Trash2 aria-hidden="true" />}>
            Borrar sus datos
          </MenuItem>
        </Menu>
      </div>
      <Dialog
        {...over("dialog")}
        title="Corregir el nombre"
        description="Se cambia también en su tarjeta."
        actions={
          <>
            <Button onClick={close}>Cancelar</Button>
            <Button variant="main" onClick={close}>
              Guardar
            </Button>
          </>
        }
      >
        <TextField label="Nombre" defaultValue="Carmen Flores" />
      </Dialog>
      <ConfirmDialog
        {...over("confirm")}
        bad
        title="¿Borrar los datos de Carmen?"
        text={
          <>
            <p>Se van su nombre, su celular y sus permisos. Su tarjeta deja de servir hoy.</p>
            <p>
              <b>Esto no se puede deshacer.</b>
            </p>
          </>
        }
        cancel="No borrar"
        confirm="Borrar sus datos"
        onConfirm={close}
      />
      <Sheet {...over("sheet")} title="Más">
        <p>Desde abajo en un teléfono, desde el lado en lo demás.</p>
      </Sheet>
      <Commands
        {...over("commands")}
        label="Buscar o ir a…"
        query={query}
        onQuery={setQuery}
        groups={[
          {
            heading: "Clientes",
            items: [
              {
                id: "1",
                label: <b>Rosario Tello</b>,
                hint: "8 de 10",
                icon: <User aria-hidden="true" />,
                onSelect: close,
              },
              {
                id: "2",
                label: <b>Rosa Quispe</b>,
                hint: "premio listo",
                icon: <User aria-hidden="true" />,
                onSelect: close,
              },
            ],
          },
        ]}
      />
    </Section>
  );
}

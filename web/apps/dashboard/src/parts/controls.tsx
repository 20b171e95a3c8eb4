import { Button, IconButton, LinkButton } from "@sello/ui/button";
import { Chip } from "@sello/ui/chip";
import { CopyField } from "@sello/ui/copy";
import { CheckField, SearchField, SelectField, SwitchField, TextArea, TextField } from "@sello/ui/field";
import { Section, Two } from "@sello/ui/page";
import { PasswordField } from "@sello/ui/password";
import { Segments } from "@sello/ui/segments";
import { Download, Plus } from "lucide-react";
import { useState } from "react";

const LONG = "Un nombre tan largo que en un teléfono angosto ya no cabe en una sola línea";

/** What one presses, writes and chooses. */
export function Controls() {
  return (
    <>
      <Section title="button">
        <div className="flex flex-wrap gap-2">
          <Button variant="main">Programar</Button>
          <Button>Preparar</Button>
          <Button variant="quiet">Volver</Button>
          <Button variant="bad">Anular 8 sellos</Button>
          <Button disabled>Falta la caja</Button>
          <Button variant="main" busy>
            Guardar
          </Button>
          <Button>
            <Plus aria-hidden="true" />
            Agregar persona
          </Button>
          <Button size="s">Chico</Button>
          <Button size="l" variant="main">
            Grande
          </Button>
          <LinkButton href="#enlace">
            <Download aria-hidden="true" />
            Un enlace
          </LinkButton>
          <IconButton label="Agregar">
            <Plus aria-hidden="true" />
          </IconButton>
        </div>
      </Section>
      <Section title="field">
        <Two>
          <Written />
          <Chosen />
        </Two>
      </Section>
      <Filters />
    </>
  );
}

function Written() {
  const [name, setName] = useState("Café Luna");
  return (
    <div className="grid gap-4">
      <TextField
        label="Nombre"
        hint="Como lo conocen tus clientes."
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <TextField
        label="Celular"
        error="Falta un número. Son 9 y empiezan con 9."
        before="+51"
        defaultValue="98765432"
      />
      <TextField label="Cada compra de" before="S/" after="o más" inputMode="decimal" defaultValue="8.00" />
      <TextField label="Código del local" defaultValue="7Q2K" disabled />
      <PasswordField label="Contraseña" defaultValue="tres palabras juntas" />
      <TextArea label="Motivo" hint="Queda en el registro." defaultValue={LONG} />
      <CopyField label="Dirección de tu tarjeta" value="https://sello.pe/e/cafe-luna" />
      <CopyField label="Clave" hint="Se muestra una sola vez." value="sello_k1_0123456789abcdefghijklmnopqrstuv" mono />
    </div>
  );
}

function Chosen() {
  const [branch, setBranch] = useState("barranco");
  const [ticked, setTicked] = useState(true);
  const [on, setOn] = useState(true);
  const [asked, setAsked] = useState("Ros");
  const options = [
    { value: "barranco", label: "Barranco" },
    { value: "miraflores", label: "Miraflores" },
    { value: "cerrado", label: "Surco (cerrado)", disabled: true },
  ];
  return (
    <div className="grid gap-4">
      <SelectField label="Local" options={options} value={branch} onChange={setBranch} />
      <SelectField label="Con error" error="Elige uno abierto." options={options} value={branch} onChange={setBranch} />
      <CheckField label="Acepto recibir mensajes" hint="Puedes cambiarlo." checked={ticked} onChange={setTicked} />
      <CheckField label={LONG} error="Sin esto no podemos seguir." checked={false} onChange={setTicked} />
      <CheckField label="No disponible" checked={false} disabled onChange={setTicked} />
      <SwitchField label="Los jueves vale doble" checked={on} onChange={setOn} />
      <SwitchField
        label="Bienvenida"
        hint="El primer sello va de regalo."
        checked={!on}
        onChange={(next) => setOn(!next)}
      />
      <SwitchField label="No disponible" checked disabled onChange={setOn} />
      <SearchField label="Buscar clientes" placeholder="Nombre o últimas cifras" value={asked} onChange={setAsked} />
    </div>
  );
}

function Filters() {
  const [group, setGroup] = useState("todos");
  const [on, setOn] = useState(true);
  return (
    <Section title="segments · chip">
      <div className="grid gap-4">
        <Segments
          label="Grupos"
          value={group}
          onChange={setGroup}
          options={[
            { value: "todos", label: "Todos", count: "1,284" },
            { value: "vuelven", label: "Vuelven", count: 512 },
            { value: "riesgo", label: "En riesgo", count: 86 },
            { value: "premio", label: "Premio listo", count: 31 },
            { value: "perdidos", label: "Perdidos" },
          ]}
        />
        <div className="flex flex-wrap gap-2">
          <Chip on={on} onClick={() => setOn(!on)}>
            Aceptó mensajes
          </Chip>
          <Chip on={!on} onClick={() => setOn(!on)}>
            Barranco
          </Chip>
          <Chip onRemove={() => setOn(!on)}>Vino en los últimos 90 días</Chip>
        </div>
      </div>
    </Section>
  );
}

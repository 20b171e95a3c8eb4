import { Definition } from "@sello/ui/definition";
import { Dots } from "@sello/ui/dots";
import { Figure, Sparkline } from "@sello/ui/figure";
import { Section, Two } from "@sello/ui/page";
import { LoadMore } from "@sello/ui/pages";
import { Cell, Head, HeadCell, Row, RowLink, Rows, Table } from "@sello/ui/table";
import { Pill, Tag } from "@sello/ui/tag";
import { useState } from "react";

type Sample = {
  name: string;
  tag: "ok" | "wait" | "off" | "gift" | "bad";
  word: string;
  stamps: number;
  visits: string;
};

const PEOPLE: Sample[] = [
  { name: "Carmen Flores Rojas", tag: "ok", word: "Al día", stamps: 7, visits: "43" },
  { name: "<img src=x onerror=alert(1)>", tag: "wait", word: "En riesgo", stamps: 2, visits: "12" },
  { name: "Fiorella Castillo de la Piedra y Montalvo", tag: "gift", word: "Premio listo", stamps: 10, visits: "1,204" },
  { name: "Percy Huanca", tag: "off", word: "Perdido", stamps: 0, visits: "3" },
  { name: "Diego Ramos", tag: "bad", word: "Anulado", stamps: 4, visits: "9" },
];

/** Tables, figures, states in a word. */
export function Lists() {
  const [sort, setSort] = useState<"ascending" | "descending">("descending");
  return (
    <>
      <Section title="table">
        <Table label="Clientes">
          <Head>
            <HeadCell>Cliente</HeadCell>
            <HeadCell>Cómo va</HeadCell>
            <HeadCell>Tarjeta</HeadCell>
            <HeadCell numeric sort={sort} onSort={() => setSort(sort === "ascending" ? "descending" : "ascending")}>
              Visitas
            </HeadCell>
            <HeadCell wide>Viene</HeadCell>
          </Head>
          <Rows>
            {PEOPLE.map((each, index) => (
              <Row key={each.name} picked={index === 2}>
                <Cell className="wrap-anywhere">
                  <RowLink href="#cliente">{each.name}</RowLink>
                </Cell>
                <Cell keep>
                  <Tag state={each.tag}>{each.word}</Tag>
                </Cell>
                <Cell>
                  <Dots value={each.stamps} of={10} label={`${each.stamps} de 10`} />
                </Cell>
                <Cell numeric keep label="Visitas">
                  {each.visits}
                </Cell>
                <Cell wide className="text-muted">
                  cada 5 días
                </Cell>
              </Row>
            ))}
          </Rows>
        </Table>
        <LoadMore hasMore onMore={() => setSort("ascending")} shown="5" total="1,284" />
        <LoadMore hasMore busy onMore={() => setSort("ascending")} />
      </Section>
      <Section title="figure · definition">
        <Two>
          <Figure
            label="Clientes que vuelven"
            definition="De los que vinieron en octubre, cuántos ya vinieron en noviembre."
            value="46"
            unit="%"
            before="4 puntos más que en octubre a esta fecha"
            better
          >
            <Sparkline
              values={[38, 40, 39, 42, 41, 43, 42, 45, 46]}
              was={[37, 38, 38, 39, 40, 40, 41, 41, 42]}
              label="De 38 a 46 %"
            />
          </Figure>
          <Figure label="En riesgo" value="86" before="12 más que el lunes pasado" better={false}>
            <Sparkline values={[61, 66, 60, 68, 72, 71, 76, 78, 86]} label="De 61 a 86" />
          </Figure>
        </Two>
        <p className="mt-4">
          Una palabra con <Definition term="su sentido">Se abre con un toque y se cierra con Esc.</Definition>.
        </p>
      </Section>
      <Section title="tag · pill · dots">
        <div className="flex flex-wrap items-center gap-x-6 gap-y-3">
          {PEOPLE.map((each) => (
            <Tag key={each.word} state={each.tag}>
              {each.word}
            </Tag>
          ))}
          <Pill>no demostrado</Pill>
          <Pill tone="ok">demostrado</Pill>
          <Pill tone="wait">en revisión</Pill>
          <Pill tone="bad">rechazado</Pill>
          <Dots value={3} of={8} label="3 de 8" />
          <Dots value={14} of={20} label="14 de 20" />
        </div>
      </Section>
    </>
  );
}

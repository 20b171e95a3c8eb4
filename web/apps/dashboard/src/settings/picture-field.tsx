import { Picture, type PictureName } from "@sello/card";
import { cx } from "@sello/ui/cx";
import { useId } from "react";

import { useTexts } from "../texts";
import { texts } from "./texts";

const PICTURES: readonly PictureName[] = ["star", "cup", "meal", "gift", "moon"];

/** What the stamps show: one of the drawings. */
export function PictureField({ value, onChange }: { value: PictureName; onChange: (picture: PictureName) => void }) {
  const t = useTexts(texts).look;
  const name = useId();
  return (
    <fieldset>
      <legend className="mb-1 font-semibold">{t.picture}</legend>
      <div className="flex flex-wrap gap-2">
        {PICTURES.map((picture) => (
          <label
            key={picture}
            title={t.pictures[picture]}
            className={cx(
              "relative grid size-12 cursor-pointer place-items-center rounded-[50%] border border-edge bg-surface",
              "has-checked:border-transparent has-checked:bg-shop-dark has-checked:text-shop-light",
              "has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-focus",
            )}
          >
            <input
              type="radio"
              name={name}
              value={picture}
              aria-label={t.pictures[picture]}
              checked={value === picture}
              onChange={() => onChange(picture)}
              className="absolute inset-0 size-full cursor-pointer opacity-0"
            />
            <svg viewBox="0 0 100 100" className="size-10 fill-current" aria-hidden="true">
              <Picture name={picture} />
            </svg>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

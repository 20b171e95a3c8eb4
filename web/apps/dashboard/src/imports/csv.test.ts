import { expect, test } from "vitest";
import { csvLine } from "./csv";
import { problemOf, sizeOf } from "./file";

test("cells are quoted where they must be", () => {
  expect(csvLine(["a", "b c", "ñ"])).toBe("a,b c,ñ");
  expect(csvLine(['say "hi"', "a,b", "two\nlines"])).toBe('"say ""hi""","a,b","two\nlines"');
});

test("a spreadsheet takes nothing for a formula", () => {
  expect(csvLine(["=1+1", "+51987", "-3", "@cmd", "=A1,B1"])).toBe("'=1+1,'+51987,'-3,'@cmd,\"'=A1,B1\"");
});

test("files that cannot be read are refused before they are sent", () => {
  expect(problemOf({ name: "clientes.csv", size: 0 })).toBe("empty");
  expect(problemOf({ name: "clientes.csv", size: 8 * 1024 * 1024 + 1 })).toBe("tooBig");
  expect(problemOf({ name: "Clientes.XLSX", size: 100 })).toBe("notCsv");
  expect(problemOf({ name: "clientes.csv", size: 8 * 1024 * 1024 })).toBeNull();
  expect(problemOf({ name: "clientes", size: 12 })).toBeNull();
});

test("sizes are told as people say them", () => {
  expect(sizeOf(312)).toBe("1 KB");
  expect(sizeOf(52_000)).toBe("51 KB");
  expect(sizeOf(9_500_000)).toBe("9.1 MB");
});

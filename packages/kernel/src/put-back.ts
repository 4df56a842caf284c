/**
 * Puts fields of objects back, by shape: objects that have the same fields.
 *
 * V8 is quick where code sees one shape, and slow where it sees dozens. A loop over all objects of
 * a machine sees fifty, so there is a function for each shape, if the host lets text become code:
 *
 *     if (object["holder"] !== values[1]) object["holder"] = values[1];
 */

export type Fields = Record<PropertyKey, unknown>;

/** The fields of an object that can be written, and all values that it had. */
export interface KeptObject {
  readonly object: Fields;
  readonly names: readonly string[];
  readonly values: readonly unknown[];
  readonly all: readonly unknown[];
}

/**
 * Makes a function of its parameters' names and its body, as the constructor `Function` does. Not
 * every host has it: a page may forbid it.
 */
export type Compile = (...parametersAndBody: string[]) => unknown;

/** Gives an object the values that its fields had. @returns whether it has no further fields */
type PutBack = (object: Fields, values: readonly unknown[]) => boolean;

/** Objects of one shape. */
export interface KeptShape {
  readonly putBack: PutBack;
  readonly objects: readonly KeptObject[];
}

/**
 * The same objects, by shape, each shape with a function of its own.
 * @modelOnly a real machine has no way back
 */
export function shapesOf(objects: readonly KeptObject[], compile: Compile): readonly KeptShape[] {
  const byShape = new Map<string, KeptObject[]>();
  for (const kept of objects) {
    const shape = `${kept.all.length} ${kept.names.join()}`;
    byShape.set(shape, [...(byShape.get(shape) ?? []), kept]);
  }
  return [...byShape.values()].map((same) => ({
    putBack: compile("object", "values", bodyFor(same[0])) as PutBack,
    objects: same,
  }));
}

function bodyFor({ names, all }: KeptObject): string {
  const lines = names.map((name, at) => {
    const field = `object[${JSON.stringify(name)}]`;
    return `if (${field} !== values[${at}]) ${field} = values[${at}];`;
  });
  const counting = "let count = 0; for (const name in object) count++;";
  return [...lines, counting, `return count === ${all.length};`].join("\n");
}

/**
 * Puts all objects of a shape back.
 * @modelOnly a real machine has no way back
 */
export function putShapeBack({ putBack, objects }: KeptShape): void {
  for (let at = 0; at < objects.length; at++) {
    const kept = objects[at];
    if (!putBack(kept.object, kept.values)) takeNewFieldsOut(kept);
  }
}

/**
 * The same for one object, whatever its shape.
 * @modelOnly a real machine has no way back
 */
export function putObjectBack(kept: KeptObject): void {
  const { object, names, values, all } = kept;
  if (hasValues(object, all)) return;
  for (let at = 0; at < names.length; at++) {
    if (object[names[at]] !== values[at]) object[names[at]] = values[at];
  }
  if (Object.keys(object).length !== all.length) takeNewFieldsOut(kept);
}

function takeNewFieldsOut({ object, names }: KeptObject): void {
  for (const name of Object.keys(object)) {
    if (Object.getOwnPropertyDescriptor(object, name)?.get === undefined && !names.includes(name)) {
      delete object[name];
    }
  }
}

/** Most objects have not changed. One call for all values is quicker than one for each name. */
function hasValues(object: Fields, values: readonly unknown[]): boolean {
  const now = Object.values(object);
  if (now.length !== values.length) return false;
  for (let at = 0; at < now.length; at++) if (now[at] !== values[at]) return false;
  return true;
}

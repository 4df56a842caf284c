/**
 * What code reads and writes, told place by place: every field of an object and of all that hangs
 * off it is put behind a getter and a setter, every array, map and set behind a proxy.
 *
 * Objects stay the objects that they are, so nothing that compares them sees a difference. What
 * only a closure knows is not seen. Slow, and meant for small machines.
 */
export interface Footprint {
  readonly reads: Set<string>;
  readonly writes: Set<string>;
}

export const noFootprint = (): Footprint => ({ reads: new Set(), writes: new Set() });

type Fields = Record<PropertyKey, unknown>;
type Numbers = Uint8Array | Uint16Array | Uint32Array | Int32Array | Float64Array;
type Method = (...args: unknown[]) => unknown;

export class Tracker {
  /** Where accesses are noted; null while nobody wants them. */
  into: Footprint | null = null;
  private readonly paths = new WeakMap<object, string>();
  private readonly proxies = new WeakMap<object, object>();

  /** Watches `value` and all that hangs off it. Returns what to use in its place. */
  watch(value: unknown, path: string): unknown {
    if (value === null || typeof value !== "object") return value;
    const known = this.proxies.get(value);
    if (known !== undefined) return known;
    const proxy = this.proxyOf(value, path);
    if (proxy === null) this.watchFields(value, path);
    return proxy ?? value;
  }

  private read(place: string): void {
    this.into?.reads.add(place);
  }

  private write(place: string): void {
    this.into?.writes.add(place);
  }

  private watchFields(object: object, path: string): void {
    if (this.paths.has(object) || Object.isFrozen(object) || "next" in object.constructor) return;
    const { name } = object as Fields;
    const own = typeof name === "string" ? `${path}<${name}>` : path;
    this.paths.set(object, own);
    for (const [key, field] of Object.entries(Object.getOwnPropertyDescriptors(object))) {
      if (!("value" in field) || !field.configurable || typeof field.value === "function") continue;
      const place = `${own}.${key}`;
      let value = this.watch(field.value, place);
      Object.defineProperty(object, key, {
        enumerable: true,
        configurable: true,
        get: () => {
          this.read(place);
          return value;
        },
        set: (next: unknown) => {
          this.write(place);
          value = this.watch(next, place);
        },
      });
    }
  }

  /** Null for what is no array, map or set. */
  private proxyOf(value: object, path: string): object | null {
    const proxy =
      value instanceof Map || value instanceof Set
        ? this.proxyOfMap(value as Map<unknown, unknown>, path)
        : ArrayBuffer.isView(value)
          ? this.proxyOfNumbers(value as Numbers, path)
          : Array.isArray(value)
            ? this.proxyOfArray(value, path)
            : null;
    if (proxy === null) return null;
    this.proxies.set(value, proxy);
    this.proxies.set(proxy, proxy);
    return proxy;
  }

  private proxyOfArray(array: unknown[], path: string): object {
    for (const [index, value] of array.entries())
      array[index] = this.watch(value, `${path}[${index}]`);
    return new Proxy(array, {
      get: (target, key) => {
        if (isIndex(key) || key === "length") this.read(`${path}[${String(key)}]`);
        return (target as unknown as Fields)[key];
      },
      set: (target, key, value) => {
        const place = `${path}[${String(key)}]`;
        this.write(place);
        (target as unknown as Fields)[key] = this.watch(value, place);
        return true;
      },
    });
  }

  private proxyOfNumbers(numbers: Numbers, path: string): object {
    return new Proxy(numbers, {
      get: (target, key) => {
        if (isIndex(key)) this.read(`${path}[${String(key)}]`);
        const value = (target as unknown as Fields)[key];
        if (typeof value !== "function") return value;
        return (...args: unknown[]) => {
          this.noteNumbers(target, path, key, args);
          return (value as Method).apply(target, args);
        };
      },
      set: (target, key, value) => {
        this.write(`${path}[${String(key)}]`);
        (target as unknown as Fields)[key] = value;
        return true;
      },
    });
  }

  /** `fill` writes a range; any other method is taken to read one, or everything. */
  private noteNumbers(
    { length }: Numbers,
    path: string,
    method: PropertyKey,
    args: readonly unknown[],
  ): void {
    const [first, last] = method === "fill" ? args.slice(1) : args;
    const hasRange = method === "fill" || method === "subarray" || method === "slice";
    const end = hasRange ? Number(last ?? length) : length;
    for (let index = hasRange ? Number(first ?? 0) : 0; index < end; index++) {
      if (method === "fill" || method === "set") this.write(`${path}[${index}]`);
      else this.read(`${path}[${index}]`);
    }
  }

  /** A set is a map to nothing. `{*}` is which keys there are. */
  private proxyOfMap(map: Map<unknown, unknown>, path: string): object {
    for (const [key, value] of map.entries()) {
      const watched = this.watch(value, this.placeOf(path, key));
      if (map instanceof Map) map.set(key, watched);
    }
    const proxy: object = new Proxy(map, {
      get: (target, name) => {
        const value = (target as unknown as Fields)[name];
        if (typeof value !== "function") {
          this.read(`${path}{*}`);
          return target.size;
        }
        return (...args: unknown[]) => {
          this.noteMap(target, path, name, args);
          const result = (value as Method).apply(target, args);
          return result === target ? proxy : result;
        };
      },
    });
    return proxy;
  }

  private noteMap(
    map: Map<unknown, unknown>,
    path: string,
    method: PropertyKey,
    args: unknown[],
  ): void {
    const place = this.placeOf(path, args[0]);
    if (method === "get" || method === "has") this.read(place);
    else if (method === "set" || method === "add" || method === "delete") {
      const isChange = map.has(args[0]) === (method === "delete");
      if (isChange) this.write(`${path}{*}`);
      if (isChange || method === "set") this.write(place);
      args[args.length - 1] = this.watch(args.at(-1), place);
    } else this.read(`${path}{*}`);
  }

  private placeOf(path: string, key: unknown): string {
    const isObject = typeof key === "object" && key !== null;
    return `${path}{${isObject ? (this.paths.get(key) ?? "?") : String(key)}}`;
  }
}

const isIndex = (key: PropertyKey): boolean => typeof key === "string" && /^\d+$/.test(key);

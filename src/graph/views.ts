// Views of places in an engine's memory: those of the first shard, worker, image and, unless said otherwise, record.
import type { MemoryMap } from "../backend/wasm/crew.ts";
import type { Place, Region } from "../backend/wasm/machine.ts";
import type { WasmMemory } from "../backend/wasm/platform.ts";

/** Where the first of each region begins, in bytes. */
export function startsOf({ shards, workers, images, records }: MemoryMap): Readonly<Record<Region, number>> {
  return {
    shared: 0,
    shard: shards.start,
    worker: workers.start,
    image: workers.start + images,
    record: records.start,
  };
}

export type ViewOf = (place: Place, floats: number, record?: number) => Float32Array<ArrayBuffer>;

export function viewsOn({ buffer }: WasmMemory, map: MemoryMap): ViewOf {
  const starts = startsOf(map);
  return ({ region, offset }, floats, record = 0) => {
    const further = region === "record" ? record * map.records.stride : 0;
    return new Float32Array(buffer, starts[region] + offset + further, floats);
  };
}

// Where two logs part. A chain value stands for everything before it, so equal values at one position mean equal logs up to
// there, and different values mean different logs from some earlier position on (docs/spec/wire.md, W90).

/**
 * The first position whose chain values differ. The logs agree at `low` and differ at `high`; `isSame(seq)` says whether they
 * agree in between, and is asked at most ceil(log2(high - low)) times. Rejects with what `isSame` rejects with.
 */
export async function firstDifference(
  low: number,
  high: number,
  isSame: (seq: number) => Promise<boolean>,
): Promise<number> {
  if (low >= high) throw new RangeError(`nothing lies between ${low} and ${high}`);
  let same = low;
  let different = high;
  while (different - same > 1) {
    const middle = same + Math.floor((different - same) / 2);
    if (await isSame(middle)) same = middle;
    else different = middle;
  }
  return different;
}

/**
 * Least squares of z by x and y and a constant.
 * @param noise mean square up to which x and y are no more than noise: what varies less tells hardly anything of z
 */
export function fitPlane(
  xs: Float32Array,
  ys: Float32Array,
  zs: Float32Array,
  noise = 1,
): (x: number, y: number) => number {
  const n = xs.length;
  const mean = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / n;
  const mx = mean(xs);
  const my = mean(ys);
  const mz = mean(zs);
  let xx = n * noise;
  let xy = 0;
  let yy = n * noise;
  let xz = 0;
  let yz = 0;
  for (let at = 0; at < n; at++) {
    const x = (xs[at] as number) - mx;
    const y = (ys[at] as number) - my;
    const z = (zs[at] as number) - mz;
    xx += x * x;
    xy += x * y;
    yy += y * y;
    xz += x * z;
    yz += y * z;
  }
  const determinant = xx * yy - xy * xy;
  const [a, b] =
    determinant > 1e-6 ? [(xz * yy - yz * xy) / determinant, (yz * xx - xz * xy) / determinant] : [0, 0];
  return (x, y) => mz + a * (x - mx) + b * (y - my);
}

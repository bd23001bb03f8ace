import { type ZoomTransform, zoomIdentity } from "d3-zoom";
import type { Position } from "../../../core/types.ts";

/** The square of the map leaves a margin on the screen. */
const FILLED = 0.92;

/** How the plane lies on the screen. Screen positions are in CSS pixels, from the upper left corner. */
export class Camera {
  readonly transform: ZoomTransform;
  readonly width: number;
  readonly height: number;

  constructor(transform: ZoomTransform, width: number, height: number) {
    this.transform = transform;
    this.width = width;
    this.height = height;
  }

  /** Pixels of one unit of the plane. */
  get scale(): number {
    return this.transform.k * this.#half;
  }

  get #half(): number {
    return (Math.min(this.width, this.height) / 2) * FILLED;
  }

  toScreen({ x, y }: Position): Position {
    const { k, x: left, y: top } = this.transform;
    return {
      x: k * (this.width / 2) + left + x * this.scale,
      y: k * (this.height / 2) + top - y * this.scale,
    };
  }

  toPlane({ x, y }: Position): Position {
    const origin = this.toScreen({ x: 0, y: 0 });
    return { x: (x - origin.x) / this.scale, y: (origin.y - y) / this.scale };
  }

  /** What of the plane is on the screen. */
  get bounds(): {
    readonly left: number;
    readonly bottom: number;
    readonly right: number;
    readonly top: number;
  } {
    const from = this.toPlane({ x: 0, y: 0 });
    const to = this.toPlane({ x: this.width, y: this.height });
    return { left: from.x, top: from.y, right: to.x, bottom: to.y };
  }

  get centre(): Position {
    return this.toPlane({ x: this.width / 2, y: this.height / 2 });
  }

  /** With this point of the plane in the middle. */
  at(centre: Position, zoom: number): ZoomTransform {
    const half = this.#half;
    return zoomIdentity
      .translate(this.width / 2, this.height / 2)
      .scale(zoom)
      .translate(-this.width / 2 - centre.x * half, -this.height / 2 + centre.y * half);
  }

  /** As the address holds it: the middle and the zoom. */
  toString(): string {
    const { x, y } = this.centre;
    return [x.toFixed(4), y.toFixed(4), this.transform.k.toFixed(2)].join(",");
  }
}

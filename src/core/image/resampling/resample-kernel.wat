;; The two passes of Pillow's 8-bit resampler, eight products at a time.
;;
;; A weight has 22 bits after the point and does not fit the 16-bit lanes of the dot product, so it comes as
;; high * 4096 + low, and weights come in pairs: four 16-bit numbers low, low, high, high for two taps.
;; Sums start at one half, are shifted right by 22 and saturate to 0..255: exactly Pillow's rounding.
;; Taps that pad a pair weigh nothing; what they read past the end of a line is multiplied by zero.
(module
  (memory (export "memory") 1)

  (func $round (param $low v128) (param $high v128) (result v128)
    (i32x4.shr_s
      (i32x4.add
        (i32x4.add (local.get $low) (v128.const i32x4 0x200000 0x200000 0x200000 0x200000))
        (i32x4.shl (local.get $high) (i32.const 12)))
      (i32.const 22)))

  ;; Shrinks or stretches lines of interleaved RGB. `first` and `pairs` hold one 32-bit number per output pixel:
  ;; the byte at which its first tap lies, and how many pairs of taps it has; `step` bytes of weights belong to each.
  (func (export "across")
    (param $from i32) (param $stride i32) (param $lines i32) (param $to i32)
    (param $pixels i32) (param $first i32) (param $pairs i32) (param $weights i32) (param $step i32)
    (local $pixel i32) (local $at i32) (local $weight i32) (local $left i32)
    (local $low v128) (local $high v128) (local $two v128)
    (loop $nextLine
      (local.set $pixel (i32.const 0))
      (loop $nextPixel
        (local.set $at (i32.add (local.get $from)
          (i32.load (i32.add (local.get $first) (i32.shl (local.get $pixel) (i32.const 2))))))
        (local.set $left (i32.load (i32.add (local.get $pairs) (i32.shl (local.get $pixel) (i32.const 2)))))
        (local.set $weight (i32.add (local.get $weights) (i32.mul (local.get $pixel) (local.get $step))))
        (local.set $low (v128.const i32x4 0 0 0 0))
        (local.set $high (v128.const i32x4 0 0 0 0))
        (loop $nextPair
          ;; r g b r g b . . as 16-bit r r g g b b
          (local.set $two (i8x16.swizzle
            (v128.load64_zero (local.get $at))
            (v128.const i8x16 0 -1 3 -1 1 -1 4 -1 2 -1 5 -1 -1 -1 -1 -1)))
          (local.set $low (i32x4.add (local.get $low)
            (i32x4.dot_i16x8_s (local.get $two) (v128.load32_splat (local.get $weight)))))
          (local.set $high (i32x4.add (local.get $high)
            (i32x4.dot_i16x8_s (local.get $two) (v128.load32_splat offset=4 (local.get $weight)))))
          (local.set $at (i32.add (local.get $at) (i32.const 6)))
          (local.set $weight (i32.add (local.get $weight) (i32.const 8)))
          (br_if $nextPair (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
        (local.set $low (call $round (local.get $low) (local.get $high)))
        (local.set $low (i16x8.narrow_i32x4_s (local.get $low) (local.get $low)))
        (local.set $low (i8x16.narrow_i16x8_u (local.get $low) (local.get $low)))
        ;; The fourth byte is overwritten by the next pixel.
        (v128.store32_lane 0 (local.get $to) (local.get $low))
        (local.set $to (i32.add (local.get $to) (i32.const 3)))
        (br_if $nextPixel (i32.lt_u
          (local.tee $pixel (i32.add (local.get $pixel) (i32.const 1))) (local.get $pixels))))
      (local.set $from (i32.add (local.get $from) (local.get $stride)))
      (br_if $nextLine (local.tee $lines (i32.sub (local.get $lines) (i32.const 1))))))

  ;; One output line of `bytes` bytes from the lines at `from`, `stride` bytes apart, eight bytes at a time.
  (func (export "down")
    (param $from i32) (param $stride i32) (param $pairs i32) (param $weights i32) (param $to i32) (param $bytes i32)
    (local $at i32) (local $weight i32) (local $left i32) (local $end i32)
    (local $a v128) (local $b v128) (local $pair v128) (local $lows v128) (local $highs v128)
    (local $low0 v128) (local $low1 v128) (local $high0 v128) (local $high1 v128)
    (local.set $end (i32.add (local.get $to) (local.get $bytes)))
    (loop $nextEight
      (local.set $at (local.get $from))
      (local.set $weight (local.get $weights))
      (local.set $left (local.get $pairs))
      (local.set $low0 (v128.const i32x4 0 0 0 0))
      (local.set $low1 (v128.const i32x4 0 0 0 0))
      (local.set $high0 (v128.const i32x4 0 0 0 0))
      (local.set $high1 (v128.const i32x4 0 0 0 0))
      (loop $nextPair
        (local.set $a (v128.load8x8_u (local.get $at)))
        (local.set $b (v128.load8x8_u (i32.add (local.get $at) (local.get $stride))))
        (local.set $lows (v128.load32_splat (local.get $weight)))
        (local.set $highs (v128.load32_splat offset=4 (local.get $weight)))
        (local.set $pair (i8x16.shuffle 0 1 16 17 2 3 18 19 4 5 20 21 6 7 22 23 (local.get $a) (local.get $b)))
        (local.set $low0 (i32x4.add (local.get $low0) (i32x4.dot_i16x8_s (local.get $pair) (local.get $lows))))
        (local.set $high0 (i32x4.add (local.get $high0) (i32x4.dot_i16x8_s (local.get $pair) (local.get $highs))))
        (local.set $pair (i8x16.shuffle 8 9 24 25 10 11 26 27 12 13 28 29 14 15 30 31 (local.get $a) (local.get $b)))
        (local.set $low1 (i32x4.add (local.get $low1) (i32x4.dot_i16x8_s (local.get $pair) (local.get $lows))))
        (local.set $high1 (i32x4.add (local.get $high1) (i32x4.dot_i16x8_s (local.get $pair) (local.get $highs))))
        (local.set $at (i32.add (local.get $at) (i32.shl (local.get $stride) (i32.const 1))))
        (local.set $weight (i32.add (local.get $weight) (i32.const 8)))
        (br_if $nextPair (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
      (local.set $low0 (i16x8.narrow_i32x4_s
        (call $round (local.get $low0) (local.get $high0))
        (call $round (local.get $low1) (local.get $high1))))
      (v128.store64_lane 0 (local.get $to) (i8x16.narrow_i16x8_u (local.get $low0) (local.get $low0)))
      (local.set $from (i32.add (local.get $from) (i32.const 8)))
      (local.set $to (i32.add (local.get $to) (i32.const 8)))
      (br_if $nextEight (i32.lt_u (local.get $to) (local.get $end))))))

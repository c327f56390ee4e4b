// The SIMD128 leaves of package kernel in AssemblyScript: what each computes is
// said in implementation.go. They work on the memory of the Go program, whose
// addresses they are given; strides count elements. They check nothing.
//
// Made into ../simd.wasm by `go generate ./internal/kernel`.

/** Columns of the tile: two vectors. Four rows of them leave V8 registers for the factors. */
const NR: i32 = 8;

export function micro(
	tiles: i32, k: i32, a: usize, rowStride: usize, stepStride: usize,
	b: usize, c: usize, ldc: usize, accumulate: bool,
): void {
	rowStride <<= 2;
	stepStride <<= 2;
	ldc <<= 2;
	const end = b + (k * NR << 2);
	for (; tiles > 0; tiles--) {
		let a0 = a, a1 = a0 + rowStride, a2 = a1 + rowStride, a3 = a2 + rowStride;
		a = a3 + rowStride;
		let c00 = f32x4.splat(0), c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00, c30 = c00, c31 = c00;
		for (let row = b; row < end; row += NR << 2) {
			const b0 = v128.load(row), b1 = v128.load(row, 16);
			let factor = v128.load_splat<f32>(a0);
			c00 = f32x4.add(c00, f32x4.mul(factor, b0));
			c01 = f32x4.add(c01, f32x4.mul(factor, b1));
			factor = v128.load_splat<f32>(a1);
			c10 = f32x4.add(c10, f32x4.mul(factor, b0));
			c11 = f32x4.add(c11, f32x4.mul(factor, b1));
			factor = v128.load_splat<f32>(a2);
			c20 = f32x4.add(c20, f32x4.mul(factor, b0));
			c21 = f32x4.add(c21, f32x4.mul(factor, b1));
			factor = v128.load_splat<f32>(a3);
			c30 = f32x4.add(c30, f32x4.mul(factor, b0));
			c31 = f32x4.add(c31, f32x4.mul(factor, b1));
			a0 += stepStride;
			a1 += stepStride;
			a2 += stepStride;
			a3 += stepStride;
		}
		c = put(c, ldc, c00, c01, accumulate);
		c = put(c, ldc, c10, c11, accumulate);
		c = put(c, ldc, c20, c21, accumulate);
		c = put(c, ldc, c30, c31, accumulate);
	}
}

/** Writes a row of a tile and returns where the next one goes. */
// @ts-ignore: decorator
@inline
function put(c: usize, ldc: usize, low: v128, high: v128, accumulate: bool): usize {
	if (accumulate) {
		low = f32x4.add(v128.load(c), low);
		high = f32x4.add(v128.load(c, 16), high);
	}
	v128.store(c, low);
	v128.store(c, high, 16);
	return c + ldc;
}

export function packColumns(dst: usize, src: usize, ld: usize, panels: i32, depth: i32): void {
	ld <<= 2;
	for (; panels > 0; panels--) {
		let from = src;
		for (let p = 0; p < depth; p++) {
			v128.store(dst, v128.load(from));
			v128.store(dst, v128.load(from, 16), 16);
			dst += NR << 2;
			from += ld;
		}
		src += NR << 2;
	}
}

export function packRows(dst: usize, src: usize, ld: usize, depth: i32): void {
	ld <<= 2;
	for (let p = 0; p < depth; p += 4) {
		transpose(dst, src, ld);
		transpose(dst + 16, src + 4 * ld, ld);
		dst += 4 * NR << 2;
		src += 16;
	}
}

/** Writes a square of 4×4 into a panel as its transpose. */
// @ts-ignore: decorator
@inline
function transpose(dst: usize, src: usize, ld: usize): void {
	const r0 = v128.load(src), r1 = v128.load(src + ld), r2 = v128.load(src + 2 * ld), r3 = v128.load(src + 3 * ld);
	const low01 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5), high01 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
	const low23 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5), high23 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
	v128.store(dst, v128.shuffle<f64>(low01, low23, 0, 2));
	v128.store(dst + (NR << 2), v128.shuffle<f64>(low01, low23, 1, 3));
	v128.store(dst + (2 * NR << 2), v128.shuffle<f64>(high01, high23, 0, 2));
	v128.store(dst + (3 * NR << 2), v128.shuffle<f64>(high01, high23, 1, 3));
}

/** Four rows of B a pass, so that c is read and written a quarter as often. */
export function gemvN(c: usize, n: i32, a: usize, k: i32, b: usize, ldb: usize): void {
	ldb <<= 2;
	const end = c + (n << 2), vectors = c + (n >> 2 << 4);
	for (; k >= 4; k -= 4) {
		const a0 = load<f32>(a), a1 = load<f32>(a, 4), a2 = load<f32>(a, 8), a3 = load<f32>(a, 12);
		const x0 = f32x4.splat(a0), x1 = f32x4.splat(a1), x2 = f32x4.splat(a2), x3 = f32x4.splat(a3);
		let to = c, b0 = b, b1 = b0 + ldb, b2 = b1 + ldb, b3 = b2 + ldb;
		a += 16;
		b = b3 + ldb;
		for (; to < vectors; to += 16) {
			let sum = f32x4.add(v128.load(to), f32x4.mul(x0, v128.load(b0)));
			sum = f32x4.add(sum, f32x4.mul(x1, v128.load(b1)));
			sum = f32x4.add(sum, f32x4.mul(x2, v128.load(b2)));
			v128.store(to, f32x4.add(sum, f32x4.mul(x3, v128.load(b3))));
			b0 += 16;
			b1 += 16;
			b2 += 16;
			b3 += 16;
		}
		for (; to < end; to += 4) {
			store<f32>(to, load<f32>(to) + a0 * load<f32>(b0) + a1 * load<f32>(b1) + a2 * load<f32>(b2) + a3 * load<f32>(b3));
			b0 += 4;
			b1 += 4;
			b2 += 4;
			b3 += 4;
		}
	}
	for (; k > 0; k--) {
		const factor = load<f32>(a), x = f32x4.splat(factor);
		let to = c, from = b;
		a += 4;
		b += ldb;
		for (; to < vectors; to += 16) {
			v128.store(to, f32x4.add(v128.load(to), f32x4.mul(x, v128.load(from))));
			from += 16;
		}
		for (; to < end; to += 4) {
			store<f32>(to, load<f32>(to) + factor * load<f32>(from));
			from += 4;
		}
	}
}

/**
 * Four rows of B a pass, so that a is read a quarter as often. The sum of a row
 * has one order, whether it is one of four or alone: the vectors of even and of
 * odd number, the two results, its lanes, what was left over.
 */
export function gemvT(c: usize, n: i32, a: usize, k: i32, b: usize, ldb: usize): void {
	ldb <<= 2;
	const end = a + (k << 2), vectors = a + (k >> 2 << 4), pairs = a + (k >> 3 << 5);
	for (; n >= 4; n -= 4) {
		let x = a, b0 = b, b1 = b0 + ldb, b2 = b1 + ldb, b3 = b2 + ldb;
		b = b3 + ldb;
		let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0, t0 = s0, t1 = s0, t2 = s0, t3 = s0;
		for (; x < pairs; x += 32) {
			let v = v128.load(x);
			s0 = f32x4.add(s0, f32x4.mul(v, v128.load(b0)));
			s1 = f32x4.add(s1, f32x4.mul(v, v128.load(b1)));
			s2 = f32x4.add(s2, f32x4.mul(v, v128.load(b2)));
			s3 = f32x4.add(s3, f32x4.mul(v, v128.load(b3)));
			v = v128.load(x, 16);
			t0 = f32x4.add(t0, f32x4.mul(v, v128.load(b0, 16)));
			t1 = f32x4.add(t1, f32x4.mul(v, v128.load(b1, 16)));
			t2 = f32x4.add(t2, f32x4.mul(v, v128.load(b2, 16)));
			t3 = f32x4.add(t3, f32x4.mul(v, v128.load(b3, 16)));
			b0 += 32;
			b1 += 32;
			b2 += 32;
			b3 += 32;
		}
		addDot(c, s0, t0, x, b0, vectors, end);
		addDot(c + 4, s1, t1, x, b1, vectors, end);
		addDot(c + 8, s2, t2, x, b2, vectors, end);
		addDot(c + 12, s3, t3, x, b3, vectors, end);
		c += 16;
	}
	for (; n > 0; n--) {
		let s = f32x4.splat(0), t = s, x = a, row = b;
		b += ldb;
		for (; x < pairs; x += 32) {
			s = f32x4.add(s, f32x4.mul(v128.load(x), v128.load(row)));
			t = f32x4.add(t, f32x4.mul(v128.load(x, 16), v128.load(row, 16)));
			row += 32;
		}
		addDot(c, s, t, x, row, vectors, end);
		c += 4;
	}
}

/** Adds to c what the pairs of vectors gave, s and t, and what is left of a row. */
function addDot(c: usize, s: v128, t: v128, x: usize, row: usize, vectors: usize, end: usize): void {
	if (x < vectors) {
		s = f32x4.add(s, f32x4.mul(v128.load(x), v128.load(row)));
		x += 16;
		row += 16;
	}
	s = f32x4.add(s, t);
	let sum = f32x4.extract_lane(s, 0) + f32x4.extract_lane(s, 1) + (f32x4.extract_lane(s, 2) + f32x4.extract_lane(s, 3));
	for (; x < end; x += 4) {
		sum += load<f32>(x) * load<f32>(row);
		row += 4;
	}
	store<f32>(c, load<f32>(c) + sum);
}

/** What a half's bits are short of after they were shifted, in two halves so that nothing overflows or vanishes. */
const HALF_SCALE: f32 = 72057594037927936; // 2⁵⁶

/** Four values of half precision times 2⁻¹¹²: the sign, three zeros, exponent and fraction. */
// @ts-ignore: decorator
@inline
function halves(from: usize, mask: v128): v128 {
	return v128.and(i32x4.shl(v128.load_ext<i16>(from), 13), mask);
}

/** Four rows a pass, as gemvT. */
export function gemvHalf(c: usize, n: i32, a: usize, k: i32, b: usize, ldb: usize): void {
	ldb <<= 1;
	const end = a + (k << 2), vectors = a + (k >> 2 << 4);
	const scale = f32x4.splat(HALF_SCALE), mask = i32x4.splat(<i32>0x8fffe000);
	for (; n >= 4; n -= 4) {
		let b0 = b, b1 = b0 + ldb, b2 = b1 + ldb, b3 = b2 + ldb, x = a;
		b = b3 + ldb;
		let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
		for (; x < vectors; x += 16) {
			const v = f32x4.mul(v128.load(x), scale);
			s0 = f32x4.add(s0, f32x4.mul(v, halves(b0, mask)));
			s1 = f32x4.add(s1, f32x4.mul(v, halves(b1, mask)));
			s2 = f32x4.add(s2, f32x4.mul(v, halves(b2, mask)));
			s3 = f32x4.add(s3, f32x4.mul(v, halves(b3, mask)));
			b0 += 8;
			b1 += 8;
			b2 += 8;
			b3 += 8;
		}
		addHalfDot(c, s0, x, b0, end);
		addHalfDot(c + 4, s1, x, b1, end);
		addHalfDot(c + 8, s2, x, b2, end);
		addHalfDot(c + 12, s3, x, b3, end);
		c += 16;
	}
	for (; n > 0; n--) {
		let s = f32x4.splat(0), x = a, row = b;
		b += ldb;
		for (; x < vectors; x += 16) {
			s = f32x4.add(s, f32x4.mul(f32x4.mul(v128.load(x), scale), halves(row, mask)));
			row += 8;
		}
		addHalfDot(c, s, x, row, end);
		c += 4;
	}
}

/** Adds to c what the vectors gave, s, and what is left of a row. */
function addHalfDot(c: usize, s: v128, x: usize, row: usize, end: usize): void {
	let sum = f32x4.extract_lane(s, 0) + f32x4.extract_lane(s, 1) + (f32x4.extract_lane(s, 2) + f32x4.extract_lane(s, 3));
	for (; x < end; x += 4) {
		sum += load<f32>(x) * HALF_SCALE * reinterpret<f32>(<u32>(<i32>load<i16>(row) << 13) & 0x8fffe000);
		row += 2;
	}
	store<f32>(c, load<f32>(c) + sum * HALF_SCALE);
}

/** Four rows a pass, as gemvT; the host may multiply and add eight values with one instruction. */
export function gemvInt8(c: usize, n: i32, a: usize, k: i32, b: usize, ldb: usize): void {
	const end = a + (k << 1), vectors = a + (k >> 3 << 4);
	for (; n >= 4; n -= 4) {
		let b0 = b, b1 = b0 + ldb, b2 = b1 + ldb, b3 = b2 + ldb, x = a;
		b = b3 + ldb;
		let s0 = i32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
		for (; x < vectors; x += 16) {
			const v = v128.load(x);
			s0 = i32x4.add(s0, i32x4.dot_i16x8_s(v, v128.load_ext<i8>(b0)));
			s1 = i32x4.add(s1, i32x4.dot_i16x8_s(v, v128.load_ext<i8>(b1)));
			s2 = i32x4.add(s2, i32x4.dot_i16x8_s(v, v128.load_ext<i8>(b2)));
			s3 = i32x4.add(s3, i32x4.dot_i16x8_s(v, v128.load_ext<i8>(b3)));
			b0 += 8;
			b1 += 8;
			b2 += 8;
			b3 += 8;
		}
		store<f32>(c, <f32>int8Dot(s0, x, b0, end));
		store<f32>(c, <f32>int8Dot(s1, x, b1, end), 4);
		store<f32>(c, <f32>int8Dot(s2, x, b2, end), 8);
		store<f32>(c, <f32>int8Dot(s3, x, b3, end), 12);
		c += 16;
	}
	for (; n > 0; n--) {
		let s = i32x4.splat(0), x = a, row = b;
		b += ldb;
		for (; x < vectors; x += 16) {
			s = i32x4.add(s, i32x4.dot_i16x8_s(v128.load(x), v128.load_ext<i8>(row)));
			row += 8;
		}
		store<f32>(c, <f32>int8Dot(s, x, row, end));
		c += 4;
	}
}

/** What the vectors gave, s, and what is left of a row. */
function int8Dot(s: v128, x: usize, row: usize, end: usize): i32 {
	let sum = i32x4.extract_lane(s, 0) + i32x4.extract_lane(s, 1) + i32x4.extract_lane(s, 2) + i32x4.extract_lane(s, 3);
	for (; x < end; x += 2) {
		sum += <i32>load<i16>(x) * <i32>load<i8>(row);
		row++;
	}
	return sum;
}

export function widenHalf(dst: usize, src: usize, n: i32): void {
	const scale = f32x4.splat(HALF_SCALE), mask = i32x4.splat(<i32>0x8fffe000);
	const end = src + (n << 1), vectors = src + (n >> 2 << 3);
	for (; src < vectors; src += 8) {
		v128.store(dst, f32x4.mul(f32x4.mul(halves(src, mask), scale), scale));
		dst += 16;
	}
	for (; src < end; src += 2) {
		store<f32>(dst, reinterpret<f32>(<u32>(<i32>load<i16>(src) << 13) & 0x8fffe000) * HALF_SCALE * HALF_SCALE);
		dst += 4;
	}
}

export function finiteHalf(x: usize, n: i32): bool {
	const exponent = i16x8.splat(0x7c00), end = x + (n << 1), vectors = x + (n >> 3 << 4);
	let found = i16x8.splat(0);
	for (; x < vectors; x += 16) {
		found = v128.or(found, i16x8.eq(v128.and(v128.load(x), exponent), exponent));
	}
	for (; x < end; x += 2) {
		if ((load<u16>(x) & 0x7c00) == 0x7c00) {
			return false;
		}
	}
	return !v128.any_true(found);
}

/** Comparing and masking makes a zero of either sign +0 and keeps NaN; the vectors' max would not do both. */
export function relu(dst: usize, src: usize, n: i32): void {
	const zero = f32x4.splat(0), end = src + (n << 2), vectors = src + (n >> 2 << 4);
	for (; src < vectors; src += 16) {
		const v = v128.load(src);
		v128.store(dst, v128.andnot(v, f32x4.le(v, zero)));
		dst += 16;
	}
	for (; src < end; src += 4) {
		const v = load<f32>(src);
		store<f32>(dst, v <= 0 ? 0 : v);
		dst += 4;
	}
}

export function reluBackward(dx: usize, dy: usize, y: usize, n: i32): void {
	const zero = f32x4.splat(0), end = y + (n << 2), vectors = y + (n >> 2 << 4);
	for (; y < vectors; y += 16) {
		v128.store(dx, v128.and(v128.load(dy), f32x4.gt(v128.load(y), zero)));
		dx += 16;
		dy += 16;
	}
	for (; y < end; y += 4) {
		store<f32>(dx, load<f32>(y) > 0 ? load<f32>(dy) : 0);
		dx += 4;
		dy += 4;
	}
}

export function addTo(dst: usize, src: usize, n: i32): void {
	const end = src + (n << 2), vectors = src + (n >> 2 << 4);
	for (; src < vectors; src += 16) {
		v128.store(dst, f32x4.add(v128.load(dst), v128.load(src)));
		dst += 16;
	}
	for (; src < end; src += 4) {
		store<f32>(dst, load<f32>(dst) + load<f32>(src));
		dst += 4;
	}
}

export function addReLU(x: usize, n: i32, value: f32): void {
	const zero = f32x4.splat(0), values = f32x4.splat(value), end = x + (n << 2), vectors = x + (n >> 2 << 4);
	for (; x < vectors; x += 16) {
		const v = f32x4.add(v128.load(x), values);
		v128.store(x, v128.andnot(v, f32x4.le(v, zero)));
	}
	for (; x < end; x += 4) {
		const v = load<f32>(x) + value;
		store<f32>(x, v <= 0 ? 0 : v);
	}
}

/**
 * Four windows at a time: gathering their pixels one by one costs less than V8's
 * choice between two floats, which is a branch. The last four may overlap those
 * before.
 */
export function maxRow(dst: usize, arg: usize, n: i32, src: usize, corner: i32, width: i32, k: i32, s: i32): void {
	if (n < 4) {
		maxFew(dst, arg, n, src, corner, width, k, s);
		return;
	}
	const corners = i32x4.mul(i32x4(0, 1, 2, 3), i32x4.splat(s)), row = width << 2;
	for (let x = 0; x < n; x += 4) {
		x = min(x, n - 4);
		const first = corner + x * s;
		let value = f32x4.splat(-<f32>Infinity), at = i32x4.add(i32x4.splat(first), corners);
		let start = src + (first << 2);
		for (let ky = 0; ky < k; ky++) {
			let p0 = start, p1 = p0 + (s << 2), p2 = p1 + (s << 2), p3 = p2 + (s << 2);
			let index = i32x4.add(i32x4.splat(first + ky * width), corners);
			for (let kx = 0; kx < k; kx++) {
				let v = v128.load32_zero(p0);
				v = v128.load_lane<f32>(p1, v, 1);
				v = v128.load_lane<f32>(p2, v, 2);
				v = v128.load_lane<f32>(p3, v, 3);
				const larger = v128.or(f32x4.gt(v, value), f32x4.ne(v, v));
				value = v128.bitselect(v, value, larger);
				at = v128.bitselect(index, at, larger);
				index = i32x4.add(index, i32x4.splat(1));
				p0 += 4;
				p1 += 4;
				p2 += 4;
				p3 += 4;
			}
			start += row;
		}
		v128.store(dst + (x << 2), value);
		if (arg) {
			v128.store(arg + (x << 2), at);
		}
	}
}

function maxFew(dst: usize, arg: usize, n: i32, src: usize, corner: i32, width: i32, k: i32, s: i32): void {
	for (let x = 0; x < n; x++) {
		let value = -<f32>Infinity, at = corner;
		for (let start = corner, end = corner + k * width; start < end; start += width) {
			for (let i = start; i < start + k; i++) {
				const v = load<f32>(src + (i << 2));
				if (v > value || v != v) {
					value = v;
					at = i;
				}
			}
		}
		store<f32>(dst + (x << 2), value);
		if (arg) {
			store<i32>(arg + (x << 2), at);
		}
		corner += s;
	}
}

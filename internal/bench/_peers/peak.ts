// The peak of multiplications and additions, as many of either, on vectors of
// four values: fourteen chains, so that no instruction has to wait for another,
// and no memory. Compiled by AssemblyScript, called by peak.mjs.
export function turns(n: i32): f32 {
	const one = f32x4.splat(1);
	let s0 = one, s1 = one, s2 = one, s3 = one, s4 = one, s5 = one, s6 = one, s7 = one, s8 = one, s9 = one, s10 = one, s11 = one, s12 = one, s13 = one;
	for (; n > 0; n--) {
		s0 = f32x4.add(s0, one);
		s1 = f32x4.mul(s1, one);
		s2 = f32x4.add(s2, one);
		s3 = f32x4.mul(s3, one);
		s4 = f32x4.add(s4, one);
		s5 = f32x4.mul(s5, one);
		s6 = f32x4.add(s6, one);
		s7 = f32x4.mul(s7, one);
		s8 = f32x4.add(s8, one);
		s9 = f32x4.mul(s9, one);
		s10 = f32x4.add(s10, one);
		s11 = f32x4.mul(s11, one);
		s12 = f32x4.add(s12, one);
		s13 = f32x4.mul(s13, one);
	}
	s0 = f32x4.add(s0, s1);
	s0 = f32x4.add(s0, s2);
	s0 = f32x4.add(s0, s3);
	s0 = f32x4.add(s0, s4);
	s0 = f32x4.add(s0, s5);
	s0 = f32x4.add(s0, s6);
	s0 = f32x4.add(s0, s7);
	s0 = f32x4.add(s0, s8);
	s0 = f32x4.add(s0, s9);
	s0 = f32x4.add(s0, s10);
	s0 = f32x4.add(s0, s11);
	s0 = f32x4.add(s0, s12);
	s0 = f32x4.add(s0, s13);
	return f32x4.extract_lane(s0, 0);
}

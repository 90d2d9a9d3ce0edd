//! SHA-256 (FIPS 180-4) as const functions, for digests that the compiler has to evaluate.
//!
//! Const evaluation interprets: a call costs far more than an addition, so the rounds stand in one
//! loop without calls. At run time it is an ordinary, unhurried SHA-256 for a few hundred bytes.

/// A hash under way.
pub(crate) struct Sha256 {
    state: [u32; 8],
    /// Bytes that do not yet make a whole block.
    block: [u8; 64],
    /// Bytes hashed so far, the open block included.
    len: u64,
}

/// SHA-256 of `bytes`.
pub const fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(bytes);
    hash.finish()
}

impl Sha256 {
    pub(crate) const fn new() -> Self {
        Sha256 { state: INITIAL, block: [0; 64], len: 0 }
    }

    pub(crate) const fn update(&mut self, bytes: &[u8]) {
        let mut i = 0;
        while i < bytes.len() {
            let at = (self.len % 64) as usize;
            self.block[at] = bytes[i];
            self.len += 1;
            i += 1;
            if at == 63 {
                self.compress();
            }
        }
    }

    pub(crate) const fn finish(mut self) -> [u8; 32] {
        let bits = (self.len * 8).to_be_bytes();
        self.update(&[0x80]);
        while self.len % 64 != 56 {
            self.update(&[0]);
        }
        self.update(&bits);
        let mut out = [0; 32];
        let mut i = 0;
        while i < 32 {
            out[i] = (self.state[i / 4] >> (24 - 8 * (i % 4))) as u8;
            i += 1;
        }
        out
    }

    #[expect(clippy::manual_rotate, reason = "`rotate_right` is a call")]
    const fn compress(&mut self) {
        let mut w = [0u32; 64];
        let mut i = 0;
        while i < 64 {
            w[i / 4] = w[i / 4] << 8 | self.block[i] as u32;
            i += 1;
        }
        let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = self.state;
        i = 0;
        while i < 64 {
            if i >= 16 {
                let (x, y) = (w[i - 15], w[i - 2]);
                let s0 = (x >> 7 | x << 25) ^ (x >> 18 | x << 14) ^ x >> 3;
                let s1 = (y >> 17 | y << 15) ^ (y >> 19 | y << 13) ^ y >> 10;
                let sum = w[i - 16] as u64 + s0 as u64 + w[i - 7] as u64 + s1 as u64;
                w[i] = sum as u32;
            }
            let s1 = (e >> 6 | e << 26) ^ (e >> 11 | e << 21) ^ (e >> 25 | e << 7);
            let choice = e & f ^ !e & g;
            let t1 = h as u64 + s1 as u64 + choice as u64 + K[i] as u64 + w[i] as u64;
            let s0 = (a >> 2 | a << 30) ^ (a >> 13 | a << 19) ^ (a >> 22 | a << 10);
            let majority = a & b ^ a & c ^ b & c;
            let t2 = s0 as u64 + majority as u64;
            h = g;
            g = f;
            f = e;
            e = (d as u64 + t1) as u32;
            d = c;
            c = b;
            b = a;
            a = (t1 + t2) as u32;
            i += 1;
        }
        let round = [a, b, c, d, e, f, g, h];
        i = 0;
        while i < 8 {
            self.state[i] = (self.state[i] as u64 + round[i] as u64) as u32;
            i += 1;
        }
    }
}

const INITIAL: [u32; 8] = [
    0x6a09_e667,
    0xbb67_ae85,
    0x3c6e_f372,
    0xa54f_f53a,
    0x510e_527f,
    0x9b05_688c,
    0x1f83_d9ab,
    0x5be0_cd19,
];

#[rustfmt::skip]
const K: [u32; 64] = [
    0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
    0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174,
    0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
    0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967,
    0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
    0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
    0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
    0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
];

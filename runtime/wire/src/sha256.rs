//! SHA-256 (FIPS 180-4) as const functions, for digests that the compiler has to evaluate.
//!
//! Const evaluation interprets, and pays for each step: so a word is held in 64 bits, where sums need no
//! cast and a product with a constant is what a rotation is cut from; nothing is called, and names are
//! handed on, not values. At run time it is an ordinary, unhurried SHA-256 for a few hundred bytes.

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
        let mut at = (self.len % 64) as usize;
        self.block[at] = 0x80;
        at += 1;
        if at > 56 {
            self.fill(at, 64);
            self.compress();
            at = 0;
        }
        self.fill(at, 56);
        let mut i = 0;
        while i < 8 {
            self.block[56 + i] = bits[i];
            i += 1;
        }
        self.compress();
        let mut out = [0; 32];
        i = 0;
        while i < 32 {
            out[i] = (self.state[i / 4] >> (24 - 8 * (i % 4))) as u8;
            i += 1;
        }
        out
    }

    /// Zeros in the block.
    const fn fill(&mut self, mut from: usize, to: usize) {
        while from < to {
            self.block[from] = 0;
            from += 1;
        }
    }

    const fn compress(&mut self) {
        let mut w = [0u64; 64];
        let mut i = 0;
        while i < 16 {
            let at = 4 * i;
            w[i] = (self.block[at] as u64) << 24
                | (self.block[at + 1] as u64) << 16
                | (self.block[at + 2] as u64) << 8
                | self.block[at + 3] as u64;
            i += 1;
        }
        while i < 64 {
            let (x, y) = (w[i - 15], w[i - 2]);
            let (xx, yy) = (x * TWICE, y * TWICE);
            let s0 = xx >> 7 ^ xx >> 18 ^ x >> 3;
            let s1 = yy >> 17 ^ yy >> 19 ^ y >> 10;
            w[i] = (w[i - 16] + (s0 & WORD) + w[i - 7] + (s1 & WORD)) & WORD;
            i += 1;
        }
        let state = self.state;
        let (mut a, mut b, mut c, mut d) =
            (state[0] as u64, state[1] as u64, state[2] as u64, state[3] as u64);
        let (mut e, mut f, mut g, mut h) =
            (state[4] as u64, state[5] as u64, state[6] as u64, state[7] as u64);
        // Eight at a time, after which each word has its own name again.
        macro_rules! round {
            ($a:ident $b:ident $c:ident $d:ident $e:ident $f:ident $g:ident $h:ident $at:expr) => {
                let (aa, ee) = ($a * TWICE, $e * TWICE);
                let t1 = ((ee >> 6 ^ ee >> 11 ^ ee >> 25) & WORD)
                    + ($g ^ $e & ($f ^ $g))
                    + $h
                    + K[$at]
                    + w[$at];
                $d = ($d + t1) & WORD;
                $h = (t1 + ((aa >> 2 ^ aa >> 13 ^ aa >> 22) & WORD) + ($a & $b | $c & ($a | $b)))
                    & WORD;
            };
        }
        i = 0;
        while i < 64 {
            round!(a b c d e f g h i);
            round!(h a b c d e f g i + 1);
            round!(g h a b c d e f i + 2);
            round!(f g h a b c d e i + 3);
            round!(e f g h a b c d i + 4);
            round!(d e f g h a b c i + 5);
            round!(c d e f g h a b i + 6);
            round!(b c d e f g h a i + 7);
            i += 8;
        }
        let round = [a, b, c, d, e, f, g, h];
        i = 0;
        while i < 8 {
            self.state[i] = (self.state[i] as u64 + round[i]) as u32;
            i += 1;
        }
    }
}

/// A word.
const WORD: u64 = 0xffff_ffff;

/// A word times this stands twice, side by side: so a shift rotates it.
const TWICE: u64 = 0x1_0000_0001;

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
const K: [u64; 64] = [
    0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
    0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174,
    0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
    0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967,
    0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
    0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
    0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
    0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
];

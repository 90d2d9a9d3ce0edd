//! Cases of a shape: each checked once, so that what is timed does the work that it is named for.

use std::hint::black_box;
use std::marker::PhantomData;
use std::rc::Rc;

use clap::ValueEnum;
use rkyv::util::AlignedVec;

use crate::codec::{Access, AccessTrusted, Borrow, Codec, Decode, DecodeTrusted, Encode, Update};
use crate::shapes::{Borrowable, Shape, Twin};

/// What is measured, in the order of the tables' columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum Operation {
    Encode,
    Decode,
    DecodeTrusted,
    Borrow,
    View,
    ViewTrusted,
    Read,
    Update,
}

/// An operation of a codec on a shape.
pub(crate) struct Case {
    pub(crate) shape: &'static str,
    pub(crate) codec: &'static str,
    pub(crate) operation: Operation,
    /// How many values a pass handles.
    pub(crate) values: usize,
    /// Bytes of all of them.
    pub(crate) bytes: usize,
    /// Handles each value once.
    pub(crate) pass: Box<dyn FnMut()>,
}

/// Gathers the cases of a shape.
pub(crate) struct Bench<S> {
    samples: Rc<[S]>,
    cases: Vec<Case>,
}

/// A codec whose operations are being added; with a type of its own for the values, `V`.
pub(crate) struct Row<'a, S: Shape, C: Codec, V = S> {
    bench: &'a mut Bench<S>,
    encoded: Rc<[AlignedVec]>,
    /// Whether an operation gave the values back.
    is_proved: bool,
    codec: PhantomData<(C, V)>,
}

impl<S: Shape> Bench<S> {
    pub(crate) fn new() -> Self {
        Self { samples: S::samples().into(), cases: Vec::new() }
    }

    pub(crate) fn cases(self) -> Vec<Case> {
        self.cases
    }

    /// Adds a codec and its encoding; every other operation is added to the row.
    pub(crate) fn codec<C: Encode<V>, V: Twin<S>>(&mut self) -> Row<'_, S, C, V> {
        let twins: Vec<V> = self.samples.iter().map(V::of).collect();
        let mut codec = C::default();
        let encode = |value| {
            codec.encode(value);
            let mut bytes = AlignedVec::new();
            // As those that are timed: with a buffer that has been used.
            bytes.extend_from_slice(codec.encode(value));
            bytes
        };
        let encoded = twins.iter().map(encode).collect();
        let mut row = Row { bench: self, encoded, is_proved: false, codec: PhantomData };
        row.add(Operation::Encode, move || {
            for value in &twins {
                black_box(codec.encode(black_box(value)));
            }
        });
        row
    }
}

impl<S: Shape, C: Codec, V: Twin<S>> Row<'_, S, C, V> {
    pub(crate) fn decode(mut self) -> Self
    where
        C: Decode<V>,
    {
        let mut codec = C::default();
        self.prove(|bytes| codec.decode(bytes).back());
        self.add_for_each(Operation::Decode, move |bytes| {
            black_box(codec.decode(bytes));
        });
        self
    }

    pub(crate) fn decode_trusted(mut self) -> Self
    where
        C: DecodeTrusted<V>,
    {
        let mut codec = C::default();
        self.prove(|bytes| codec.decode_trusted(bytes).back());
        self.add_for_each(Operation::DecodeTrusted, move |bytes| {
            black_box(codec.decode_trusted(bytes));
        });
        self
    }

    pub(crate) fn borrow(mut self) -> Self
    where
        S: Borrowable,
        C: Borrow<S>,
    {
        let mut codec = C::default();
        self.prove(|bytes| S::own(&codec.borrow(bytes)));
        self.add_for_each(Operation::Borrow, move |bytes| {
            black_box(codec.borrow(bytes));
        });
        self
    }

    pub(crate) fn access(mut self) -> Self
    where
        C: Access<S>,
    {
        self.add_for_each(Operation::View, |bytes| {
            black_box(C::access(bytes));
        });
        self.read()
    }

    /// Reads through views that were made before; alone where a codec checks what it reads only then.
    pub(crate) fn read(mut self) -> Self
    where
        C: Access<S>,
    {
        self.prove(|bytes| C::rebuild(&C::access(bytes)));
        // Views borrow, and cases own what they need: this much is kept until the program ends.
        let encoded: &'static [AlignedVec] = Vec::leak(self.encoded.to_vec());
        let views: Vec<C::View<'static>> = encoded.iter().map(|bytes| C::access(bytes)).collect();
        let readings = self.bench.samples.iter().map(S::read);
        let are_same = readings.eq(views.iter().map(C::read));
        assert!(are_same, "{} reads other numbers of {}", C::NAME, S::NAME);
        self.add(Operation::Read, move || {
            for view in &views {
                black_box(C::read(black_box(view)));
            }
        });
        self
    }

    pub(crate) fn access_trusted(mut self) -> Self
    where
        C: AccessTrusted<S>,
    {
        self.prove(|bytes| C::rebuild(&C::access_trusted(bytes)));
        self.add_for_each(Operation::ViewTrusted, |bytes| {
            black_box(C::access_trusted(bytes));
        });
        self
    }

    pub(crate) fn update(mut self) -> Self
    where
        C: Update<S>,
    {
        let mut encoded = self.encoded.to_vec();
        for (bytes, sample) in encoded.iter_mut().zip(&*self.bench.samples) {
            C::update(bytes);
            let mut expected = sample.clone();
            expected.update();
            let updated = C::rebuild(&C::access(bytes));
            assert!(updated == expected, "{} updates {} to another value", C::NAME, S::NAME);
        }
        self.add(Operation::Update, move || {
            for bytes in &mut encoded {
                C::update(black_box(bytes));
            }
        });
        self
    }

    /// Ends the row.
    pub(crate) fn done(self) {
        assert!(self.is_proved, "nothing shows that {} encodes {} whole", C::NAME, S::NAME);
    }

    fn prove(&mut self, mut decode: impl FnMut(&[u8]) -> S) {
        for (bytes, sample) in self.encoded.iter().zip(&*self.bench.samples) {
            assert!(decode(bytes) == *sample, "{} changes {}", C::NAME, S::NAME);
        }
        self.is_proved = true;
    }

    fn add_for_each(&mut self, operation: Operation, mut handle: impl FnMut(&[u8]) + 'static) {
        let encoded = self.encoded.clone();
        self.add(operation, move || {
            for bytes in &*encoded {
                handle(black_box(bytes));
            }
        });
    }

    fn add(&mut self, operation: Operation, pass: impl FnMut() + 'static) {
        self.bench.cases.push(Case {
            shape: S::NAME,
            codec: C::NAME,
            operation,
            values: self.encoded.len(),
            bytes: self.encoded.iter().map(|bytes| bytes.len()).sum(),
            pass: Box::new(pass),
        });
    }
}

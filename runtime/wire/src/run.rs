//! Fields of a block that stand side by side, all of them by one call.
//!
//! What a derive says of each field, the compiler checks for each type anew: a call, a trait, a way out. So a derive
//! says it of a run of fields, and what is done with each of them stands here, where it is checked once. All of it is
//! inlined: optimised code is what it would be if each field were named.

use crate::each::{Check, Each};
use crate::error::Failed;
use crate::field::{Block, FieldType, Slot};
use crate::tail::TailReader;
use crate::wire::Decode;

/// The functions for a run of so many fields.
macro_rules! run {
    ($decode:ident $check:ident $each:ident: $($ty:ident $value:ident $index:literal),+) => {
        /// Reads fields, the first of them the one whose slot has this index.
        ///
        /// # Errors
        ///
        /// As [`FieldType::decode_field`].
        #[inline(always)]
        pub fn $decode<'de, $($ty: Decode<'de>),+>(
            block: Block<'de>,
            slots: &[Slot],
            first: usize,
            tail: &mut TailReader<'de>,
        ) -> Result<($($ty,)+), Failed> {
            $(let $value = match $ty::decode_field(block, slots, first + $index, tail) {
                Ok(value) => value,
                Err(failed) => return Err(failed),
            };)+
            Ok(($($value,)+))
        }

        /// Checks fields, the first of them the one whose slot has this index. Gives whether to stop.
        #[inline(always)]
        pub fn $check<$($ty: FieldType),+>(
            check: &mut Check<'_, '_, '_>,
            slots: &[Slot],
            first: usize,
        ) -> bool {
            $($ty::check_next(check, slots, first + $index))||+
        }

        /// Does with each field what is done with all, the first of them the one whose slot has this index.
        // As many as there are fields; only expansions call it.
        #[allow(clippy::too_many_arguments)]
        #[inline(always)]
        pub fn $each<$($ty: FieldType),+>(
            each: &mut Each<'_, '_>,
            slots: &[Slot],
            first: usize,
            $($value: &$ty),+
        ) {
            $($value.each(each, slots, first + $index);)+
        }
    };
}

run!(decode_1 check_1 each_1: A a 0);
run!(decode_2 check_2 each_2: A a 0, B b 1);
run!(decode_3 check_3 each_3: A a 0, B b 1, C c 2);
run!(decode_4 check_4 each_4: A a 0, B b 1, C c 2, D d 3);
run!(decode_5 check_5 each_5: A a 0, B b 1, C c 2, D d 3, E e 4);
run!(decode_6 check_6 each_6: A a 0, B b 1, C c 2, D d 3, E e 4, F f 5);
run!(decode_7 check_7 each_7: A a 0, B b 1, C c 2, D d 3, E e 4, F f 5, G g 6);
run!(decode_8 check_8 each_8: A a 0, B b 1, C c 2, D d 3, E e 4, F f 5, G g 6, H h 7);
run!(decode_9 check_9 each_9: A a 0, B b 1, C c 2, D d 3, E e 4, F f 5, G g 6, H h 7, I i 8);
run!(decode_10 check_10 each_10:
    A a 0, B b 1, C c 2, D d 3, E e 4, F f 5, G g 6, H h 7, I i 8, J j 9);
run!(decode_11 check_11 each_11:
    A a 0, B b 1, C c 2, D d 3, E e 4, F f 5, G g 6, H h 7, I i 8, J j 9, K k 10);
run!(decode_12 check_12 each_12:
    A a 0, B b 1, C c 2, D d 3, E e 4, F f 5, G g 6, H h 7, I i 8, J j 9, K k 10, L l 11);

//! Tuples: items of different types, inline, laid out like a struct.

use crate::error::Failed;
use crate::layout::tuple_offset;
use crate::reflect::Type;
use crate::tail::{Tail, TailReader};
use crate::validate::ValidationError;
use crate::wire::{Decode, Wire};

/// Where an item of a tuple lies in it.
pub const fn offset_in(tuple: &Type<'_>, index: usize) -> usize {
    match tuple {
        Type::Tuple(items) => tuple_offset(items, index),
        _ => 0,
    }
}

/// Whether what an item of a tuple holds keeps its constraints.
pub fn validate_item<T: Wire>(item: &T, index: usize) -> Result<(), ValidationError> {
    item.validate_parts().map_err(|error| error.in_item(index))
}

/// Methods of [`Wire`] that take a value: a tuple, or a tuple struct, which a derive makes one on the wire.
#[doc(hidden)]
#[macro_export]
macro_rules! __tuple_value {
    ($($item:ty, $index:tt;)+) => {
        #[inline]
        fn tail_end(&self, end: usize) -> usize {
            $(let end = <$item as $crate::Wire>::tail_end(&self.$index, end);)+
            end
        }

        #[inline]
        fn encode(&self, inline: &mut [u8], tail: &mut $crate::__private::TailWriter<'_>) {
            inline.fill(0);
            $(
                let start = const { $crate::__private::tuple_offset(Self::TYPE, $index) };
                let item = &mut inline[start..start + <$item as $crate::Wire>::SIZE];
                <$item as $crate::Wire>::encode(&self.$index, item, tail);
            )+
        }

        fn validate_parts(
            &self,
        ) -> $crate::__private::Result<(), $crate::ValidationError> {
            $($crate::__private::validate_item(&self.$index, $index)?;)+
            $crate::__private::Ok(())
        }
    };
}

/// Implements [`Wire`] for the tuple of these type parameters.
macro_rules! tuple {
    ($($name:ident $index:tt),+) => {
        impl<$($name: Wire),+> Wire for ($($name,)+) {
            const TYPE: &'static Type<'static> = &Type::Tuple(&[$($name::TYPE),+]);
            const IS_ANY: bool = $($name::IS_ANY)&&+;
            type View<'a> = ($($name::View<'a>,)+);

            $crate::__tuple_value! { $($name, $index;)+ }

            #[inline]
            fn check(inline: &[u8], tail: &mut TailReader<'_>) -> Result<(), Failed> {
                $(
                    let start = const { offset_in(Self::TYPE, $index) };
                    $name::check(&inline[start..start + $name::SIZE], tail)?;
                )+
                Ok(())
            }

            #[inline]
            fn view_inline<'a>(inline: &'a [u8], tail: Tail<'a>) -> Self::View<'a> {
                ($({
                    let start = const { offset_in(Self::TYPE, $index) };
                    $name::view_inline(inline.get(start..start + $name::SIZE).unwrap_or_default(), tail)
                },)+)
            }
        }

        impl<'de, $($name: Decode<'de>),+> Decode<'de> for ($($name,)+) {
            #[inline]
            fn decode(inline: &'de [u8], tail: &mut TailReader<'de>) -> Result<Self, Failed> {
                Ok(($({
                    let start = const { offset_in(Self::TYPE, $index) };
                    $name::decode(&inline[start..start + $name::SIZE], tail)?
                },)+))
            }
        }
    };
}

tuple!(A 0);
tuple!(A 0, B 1);
tuple!(A 0, B 1, C 2);
tuple!(A 0, B 1, C 2, D 3);
tuple!(A 0, B 1, C 2, D 3, E 4);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11);

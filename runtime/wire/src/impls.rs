//! What `#[myc(serde)]` and `#[myc(arbitrary)]` expand to. They are macros so that a type which asks for
//! what is switched off is told so in a sentence.

/// `Serialize` and `Deserialize` of a type; of one that borrows, `Serialize` alone.
#[cfg(feature = "serde")]
#[doc(hidden)]
#[macro_export]
macro_rules! __impl_serde {
    ($ty:ident) => {
        $crate::__impl_serde!($ty,);

        #[automatically_derived]
        impl<'de> $crate::__private::serde::Deserialize<'de> for $ty {
            fn deserialize<D: $crate::__private::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> $crate::__private::Result<Self, D::Error> {
                $crate::__private::serde::deserialize(deserializer)
            }
        }
    };
    ($ty:ident, $($lifetime:lifetime)?) => {
        #[automatically_derived]
        impl $(<$lifetime>)? $crate::__private::serde::Serialize for $ty $(<$lifetime>)? {
            fn serialize<S: $crate::__private::serde::Serializer>(
                &self,
                serializer: S,
            ) -> $crate::__private::Result<S::Ok, S::Error> {
                $crate::__private::serde::serialize(self, serializer)
            }
        }
    };
}

/// Says what to switch on.
#[cfg(not(feature = "serde"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __impl_serde {
    ($($ty:tt)*) => {
        ::core::compile_error!(
            "`serde` needs the feature `serde` of `mycelium`: mycelium = { …, features = [\"serde\"] }"
        );
    };
}

/// `Arbitrary` of a type.
#[cfg(feature = "arbitrary")]
#[doc(hidden)]
#[macro_export]
macro_rules! __impl_arbitrary {
    ($ty:ident) => {
        #[automatically_derived]
        impl<'a> $crate::__private::arbitrary::Arbitrary<'a> for $ty {
            fn arbitrary(
                bytes: &mut $crate::__private::arbitrary::Unstructured<'a>,
            ) -> $crate::__private::arbitrary::Result<Self> {
                $crate::__private::arbitrary::arbitrary(bytes)
            }
        }
    };
}

/// Says what to switch on.
#[cfg(not(feature = "arbitrary"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __impl_arbitrary {
    ($($ty:tt)*) => {
        ::core::compile_error!(
            "`arbitrary` needs the feature `arbitrary` of `mycelium`: \
             mycelium = { …, features = [\"arbitrary\"] }"
        );
    };
}

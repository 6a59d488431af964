//! How shapes are written down: a request is its fields, their wire names and their constraints in one place.

/// A request: the struct, its wire form, its constraints and its [`Request`](crate::Request) row.
///
/// `required` members are plain, `optional` ones `Option`; the text is the name on the wire, the value after
/// the comma its [`Kind`](crate::constraint::Kind). The rest of the [`Spec`](crate::Spec) row follows.
macro_rules! request {
    (
        $(#[$doc:meta])*
        $op:ident -> $response:ty;
        required { $( $(#[$rdoc:meta])* $r:ident: $rt:ty = $rname:literal, $rkind:expr; )* }
        optional { $( $(#[$odoc:meta])* $o:ident: $ot:ty = $oname:literal, $okind:expr; )* }
        $( $row:ident: $value:expr, )*
    ) => {
        $(#[$doc])*
        #[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
        pub struct $op {
            $( $(#[$rdoc])* #[serde(rename = $rname)] pub $r: $rt, )*
            $( $(#[$odoc])* #[serde(rename = $oname, default, skip_serializing_if = "Option::is_none")] pub $o: Option<$ot>, )*
        }

        impl $op {
            /// A request with the required members, the optional ones absent.
            pub fn request($( $r: impl Into<$rt>, )*) -> Self {
                Self { $( $r: $r.into(), )* $( $o: None, )* }
            }
        }

        impl crate::Request for $op {
            type Response = $response;
            const SPEC: crate::Spec = {
                let mut spec = crate::Spec::EMPTY;
                spec.name = stringify!($op);
                spec.members = &[
                    $( crate::constraint::Member { name: $rname, required: true, kind: $rkind }, )*
                    $( crate::constraint::Member { name: $oname, required: false, kind: $okind }, )*
                ];
                $( spec.$row = $value; )*
                spec
            };
        }
    };
}

/// A structure that is only written (and, by clients, read): members in the API's capitals, absent ones left out.
macro_rules! response {
    (
        $(#[$doc:meta])*
        $name:ident;
        always { $( $(#[$adoc:meta])* $a:ident: $at:ty, )* }
        sometimes { $( $(#[$sdoc:meta])* $s:ident: $st:ty, )* }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(rename_all = "PascalCase")]
        pub struct $name {
            $( $(#[$adoc])* pub $a: $at, )*
            $( $(#[$sdoc])* #[serde(default, skip_serializing_if = "Option::is_none")] pub $s: Option<$st>, )*
        }
    };
}

/// An enum of the wire: its variants, their names, and the list that validation texts show, in the model's order.
macro_rules! wire_enum {
    ($(#[$doc:meta])* $name:ident { $( $(#[$vdoc:meta])* $variant:ident = $wire:literal, )* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $( $(#[$vdoc])* #[serde(rename = $wire)] $variant, )*
        }

        impl $name {
            /// Every value, in the model's order.
            pub const ALL: &'static [Self] = &[ $( Self::$variant, )* ];
            /// Every name, in the model's order.
            pub const NAMES: &'static [&'static str] = &[ $( $wire, )* ];

            /// The name on the wire.
            pub const fn as_str(self) -> &'static str {
                match self { $( Self::$variant => $wire, )* }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = String;

            fn from_str(text: &str) -> Result<Self, String> {
                Self::ALL
                    .iter()
                    .copied()
                    .find(|value| value.as_str() == text)
                    .ok_or_else(|| format!("'{text}' is none of {}", Self::NAMES.join(", ")))
            }
        }
    };
}

/// The errors of an operation, by the names of [`ErrorCode`](crate::ErrorCode), in the model's order.
macro_rules! errors {
    ($($code:ident),* $(,)?) => { &[ $( crate::ErrorCode::$code, )* ] };
}

pub(crate) use {errors, request, response, wire_enum};

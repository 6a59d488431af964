//! How requests are written down: fields, their names on the wire and what they must be, in one place.

/// A request: its struct and its members. A `list` has the two members of every listing as well, as `page`.
macro_rules! request {
    (
        $(#[$doc:meta])*
        $name:ident { $( $r:ident: $rt:ty = $rname:literal, $rkind:expr; )* }
        optional { $( $o:ident: $ot:ty = $oname:literal, $okind:expr; )* }
    ) => {
        $(#[$doc])*
        #[derive(serde::Deserialize)]
        pub(crate) struct $name {
            $( #[serde(rename = $rname)] pub(crate) $r: $rt, )*
            $( #[serde(rename = $oname, default)] pub(crate) $o: Option<$ot>, )*
        }

        impl $name {
            pub(crate) const FIELDS: &'static [api::constraint::Member] = &[
                $( crate::shapes::kinds::required($rname, $rkind), )*
                $( crate::shapes::kinds::optional($oname, $okind), )*
            ];
        }
    };
    (
        $(#[$doc:meta])*
        list $name:ident { $( $r:ident: $rt:ty = $rname:literal, $rkind:expr; )* }
        optional { $( $o:ident: $ot:ty = $oname:literal, $okind:expr; )* }
    ) => {
        $(#[$doc])*
        #[derive(serde::Deserialize)]
        pub(crate) struct $name {
            $( #[serde(rename = $rname)] pub(crate) $r: $rt, )*
            $( #[serde(rename = $oname, default)] pub(crate) $o: Option<$ot>, )*
            #[serde(flatten)]
            pub(crate) page: crate::shapes::Page,
        }

        impl $name {
            pub(crate) const FIELDS: &'static [api::constraint::Member] = &[
                $( crate::shapes::kinds::required($rname, $rkind), )*
                $( crate::shapes::kinds::optional($oname, $okind), )*
                crate::shapes::MARKER,
                crate::shapes::MAX_ITEMS,
            ];
        }
    };
}

pub(crate) use request;

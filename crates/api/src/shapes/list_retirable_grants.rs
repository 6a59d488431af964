//! `ListRetirableGrants`.

use crate::ListGrantsResponse;
use crate::constraint::kinds;
use crate::macros::{errors, request};

request! {
    /// Lists the grants that a principal may retire, whatever their keys.
    ListRetirableGrants -> ListGrantsResponse;
    required {}
    optional {
        /// Most items of the page.
        limit: i64 = "Limit", kinds::LIMIT;
        /// `NextMarker` of the page before.
        marker: String = "Marker", kinds::MARKER;
        /// The principal; or `RetiringServicePrincipal`, not both.
        retiring_principal: String = "RetiringPrincipal", kinds::PRINCIPAL;
        /// The service; or `RetiringPrincipal`, not both.
        retiring_service_principal: String = "RetiringServicePrincipal", kinds::SERVICE_PRINCIPAL;
    }
    errors: errors![DependencyTimeout, InvalidMarker, InvalidArn, NotFound, Internal],
}

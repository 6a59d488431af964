//! What users of AWS can have and users here cannot. Tools ask for it before they delete a user.

use super::{kinds, macros::request};

request! {
    /// Lists the devices that prove a second factor. There are none.
    list ListMFADevices {}
    optional { user_name: String = "UserName", kinds::NAME; }
}
request! {
    /// Lists the certificates that requests are signed with. There are none.
    list ListSigningCertificates {}
    optional { user_name: String = "UserName", kinds::NAME; }
}
request! {
    /// Lists the public keys for SSH. There are none.
    list ListSSHPublicKeys {}
    optional { user_name: String = "UserName", kinds::NAME; }
}
request! {
    /// Lists the passwords for single services. There are none.
    list ListServiceSpecificCredentials {}
    optional { user_name: String = "UserName", kinds::NAME; }
}
request! {
    /// Lists the virtual devices of the account that prove a second factor. There are none.
    list ListVirtualMFADevices {}
    optional {}
}

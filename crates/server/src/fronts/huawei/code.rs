//! The errors of the API, as data: number, HTTP status, message.
//!
//! Clients show the message and some compare it, so where one is published it is given word for word. Most come from
//! the list in Open Telekom Cloud's API reference, some from Huawei Cloud's longer one. Of the other numbers only the
//! meaning is known; their messages are this server's own. Numbers of what this server has nothing of (partitions,
//! real-name authentication, enclaves) are left out.

/// What `error_msg` says under a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wording {
    /// Published, and complete as it stands.
    Published(&'static str),
    /// Published, but for so many cases that what was wrong follows it.
    Generic(&'static str),
    /// Not published: our own, and what was wrong follows it.
    Own(&'static str),
}

impl Wording {
    /// The message, with what was wrong where it may follow.
    pub(super) fn with(self, detail: Option<&str>) -> String {
        match (self, detail) {
            (Self::Published(text), _) | (Self::Generic(text) | Self::Own(text), None) => text.to_owned(),
            (Self::Generic(text) | Self::Own(text), Some(detail)) => {
                format!("{text} {detail}").trim().to_owned()
            }
        }
    }
}

/// A code of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Code {
    name: &'static str,
    status: u16,
    wording: Wording,
}

impl Code {
    /// The name on the wire: `KMS.0205`.
    pub(super) const fn name(self) -> &'static str {
        self.name
    }

    /// The HTTP status it travels with.
    pub(super) const fn status(self) -> u16 {
        self.status
    }

    /// What it says.
    pub(super) const fn wording(self) -> Wording {
        self.wording
    }
}

macro_rules! codes {
    ($( $code:ident = $name:literal, $status:literal, $wording:ident($text:literal); )*) => {
        #[cfg_attr(
            not(test),
            expect(dead_code, reason = "a code that is known is in the table, used or not")
        )]
        impl Code {
            $( pub(super) const $code: Self =
                Self { name: $name, status: $status, wording: Wording::$wording($text) }; )*
        }

        /// Every code.
        #[cfg(test)]
        const ALL: &[Code] = &[ $( Code::$code, )* ];
    };
}

/// What is judged before the API is asked, by the gateway in front of it.
impl Code {
    /// Who asks could not be proved.
    pub(super) const APIGW_0301: Self = Self { name: "APIGW.0301", status: 401, wording: Wording::Own("") };
    /// Too many requests at once.
    pub(super) const BUSY: Self = Self::KMS_0104;
    /// The request may not come from where it comes from.
    pub(super) const FORBIDDEN: Self = Self::KMS_0307;
    /// The request did not arrive in time.
    pub(super) const TIMEOUT: Self = Self { status: 408, ..Self::KMS_0202 };
    /// The head of the request is too long.
    pub(super) const TOO_MANY_HEADERS: Self =
        Self { status: 431, wording: Wording::Generic("Request message too long."), ..Self::KMS_0203 };
}

codes! {
    // Of the server.
    KMS_0101 = "KMS.0101", 500, Published("KMS error.");
    KMS_0102 = "KMS.0102", 500, Published("Abnormal KMS I/O.");
    KMS_0104 = "KMS.0104", 503, Own("The service is busy. Try again later.");
    KMS_0105 = "KMS.0105", 400, Published("A system exception occurred. Contact technical support.");
    KMS_0106 = "KMS.0106", 400, Published("It is replica service, readonly api allowed.");
    // Of requests in general.
    KMS_0201 = "KMS.0201", 400, Generic("Invalid request URL.");
    KMS_0202 = "KMS.0202", 400, Generic("Invalid JSON format of the request message.");
    KMS_0203 = "KMS.0203", 400, Published("Request message too long.");
    KMS_0204 = "KMS.0204", 400, Generic("Parameters missing in the request message.");
    KMS_0205 = "KMS.0205", 400, Published("Invalid key ID.");
    KMS_0206 = "KMS.0206", 400, Published("Invalid sequence number.");
    KMS_0207 = "KMS.0207", 404, Published("The key does not exist.");
    KMS_0208 = "KMS.0208", 400, Generic("Invalid value of value encryption_context.");
    KMS_0209 = "KMS.0209", 400, Published("The key has been disabled.");
    KMS_0210 = "KMS.0210", 400, Published("The key is in Scheduled deletion state and cannot be used.");
    KMS_0211 = "KMS.0211", 400, Published("Cannot perform this operation on Default Master Keys.");
    KMS_0212 = "KMS.0212", 400, Own("Invalid resource type.");
    KMS_0214 = "KMS.0214", 400, Own("Invalid format.");
    KMS_0215 = "KMS.0215", 405, Own("The request method is not supported.");
    // Of identities and permissions.
    KMS_0301 = "KMS.0301", 403, Own("The request is not authenticated.");
    KMS_0302 = "KMS.0302", 403, Own("Invalid X-Auth-Token.");
    KMS_0303 = "KMS.0303", 403, Published("X-Auth-Token expired.");
    KMS_0305 = "KMS.0305", 403, Published("Invalid X-Auth-Token project name.");
    KMS_0306 = "KMS.0306", 403, Generic("No access permissions.");
    KMS_0307 = "KMS.0307", 403, Generic("No access permissions.");
    KMS_0308 = "KMS.0308", 400, Generic("Invalid parameter.");
    KMS_0309 = "KMS.0309", 400, Published("External keys required.");
    KMS_0310 = "KMS.0310", 400, Published("The key is not in Pending import state.");
    KMS_0311 = "KMS.0311", 400, Published("Failed to decrypt data using the RSA private key.");
    KMS_0312 = "KMS.0312", 400, Published("External keys cannot be rotated.");
    KMS_0313 = "KMS.0313", 400, Published("Key rotation is not enabled.");
    KMS_0319 = "KMS.0319", 400, Own("The key cannot be rotated.");
    KMS_0321 = "KMS.0321", 403, Published("URIs in URL and X-Auth-Token do not match.");
    KMS_0324 = "KMS.0324", 400, Published("RSA keys cannot be rotated.");
    KMS_0325 = "KMS.0325", 400, Own("The operation does not apply to asymmetric keys.");
    KMS_0329 = "KMS.0329", 400, Published("Hash algorithm does not match the digest length.");
    KMS_0331 = "KMS.0331", 400, Own("The operation does not apply to symmetric keys.");
    KMS_0332 = "KMS.0332", 400, Own("The signing algorithm does not fit the key.");
    KMS_0334 = "KMS.0334", 400, Own("The usage of the key is ENCRYPT_DECRYPT.");
    KMS_0335 = "KMS.0335", 400, Own("The usage of the key is SIGN_VERIFY.");
    KMS_0339 = "KMS.0339", 400, Own("The operation does not apply to keys of a key store.");
    KMS_0341 = "KMS.0341", 400, Own("The operation does not apply to HMAC keys.");
    // Of tags.
    KMS_0401 = "KMS.0401", 400, Published("Tag list cannot be empty.");
    KMS_0402 = "KMS.0402", 400, Published("Invalid match value.");
    KMS_0403 = "KMS.0403", 400, Published("Invalid match key.");
    KMS_0404 = "KMS.0404", 400, Published("Invalid action.");
    KMS_0405 = "KMS.0405", 400, Published("Invalid tag value.");
    KMS_0406 = "KMS.0406", 400, Published("Invalid tag key.");
    KMS_0407 = "KMS.0407", 400, Published("Invalid tag list size.");
    KMS_0408 = "KMS.0408", 400, Published("Invalid resourceType.");
    KMS_0409 = "KMS.0409", 400, Published("Too many tags.");
    KMS_0410 = "KMS.0410", 400, Published("Invalid tag value length.");
    KMS_0411 = "KMS.0411", 400, Published("Invalid tag key length.");
    KMS_0412 = "KMS.0412", 400, Published("Invalid tag list.");
    KMS_0413 = "KMS.0413", 400, Published("Too many tag values.");
    KMS_0415 = "KMS.0415", 400, Published("Invalid matches.");
    KMS_0416 = "KMS.0416", 404, Own("The tag does not exist.");
    KMS_0417 = "KMS.0417", 400, Published("Invalid offset.");
    // Of the making of keys.
    KMS_1101 = "KMS.1101", 400, Published("Invalid key_alias.");
    KMS_1102 = "KMS.1102", 400, Published("Invalid realm.");
    KMS_1103 = "KMS.1103", 400, Published("Invalid key_description.");
    KMS_1104 = "KMS.1104", 400, Published("Duplicate key aliases.");
    KMS_1105 = "KMS.1105", 400, Published("Too many keys.");
    KMS_1110 = "KMS.1110", 400, Own("Invalid key_spec.");
    KMS_1114 = "KMS.1114", 400, Own("EC keys do not encrypt.");
    KMS_1115 = "KMS.1115", 400, Own("Symmetric keys do not sign.");
    // Of the life of keys.
    KMS_1201 = "KMS.1201", 400, Published("The key is not disabled.");
    KMS_1301 = "KMS.1301", 400, Published("The key is not enabled.");
    KMS_1401 = "KMS.1401", 400, Published("Set the pending deletion period between 7 to 1096 days.");
    KMS_1402 = "KMS.1402", 400, Published("The key is already in Pending deletion state.");
    KMS_1404 = "KMS.1404", 400, Own("The key material is imported in the Region of the key's origin.");
    KMS_1501 = "KMS.1501", 400, Published("The key is not in Pending deletion state.");
    KMS_1601 = "KMS.1601", 400, Published("Invalid limit.");
    KMS_1602 = "KMS.1602", 400, Published("marker must be greater than or equals 0.");
    // Of random data and data keys.
    KMS_1801 = "KMS.1801", 400, Published("random_data_length must be 512 bits.");
    KMS_1802 = "KMS.1802", 400, Published("random_data_length must be a multiple of 8.");
    KMS_1901 = "KMS.1901", 400, Published("datakey_length must be in the range 8 bits to 8,192 bits.");
    KMS_1902 = "KMS.1902", 400, Published("key_spec can only be AES_128 or AES_256.");
    KMS_1903 = "KMS.1903", 400, Published("datakey_length must be a multiple of 8.");
    KMS_1904 = "KMS.1904", 400, Own("The data key is too long for the RSA key.");
    KMS_2001 = "KMS.2001", 400, Published("datakey_length must be 512 bits.");
    KMS_2101 = "KMS.2101", 400, Published("Invalid plain_text.");
    KMS_2102 = "KMS.2102", 400, Published("datakey_plain_length must be 64 bytes.");
    KMS_2103 = "KMS.2103", 400, Published("Failed to verify the DEK hash.");
    KMS_2104 = "KMS.2104", 400, Published("The length of plain_text does not match datakey_plain_length.");
    KMS_2105 = "KMS.2105", 400, Own("The encryption algorithm does not fit the key.");
    KMS_2108 = "KMS.2108", 400, Own("The plaintext is too long for the key and the encryption algorithm.");
    KMS_2201 = "KMS.2201", 400, Published("Invalid cipher_text.");
    KMS_2202 = "KMS.2202", 400, Published("datakey_cipher_length must be 64 bytes.");
    KMS_2203 = "KMS.2203", 400, Published("Failed to verify the DEK hash.");
    KMS_2204 = "KMS.2204", 400, Published("The length of cipher_text does not match datakey_cipher_length.");
    // Of grants.
    KMS_2401 = "KMS.2401", 400, Published("Specify an operation in addition to create-grant.");
    KMS_2402 = "KMS.2402", 400, Published("Invalid user ID.");
    KMS_2403 = "KMS.2403", 400, Published("Failed to create the grant.");
    KMS_2404 = "KMS.2404", 400, Published("Too many CMK grants.");
    KMS_2405 = "KMS.2405", 400, Published("Too many grants.");
    KMS_2501 = "KMS.2501", 400, Published("Invalid grant ID.");
    KMS_2502 = "KMS.2502", 400, Published("grant_id and key_id do not match.");
    // Of the import of key material.
    KMS_2601 = "KMS.2601", 400, Published("Token expired.");
    KMS_2602 = "KMS.2602", 400, Published("Key expiration time must be later than the current time.");
    KMS_2603 = "KMS.2603", 400, Published("Key IDs in the imported key and token do not match.");
    KMS_2604 = "KMS.2604", 400, Published("The external key plaintext length must be 32 bits.");
    KMS_2605 = "KMS.2605", 400, Published("Token verification failed.");
    KMS_2606 = "KMS.2606", 400, Published("You are importing a deleted key again. The imported plaintext must be the same as the deleted key plaintext.");
    KMS_2608 = "KMS.2608", 400, Own("encrypted_privatekey must be given for an asymmetric key.");
    KMS_2609 = "KMS.2609", 400, Published("The imported asymmetric private is invalid.");
    KMS_2610 = "KMS.2610", 400, Own("The temporary key that wraps the private key must have 16 or 32 bytes.");
    KMS_2701 = "KMS.2701", 400, Published("Key material is not in Enabled or Disabled state and cannot be deleted.");
    KMS_2702 = "KMS.2702", 400, Own("The material of asymmetric keys neither expires nor is deleted without the key.");
    // Of rotation.
    KMS_2901 = "KMS.2901", 400, Published("Key rotation is not disabled.");
    KMS_3001 = "KMS.3001", 400, Published("Invalid rotation_interval.");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_ascend() {
        assert!(ALL.is_sorted_by(|a, b| a.name() < b.name()));
        for code in ALL {
            let digits = code.name().strip_prefix("KMS.").unwrap();
            assert!(digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit()), "{digits}");
        }
    }

    #[test]
    fn few_have_another_status_than_400() {
        let other = ALL.iter().filter(|code| code.status() != 400).map(|code| (code.status(), code.name()));
        assert_eq!(
            other.collect::<Vec<_>>(),
            [
                (500, "KMS.0101"),
                (500, "KMS.0102"),
                (503, "KMS.0104"),
                (404, "KMS.0207"),
                (405, "KMS.0215"),
                (403, "KMS.0301"),
                (403, "KMS.0302"),
                (403, "KMS.0303"),
                (403, "KMS.0305"),
                (403, "KMS.0306"),
                (403, "KMS.0307"),
                (403, "KMS.0321"),
                (404, "KMS.0416"),
            ]
        );
    }

    /// The list in the API reference, written down apart from the table, so that a slip of the hand is seen.
    #[test]
    fn messages_are_the_published_ones() {
        let mut count = 0;
        for line in include_str!("published_codes.txt").lines().filter(|line| !line.starts_with('#')) {
            let [status, name, text] = line.splitn(3, ' ').collect::<Vec<_>>().try_into().unwrap();
            let code = ALL.iter().find(|code| code.name() == name);
            let code = code.unwrap_or_else(|| panic!("{name} is missing"));
            assert_eq!(code.status().to_string(), status, "{name}");
            assert_eq!(code.wording().with(None), text, "{name}");
            assert!(!matches!(code.wording(), Wording::Own(_)), "{name} is published");
            count += 1;
        }
        assert_eq!(count, 68);
    }

    #[test]
    fn what_was_wrong_follows_only_where_it_may() {
        let why = Some("Why.");
        assert_eq!(Code::KMS_0205.wording().with(why), "Invalid key ID.");
        assert_eq!(Code::KMS_0308.wording().with(why), "Invalid parameter. Why.");
        assert_eq!(Code::KMS_0308.wording().with(None), "Invalid parameter.");
        assert_eq!(
            Code::KMS_0325.wording().with(why),
            "The operation does not apply to asymmetric keys. Why."
        );
        assert_eq!(Code::APIGW_0301.wording().with(why), "Why.");
    }
}

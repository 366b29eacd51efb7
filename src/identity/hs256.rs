//! HMAC-SHA-256 for `jsonwebtoken`, of the same make as all our other signatures.
//!
//! The library's own backends bring a second set of cryptography for algorithms that no token of ours may
//! have: 3 MB in the program, and most of the time that it took to compile.

use hmac::Mac as _;
use jsonwebtoken::crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::{Error, ErrorKind};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey};
use signature::{Signer, Verifier};

use super::key::mac;

/// Makes the library sign and verify by this module, and nothing but HS256.
pub(super) fn install() {
    static PROVIDER: CryptoProvider = CryptoProvider {
        signer_factory: |algorithm, key| signer(*algorithm, key),
        verifier_factory: |algorithm, key| verifier(*algorithm, key),
        key_utils: KeyUtils::new_unimplemented(),
    };
    // It was installed before, then.
    let _ = PROVIDER.install_default();
}

/// A secret of any length.
struct Hs256(Vec<u8>);

fn signer(algorithm: Algorithm, key: &EncodingKey) -> Result<Box<dyn JwtSigner>, Error> {
    only_hs256(algorithm)?;
    Ok(Box::new(Hs256(key.as_bytes().to_vec())))
}

fn verifier(algorithm: Algorithm, key: &DecodingKey) -> Result<Box<dyn JwtVerifier>, Error> {
    only_hs256(algorithm)?;
    Ok(Box::new(Hs256(key.try_get_as_bytes()?.to_vec())))
}

fn only_hs256(algorithm: Algorithm) -> Result<(), Error> {
    match algorithm {
        Algorithm::HS256 => Ok(()),
        _ => Err(ErrorKind::InvalidAlgorithm.into()),
    }
}

impl Signer<Vec<u8>> for Hs256 {
    fn try_sign(&self, message: &[u8]) -> Result<Vec<u8>, signature::Error> {
        Ok(mac(&self.0, message).finalize().into_bytes().to_vec())
    }
}

impl Verifier<Vec<u8>> for Hs256 {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> Result<(), signature::Error> {
        let verified = mac(&self.0, message).verify_slice(signature);
        verified.map_err(|_| signature::Error::new())
    }
}

impl JwtSigner for Hs256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HS256
    }
}

impl JwtVerifier for Hs256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HS256
    }
}

#[cfg(test)]
mod tests {
    use jsonwebtoken::{Header, encode};
    use serde_json::json;

    use super::*;

    /// RFC 7515, appendix A.1: a token that other programs agree about.
    #[test]
    fn the_example_of_the_standard_is_verified_and_no_other() {
        let key = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ+EstJQLr/T+1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow==";
        let message = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
        let signature = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        install();
        let key = DecodingKey::from_base64_secret(key).unwrap();
        let verify = |signature: &str, algorithm| {
            jsonwebtoken::crypto::verify(signature, message.as_bytes(), &key, algorithm)
        };
        assert!(verify(signature, Algorithm::HS256).unwrap());
        assert!(!verify(&signature.replace('d', "e"), Algorithm::HS256).unwrap());
        assert!(!verify("dBjftJeZ4CVP", Algorithm::HS256).unwrap());
        assert!(verify(signature, Algorithm::HS512).is_err());
    }

    #[test]
    fn other_algorithms_are_neither_signed_nor_verified() {
        install();
        let key = EncodingKey::from_secret(b"secret");
        for algorithm in [Algorithm::HS384, Algorithm::HS512, Algorithm::ES256] {
            let signed = encode(&Header::new(algorithm), &json!({}), &key);
            assert!(signed.is_err(), "{algorithm:?}");
        }
    }
}

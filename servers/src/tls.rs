//! A certificate of our own for clients that want TLS: made at each start, its key never written.

use std::net::IpAddr;
use std::sync::Arc;

use rcgen::{CertificateParams, DnType, ExtendedKeyUsagePurpose, KeyPair, KeyUsagePurpose, SanType};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use time::{Duration, OffsetDateTime};
use tokio_rustls::TlsAcceptor;

/// The name that the certificate bears.
pub const COMMON_NAME: &str = "dasdlab serve";

/// How many days the certificate is good for; a longer-lived one is refused by some clients.
pub const DAYS: i64 = 365;

/// How many days before its making it is good already, for clients whose clock is slow.
const DAYS_BEFORE: i64 = 1;

/// What a TLS listener needs, and what its clients need to trust it.
#[derive(Clone)]
pub struct Tls {
    /// Agrees on encryption.
    pub acceptor: TlsAcceptor,
    /// The certificate, for clients to trust.
    pub pem: String,
}

/// Why there is no certificate.
#[derive(Debug, thiserror::Error)]
pub enum NoCertificate {
    /// It cannot be made.
    #[error("the certificate cannot be made: {0}")]
    Made(#[from] rcgen::Error),
    /// It cannot be used.
    #[error("the certificate cannot be used: {0}")]
    Used(#[from] rustls::Error),
}

impl Tls {
    /// A certificate for this machine as it is reached on loopback, and under these further addresses.
    ///
    /// # Errors
    /// It cannot be made or used.
    pub fn own(further: &[IpAddr]) -> Result<Self, NoCertificate> {
        let mut params = CertificateParams::new(vec!["localhost".to_owned()])?;
        let loopback = [IpAddr::from([127, 0, 0, 1]), IpAddr::from([0, 0, 0, 0, 0, 0, 0, 1])];
        let further = further.iter().copied().filter(|address| !loopback.contains(address));
        params.subject_alt_names.extend(loopback.into_iter().chain(further).map(SanType::IpAddress));
        params.distinguished_name = rcgen::DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, COMMON_NAME);
        let now = OffsetDateTime::now_utc();
        params.not_before = now - Duration::days(DAYS_BEFORE);
        params.not_after = now + Duration::days(DAYS);
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let key = KeyPair::generate()?;
        let certificate = params.self_signed(&key)?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(
                vec![certificate.der().clone()],
                PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der())),
            )?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self { acceptor: TlsAcceptor::from(Arc::new(config)), pem: certificate.pem() })
    }
}

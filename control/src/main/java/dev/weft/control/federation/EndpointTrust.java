package dev.weft.control.federation;

import dev.weft.control.trust.TrustSource;
import dev.weft.daemon.tls.PeerCertificateCheck;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.verify.Verification;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/** Creates the trust managers that verify bundle endpoints, one for each profile. */
final class EndpointTrust {

    private EndpointTrust() {}

    /**
     * Requires a certificate that is valid under one of these CAs, or the system's, and names the host (FE-08; RFC
     * 6125).
     */
    static TrustManager web(List<X509Certificate> caCertificates) {
        try {
            KeyStore store = null;
            if (!caCertificates.isEmpty()) {
                store = KeyStore.getInstance(KeyStore.getDefaultType());
                store.load(null, null);
                for (int i = 0; i < caCertificates.size(); i++) {
                    store.setCertificateEntry("ca-" + i, caCertificates.get(i));
                }
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            return Arrays.stream(factory.getTrustManagers())
                    .filter(X509ExtendedTrustManager.class::isInstance)
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("this Java platform does not verify certificates"));
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("this Java platform does not verify certificates", e);
        }
    }

    /**
     * Requires an SVID of exactly this identity under the bundle in force: the latest fetched one, or, before the
     * first, the registry's anchors (FE-09).
     */
    static TrustManager spiffe(SpiffeId expected, TrustSource trust, Clock clock) {
        return new PeerCertificateCheck() {
            @Override
            protected void check(X509Certificate[] chain) throws CertificateException {
                switch (trust.verifier().verify(List.of(chain), clock.instant())) {
                    case Verification.Verified verified -> {
                        if (!verified.id().equals(expected)) {
                            throw new CertificateException(
                                    "the endpoint is " + verified.id() + " (expected: " + expected + ")");
                        }
                    }
                    case Verification.Rejected rejected -> throw new CertificateException(rejected.toString());
                }
            }
        };
    }
}

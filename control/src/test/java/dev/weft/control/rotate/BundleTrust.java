package dev.weft.control.rotate;

import dev.weft.control.server.ControlServer;
import dev.weft.daemon.tls.PeerCertificateCheck;
import dev.weft.identity.trust.TrustBundles;
import dev.weft.identity.verify.SvidVerifier;
import dev.weft.identity.verify.Verification;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;

/** Trusts the control plane by the bundles of the moment. */
final class BundleTrust extends PeerCertificateCheck {

    private final Supplier<TrustBundles> bundles;

    BundleTrust(Supplier<TrustBundles> bundles) {
        this.bundles = bundles;
    }

    @Override
    protected void check(X509Certificate[] chain) throws CertificateException {
        Verification verification = SvidVerifier.verify(List.of(chain), bundles.get(), Instant.now());
        if (!(verification instanceof Verification.Verified verified)
                || !verified.id().equals(ControlServer.identity(Operations.DOMAIN))) {
            throw new CertificateException(verification.toString());
        }
    }
}

package dev.weft.proxy.identity;

import com.google.protobuf.ByteString;
import dev.weft.api.v1.Report;
import dev.weft.identity.svid.X509Svid;
import dev.weft.identity.trust.SpkiFingerprint;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Builds the report to the control plane on the certificate held. */
final class CertificateReport {
    private CertificateReport() {}

    static @Nullable Report of(IdentityState state) {
        Credentials held = state.credentials();
        return held == null
                ? null
                : of(held.svid(), state.health().nextTry(), state.health().reason());
    }

    private static Report of(X509Svid svid, @Nullable Instant renewAt, @Nullable String failure) {
        X509Certificate leaf = svid.leaf();
        Report.Builder report = Report.newBuilder()
                .setSerialNumber(ByteString.copyFrom(leaf.getSerialNumber().toByteArray()))
                .setNotBefore(leaf.getNotBefore().toInstant().getEpochSecond())
                .setNotAfter(leaf.getNotAfter().toInstant().getEpochSecond())
                .setRenewAt(renewAt == null ? 0 : renewAt.getEpochSecond())
                .setRenewalFailure(failure == null ? "" : failure);
        issuerKey(svid).ifPresent(key -> report.setIssuerKeySha256(ByteString.copyFrom(key.bytes())));
        return report.build();
    }

    /** Returns the key of the issuer that signed the leaf; empty when an anchor did, which is not part of the chain. */
    static Optional<SpkiFingerprint> issuerKey(X509Svid svid) {
        return svid.chain().size() < 2
                ? Optional.empty()
                : Optional.of(SpkiFingerprint.of(svid.chain().get(1).getPublicKey()));
    }
}

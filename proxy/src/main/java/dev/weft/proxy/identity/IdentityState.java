package dev.weft.proxy.identity;

import com.google.protobuf.ByteString;
import dev.weft.api.v1.RefusedCall;
import dev.weft.api.v1.Report;
import dev.weft.identity.svid.X509Svid;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The state of the workload's certificate at one moment. Threads see it as a whole: a reader that sees a failed attempt
 * also sees its reason, and a reader that sees a renewal also sees the new certificate.
 *
 * @param credentials null before the first certificate
 * @param refusal why the last attempt failed, where that is known in a form for programs
 * @param renewals number of certificates received since the start
 * @param failures number of failed attempts since the start
 */
record IdentityState(
        @Nullable Credentials credentials,
        RenewalHealth health,
        Optional<RefusedCall> refusal,
        long renewals,
        long failures) {
    static final IdentityState AT_START = new IdentityState(null, RenewalHealth.AT_START, Optional.empty(), 0, 0);

    IdentityState renewed(Credentials fresh, RenewalHealth now) {
        return new IdentityState(fresh, now, Optional.empty(), renewals + 1, failures);
    }

    IdentityState failed(RenewalHealth now, Optional<RefusedCall> why) {
        return new IdentityState(credentials, now, why, renewals, failures + 1);
    }

    IdentityState released() {
        return new IdentityState(null, health, refusal, renewals, failures);
    }

    /** Returns the report to the control plane on the certificate held; null before the first. */
    @Nullable
    Report report() {
        if (credentials == null) {
            return null;
        }
        X509Svid svid = credentials.svid();
        Instant renewAt = health.nextTry();
        Report.Builder report = Report.newBuilder()
                .setSerialNumber(
                        ByteString.copyFrom(svid.leaf().getSerialNumber().toByteArray()))
                .setNotBefore(svid.leaf().getNotBefore().toInstant().getEpochSecond())
                .setNotAfter(svid.leaf().getNotAfter().toInstant().getEpochSecond())
                .setRenewAt(renewAt == null ? 0 : renewAt.getEpochSecond())
                .setRenewalFailure(Objects.requireNonNullElse(health.reason(), ""));
        CertificateRenewal.issuerKey(svid)
                .ifPresent(key -> report.setIssuerKeySha256(ByteString.copyFrom(key.bytes())));
        return report.build();
    }
}

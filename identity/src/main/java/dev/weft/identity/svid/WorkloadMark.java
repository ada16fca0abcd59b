package dev.weft.identity.svid;

import dev.weft.identity.der.Der;
import dev.weft.identity.der.DerReader;
import dev.weft.identity.der.MalformedDerException;
import dev.weft.identity.keys.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Tells which of the workloads with one identity a certificate was issued to. The mark is in the certificate, so that
 * every control plane with the anchor knows it, even one whose state was restored. It is in the extension for
 * attributes of the subject (RFC 5280 section 4.2.1.8, never critical), as the attribute that distinguishes subjects of
 * the same name (X.520 section 6.2.11). Peers ignore it. It is a hash, so it tells nothing to a reader who does not
 * know the workload.
 *
 * @param hex lower-case hexadecimal number; in a certificate from another issuer it may have any length
 */
public record WorkloadMark(String hex) {

    private static final int BYTES = 16;
    private static final byte[] UNIQUE_IDENTIFIER = Der.objectIdentifier(2, 5, 4, 45);

    /** Returns the mark of any workload with this name, {@code namespace/name}. */
    public static WorkloadMark of(String workload) {
        return of(workload, "");
    }

    /**
     * Returns the mark of one workload.
     *
     * @param workload {@code namespace/name}
     * @param instance distinguishes it from earlier and later workloads of that name; empty if nothing does
     */
    public static WorkloadMark of(String workload, String instance) {
        byte[] text = ("weft workload\n" + workload + "\n" + instance).getBytes(StandardCharsets.UTF_8);
        return new WorkloadMark(HexFormat.of().formatHex(Sha256.digest().digest(text), 0, BYTES));
    }

    /**
     * Returns the mark in a certificate; empty if there is none, as in certificates of earlier versions. An extension
     * that cannot be read gives a mark that no workload has.
     */
    public static Optional<WorkloadMark> in(X509Certificate certificate) {
        try {
            DerReader values = SubjectAttributes.values(certificate, UNIQUE_IDENTIFIER);
            if (values == null) {
                return Optional.empty();
            }
            byte[] bits = values.enter(Der.BIT_STRING).remaining();
            return Optional.of(new WorkloadMark(HexFormat.of().formatHex(bits, Math.min(1, bits.length), bits.length)));
        } catch (MalformedDerException _) {
            return Optional.of(new WorkloadMark(""));
        }
    }

    byte[] attribute() {
        return SubjectAttributes.attribute(
                UNIQUE_IDENTIFIER, Der.bitString(HexFormat.of().parseHex(hex)));
    }

    /** Returns the hexadecimal number. */
    @Override
    public String toString() {
        return hex;
    }
}

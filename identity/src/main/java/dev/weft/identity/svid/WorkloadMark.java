package dev.weft.identity.svid;

import dev.weft.identity.der.Der;
import dev.weft.identity.der.DerReader;
import dev.weft.identity.der.MalformedDerException;
import dev.weft.identity.keys.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * To which of the workloads of one identity a certificate was issued. It is in the certificate, so that it is known to every
 * control plane that has the anchor, whatever state that was restored to: in the extension for attributes of the subject (RFC 5280
 * section 4.2.1.8, never critical), as the attribute that tells those apart who share a name (X.520 section 6.2.11). Peers do not
 * look at it. It is a hash: who does not know the workload learns nothing of it.
 *
 * @param hex as a lower-case hexadecimal number; that of a certificate that others signed may be of any length
 */
public record WorkloadMark(String hex) {

    /** The extension subjectDirectoryAttributes. */
    static final String EXTENSION = "2.5.29.9";

    private static final int BYTES = 16;
    private static final byte[] SUBJECT_DIRECTORY_ATTRIBUTES = Der.objectIdentifier(2, 5, 29, 9);
    private static final byte[] UNIQUE_IDENTIFIER = Der.objectIdentifier(2, 5, 4, 45);

    /** Of whichever workload has this name, {@code namespace/name}. */
    public static WorkloadMark of(String workload) {
        return of(workload, "");
    }

    /**
     * Of a workload.
     *
     * @param workload {@code namespace/name}
     * @param instance tells it from earlier and later ones of that name; empty where nothing does
     */
    public static WorkloadMark of(String workload, String instance) {
        byte[] text = ("weft workload\n" + workload + "\n" + instance).getBytes(StandardCharsets.UTF_8);
        return new WorkloadMark(HexFormat.of().formatHex(Sha256.digest().digest(text), 0, BYTES));
    }

    /**
     * What the certificate says of its holder; empty where it says nothing, as those of earlier versions. What cannot be read is
     * the mark of no workload.
     */
    public static Optional<WorkloadMark> in(X509Certificate certificate) {
        try {
            DerReader attributes = Extensions.sequence(certificate, EXTENSION);
            while (attributes != null && attributes.hasMore()) {
                DerReader attribute = attributes.enter(Der.SEQUENCE);
                byte[] type = attribute.enter(Der.OBJECT_IDENTIFIER).remaining();
                if (Arrays.equals(Der.value(Der.OBJECT_IDENTIFIER, type), UNIQUE_IDENTIFIER)) {
                    byte[] bits = attribute.enter(Der.SET).enter(Der.BIT_STRING).remaining();
                    return Optional.of(
                            new WorkloadMark(HexFormat.of().formatHex(bits, Math.min(1, bits.length), bits.length)));
                }
            }
            return Optional.empty();
        } catch (MalformedDerException _) {
            return Optional.of(new WorkloadMark(""));
        }
    }

    /** The extension that says it, DER. */
    public byte[] extension() {
        byte[] attribute = Der.sequence(
                UNIQUE_IDENTIFIER,
                Der.value(Der.SET, Der.bitString(HexFormat.of().parseHex(hex))));
        return Der.sequence(SUBJECT_DIRECTORY_ATTRIBUTES, Der.value(Der.OCTET_STRING, Der.sequence(attribute)));
    }

    /** The number. */
    @Override
    public String toString() {
        return hex;
    }
}

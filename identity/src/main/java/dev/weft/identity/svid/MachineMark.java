package dev.weft.identity.svid;

import dev.weft.identity.der.Der;
import dev.weft.identity.der.DerReader;
import dev.weft.identity.der.MalformedDerException;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.Optional;

/**
 * Tells which machine that joined from outside a certificate was issued to. The mark is in the certificate, so every
 * control plane knows the machine, also one that does not know the certificate. It is the attribute for the serial
 * number of a device (X.520 section 6.2.9), in the extension for attributes of the subject. Peers ignore it.
 *
 * @param id the machine's id; in a certificate from another issuer it may be any text
 */
public record MachineMark(String id) {

    private static final byte[] SERIAL_NUMBER = Der.objectIdentifier(2, 5, 4, 5);

    /**
     * Returns the mark in a certificate; empty if there is none, as in certificates of workloads of the mesh, and in
     * those of earlier versions. An extension that cannot be read gives a mark that no machine has.
     */
    public static Optional<MachineMark> in(X509Certificate certificate) {
        try {
            DerReader values = SubjectAttributes.values(certificate, SERIAL_NUMBER);
            return values == null
                    ? Optional.empty()
                    : Optional.of(new MachineMark(
                            new String(values.enter(Der.PRINTABLE_STRING).remaining(), StandardCharsets.US_ASCII)));
        } catch (MalformedDerException _) {
            return Optional.of(new MachineMark(""));
        }
    }

    byte[] attribute() {
        return SubjectAttributes.attribute(
                SERIAL_NUMBER, Der.value(Der.PRINTABLE_STRING, id.getBytes(StandardCharsets.US_ASCII)));
    }

    /** Returns the machine's id. */
    @Override
    public String toString() {
        return id;
    }
}

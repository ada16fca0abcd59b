package dev.weft.identity.verify;

import dev.weft.identity.der.Der;
import dev.weft.identity.der.DerReader;
import dev.weft.identity.der.MalformedDerException;
import dev.weft.identity.svid.Extensions;
import dev.weft.identity.svid.Rule;
import java.math.BigInteger;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.HexFormat;
import javax.security.auth.x500.X500Principal;

/**
 * Checks the authority key identifier of a certificate (RFC 5280 section 4.2.1.1) against the certificate above it. The
 * standard leaves the check to path builders. The JDK's validation checks it only next to the anchor, OpenSSL's checks
 * it everywhere. This function checks it everywhere.
 */
final class KeyIdentifiers {

    /** {@code [0] IMPLICIT KeyIdentifier}. */
    private static final int KEY_IDENTIFIER = 0x80;
    /** {@code [1] IMPLICIT GeneralNames}. */
    private static final int CERTIFICATE_ISSUER = 0xa1;
    /** {@code [2] IMPLICIT CertificateSerialNumber}. */
    private static final int CERTIFICATE_SERIAL_NUMBER = 0x82;
    /** GeneralName's directoryName, {@code [4] Name}, explicitly tagged as every CHOICE is. */
    private static final int DIRECTORY_NAME = 0xa4;

    private KeyIdentifiers() {}

    /**
     * Refuses a certificate that names another signer than this issuer. A value that is absent in either certificate is
     * no contradiction.
     *
     * @param broken the rule to report
     */
    static void check(X509Certificate certificate, X509Certificate issuer, int index, Rule broken)
            throws RejectionException {
        try {
            DerReader authority = Extensions.sequence(certificate, Extensions.AUTHORITY_KEY_IDENTIFIER);
            if (authority != null) {
                check(authority, issuer, new Place(index, broken));
            }
        } catch (MalformedDerException | IllegalArgumentException e) {
            throw new RejectionException(index, Rule.MALFORMED, "authority key identifier: " + e.getMessage());
        }
    }

    /** The position of the certificate, and the rule to report. */
    private record Place(int index, Rule broken) {}

    private static void check(DerReader authority, X509Certificate issuer, Place place)
            throws MalformedDerException, RejectionException {
        if (authority.nextTag() == KEY_IDENTIFIER) {
            checkKey(authority.enterAny().remaining(), issuer, place);
        }
        if (authority.nextTag() == CERTIFICATE_ISSUER) {
            checkName(authority.enterAny(), issuer, place);
        }
        if (authority.nextTag() == CERTIFICATE_SERIAL_NUMBER) {
            byte[] number = authority.enterAny().remaining();
            if (number.length == 0 || !new BigInteger(number).equals(issuer.getSerialNumber())) {
                throw another(place, "serial number " + HexFormat.of().formatHex(number));
            }
        }
        authority.expectEnd();
    }

    private static void checkKey(byte[] signer, X509Certificate issuer, Place place)
            throws MalformedDerException, RejectionException {
        DerReader subject = Extensions.value(issuer, Extensions.SUBJECT_KEY_IDENTIFIER);
        if (subject == null) {
            return;
        }
        byte[] own = subject.enter(Der.OCTET_STRING).remaining();
        subject.expectEnd();
        if (!Arrays.equals(signer, own)) {
            throw another(place, "key identifier " + HexFormat.of().formatHex(signer));
        }
    }

    private static void checkName(DerReader names, X509Certificate issuer, Place place)
            throws MalformedDerException, RejectionException {
        while (names.hasMore()) {
            boolean directory = names.nextTag() == DIRECTORY_NAME;
            byte[] name = names.enterAny().remaining();
            if (directory && !new X500Principal(name).equals(issuer.getIssuerX500Principal())) {
                throw another(place, "a certificate of another issuer");
            }
        }
    }

    private static RejectionException another(Place place, String signer) {
        return new RejectionException(
                place.index(),
                place.broken(),
                "its authority key identifier names another signer, " + signer + " (expected: the next certificate's)");
    }
}

package dev.weft.identity.svid;

import dev.weft.identity.der.Der;
import dev.weft.identity.der.DerReader;
import dev.weft.identity.der.MalformedDerException;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads certificate extensions from their bytes. The JDK's accessors are not enough: they treat a non-critical
 * extension that they cannot read as absent, and skip names that java.net.URI does not accept.
 */
public final class Extensions {

    public static final String SUBJECT_KEY_IDENTIFIER = "2.5.29.14";
    public static final String KEY_USAGE = "2.5.29.15";
    public static final String SUBJECT_ALT_NAME = "2.5.29.17";
    public static final String BASIC_CONSTRAINTS = "2.5.29.19";
    public static final String NAME_CONSTRAINTS = "2.5.29.30";
    public static final String CERTIFICATE_POLICIES = "2.5.29.32";
    public static final String POLICY_MAPPINGS = "2.5.29.33";
    public static final String AUTHORITY_KEY_IDENTIFIER = "2.5.29.35";
    public static final String POLICY_CONSTRAINTS = "2.5.29.36";
    public static final String EXTENDED_KEY_USAGE = "2.5.29.37";
    public static final String INHIBIT_ANY_POLICY = "2.5.29.54";

    private Extensions() {}

    /** Whether the certificate has the extension, marked critical. */
    public static boolean isCritical(X509Certificate certificate, String oid) {
        Set<String> critical = certificate.getCriticalExtensionOIDs();
        return critical != null && critical.contains(oid);
    }

    /** Returns the URI names of the SAN extension, in their order. */
    static List<String> uris(X509Certificate certificate) throws MalformedDerException {
        List<String> uris = new ArrayList<>();
        DerReader names = sequence(certificate, SUBJECT_ALT_NAME);
        while (names != null && names.hasMore()) {
            boolean isUri = names.nextTag() == Der.GENERAL_NAME_URI;
            byte[] name = names.enterAny().remaining();
            if (isUri) {
                uris.add(new String(name, StandardCharsets.ISO_8859_1));
            }
        }
        return uris;
    }

    /** Whether basic constraints are present with {@code cA=true}. */
    static boolean isCa(X509Certificate certificate) throws MalformedDerException {
        DerReader constraints = sequence(certificate, BASIC_CONSTRAINTS);
        if (constraints == null || constraints.nextTag() != Der.BOOLEAN) {
            return false;
        }
        byte[] value = constraints.enter(Der.BOOLEAN).remaining();
        return value.length != 1 || value[0] != 0;
    }

    /** Returns the content of an extension that is one SEQUENCE; null if the extension is absent. */
    public static @Nullable DerReader sequence(X509Certificate certificate, String oid) throws MalformedDerException {
        DerReader value = value(certificate, oid);
        if (value == null) {
            return null;
        }
        DerReader content = value.enter(Der.SEQUENCE);
        value.expectEnd();
        return content;
    }

    /** Returns the bytes of an extension, a DER value; null if the extension is absent. */
    public static @Nullable DerReader value(X509Certificate certificate, String oid) throws MalformedDerException {
        byte[] wrapped = certificate.getExtensionValue(oid);
        return wrapped == null ? null : DerReader.of(wrapped).enter(Der.OCTET_STRING);
    }
}

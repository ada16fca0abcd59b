package dev.weft.identity.svid;

import dev.weft.identity.der.Der;
import dev.weft.identity.der.DerReader;
import dev.weft.identity.der.MalformedDerException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The extension for attributes of the subject: RFC 5280 section 4.2.1.8. It is never critical. */
final class SubjectAttributes {

    /** The extension subjectDirectoryAttributes. */
    static final String EXTENSION = "2.5.29.9";

    private static final byte[] SUBJECT_DIRECTORY_ATTRIBUTES = Der.objectIdentifier(2, 5, 29, 9);

    private SubjectAttributes() {}

    /**
     * Returns the values of an attribute; null if the certificate has no such attribute.
     *
     * @param type OBJECT IDENTIFIER, DER
     */
    static @Nullable DerReader values(X509Certificate certificate, byte[] type) throws MalformedDerException {
        DerReader attributes = Extensions.sequence(certificate, EXTENSION);
        while (attributes != null && attributes.hasMore()) {
            DerReader attribute = attributes.enter(Der.SEQUENCE);
            byte[] found = attribute.enter(Der.OBJECT_IDENTIFIER).remaining();
            if (Arrays.equals(Der.value(Der.OBJECT_IDENTIFIER, found), type)) {
                return attribute.enter(Der.SET);
            }
        }
        return null;
    }

    /** Returns an attribute with one value, in DER. */
    static byte[] attribute(byte[] type, byte[] value) {
        return Der.sequence(type, Der.value(Der.SET, value));
    }

    /** Returns the extension with these attributes, in DER. */
    static byte[] extension(byte[]... attributes) {
        return Der.sequence(SUBJECT_DIRECTORY_ATTRIBUTES, Der.value(Der.OCTET_STRING, Der.sequence(attributes)));
    }
}

package dev.weft.identity.der;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * Checks that bytes are strict DER: each value has the only encoding that X.690 sections 8, 10 and 11 allow. The JDK's
 * parsers accept more, so other programs could read the same bytes differently or refuse them.
 */
public final class CanonicalDer {

    private static final int MAX_DEPTH = 24;

    private static final int CLASS = 0xc0;
    private static final int CONSTRUCTED = 0x20;

    private static final int HIGH_BIT = 0x80;
    private static final int TRUE = 0xff;
    private static final int MAX_UNUSED_BITS = 7;

    /** 2.5.29, the arc of the extensions of RFC 5280 section 4.2, whose values are DER as well. */
    private static final byte[] EXTENSIONS = {0x55, 0x1d};

    private static final Pattern UTC = Pattern.compile("[0-9]{12}Z");
    private static final Pattern GENERALIZED = Pattern.compile("[0-9]{14}Z");

    private CanonicalDer() {}

    /**
     * Checks a value that fills the bytes, and all values inside it.
     *
     * @throws MalformedDerException if a value is not strict DER, or values are nested too deeply
     */
    public static void check(byte[] bytes) throws MalformedDerException {
        DerReader reader = DerReader.of(bytes);
        value(reader, 0);
        reader.expectEnd();
    }

    /**
     * Checks an ECDSA signature: two positive integers (RFC 3279 section 2.2.3).
     *
     * @throws MalformedDerException if the bytes are anything else
     */
    public static void checkEcdsaSignature(byte[] bytes) throws MalformedDerException {
        check(bytes);
        DerReader outer = DerReader.of(bytes);
        DerReader numbers = outer.enter(Der.SEQUENCE);
        for (int i = 0; i < 2; i++) {
            if ((numbers.enter(Der.INTEGER).remaining()[0] & HIGH_BIT) != 0) {
                throw new MalformedDerException("a number of the signature is negative");
            }
        }
        numbers.expectEnd();
    }

    private static void value(DerReader reader, int depth) throws MalformedDerException {
        if (depth > MAX_DEPTH) {
            throw new MalformedDerException("values nested more than " + MAX_DEPTH + " deep");
        }
        int tag = reader.nextTag();
        DerReader content = reader.enterAny();
        if ((tag & CONSTRUCTED) != 0) {
            if ((tag & CLASS) == 0 && tag != Der.SEQUENCE && tag != Der.SET) {
                throw new MalformedDerException("tag 0x%02x: constructed of what DER has primitive".formatted(tag));
            }
            constructed(content, depth);
        } else if ((tag & CLASS) == 0) {
            primitive(tag, content.remaining());
        }
    }

    private static void constructed(DerReader content, int depth) throws MalformedDerException {
        boolean first = true;
        boolean extension = false;
        while (content.hasMore()) {
            int tag = content.nextTag();
            DerReader same = content.copy();
            value(content, depth + 1);
            if (first && tag == Der.OBJECT_IDENTIFIER) {
                byte[] name = same.enterAny().remaining();
                extension = name.length > EXTENSIONS.length
                        && Arrays.equals(name, 0, EXTENSIONS.length, EXTENSIONS, 0, EXTENSIONS.length);
            } else if (extension && tag == Der.OCTET_STRING) {
                DerReader held = same.enterAny();
                value(held, depth + 1);
                held.expectEnd();
            }
            first = false;
        }
    }

    private static void primitive(int tag, byte[] content) throws MalformedDerException {
        boolean canonical = switch (tag) {
            case Der.BOOLEAN -> content.length == 1 && (content[0] == 0 || (content[0] & TRUE) == TRUE);
            case Der.INTEGER, Der.ENUMERATED -> isShortest(content);
            case Der.BIT_STRING -> isBits(content);
            case Der.NULL -> content.length == 0;
            case Der.OBJECT_IDENTIFIER -> isObjectIdentifier(content);
            case Der.UTF8_STRING -> isUtf8(content);
            case Der.PRINTABLE_STRING, Der.IA5_STRING -> isAscii(content);
            case Der.UTC_TIME -> matches(UTC, content);
            case Der.GENERALIZED_TIME -> matches(GENERALIZED, content);
            case Der.SEQUENCE & ~CONSTRUCTED, Der.SET & ~CONSTRUCTED -> false;
            default -> true;
        };
        if (!canonical) {
            throw new MalformedDerException("tag 0x%02x: not in its only form".formatted(tag));
        }
    }

    private static boolean isShortest(byte[] integer) {
        if (integer.length < 2) {
            return integer.length == 1;
        }
        boolean zeros = integer[0] == 0 && (integer[1] & HIGH_BIT) == 0;
        boolean ones = (integer[0] & TRUE) == TRUE && (integer[1] & HIGH_BIT) != 0;
        return !zeros && !ones;
    }

    private static boolean isBits(byte[] content) {
        if (content.length == 0) {
            return false;
        }
        int unused = content[0];
        return unused >= 0
                && unused <= MAX_UNUSED_BITS
                && (content.length > 1 ? (content[content.length - 1] & (1 << unused) - 1) == 0 : unused == 0);
    }

    private static boolean isObjectIdentifier(byte[] content) {
        boolean begins = true;
        for (byte octet : content) {
            if (begins && (octet & TRUE) == HIGH_BIT) {
                return false;
            }
            begins = (octet & HIGH_BIT) == 0;
        }
        return begins && content.length > 0;
    }

    private static boolean isUtf8(byte[] content) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content));
            return true;
        } catch (CharacterCodingException _) {
            return false;
        }
    }

    private static boolean isAscii(byte[] content) {
        for (byte octet : content) {
            if (octet < 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean matches(Pattern form, byte[] content) {
        return form.matcher(new String(content, StandardCharsets.ISO_8859_1)).matches();
    }
}

package dev.weft.identity.der;

import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.Deque;

/** The tags of DER values (X.690), and a writer of them. Each method returns one complete value. */
public final class Der {

    public static final int BOOLEAN = 0x01;
    public static final int INTEGER = 0x02;
    public static final int BIT_STRING = 0x03;
    public static final int OCTET_STRING = 0x04;
    public static final int NULL = 0x05;
    public static final int OBJECT_IDENTIFIER = 0x06;
    public static final int ENUMERATED = 0x0a;
    public static final int UTF8_STRING = 0x0c;
    public static final int PRINTABLE_STRING = 0x13;
    public static final int IA5_STRING = 0x16;
    public static final int UTC_TIME = 0x17;
    public static final int GENERALIZED_TIME = 0x18;
    public static final int SEQUENCE = 0x30;
    public static final int SET = 0x31;
    /** {@code [0]}, constructed. */
    public static final int CONTEXT_0 = 0xa0;
    /** {@code [1]}, constructed. */
    public static final int CONTEXT_1 = 0xa1;
    /** {@code [3]}, constructed. */
    public static final int CONTEXT_3 = 0xa3;
    /** GeneralName's uniformResourceIdentifier, {@code [6] IMPLICIT IA5String} (RFC 5280 section 4.2.1.6). */
    public static final int GENERAL_NAME_URI = 0x86;

    private Der() {}

    /** Returns one value: the tag, the length, then the parts one after another. */
    public static byte[] value(int tag, byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length = Math.addExact(length, part.length);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(length + 6);
        out.write(tag);
        writeLength(out, length);
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    /** Returns a SEQUENCE of values. */
    public static byte[] sequence(byte[]... values) {
        return value(SEQUENCE, values);
    }

    /** Returns a BIT STRING of whole bytes. */
    public static byte[] bitString(byte[] bytes) {
        return value(BIT_STRING, new byte[] {0}, bytes);
    }

    /** Returns the BOOLEAN true. */
    public static byte[] booleanTrue() {
        return value(BOOLEAN, new byte[] {(byte) 0xff});
    }

    /** Returns an OBJECT IDENTIFIER of these arcs, at least two. */
    public static byte[] objectIdentifier(int... arcs) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        writeArc(out, arcs[0] * 40 + arcs[1]);
        for (int i = 2; i < arcs.length; i++) {
            writeArc(out, arcs[i]);
        }
        return value(OBJECT_IDENTIFIER, out.toByteArray());
    }

    private static void writeLength(ByteArrayOutputStream out, int length) {
        if (length < 0x80) {
            out.write(length);
            return;
        }
        int count = (Integer.SIZE - Integer.numberOfLeadingZeros(length) + 7) / 8;
        out.write(0x80 | count);
        for (int shift = 8 * (count - 1); shift >= 0; shift -= 8) {
            out.write(length >>> shift);
        }
    }

    private static void writeArc(ByteArrayOutputStream out, int arc) {
        Deque<Integer> groups = new ArrayDeque<>();
        groups.push(arc & 0x7f);
        for (int rest = arc >>> 7; rest != 0; rest >>>= 7) {
            groups.push((rest & 0x7f) | 0x80);
        }
        groups.forEach(out::write);
    }
}

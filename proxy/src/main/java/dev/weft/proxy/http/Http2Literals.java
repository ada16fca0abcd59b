package dev.weft.proxy.http;

import io.netty.buffer.ByteBuf;
import io.netty.util.AsciiString;

/**
 * Writes header blocks that neither use nor change the receiver's dynamic table (RFC 7541). So an added or missing
 * block leaves the tables of both sides as they are. Fields are never-indexed literals: some came as such, and must
 * stay so (section 6.2.3).
 */
final class Http2Literals {
    private static final int NEVER_INDEXED = 0x10;
    private static final int INDEXED = 0x80;
    private static final int TABLE_SIZE = 0x20;
    private static final int TABLE_SIZE_BITS = 5;
    private static final int STRING_BITS = 7;
    private static final int CONTINUES = 0x80;

    // Indexes of the static table (appendix A).
    private static final int METHOD_GET = 2;
    private static final int METHOD_POST = 3;
    private static final int PATH_ROOT = 4;
    private static final int SCHEME_HTTP = 6;
    private static final int STATUS_200 = 8;

    private Http2Literals() {}

    /** Writes one field. */
    static void field(ByteBuf block, CharSequence name, CharSequence value) {
        int whole = whole(name, value);
        if (whole > 0) {
            block.writeByte(INDEXED | whole);
            return;
        }
        block.writeByte(NEVER_INDEXED);
        string(block, name);
        string(block, value);
    }

    private static int whole(CharSequence name, CharSequence value) {
        if (name.length() == 0 || name.charAt(0) != ':') {
            return 0;
        }
        if (AsciiString.contentEquals(name, ":method")) {
            return AsciiString.contentEquals(value, "GET")
                    ? METHOD_GET
                    : AsciiString.contentEquals(value, "POST") ? METHOD_POST : 0;
        }
        if (AsciiString.contentEquals(name, ":scheme")) {
            return AsciiString.contentEquals(value, "http") ? SCHEME_HTTP : 0;
        }
        if (AsciiString.contentEquals(name, ":path")) {
            return AsciiString.contentEquals(value, "/") ? PATH_ROOT : 0;
        }
        return AsciiString.contentEquals(name, ":status") && AsciiString.contentEquals(value, "200") ? STATUS_200 : 0;
    }

    /** Writes a dynamic table size update, which must come before all fields (section 4.2). */
    static void tableSize(ByteBuf block, int size) {
        integer(block, TABLE_SIZE, TABLE_SIZE_BITS, size);
    }

    private static void string(ByteBuf block, CharSequence text) {
        integer(block, 0, STRING_BITS, text.length());
        if (text instanceof AsciiString ascii) {
            block.writeBytes(ascii.array(), ascii.arrayOffset(), ascii.length());
            return;
        }
        for (int i = 0; i < text.length(); i++) {
            block.writeByte(text.charAt(i));
        }
    }

    /** Writes an integer with a prefix (section 5.1). */
    private static void integer(ByteBuf block, int pattern, int bits, int value) {
        int most = (1 << bits) - 1;
        if (value < most) {
            block.writeByte(pattern | value);
            return;
        }
        block.writeByte(pattern | most);
        int rest = value - most;
        while (rest >= CONTINUES) {
            block.writeByte((rest & (CONTINUES - 1)) | CONTINUES);
            rest >>>= STRING_BITS;
        }
        block.writeByte(rest);
    }
}

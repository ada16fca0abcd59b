package dev.weft.identity.der;

import java.util.Arrays;

/**
 * Reads DER values one after another (X.690 sections 8 and 10). Lengths must be definite and minimal, tags below 31.
 */
public final class DerReader {

    private static final int HIGH_TAG = 0x1f;
    private static final int LONG_LENGTH = 0x80;
    private static final int MAX_LENGTH_BYTES = 3;

    private final byte[] bytes;
    private final int end;
    private int position;

    private DerReader(byte[] bytes, int from, int end) {
        this.bytes = bytes;
        this.position = from;
        this.end = end;
    }

    /** Returns a reader of the values in these bytes, which must not change while it is used. */
    public static DerReader of(byte[] bytes) {
        return new DerReader(bytes, 0, bytes.length);
    }

    /** Returns another reader at the same position. */
    DerReader copy() {
        return new DerReader(bytes, position, end);
    }

    /** Whether another value follows. */
    public boolean hasMore() {
        return position < end;
    }

    /** Returns the tag of the next value, or -1 at the end. */
    public int nextTag() {
        return hasMore() ? bytes[position] & 0xff : -1;
    }

    /** Returns a reader of the next value's content and moves past the value, which must have this tag. */
    public DerReader enter(int tag) throws MalformedDerException {
        if (nextTag() != tag) {
            throw new MalformedDerException(
                    "tag at byte %d: %s (expected: 0x%02x)".formatted(position, describeNextTag(), tag));
        }
        return enterAny();
    }

    /** Returns a reader of the next value's content and moves past the value, whatever its tag. */
    public DerReader enterAny() throws MalformedDerException {
        if (!hasMore() || (nextTag() & HIGH_TAG) == HIGH_TAG) {
            throw new MalformedDerException("tag at byte %d: %s".formatted(position, describeNextTag()));
        }
        position++;
        int length = readLength();
        if (length > end - position) {
            throw new MalformedDerException("length at byte %d: %d (expected: <= %d, what is left)"
                    .formatted(position, length, end - position));
        }
        DerReader content = new DerReader(bytes, position, position + length);
        position += length;
        return content;
    }

    /** Returns the rest as raw bytes. */
    public byte[] remaining() {
        return Arrays.copyOfRange(bytes, position, end);
    }

    /** Throws if bytes are left. */
    public void expectEnd() throws MalformedDerException {
        if (hasMore()) {
            throw new MalformedDerException("%d bytes after the last value".formatted(end - position));
        }
    }

    private int readLength() throws MalformedDerException {
        int first = readByte();
        if (first < LONG_LENGTH) {
            return first;
        }
        int count = first - LONG_LENGTH;
        if (count == 0 || count > MAX_LENGTH_BYTES) {
            throw new MalformedDerException(
                    "length of %d bytes (expected: definite, <= %d bytes)".formatted(count, MAX_LENGTH_BYTES));
        }
        int length = 0;
        for (int i = 0; i < count; i++) {
            length = (length << 8) | readByte();
        }
        if (length < LONG_LENGTH || length >>> (8 * (count - 1)) == 0) {
            throw new MalformedDerException("length %d is not in its shortest form".formatted(length));
        }
        return length;
    }

    private int readByte() throws MalformedDerException {
        if (!hasMore()) {
            throw new MalformedDerException("the bytes end within a length");
        }
        return bytes[position++] & 0xff;
    }

    private String describeNextTag() {
        return hasMore() ? "0x%02x".formatted(nextTag()) : "none, the bytes end";
    }
}
